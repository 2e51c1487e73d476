"""Directions and rotations over time: what retargeting calculates with."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

Floats = NDArray[np.float64]


def unit(vectors: Floats) -> Floats:
    """(..., 3) vectors at length 1; those without length come out as NaN."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.divide(vectors, length, out=np.full(np.shape(vectors), np.nan), where=length > 1e-12)


def across(vectors: Floats, axis: Floats) -> Floats:
    """(..., 3): what of the vectors is at right angles to a unit axis (..., 3)."""
    return vectors - np.sum(vectors * axis, axis=-1, keepdims=True) * axis


def angle_between(first: Floats, second: Floats) -> Floats:
    """(...,) degrees between directions (..., 3), exact also where it is small; NaN where one is missing."""
    a, b = unit(first), unit(second)
    return np.degrees(2.0 * np.arctan2(np.linalg.norm(a - b, axis=-1), np.linalg.norm(a + b, axis=-1)))


def turn_angle(turns: Floats) -> Floats:
    """(...,) degrees by which rotations (..., 3, 3) turn."""
    return np.degrees(Rotation.from_matrix(turns.reshape(-1, 3, 3)).magnitude()).reshape(turns.shape[:-2])


def between(start: Floats, end: Floats) -> Floats:
    """(..., 3, 3): the smallest rotation that takes each direction `start` (..., 3) to `end` (..., 3)."""
    a = start / np.linalg.norm(start, axis=-1, keepdims=True)
    b = end / np.linalg.norm(end, axis=-1, keepdims=True)
    axis = np.cross(a, b)
    sine = np.linalg.norm(axis, axis=-1, keepdims=True)
    aside = np.cross(a, np.where(np.abs(a[..., :1]) < 0.9, [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]))
    axis = np.where(sine > 1e-9, axis, aside)
    axis = axis / np.linalg.norm(axis, axis=-1, keepdims=True)
    angle = np.arctan2(sine, np.sum(a * b, axis=-1, keepdims=True))
    return Rotation.from_rotvec((axis * angle).reshape(-1, 3)).as_matrix().reshape(*axis.shape[:-1], 3, 3)


def about(axis: Floats, angle: Floats) -> Floats:
    """(T, 3, 3): turns by each angle (T,), radians, about a unit axis (3,) or (T, 3)."""
    return Rotation.from_rotvec(np.asarray(angle)[:, None] * axis).as_matrix()


def twist_about(turns: Floats, axis: Floats) -> Floats:
    """(T,) the angle by which rotations (T, 3, 3) turn about `axis` (3,), in (-pi, pi]."""
    quats = Rotation.from_matrix(turns).as_quat()
    angle = 2.0 * np.arctan2(quats[:, :3] @ axis, quats[:, 3])
    return (angle + np.pi) % (2.0 * np.pi) - np.pi


def mean_turn(turns: Floats, weights: Floats) -> Floats:
    """(3, 3): the rotation nearest to rotations (T, 3, 3) of weights (T,), those far from the others left out.

    The chordal mean (Hartley et al., 'Rotation averaging', 2013), taken twice: the second time weighted down
    with the distance from the first.
    """
    total = weights + 1e-12
    for _ in range(2):
        mean = nearest_turn(np.einsum("t,tij->ij", total, turns))
        off = turn_angle(mean.T @ turns)
        total = (weights + 1e-12) / (1.0 + (off / 30.0) ** 2)
    return nearest_turn(np.einsum("t,tij->ij", total, turns))


def nearest_turn(matrix: Floats) -> Floats:
    """The rotation nearest to a matrix (3, 3)."""
    left, _, right = np.linalg.svd(matrix)
    return left @ np.diag([1.0, 1.0, np.linalg.det(left @ right)]) @ right


def frame(left: Floats, up: Floats) -> Floats:
    """(..., 3, 3): axes with columns left, up and forward; up is kept, left as far as it is across up."""
    y = unit(up)
    x = unit(across(left, y))
    return np.stack([x, y, np.cross(x, y)], axis=-1)


def from_two(start: tuple[Floats, Floats], end: tuple[Floats, Floats]) -> Floats:
    """(3, 3): takes the direction start[0] to end[0], and start[1] as near to end[1] as that leaves it."""
    return frame(end[1], end[0]) @ frame(start[1], start[0]).T
