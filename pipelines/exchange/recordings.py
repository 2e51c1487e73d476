"""Recordings of people by calibrated cameras, as every importer gives them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from synth.body.skeleton import JOINT_SETS
from synth.scene.camera import Camera

H36M_17 = tuple(JOINT_SETS["h36m17"])


@dataclass(frozen=True)
class CameraRecording:
    """One recording as one camera saw it.

    `world` (T, 17, 3) metres, Z up, joints as in H36M_17, NaN where not known; `points` (T, n, 3) pixels and
    confidence (1 where the file has none) of the joints `names`, 0 0 0 where not detected.
    """

    subject: str
    action: str
    camera_id: str
    camera: Camera
    world: NDArray[np.float64]
    points: NDArray[np.float64]
    names: tuple[str, ...]


class Recordings(Protocol):
    """Opened files. `source`, `licence` and `rate` (frames a second) hold unless the user says otherwise."""

    source: str
    licence: str
    rate: float

    def actions(self, subjects: list[str] | None = None) -> list[tuple[str, str]]:
        """Subject and action of every recording, in a fixed order. Raises InputError for an unknown subject."""
        ...

    def views(self, subject: str, action: str) -> Iterator[CameraRecording]:
        """A recording as each camera saw it, in a fixed order, all of the same length."""
        ...


Importer = Callable[[Sequence[Path]], Recordings]
