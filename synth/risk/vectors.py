"""Angles between vectors, many at once."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def dot(a: NDArray[Any], b: NDArray[Any]) -> Array:
    """(...,) products of (..., 3)."""
    return np.einsum("...i,...i->...", a, b)


def cross(a: NDArray[Any], b: NDArray[Any]) -> Array:
    """(..., 3); numpy's own, which handles other sizes too, takes three times as long."""
    ax, ay, az = a[..., 0], a[..., 1], a[..., 2]
    bx, by, bz = b[..., 0], b[..., 1], b[..., 2]
    return np.stack([ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx], axis=-1)


def unit(a: NDArray[Any]) -> Array:
    """(..., 3) of length 1; what has no length stays zero."""
    return a / np.maximum(np.sqrt(dot(a, a)), 1e-12)[..., None]


def between(a: NDArray[Any], b: NDArray[Any]) -> Array:
    """(...,) degrees, 0 to 180, between vectors (..., 3); by atan2, which keeps its precision at 0 and 180."""
    across = cross(a, b)
    return np.degrees(np.arctan2(np.sqrt(dot(across, across)), dot(a, b)))


def turn(a: NDArray[Any], b: NDArray[Any], axis: NDArray[Any]) -> Array:
    """(...,) degrees by which b is turned from a about an axis, counterclockwise seen from its tip."""
    axis = unit(axis)
    flat_a = a - dot(a, axis)[..., None] * axis
    flat_b = b - dot(b, axis)[..., None] * axis
    return np.degrees(np.arctan2(dot(cross(flat_a, flat_b), axis), dot(flat_a, flat_b)))


def square_to(a: NDArray[Any], axis: NDArray[Any]) -> Array:
    """(..., 3) unit vectors: what of a is square to a unit axis."""
    return unit(a - dot(a, axis)[..., None] * axis)
