"""Joint angles as ergonomics defines them, of one dataclass whatever they were measured from.

`angles_from_poses` measures truth from SMPL's rotations, `angles_from_joints` a model's answer, or a recording of
others, from joints alone. Segments and signs are those of ISO 11226:2000 and of the RULA and REBA papers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
SIDES = ("left", "right")


@dataclass(frozen=True)
class AngleKind:
    """What a field of `ErgonomicAngles` holds: its unit, whether it has two sides, its zero and what is positive."""

    name: str
    sentence: str
    sided: bool = False
    unit: str = "degrees"


KINDS: tuple[AngleKind, ...] = (
    AngleKind("trunk_flexion", "Line pelvis to neck against the vertical, forward; 0 standing upright."),
    AngleKind("trunk_side_bend", "The same line to the body's left; 0 upright."),
    AngleKind("trunk_twist", "Shoulders against hips about the trunk, to the left; 0 square."),
    AngleKind("head_inclination", "Head against the vertical, forward; 0 looking ahead upright."),
    AngleKind("neck_flexion", "Head against the trunk's line, forward; 0 upright, negative in extension."),
    AngleKind("neck_side_bend", "Head against the trunk's line, to the body's left; 0 upright."),
    AngleKind("neck_twist", "Head against shoulders about the trunk's line, to the left; 0 facing ahead."),
    AngleKind(
        "upper_arm_flexion",
        "Upper arm against the trunk's line: 0 hanging, 90 level, 180 overhead; negative where it points backward.",
        sided=True,
    ),
    AngleKind(
        "upper_arm_abduction",
        "Upper arm out of the trunk's sagittal plane: 0 within it, positive away from the body, 90 level sideways.",
        sided=True,
    ),
    AngleKind(
        "upper_arm_inclination",
        "Upper arm against the vertical: 0 hanging down, 90 level, 180 upward.",
        sided=True,
    ),
    AngleKind(
        "shoulder_raise",
        "Collar bone against its rest on the trunk, upward; 0 at rest.",
        sided=True,
    ),
    AngleKind("lower_arm_flexion", "Lower arm against the upper arm's line: 0 straight.", sided=True),
    AngleKind(
        "lower_arm_twist",
        "Pronation of the hand from the palm facing the thigh, positive as the palm turns back or down.",
        sided=True,
    ),
    AngleKind(
        "wrist_flexion",
        "Hand against the lower arm, positive to the palm; from joints the whole bend, which has no sign.",
        sided=True,
    ),
    AngleKind("wrist_deviation", "Hand against the lower arm, positive to the thumb.", sided=True),
    AngleKind("hip_flexion", "Thigh against the trunk's line: 0 standing, 90 sitting.", sided=True),
    AngleKind("knee_flexion", "Shank against the thigh's line: 0 straight.", sided=True),
    AngleKind(
        "wrist_out",
        "Wrist to its own side of the middle of the shoulders, across the trunk; 1 below the shoulder, negative "
        "beyond the body's midline.",
        sided=True,
        unit="half shoulder widths",
    ),
)
# The columns of `ErgonomicAngles.table`: sided kinds twice, left first.
NAMES: tuple[str, ...] = tuple(
    name
    for kind in KINDS
    for name in ([f"{side}_{kind.name}" for side in SIDES] if kind.sided else [kind.name])
)


@dataclass(frozen=True, eq=False)
class ErgonomicAngles:
    """Angles of n postures: (n,) each, or (n, 2) for left and right; NaN where not known.

    Degrees, and zero, sign and unit of each as `KINDS` says. `wrist_out` is a length, not an angle.
    """

    trunk_flexion: Array
    trunk_side_bend: Array
    trunk_twist: Array
    head_inclination: Array
    neck_flexion: Array
    neck_side_bend: Array
    neck_twist: Array
    upper_arm_flexion: Array
    upper_arm_abduction: Array
    upper_arm_inclination: Array
    shoulder_raise: Array
    lower_arm_flexion: Array
    lower_arm_twist: Array
    wrist_flexion: Array
    wrist_deviation: Array
    hip_flexion: Array
    knee_flexion: Array
    wrist_out: Array

    def __len__(self) -> int:
        return len(self.trunk_flexion)

    def __getitem__(self, rows: Any) -> ErgonomicAngles:
        """Those of some postures, by a slice or an index array."""
        return ErgonomicAngles(**{kind.name: getattr(self, kind.name)[rows] for kind in KINDS})

    def table(self) -> Array:
        """(n, len(NAMES)), the columns in the order of `NAMES`."""
        return np.concatenate([getattr(self, kind.name).reshape(len(self), -1) for kind in KINDS], axis=1)


def angles_from_table(table: NDArray[Any]) -> ErgonomicAngles:
    """What `ErgonomicAngles.table` gave, (n, len(NAMES)). Raises ValueError for another width."""
    if np.ndim(table) != 2 or np.shape(table)[1] != len(NAMES):
        raise ValueError(f"angles must be (n, {len(NAMES)}), not {np.shape(table)}")
    values, at, fields = np.asarray(table, np.float64), 0, {}
    for kind in KINDS:
        width = 2 if kind.sided else 1
        fields[kind.name] = values[:, at : at + width] if kind.sided else values[:, at]
        at += width
    return ErgonomicAngles(**fields)
