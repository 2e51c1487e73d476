"""How good a lifter is on cases with a known truth: errors overall and by what makes them, angles, uncertainty.

Errors are in millimetres over the known ones of the 12 body joints, from the middle of the hips. Where the truth
lacks a hip, the middle of the shoulders takes its place, or that of all known joints, on both sides: `roots`
counts how often. A mean has a 95% interval where there are groups enough; `interval` says what was resampled.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr

from lifter.data.joints import BODY, BODY12, HIPS, JOINTS3D
from lifter.score.agreement import agreement
from lifter.score.cases import Cases, view_directions
from lifter.score.intervals import Bootstrap
from lifter.score.metrics import LEVELS, auc, coverage, distances, mpjpe, n_mpjpe, pa_mpjpe, pck
from pipelines.corpus.schema import row_of
from synth.core.errors import InputError
from synth.label.angles import ANGLES, angles_between
from synth.scene.props.stock import BANDS

if TYPE_CHECKING:
    from lifter.models.lifter import Poses

Array = NDArray[np.float64]
FORMAT = "posemill-evaluation"
METRICS = {"mpjpe": "MPJPE", "pa_mpjpe": "PA-MPJPE", "n_mpjpe": "N-MPJPE", "pck": "PCK@150mm", "auc": "AUC"}
ROOTS = ("middle of the hips", "middle of the shoulders", "middle of the known joints")
VISIBILITY = row_of("visibility").words
ERRORS_2D = (*row_of("detection_error").words, "not reported")
SIDES = (
    "the front", "front left", "the left", "back left", "the back", "back right", "the right", "front right",
)  # fmt: skip
ELEVATIONS = {"from below": -90.0, "level": -10.0, "above": 15.0, "far above": 45.0}  # degrees, lower edges
_FEWEST = 3  # known joints that a person needs to be scored


@dataclass(frozen=True)
class Evaluation:
    """`facts` as JSON takes them, and of each case the metrics and errors (n, ...), NaN where not scored."""

    facts: dict[str, Any]
    each: dict[str, Array]


def evaluate(poses: Poses, cases: Cases, bootstrap: Bootstrap | None = None) -> Evaluation:
    """Score what a lifter made of cases. Raises InputError where there is nothing to score."""
    joints, truth, root = from_one_root(poses.joints, cases.truth)
    answered = np.asarray(poses.predicted) & np.isfinite(joints).all((1, 2))
    known = np.isfinite(truth[:, BODY]).all(-1).sum(1) >= _FEWEST
    if not (answered & known).any():
        reason = (
            "no person has four detected joints" if known.any() else "no truth of three or more body joints"
        )
        raise InputError(f"has nothing to score: {reason}", where=cases.name, remedy="give other cases")
    scored = answered & known
    truth = np.where(scored[:, None, None], truth, np.nan)
    root = np.where(scored, root, -1)
    each = _metrics(joints, truth)
    boot = bootstrap or Bootstrap(cases.group, cases.mean_of)
    angles = angle_errors(joints, truth, cases.up)
    facts = {
        "format": FORMAT,
        "cases": cases.name,
        "people": len(cases),
        "scored": int(scored.sum()),
        "unanswered": int((~answered).sum()),
        "untrue": int((~known).sum()),
        "roots": {name: int((root == code).sum()) for code, name in enumerate(ROOTS) if (root == code).any()},
        "interval": boot.facts() | {"groups_are": cases.grouped_by},
        "all": {name: boot.figure(each[name]).facts() for name in METRICS},
        "joints": {
            name: boot.figure(each["errors"][:, row]).facts()
            for row, name in enumerate(JOINTS3D)
            if np.isfinite(each["errors"][:, row]).any()
        },
        **_by_case(each, cases, boot),
        **_by_joint(each, cases, boot),
        "angles": {name: boot.figure(errors).facts() for name, errors in angles.items()},
        "risk": agreement(joints, truth, cases.up, boot),
        "up": "known" if np.isfinite(cases.up).all() else "the camera's own where the cases do not know it",
        "calibration": calibration(each["errors"][root == 0], poses.sigma[root == 0]),
        "root": _root(poses, cases, boot),
    }
    return Evaluation(facts, each)


def from_one_root(joints: NDArray[Any], truth: NDArray[Any]) -> tuple[Array, Array, NDArray[np.int64]]:
    """Both (n, 20, 3), from one root that the truth knows, and which of `ROOTS` that is (n,)."""
    joints, truth = np.asarray(joints, np.float64), np.asarray(truth, np.float64)

    def pair(name: str) -> NDArray[np.bool_]:
        return np.isin(
            np.arange(len(JOINTS3D)), [JOINTS3D.index(f"{side}_{name}") for side in ("left", "right")]
        )

    known = np.isfinite(truth).all(-1)
    whole = [(known[:, pair(name)]).all(1) for name in ("hip", "shoulder")]
    root = np.where(whole[0], 0, np.where(whole[1], 1, 2))
    body = np.isin(np.arange(len(JOINTS3D)), BODY)
    wanted = np.stack([pair("hip"), pair("shoulder"), body])[root] & known
    weight = wanted / np.maximum(1, wanted.sum(1, keepdims=True))
    middle_truth = np.einsum("nj,njk->nk", weight, np.where(wanted[..., None], truth, 0.0))
    middle_joints = np.einsum("nj,njk->nk", weight, joints)
    return joints - middle_joints[:, None], truth - middle_truth[:, None], root


def _metrics(joints: Array, truth: Array) -> dict[str, Array]:
    a, b = joints[:, BODY], truth[:, BODY]
    errors = distances(joints, truth)
    return {
        "mpjpe": mpjpe(a, b), "pa_mpjpe": pa_mpjpe(a, b), "n_mpjpe": n_mpjpe(a, b),
        "pck": pck(errors[:, BODY]), "auc": auc(errors[:, BODY]), "errors": errors,
    }  # fmt: skip


def angle_errors(joints: Array, truth: Array, up: Array) -> dict[str, Array]:
    """Degrees between predicted and true posture angles: (n, 1), or (n, 2) left and right; NaN where not known.

    joints, truth (n, 20, 3) in the camera's frame; up (n, 3), where NaN the camera's own is taken for both.
    """
    up = np.where(np.isfinite(up), up, [0.0, -1.0, 0.0])
    joints = np.where(np.isfinite(truth), joints, np.nan)  # so that the same joints stand in for missing ones
    found, true = (
        angles_between(dict(zip(JOINTS3D, np.swapaxes(each, 0, 1), strict=True)), up)
        for each in (joints, truth)
    )
    return {angle.name: np.abs((found[angle.name] - true[angle.name] + 180) % 360 - 180) for angle in ANGLES}


def _split(each: dict[str, Array], boot: Bootstrap, codes: NDArray[Any], names: Any) -> dict[str, Any]:
    """Every metric of the cases of each code 0, 1, ...; codes that no scored case has are left out."""
    found: dict[str, Any] = {}
    scored = np.isfinite(each["mpjpe"])
    for code, name in enumerate(names):
        own = codes == code
        if (own & scored).any():
            kept = {key: np.where(own, each[key], np.nan) for key in METRICS}
            found[str(name)] = {key: boot.figure(values).facts() for key, values in kept.items()}
    return found


def _by_case(each: dict[str, Array], cases: Cases, boot: Bootstrap) -> dict[str, Any]:
    """The metrics by what a whole case is: its group, band, view, and how many joints are hidden or missing."""
    azimuth, elevation = view_directions(cases.truth, cases.up)
    side = np.where(np.isfinite(azimuth), np.round(np.nan_to_num(azimuth) / 45) % 8, -1)
    height = np.searchsorted([*ELEVATIONS.values()], np.nan_to_num(elevation), side="right") - 1
    missing = (cases.keypoints[:, BODY, 2] == 0).sum(1)
    found = {
        "missing": _split(each, boot, missing, range(13)),
        "views": _split(each, boot, side, SIDES),
        "elevations": _split(each, boot, np.where(np.isfinite(elevation), height, -1), ELEVATIONS),
    }
    if cases.mean_of == "groups":
        found["groups"] = {
            str(name): _one_group(each, cases, cases.group == name)
            for name in np.unique(cases.group)
            if np.isfinite(each["mpjpe"][cases.group == name]).any()
        }
    if cases.band is not None:
        found["bands"] = _split(each, boot, cases.band, BANDS)
    if cases.visibility is not None:
        found["hidden"] = _split(each, boot, (cases.visibility != 0).sum(1), range(18))
    return found


def _one_group(each: dict[str, Array], cases: Cases, own: NDArray[np.bool_]) -> dict[str, Any]:
    boot = Bootstrap.blocks(int(own.sum()))
    return {name: boot.figure(each[name][own]).facts() for name in METRICS}


def _by_joint(each: dict[str, Array], cases: Cases, boot: Bootstrap) -> dict[str, Any]:
    """The distance of single body joints by what their own 2D is."""
    errors = each["errors"][:, BODY]
    found: dict[str, Any] = {}

    def split(codes: NDArray[Any], names: tuple[str, ...]) -> dict[str, Any]:
        shown = {
            name: boot.figure(np.where(codes == code, errors, np.nan)).facts()
            for code, name in enumerate(names)
        }
        return {name: fact for name, fact in shown.items() if fact["count"]}

    silent = cases.keypoints[:, BODY, 2] == 0
    if cases.visibility is not None:
        found["visibility"] = split(cases.visibility[:, BODY], VISIBILITY)
    if cases.detection_error is not None:
        codes = np.where(silent, len(ERRORS_2D) - 1, cases.detection_error[:, BODY])
        found["errors_2d"] = split(codes, ERRORS_2D)
    else:
        found["errors_2d"] = split(silent.astype(int), ("reported", "not reported"))
    return found


def calibration(errors: Array, sigma: NDArray[Any]) -> dict[str, Any]:
    """Whether sigma (n, 20) metres means what it says of errors (n, 20) mm: `observed` shares beside `levels`.

    `error` is the mean gap of the two, `nine_tenths` what the 90% balls of each joint hold, `rank` Spearman's
    correlation of sigma with the error.
    """
    a, b = errors[:, BODY], np.asarray(sigma, np.float64)[:, BODY]
    known = np.isfinite(a) & np.isfinite(b)
    if not known.any():
        return {
            "levels": [],
            "observed": [],
            "error": None,
            "sigma_mm": None,
            "rank": None,
            "nine_tenths": {},
        }
    observed = coverage(a, b)
    rank = float(spearmanr(a[known], b[known]).statistic) if np.ptp(b[known]) > 0 else np.nan
    held = {
        name: float(coverage(a[:, row], b[:, row], np.array([0.9]))[0])
        for row, name in enumerate(BODY12)
        if known[:, row].any()
    }
    return {
        "levels": [round(float(level), 4) for level in LEVELS],
        "observed": [float(share) for share in observed],
        "error": float(np.abs(observed - LEVELS).mean()),
        "sigma_mm": float(1000 * b[known].mean()),
        "rank": rank if np.isfinite(rank) else None,
        "nine_tenths": held,
    }


def _root(poses: Poses, cases: Cases, boot: Bootstrap) -> dict[str, Any]:
    """How far off the distance to the person is, where a method gives it: metres, and percent of the distance."""
    true = np.linalg.norm(cases.truth[:, HIPS].mean(1), axis=1)
    off = np.abs(np.linalg.norm(np.asarray(poses.root, np.float64), axis=1) - true)
    return {"metres": boot.figure(off).facts(), "percent": boot.figure(100 * off / true).facts()}
