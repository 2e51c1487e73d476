"""People lifted: what every writer takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lifter.data.joints import JOINTS3D
from lifter.predict.lens import Lens
from lifter.predict.recording import Array, Recording
from lifter.predict.tracks import Rows
from synth.label.angles import angles_between

_DRAWS = 32


@dataclass(frozen=True, eq=False)
class Lifted:
    """n people in frames, the rows of `rows`.

    joints (n, 20, 3) metres, camera's frame, from the middle of the hips; NaN where not lifted, with the reason in
    `reasons`. sigma (n, 20) metres. root (n, 3) metres, camera's frame. intrinsics (n, 3, 3), size (n, 2) px.
    lenses (n,), None where straight, empty where all are. up (3,) in the camera's frame. angles, spread (n, a)
    degrees, columns `angle_names`. camera, up_from, model: in words.
    """

    recording: Recording
    rows: Rows
    joints: Array
    sigma: Array
    root: Array
    reasons: tuple[str, ...]
    intrinsics: Array
    size: NDArray[np.int64]
    camera: str
    up: Array
    up_from: str
    angle_names: tuple[str, ...]
    angles: Array
    spread: Array
    rate: float
    model: str
    lenses: tuple[Lens | None, ...] = ()

    @property
    def done(self) -> NDArray[np.bool_]:
        """(n,) which were lifted."""
        return np.array([not reason for reason in self.reasons], np.bool_)

    def people(self) -> Iterator[tuple[str, NDArray[np.int64]]]:
        """Everybody's name and rows, in order of time."""
        for person, name in enumerate(self.rows.names):
            rows = np.flatnonzero(self.rows.person == person)
            if len(rows):
                yield name, rows

    def timed(self, rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Frames (t,) from a person's first to their last, and the row of each, -1 where there is none lifted."""
        lifted = rows[self.done[rows]]
        if not len(lifted):
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        frames = np.arange(self.rows.frame[lifted].min(), self.rows.frame[lifted].max() + 1)
        places = np.full(len(frames), -1, np.int64)
        places[self.rows.frame[lifted] - frames[0]] = lifted
        return frames, places


def angles_of(joints: Array, sigma: Array, up: Array) -> tuple[tuple[str, ...], Array, Array]:
    """Names of the posture angles, (n, a) degrees, and (n, a) their standard deviation from the joints' uncertainty.

    The latter is the root mean square over random draws in which every joint is off by `sigma` along each axis,
    independently of the others: errors that joints share, which move no angle between them, count as if they did.
    """
    names, angles = _columns(joints, up)
    if not len(joints):
        return names, angles, angles
    noise = np.random.default_rng(0).standard_normal((_DRAWS, *joints.shape[1:]))
    off = np.zeros_like(angles)
    for each in noise:
        other = _columns(joints + each * np.nan_to_num(sigma)[..., None], up)[1] - angles
        off += ((other + 180) % 360 - 180) ** 2
    known = np.asarray(np.isfinite(sigma).all(1))
    return names, angles, np.where(known[:, None], np.sqrt(off / _DRAWS), np.nan)


def _columns(joints: Array, up: Array) -> tuple[tuple[str, ...], Array]:
    found = angles_between(dict(zip(JOINTS3D, np.swapaxes(joints, 0, 1), strict=True)), up)
    names, columns = [], []
    for name, values in found.items():
        for side, column in zip(
            ("left ", "right ") if values.shape[1] == 2 else ("",), values.T, strict=True
        ):
            names.append(side + name)
            columns.append(column)
    return tuple(names), np.stack(columns, axis=1)
