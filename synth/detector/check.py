"""What a detector did against what its model says: shares of outcomes, places within bands, confidence.

Errors are correlated within a sample, so every deviation is given in standard errors over whole samples.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from synth.detector.detector import DetectionError, Detector
from synth.detector.parameters import SIGMAS, TWIN, radius
from synth.detector.shares import GOOD, INVERSION, JITTER, MISS, SILENT, SWAP
from synth.detector.spec import Confidence
from synth.scene.visibility import COCO_ROWS, Visibility

Array = NDArray[np.float64]
OUTCOMES = ("good", "jitter", "inversion", "swap", "reported miss", "silent miss")
CONFIDENCE_STEPS = (0.0, 0.005, 0.01, 0.02, 0.03, 0.05, 0.08, 0.12, 0.2)
_EPSILON = 1e-3  # pixels: single precision of what is stored


def picture_sizes(labels: Mapping[str, NDArray[Any]]) -> tuple[Array, Array]:
    """(n,) root of the area, and half the longer side, of the box within the picture, at least 4 pixels."""
    box, size = np.asarray(labels["box"], np.float64), np.asarray(labels["image_size"], np.float64)
    extent = np.minimum(box[:, 2:], size) - np.maximum(box[:, :2], 0.0)
    there: NDArray[np.bool_] = np.min(extent, axis=1) > 0
    extent = np.where(there[:, None], extent, 0.0)
    return np.maximum(4.0, np.sqrt(extent.prod(1))), np.maximum(4.0, 0.5 * extent.max(1))


def similarity(labels: Mapping[str, NDArray[Any]], detection: NDArray[np.float32]) -> Array:
    """(n, 17) keypoint similarity of detections to the true projections, 0 where nothing is reported."""
    truth = np.asarray(labels["joints_image"], np.float64)[:, COCO_ROWS]
    square = ((detection[..., :2] - truth) ** 2).sum(-1)
    area = picture_sizes(labels)[0][:, None] ** 2
    near = np.exp(-square / (2 * area * (2 * SIGMAS) ** 2))
    return np.where((detection[..., 2] > 0) & np.isfinite(near), near, 0.0)


def outcomes(made: Mapping[str, NDArray[Any]]) -> NDArray[np.int64]:
    """(n, 17) outcomes as `Detector.shares` numbers them."""
    silent = made["detection"][..., 2] == 0
    return np.where(silent, SILENT, made["detection_error"].astype(np.int64))


def deviation(observed: Array, expected: Array) -> tuple[float, float, float]:
    """Sum of (n, ...) observations and of their expectations, and the difference in standard errors over the n."""
    gap = (observed - expected).reshape(len(observed), -1).sum(1)
    error = float(np.sqrt((gap**2).sum()))
    return float(observed.sum()), float(expected.sum()), float(gap.sum()) / error if error > 0 else 0.0


def check_shares(
    detector: Detector, labels: Mapping[str, NDArray[Any]], made: Mapping[str, NDArray[Any]]
) -> list[dict[str, Any]]:
    """Per visibility and outcome: how many, how many expected, the difference in standard errors."""
    shares, outcome = detector.shares(labels), outcomes(made)
    visibility = np.asarray(labels["visibility"])[:, COCO_ROWS]
    groups = {name: [number] for number, name in enumerate(OUTCOMES)}
    if detector.spec.mixture:  # whose displacements are sorted into bands afterwards
        groups = {"at its place or displaced": [GOOD, JITTER, MISS], "inversion": [INVERSION], "swap": [SWAP]}
        groups["silent miss"] = [SILENT]
    rows = []
    for cause in Visibility:
        where = visibility == cause
        for name, members in groups.items():
            observed = (where & np.isin(outcome, members)).astype(np.float64)
            expected = np.where(where, shares[:, :, members].sum(-1), 0.0)
            count, wanted, z = deviation(observed, expected)
            row = {"visibility": cause.name.lower(), "joints": int(where.sum()), "outcome": name}
            rows.append(row | {"count": int(count), "expected": wanted, "deviation": z})
    return rows


def check_bands(
    detector: Detector, labels: Mapping[str, NDArray[Any]], made: Mapping[str, NDArray[Any]]
) -> list[dict[str, Any]]:
    """Per outcome of the bands: shares of its distances in fifths of its band, which are as many each, and how many
    lie beyond it. Without joints outside the picture, of which misses lie at the edge."""
    bands = detector.spec.bands
    good, jitter, miss = (radius(value) for value in (bands.good, bands.jitter, bands.miss))
    truth = np.asarray(labels["joints_image"], np.float64)[:, COCO_ROWS]
    root = picture_sizes(labels)[0][:, None]
    inside = np.asarray(labels["visibility"])[:, COCO_ROWS] != Visibility.OUTSIDE
    xy, outcome = made["detection"][..., :2].astype(np.float64), outcomes(made)
    edges: dict[int, tuple[Any, Any, Array]] = {
        GOOD: (0.0, good, truth),
        JITTER: (good, jitter, truth),
        MISS: (jitter, miss, truth),
        INVERSION: (0.0, jitter, truth[:, TWIN]),
    }
    if detector.spec.mixture:
        edges = {INVERSION: edges[INVERSION]}
    rows = []
    for number, (low, high, center) in edges.items():
        where = (outcome == number) & inside
        distance = np.sqrt(((xy - center) ** 2).sum(-1)) / root
        within = (distance - low) / (high - low)
        slack = _EPSILON / (root * (high - low))
        beyond = where & ((within < -slack) | (within > 1 + slack))
        fifth = np.clip(np.nan_to_num(within) * 5, 0, 4.999).astype(np.int64)
        shares, worst = [], 0.0
        for k in range(5):
            observed = (where & (fifth == k)).astype(np.float64)
            count, _, z = deviation(observed, np.where(where, 0.2, 0.0))
            shares.append(count / max(1, int(where.sum())))
            worst = max(worst, abs(z))
        row = {"outcome": OUTCOMES[number], "count": int(where.sum()), "fifths": shares}
        rows.append(row | {"deviation": worst, "beyond": int(beyond.sum())})
    return rows


def check_confidence(
    detector: Detector, labels: Mapping[str, NDArray[Any]], made: Mapping[str, NDArray[Any]]
) -> list[dict[str, Any]]:
    """Per step of distance, in half the box's longer side, of detections of the joint itself: the mean confidence
    over the factor of what hides the joint, what the curve says, the difference in standard errors. The last step has
    no upper end: its `to` is None."""
    spec = detector.spec.confidence
    truth = np.asarray(labels["joints_image"], np.float64)[:, COCO_ROWS]
    visibility = np.asarray(labels["visibility"])[:, COCO_ROWS]
    half = picture_sizes(labels)[1][:, None]
    own = np.isin(outcomes(made), [GOOD, JITTER, MISS]) & (visibility != Visibility.OUTSIDE)
    distance = np.sqrt(((made["detection"][..., :2] - truth) ** 2).sum(-1)) / half
    factor = np.array([1.0, spec.body, spec.prop, spec.outside])[visibility]
    confidence = made["detection"][..., 2] / factor
    expected = expected_confidence(spec, distance)
    rows = []
    for low, high in zip(CONFIDENCE_STEPS, (*CONFIDENCE_STEPS[1:], np.inf), strict=True):
        where = own & (distance >= low) & (distance < high)
        count = int(where.sum())
        if count:
            total, wanted, z = deviation(np.where(where, confidence, 0), np.where(where, expected, 0))
            row = {
                "from": low,
                "to": high if np.isfinite(high) else None,
                "count": count,
                "confidence": total / count,
            }
            rows.append(row | {"expected": wanted / count, "deviation": z})
    return rows


def expected_confidence(spec: Confidence, distance: Array) -> Array:
    """The mean of clip(curve + N(mean, std), floor, 1) at each distance."""
    if spec.b > 0:
        distance = np.minimum(distance, max(0.0, float(np.sqrt(spec.a / spec.b)) - spec.a))
    middle = spec.a / (distance + spec.a) + spec.b * distance + spec.mean
    if spec.std == 0:
        return np.clip(middle, spec.floor, 1.0)
    low, high = (spec.floor - middle) / spec.std, (1.0 - middle) / spec.std

    def bell(z: Array) -> Array:
        return np.exp(-0.5 * z * z) / np.sqrt(2 * np.pi)

    inner = middle * (ndtr(high) - ndtr(low)) + spec.std * (bell(low) - bell(high))
    return spec.floor * ndtr(low) + inner + 1.0 - ndtr(high)


def unexplained(
    detector: Detector, labels: Mapping[str, NDArray[Any]], made: Mapping[str, NDArray[Any]]
) -> dict[str, int]:
    """Counts of what the model does not allow, all 0: outcomes it gives no share; seen joints reported far off or
    not at all without a code that says so; hidden ones at their place without one, or with a confidence above
    what their visibility leaves; anything beyond the picture."""
    spec, outcome = detector.spec, outcomes(made)
    shares, near = detector.shares(labels), similarity(labels, made["detection"])
    visibility = np.asarray(labels["visibility"])[:, COCO_ROWS]
    confidence, error = made["detection"][..., 2], made["detection_error"]
    allowed = np.take_along_axis(shares, outcome[..., None], -1)[..., 0] > 0
    if spec.mixture:
        allowed |= np.isin(outcome, [JITTER, MISS]) & (shares[..., GOOD] > 0)
    far = np.isin(error, [DetectionError.INVERSION, DetectionError.SWAP, DetectionError.MISS])
    most = np.array([1.0, spec.confidence.body, spec.confidence.prop, spec.confidence.outside])[visibility]
    size = np.asarray(labels["image_size"])[:, None]
    xy = made["detection"][..., :2]
    slack = 1e-4
    return {
        "outcome without a share": int((~allowed).sum()),
        "seen, far or silent, no code": int(
            ((visibility == Visibility.SEEN) & (near < spec.bands.jitter - slack) & ~far).sum()
        ),
        "hidden, at its place, coded a miss": int(
            (
                (near > spec.bands.jitter + slack) & (outcome == MISS) & (visibility != Visibility.OUTSIDE)
            ).sum()
        ),
        "confidence above its visibility's": int((confidence > most + 1e-6).sum()),
        "beyond the picture": int(((xy < -_EPSILON) | (xy > size + _EPSILON)).any(-1).sum()),
    }
