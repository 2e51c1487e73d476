"""Another frame rate by interpolation: rotations along the shortest arc, places along straight lines.

Never by taking every n-th frame: 100 to 30 a second has no whole n.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from synth.motion.clip import Clip


def resample(clip: Clip, rate: float) -> Clip:
    """The same motion at `rate` frames a second, from the same first moment to at most the same last one."""
    if not rate > 0:
        raise ValueError(f"a rate of {rate} frames a second")
    if rate == clip.rate:
        return clip
    frames = int(np.floor(clip.duration * rate * (1.0 + 1e-12) + 1e-9)) + 1
    position = np.minimum(np.arange(frames) * (clip.rate / rate), clip.frames - 1)
    before = np.minimum(np.floor(position).astype(np.int64), max(clip.frames - 2, 0))
    after = np.minimum(before + 1, clip.frames - 1)
    share = position - before

    def linear(values: NDArray[np.float32]) -> NDArray[np.float32]:
        weight = share.reshape(-1, *[1] * (values.ndim - 1))
        return (values[before] * (1.0 - weight) + values[after] * weight).astype(np.float32)

    return replace(
        clip,
        poses=slerp(clip.poses[before], clip.poses[after], share).astype(np.float32),
        trans=linear(clip.trans),
        clearance=linear(clip.clearance),
        rate=float(rate),
        stretch=None if clip.stretch is None else linear(clip.stretch),
        mismatch=None if clip.mismatch is None else linear(clip.mismatch),
    )


def slerp(
    start: NDArray[np.floating], end: NDArray[np.floating], share: NDArray[np.floating]
) -> NDArray[np.float64]:
    """Axis-angle (T, ..., 3) a share (T,) of the way from start to end, along the shortest arc."""
    shape = start.shape
    first = Rotation.from_rotvec(start.reshape(-1, 3).astype(np.float64))
    step = (first.inv() * Rotation.from_rotvec(end.reshape(-1, 3).astype(np.float64))).as_rotvec()
    weight = np.repeat(share, int(np.prod(shape[1:-1])))[:, None]
    return (first * Rotation.from_rotvec(step * weight)).as_rotvec().reshape(shape)
