"""All scores of postures at once, and which part of the body drives them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth.risk.angles import ErgonomicAngles
from synth.risk.from_joints import angles_from_joints
from synth.risk.from_poses import angles_from_poses
from synth.risk.owas import Owas, owas
from synth.risk.reba import Reba, reba, reba_of
from synth.risk.rula import Rula, rula, rula_of
from synth.risk.stance import Stance, stance_of
from synth.risk.static import Static, static_zones
from synth.risk.task import TaskInputs

_ROWS = 4096  # postures at a time: what they need stays in the processor's cache


@dataclass(frozen=True, eq=False)
class Scores:
    """The angles of n postures and what every method says of them."""

    angles: ErgonomicAngles
    stance: Stance
    rula: Rula
    reba: Reba
    owas: Owas
    static: Static

    def __len__(self) -> int:
        return len(self.angles)


def score(angles: ErgonomicAngles, stance: Stance, task: TaskInputs | None = None) -> Scores:
    """Every score of n postures with the inputs of a task; without one, moving work with empty hands."""
    given = task or TaskInputs()
    return Scores(
        angles,
        stance,
        rula(angles, stance, given),
        reba(angles, stance, given),
        owas(angles, stance, given),
        static_zones(angles, stance, given),
    )


def scores_from_poses(
    poses: NDArray[Any],
    joints: NDArray[Any],
    task: TaskInputs | None = None,
    walking: NDArray[Any] | bool = False,
) -> Scores:
    """Scores from SMPL poses (n, 24, 3), with the joints (n, 48, 3) of the same postures for the stance."""
    angles = [angles_from_poses(poses[at : at + _ROWS]) for at in range(0, max(len(poses), 1), _ROWS)]
    return score(_joined(angles), _stance(joints, walking), task)


def scores_from_joints(
    joints: NDArray[Any], task: TaskInputs | None = None, walking: NDArray[Any] | bool = False
) -> Scores:
    """Scores from joints (n, 48, 3) alone, Z up, NaN where not known."""
    angles = [angles_from_joints(joints[at : at + _ROWS]) for at in range(0, max(len(joints), 1), _ROWS)]
    return score(_joined(angles), _stance(joints, walking), task)


def _joined(parts: list[ErgonomicAngles]) -> ErgonomicAngles:
    if len(parts) == 1:
        return parts[0]
    names = parts[0].__dataclass_fields__
    return ErgonomicAngles(
        **{name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
    )


def _stance(joints: NDArray[Any], walking: NDArray[Any] | bool) -> Stance:
    moving = np.broadcast_to(np.asarray(walking, bool), (len(joints),))
    parts = [
        stance_of(joints[at : at + _ROWS], moving[at : at + _ROWS])
        for at in range(0, max(len(joints), 1), _ROWS)
    ]
    names = parts[0].__dataclass_fields__
    return Stance(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})


# What each part's score is without a burden; body parts first, then what the task adds.
_REBA_PARTS: dict[str, int] = {
    "trunk": 1, "neck": 1, "legs": 1, "upper_arm": 1, "lower_arm": 1, "wrist": 1, "load": 0, "coupling": 0,
    "activity": 0,
}  # fmt: skip
_RULA_PARTS: dict[str, int] = {
    "trunk": 1, "neck": 1, "legs": 1, "upper_arm": 1, "lower_arm": 1, "wrist": 1, "wrist_twist": 1, "muscle": 0,
    "force": 0,
}  # fmt: skip


def reba_drivers(found: Reba) -> dict[str, NDArray[np.int8]]:
    """(n, 2) for each part, by how much the REBA score would fall if that part alone were without a burden."""
    parts = {name: getattr(found, name) for name in _REBA_PARTS}
    return {
        name: found.score - reba_of(**(parts | {name: np.full_like(parts[name], least)})).score
        for name, least in _REBA_PARTS.items()
    }


def rula_drivers(found: Rula) -> dict[str, NDArray[np.int8]]:
    """(n, 2) for each part, by how much the RULA score would fall if that part alone were without a burden."""
    parts = {name: getattr(found, name) for name in _RULA_PARTS}
    return {
        name: found.score - rula_of(**(parts | {name: np.full_like(parts[name], least)})).score
        for name, least in _RULA_PARTS.items()
    }
