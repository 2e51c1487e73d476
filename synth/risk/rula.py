"""RULA: McAtamney & Corlett, 'RULA: a survey method for the investigation of work-related upper limb disorders',
Applied Ergonomics 24(2), 1993, 91-99.

Cornell's worksheets differ from the paper, which is followed: they give 1 for a trunk that stands erect, where the
paper gives 1 only for who sits well supported; 3 for more than 10 kg at once, where the paper gives 2 unless it is
held, repeated or comes with a jolt; some put the first limits of the upper arm at 15 degrees instead of 20; some call
a posture static from 10 minutes on instead of 1.
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
# 'or more' in the paper: the edge belongs to the band above, elsewhere to the one below
_BELOW_15, _BELOW_20, _BELOW_60, _BELOW_90 = (
    float(np.nextafter(edge, 0)) for edge in (15.0, 20.0, 60.0, 90.0)
)


@dataclass(frozen=True, eq=False)
class Rula:
    """Of n postures. score (n, 2): the grand score of left and right, 1 to 7.

    upper_arm 1-6, lower_arm 1-3, wrist 1-4, wrist_twist 1-2 (n, 2); neck 1-6, trunk 1-6, legs 1-2 (n,); muscle and
    force (n,), what is added to both groups; arm_and_wrist (n, 2) and body (n,), the paper's scores C and D.
    """

    score: Scores
    upper_arm: Scores
    lower_arm: Scores
    wrist: Scores
    wrist_twist: Scores
    neck: Scores
    trunk: Scores
    legs: Scores
    muscle: Scores
    force: Scores
    arm_and_wrist: Scores
    body: Scores


def rula(angles: ErgonomicAngles, stance: Stance, task: TaskInputs) -> Rula:
    """RULA of n postures; an angle that is not known counts as neutral, so that the score is the least it can be."""
    a = angles
    upper = bands(np.abs(a.upper_arm_flexion), (20, 45, _BELOW_90))
    upper = np.where(a.upper_arm_flexion < 0, np.minimum(upper, 2), upper)  # extension: 2 however far
    upper = (
        upper
        + (a.shoulder_raise > limits.SHOULDER_RAISED)
        + (a.upper_arm_abduction > limits.UPPER_ARM_ABDUCTED)
    )
    upper = np.maximum(upper - task.supported(), 1)
    lower = np.where(outside(a.lower_arm_flexion, 60, 100), 2, 1)
    lower = lower + ((a.wrist_out < limits.ACROSS_MIDLINE) | (a.wrist_out > limits.OUT_TO_SIDE))
    wrist = bands(np.abs(a.wrist_flexion), (limits.NEUTRAL, _BELOW_15))
    wrist = wrist + exceeds(a.wrist_deviation, limits.WRIST_DEVIATED)
    twist = 1 + exceeds(a.lower_arm_twist, limits.LOWER_ARM_TWISTED)
    neck = np.where(a.neck_flexion < -limits.NEUTRAL, 4, bands(a.neck_flexion, (10, _BELOW_20)))
    neck = neck + exceeds(a.neck_twist, limits.NECK_TWIST) + exceeds(a.neck_side_bend, limits.NECK_SIDE_BEND)
    trunk = 1 + bands(np.abs(a.trunk_flexion), (20, _BELOW_60))
    trunk = np.where(stance.sitting & task.back_supported, 1, trunk)
    trunk = (
        trunk
        + exceeds(a.trunk_twist, limits.TRUNK_TWIST)
        + exceeds(a.trunk_side_bend, limits.TRUNK_SIDE_BEND)
    )
    legs = np.where(stance.on_one_foot | stance.kneeling.any(axis=1), 2, 1)
    return rula_of(
        upper_arm=upper,
        lower_arm=lower,
        wrist=wrist,
        wrist_twist=twist,
        neck=neck,
        trunk=trunk,
        legs=legs,
        muscle=np.full(len(angles), muscle_use(task), np.int8),
        force=force(task.loads(len(angles)), task),
    )


def rula_of(
    *,
    upper_arm: NDArray[Any],
    lower_arm: NDArray[Any],
    wrist: NDArray[Any],
    wrist_twist: NDArray[Any],
    neck: NDArray[Any],
    trunk: NDArray[Any],
    legs: NDArray[Any],
    muscle: NDArray[Any],
    force: NDArray[Any],
) -> Rula:
    """RULA from the scores of the parts, of arms (n, 2) and of the body (n,), by the paper's tables."""
    upper_arm, lower_arm, wrist = np.minimum(upper_arm, 6), np.minimum(lower_arm, 3), np.minimum(wrist, 4)
    neck, trunk = np.minimum(neck, 6), np.minimum(trunk, 6)
    arm = table("rula", "table_a")[upper_arm - 1, lower_arm - 1, wrist - 1, wrist_twist - 1]
    arm = arm + (muscle + force)[:, None]
    body = table("rula", "table_b")[neck - 1, trunk - 1, legs - 1] + muscle + force
    grand = table("rula", "table_c")[np.minimum(arm, 8) - 1, np.minimum(body, 7)[:, None] - 1]
    parts = (grand, upper_arm, lower_arm, wrist, wrist_twist, neck, trunk, legs, muscle, force, arm, body)
    return Rula(*(np.asarray(part, np.int8) for part in parts))


def muscle_use(task: TaskInputs) -> int:
    """1 for a posture held for over a minute or repeated over four times a minute."""
    return int(task.static or task.repeated)


def force(kilograms: NDArray[Any], task: TaskInputs) -> Scores:
    """(n,) 0 to 3. Under 2 kg 0; 2 to 10 kg 1, held or repeated 2; over 10 kg 2, held or repeated 3; with a jolt 3."""
    lasting = int(task.static or task.repeated)
    scored = np.where(kilograms < 2, 0, np.where(kilograms <= 10, 1, 2) + lasting)
    return np.where((kilograms > 0) & task.shock, 3, scored).astype(np.int8)
