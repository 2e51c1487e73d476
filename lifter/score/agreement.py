"""How well the scores of risk of a lifter's poses agree with those of the truth."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lifter.data.joints import BODY
from lifter.data.risk import upright_joints
from lifter.score.intervals import Bootstrap
from synth.risk.scores import scores_from_joints

Array = NDArray[np.float64]
METHODS = {"reba": 15, "rula": 7}  # and their highest score


def agreement(joints: Array, truth: Array, up: Array, boot: Bootstrap) -> dict[str, Any]:
    """Of 'reba' and 'rula', over both sides: `exact` and `within_one`, percent, and `kappa`, quadratically weighted.

    joints, truth (n, 20, 3) in the camera's frame, up (n, 3); who has a body joint that is not known does not count.
    Both are scored from joints alone, with empty hands. A bias that all postures share does not lower agreement of
    levels that nearly all postures are in; kappa takes that out: Cohen, 'Weighted kappa', Psychological Bulletin 70,
    1968, 213-220.
    """
    known = np.isfinite(truth[:, BODY]).all((1, 2)) & np.isfinite(joints[:, BODY]).all((1, 2))
    found: dict[str, Any] = {}
    if not known.any():
        return found
    vertical = np.where(np.isfinite(up), up, [0.0, -1.0, 0.0])[known]
    shared = np.where(np.isfinite(truth), joints, np.nan)  # so that the same joints stand in for missing ones
    answers, truths = (scores_from_joints(upright_joints(each[known], vertical)) for each in (shared, truth))
    for method, highest in METHODS.items():
        a, b = (getattr(each, method).score.astype(np.int64) for each in (answers, truths))
        apart = np.full((len(joints), 2), np.nan)
        apart[known] = np.abs(a - b)
        found[method] = {
            "exact": boot.figure(np.where(np.isfinite(apart), 100.0 * (apart == 0), np.nan)).facts(),
            "within_one": boot.figure(np.where(np.isfinite(apart), 100.0 * (apart <= 1), np.nan)).facts(),
            "kappa": weighted_kappa(a.ravel(), b.ravel(), highest),
        }
    return found


def weighted_kappa(a: NDArray[np.int64], b: NDArray[np.int64], highest: int) -> float | None:
    """Cohen's kappa of two ratings 1 to `highest` with quadratic weights; None where all ratings are the same one."""
    table = np.zeros((highest, highest))
    np.add.at(table, (a - 1, b - 1), 1.0 / len(a))
    apart = (np.arange(highest)[:, None] - np.arange(highest)) ** 2
    chance = float((apart * np.outer(table.sum(1), table.sum(0))).sum())
    return 1.0 - float((apart * table).sum()) / chance if chance > 0 else None
