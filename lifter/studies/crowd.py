"""Pictures of several people, made of people who were each filmed alone.

Whatever a camera sees, it would see elsewhere in its picture had it been turned: so a person is brought into another
one's picture by a turn of their camera about its place, which is exact for the 2D, the 3D and the detector's errors
alike. People who occlude one another are not modelled.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lifter.score.cases import Cases

Array = NDArray[np.float64]
_AHEAD = 0.1  # the least depth, in focal lengths, at which something is still in a picture


@dataclass(frozen=True)
class Picture:
    """Detections (d, 17, 3) of a picture, whose they are (d,), and the truth of its people (p, 20, 3), metres in
    the camera's frame, with their own detections (p, 17, 3), the first of each."""

    keypoints: NDArray[np.float32]
    whose: NDArray[np.int64]
    truth: Array
    alone: NDArray[np.float32]
    intrinsics: Array


def picture_of(cases: Cases, rows: NDArray[np.int64], repeats: int, rng: np.random.Generator) -> Picture:
    """The people of some cases side by side in the first one's picture, each detected `repeats` times: exactly as
    the case says, then with joints that moved by about 1% of the person's size and some that were not found."""
    camera = cases.intrinsics[rows[0]]
    keypoints: list[NDArray[np.float32]] = []
    truths: list[Array] = []
    edge = -np.inf
    for row in rows:
        angle = 0.0
        for _ in range(8):  # what a turn moves depends on where in the picture it is
            seen, truth = turned(cases.keypoints[row], cases.truth[row], cases.intrinsics[row], camera, angle)
            low, high = _extent(seen)
            if not keypoints or abs(edge - low) < 1.0:
                break
            angle = float(np.clip(angle + (edge - low) / camera[0, 0], -1.2, 1.2))
        keypoints.append(seen)
        truths.append(truth)
        edge = high - 0.1 * (high - low)  # boxes overlap a little
    alone = np.stack(keypoints)
    again = [alone, *(_again(alone, rng) for _ in range(repeats - 1))]
    whose = np.tile(np.arange(len(rows)), repeats)
    return Picture(np.concatenate(again), whose, np.stack(truths), alone, camera)


def turned(
    keypoints: NDArray[np.float32], truth: Array, own: Array, camera: Array, angle: float
) -> tuple[NDArray[np.float32], Array]:
    """Keypoints (17, 3) and truth (20, 3) of a camera K `own`, seen by `camera` at its place, once the people are
    turned about that place by an angle, radians, to the right."""
    c, s = np.cos(angle), np.sin(angle)
    turn = np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])
    pixels = np.concatenate([keypoints[:, :2].astype(np.float64), np.ones((17, 1))], 1)
    rays = pixels @ (turn @ np.linalg.inv(own)).T
    there = (keypoints[:, 2] > 0) & (rays[:, 2] > _AHEAD)
    seen = (rays / np.where(there, rays[:, 2], 1.0)[:, None]) @ camera.T
    seen[:, 2] = keypoints[:, 2]
    return np.where(there[:, None], seen, 0.0).astype(np.float32), truth @ turn.T


def _again(keypoints: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """Another detection of each (p, 17, 3): 1% noise, and one joint in ten not found, but never fewer than six."""
    size = np.array([np.ptp(each[each[:, 2] > 0, :2], axis=0).max() for each in keypoints])
    out = keypoints.copy()
    out[..., :2] += rng.normal(0, 0.01, out[..., :2].shape) * size[:, None, None]
    lost = rng.random(out.shape[:2]) < 0.1
    kept = (out[..., 2] > 0) & ~lost
    lost &= (kept.sum(1) >= 6)[:, None]
    out[lost | (out[..., 2] <= 0)] = 0.0
    return out.astype(np.float32)


def _extent(keypoints: NDArray[np.float32]) -> tuple[float, float]:
    """Leftmost and rightmost of the keypoints there are, pixels; zeros where there are none."""
    x = keypoints[keypoints[:, 2] > 0, 0]
    return (float(x.min()), float(x.max())) if len(x) else (0.0, 0.0)
