"""REBA: Hignett & McAtamney, 'Rapid Entire Body Assessment (REBA)', Applied Ergonomics 31(2), 2000, 201-205.

Cornell's worksheets differ from the paper, which is followed: the paper adds 1 where the upper arm is abducted or
rotated and takes 1 where gravity assists the arm, which the worksheets leave out; it adds 1 once for a trunk or neck
that is twisted or bent to the side, where the worksheets add 1 for each. Rotation of the upper arm is not measured.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth.risk import limits
from synth.risk.angles import ErgonomicAngles
from synth.risk.stance import Stance
from synth.risk.tables import bands, exceeds, outside, table
from synth.risk.task import TaskInputs

Scores = NDArray[np.int8]


@dataclass(frozen=True, eq=False)
class Reba:
    """Of n postures. score (n, 2): the REBA score with the left and with the right arm, 1 to 15.

    neck 1-3, trunk 1-5, legs 1-4, load 0-3 (n,); upper_arm 1-6, lower_arm 1-2, wrist 1-3 (n, 2); coupling 0-3 and
    activity 0-3 (n,); score_a (n,) and score_b (n, 2) after load and coupling.
    """

    score: Scores
    neck: Scores
    trunk: Scores
    legs: Scores
    load: Scores
    upper_arm: Scores
    lower_arm: Scores
    wrist: Scores
    coupling: Scores
    activity: Scores
    score_a: Scores
    score_b: Scores


def reba(angles: ErgonomicAngles, stance: Stance, task: TaskInputs) -> Reba:
    """REBA of n postures; an angle that is not known counts as neutral, so that the score is the least it can be."""
    a, n = angles, len(angles)
    trunk = bands(np.abs(a.trunk_flexion), (limits.NEUTRAL, 20, 60))
    trunk = np.where(a.trunk_flexion < 0, np.minimum(trunk, 3), trunk)
    trunk = trunk + (
        exceeds(a.trunk_twist, limits.TRUNK_TWIST) | exceeds(a.trunk_side_bend, limits.TRUNK_SIDE_BEND)
    )
    neck = np.where((a.neck_flexion < -limits.NEUTRAL) | (a.neck_flexion > 20), 2, 1)
    neck = neck + (
        exceeds(a.neck_twist, limits.NECK_TWIST) | exceeds(a.neck_side_bend, limits.NECK_SIDE_BEND)
    )
    knees = np.nan_to_num(a.knee_flexion).max(axis=1)
    bent = np.where(knees > 60, 2, np.where(knees >= 30, 1, 0))
    legs = np.where(stance.on_one_foot & ~stance.walking, 2, 1) + np.where(stance.sitting, 0, bent)
    upper = bands(np.abs(a.upper_arm_flexion), (20, 45, 90))
    upper = np.where(a.upper_arm_flexion < 0, np.minimum(upper, 2), upper)
    hangs = (a.upper_arm_inclination < limits.ARM_HANGS) & (np.abs(a.upper_arm_flexion) > 20)
    upper = (
        upper
        + (a.shoulder_raise > limits.SHOULDER_RAISED)
        + (a.upper_arm_abduction > limits.UPPER_ARM_ABDUCTED)
    )
    upper = np.maximum(upper - (task.supported() | hangs), 1)
    lower = np.where(outside(a.lower_arm_flexion, 60, 100), 2, 1)
    wrist = bands(np.abs(a.wrist_flexion), (15,)) + (
        exceeds(a.wrist_deviation, limits.WRIST_DEVIATED)
        | exceeds(a.lower_arm_twist, limits.LOWER_ARM_TWISTED)
    )
    kilograms = task.loads(n)
    return reba_of(
        neck=neck,
        trunk=trunk,
        legs=legs,
        load=load_score(kilograms, task.shock),
        upper_arm=upper,
        lower_arm=lower,
        wrist=wrist,
        coupling=np.where(kilograms > 0, task.coupling_score, 0),
        activity=np.full(n, int(task.static) + int(task.repeated) + int(task.unstable)),
    )


def reba_of(
    *,
    neck: NDArray[Any],
    trunk: NDArray[Any],
    legs: NDArray[Any],
    load: NDArray[Any],
    upper_arm: NDArray[Any],
    lower_arm: NDArray[Any],
    wrist: NDArray[Any],
    coupling: NDArray[Any],
    activity: NDArray[Any],
) -> Reba:
    """REBA from the scores of the parts, of arms (n, 2) and of the body (n,), by the paper's tables."""
    neck, trunk, legs = np.minimum(neck, 3), np.minimum(trunk, 5), np.minimum(legs, 4)
    upper_arm, lower_arm, wrist = np.minimum(upper_arm, 6), np.minimum(lower_arm, 2), np.minimum(wrist, 3)
    score_a = table("reba", "table_a")[neck - 1, trunk - 1, legs - 1] + load
    score_b = table("reba", "table_b")[lower_arm - 1, upper_arm - 1, wrist - 1] + coupling[:, None]
    score = table("reba", "table_c")[score_a[:, None] - 1, score_b - 1] + activity[:, None]
    parts = (
        score,
        neck,
        trunk,
        legs,
        load,
        upper_arm,
        lower_arm,
        wrist,
        coupling,
        activity,
        score_a,
        score_b,
    )
    return Reba(*(np.asarray(part, np.int8) for part in parts))


def load_score(kilograms: NDArray[Any], shock: bool) -> Scores:
    """(n,) 0 under 5 kg, 1 to 10 kg, 2 over; 1 more for shock or rapid build-up of force."""
    scored = np.where(kilograms < 5, 0, np.where(kilograms <= 10, 1, 2))
    return (scored + (shock & (kilograms > 0))).astype(np.int8)
