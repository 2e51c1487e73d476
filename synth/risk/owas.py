"""OWAS: Karhu, Kansi & Kuorinka, 'Correcting working postures in industry', Applied Ergonomics 8(4), 1977, 199-201.

The class of each code: Mattila & Vilkki, 'OWAS methods', 1999; limits: Louhevaara & Suurnäkki, 'OWAS', 1992.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth.risk import limits
from synth.risk.angles import ErgonomicAngles
from synth.risk.stance import Stance
from synth.risk.tables import exceeds, table
from synth.risk.task import TaskInputs

Codes = NDArray[np.int8]


@dataclass(frozen=True, eq=False)
class Owas:
    """Of n postures. code (n, 4): back 1-4, arms 1-3, legs 1-7, load 1-3; action (n,): the class, 1 to 4."""

    code: Codes
    action: Codes


def owas(angles: ErgonomicAngles, stance: Stance, task: TaskInputs) -> Owas:
    """OWAS of n postures."""
    bent = exceeds(angles.trunk_flexion, limits.OWAS_BENT)
    turned = exceeds(angles.trunk_twist, limits.OWAS_BENT) | exceeds(angles.trunk_side_bend, limits.OWAS_BENT)
    back = 1 + bent + 2 * turned
    arms = 1 + stance.arms_up.sum(axis=1)
    knee = exceeds(angles.knee_flexion, limits.OWAS_KNEE_BENT)
    left = stance.left_share >= 0.5
    bearing = np.where(left, knee[:, 0], knee[:, 1])  # the knee of the leg that carries
    one = np.where(bearing, 5, 3)
    both = np.where(knee.all(axis=1), 4, np.where(knee.any(axis=1), 5, 2))
    legs = np.select(
        [stance.sitting, stance.kneeling.any(axis=1), stance.walking, stance.on_one_foot],
        [1, 6, 7, one],
        both,
    )
    return owas_of(np.stack([back, arms, legs, load_code(task.loads(len(angles)))], axis=1))


def owas_of(code: NDArray[Any]) -> Owas:
    """The class of codes (n, 4)."""
    back, arms, legs, load = np.asarray(code, np.int64).T - 1
    return Owas(np.asarray(code, np.int8), table("owas", "classes")[back, arms, legs, load])


def load_code(kilograms: NDArray[Any]) -> Codes:
    """(n,) 1 under 10 kg, 2 to 20 kg, 3 over."""
    return np.where(kilograms < 10, 1, np.where(kilograms <= 20, 2, 3)).astype(np.int8)
