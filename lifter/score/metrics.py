"""How far a lifter's joints are from the truth: the field's metrics, over the joints that are known.

Joints and truth are (n, k, 3) in metres, in the same frame and order, from the same root; a joint whose truth is
NaN does not count. Results are in millimetres, one number a person: NaN where too little is known. A joint whose
prediction is NaN does not count either, so whoever scores a method must see to it that it answers.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi

Array = NDArray[np.float64]
Joints = NDArray[Any]

PCK_AT = 150.0  # mm; about half a head: Mehta et al., 'Monocular 3D human pose in the wild', 3DV 2017
AUC_AT = np.arange(0.0, PCK_AT + 1, 5.0)  # mm; the thresholds of the same paper's evaluation script
LEVELS = np.linspace(0.05, 0.95, 19)  # shares of errors that a calibrated uncertainty covers
_FEWEST = 3  # joints that fix a similarity transform


def distances(joints: Joints, truth: Joints) -> Array:
    """(n, k) millimetres from each joint to its truth; NaN where one of them is not known."""
    return 1000.0 * np.linalg.norm(np.asarray(joints, np.float64) - np.asarray(truth, np.float64), axis=-1)


def mean_known(values: NDArray[Any], axis: int | tuple[int, ...] = -1) -> Array:
    """The mean over what is not NaN; NaN, without a warning, where nothing is."""
    known = np.isfinite(values)
    total, count = np.where(known, values, 0.0).sum(axis), known.sum(axis)
    return np.asarray(np.where(count > 0, total / np.maximum(count, 1), np.nan), np.float64)


def mpjpe(joints: Joints, truth: Joints) -> Array:
    """(n,) mean per joint position error, mm: Ionescu et al., 'Human3.6M', TPAMI 2014 (protocol 1)."""
    return mean_known(distances(joints, truth))


def pa_mpjpe(joints: Joints, truth: Joints) -> Array:
    """(n,) MPJPE after each person is moved, turned and scaled onto the truth, mm (protocol 2); NaN with fewer
    than three known joints."""
    return mpjpe(aligned(joints, truth), truth)


def n_mpjpe(joints: Joints, truth: Joints) -> Array:
    """(n,) MPJPE after each person is scaled onto the truth about the root, mm: Rhodin et al., 'Unsupervised
    geometry-aware representation for 3D human pose estimation', ECCV 2018."""
    a, b, known = _both(joints, truth)
    scale = (a * b).sum((1, 2)) / np.maximum((a * a).sum((1, 2)), 1e-12)
    return mpjpe(np.where(known[..., None], scale[:, None, None] * a, np.nan), truth)


def pck(errors: NDArray[Any], at: float = PCK_AT) -> Array:
    """(n,) percent of the known joints whose error (n, k), mm, is below a threshold."""
    return 100.0 * mean_known(np.where(np.isfinite(errors), errors < at, np.nan))


def auc(errors: NDArray[Any]) -> Array:
    """(n,) area under the curve of PCK over thresholds from 0 to 150 mm, percent: the mean over `AUC_AT`."""
    above = len(AUC_AT) - np.searchsorted(AUC_AT, np.nan_to_num(errors, nan=np.inf), side="right")
    return 100.0 * mean_known(np.where(np.isfinite(errors), above / len(AUC_AT), np.nan))


def aligned(joints: Joints, truth: Joints) -> Array:
    """(n, k, 3) each person moved, turned and scaled onto the known joints of the truth; never mirrored.

    NaN where a joint is not known, and for who has fewer than three. Umeyama, 'Least-squares estimation of
    transformation parameters between two point patterns', TPAMI 1991.
    """
    a, b, known = _both(joints, truth)
    count = known.sum(1)
    weight = known[..., None] / np.maximum(count, 1)[:, None, None]
    middle_a, middle_b = (a * weight).sum(1, keepdims=True), (b * weight).sum(1, keepdims=True)
    a, b = (np.where(known[..., None], each - mid, 0.0) for each, mid in ((a, middle_a), (b, middle_b)))
    u, s, v = np.linalg.svd(np.swapaxes(a, 1, 2) @ b)
    sign = np.ones_like(s)
    sign[:, 2] = np.sign(np.linalg.det(u @ v))
    scale = (s * sign).sum(1) / np.maximum((a * a).sum((1, 2)), 1e-12)
    moved = scale[:, None, None] * (a @ ((u * sign[:, None]) @ v)) + middle_b
    return np.where(known[..., None] & (count >= _FEWEST)[:, None, None], moved, np.nan)


def _both(joints: Joints, truth: Joints) -> tuple[Array, Array, NDArray[np.bool_]]:
    """Both with zeros where either is not known, and where both are."""
    a, b = np.asarray(joints, np.float64), np.asarray(truth, np.float64)
    known = np.asarray(np.isfinite(a + b).all(-1), np.bool_)
    return np.where(known[..., None], a, 0.0), np.where(known[..., None], b, 0.0), known


def coverage(errors: NDArray[Any], sigma: NDArray[Any], levels: Array = LEVELS) -> Array:
    """(len(levels),) shares of errors (mm, any shape) that lie within the balls which sigma says hold those
    shares; NaN where nothing is known. Calibrated uncertainty gives `levels` back.

    sigma: metres, the standard deviation along each axis of an isotropic error, of the same shape. The distance
    over it then follows the chi distribution with three degrees of freedom.
    """
    known = np.isfinite(errors) & np.isfinite(sigma)
    if not known.any():
        return np.full(len(levels), np.nan)
    share = chi.cdf(errors[known] / np.maximum(1000.0 * sigma[known], 1e-9), df=3)
    return np.asarray((share[:, None] <= levels).mean(0), np.float64)
