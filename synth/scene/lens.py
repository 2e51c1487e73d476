"""Projection inside the kernels: a camera as one flat array, its rays, and how long an edge it may bend.

A lens is (11,) float64: the first two rows of the intrinsics, then OpenCV's k1, k2, p1, p2, k3.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numba import njit
from numpy.typing import NDArray

from synth.scene.camera import Camera

Array = NDArray[np.float64]

# pixels around the picture within which a triangle needs no clipping; keeps the edge functions inside int64
GUARD = 16_384.0
# pixels that a straight edge drawn instead of a bent one may be off
BEND = 0.25


def lens_of(camera: Camera) -> Array:
    """(11,) float64, see above."""
    return np.concatenate([np.asarray(camera.intrinsics, dtype=np.float64)[:2].ravel(), camera.distortion])


@njit(cache=True, nogil=True, error_model="numpy")
def to_screen(x: float, y: float, lens: Array) -> tuple[float, float]:
    """Pixel of an ideal image point (x / z, y / z)."""
    k1, k2, p1, p2, k3 = lens[6], lens[7], lens[8], lens[9], lens[10]
    if k1 != 0 or k2 != 0 or p1 != 0 or p2 != 0 or k3 != 0:
        r2 = x * x + y * y
        radial = 1 + r2 * (k1 + r2 * (k2 + r2 * k3))
        bent_x = x * radial + 2 * p1 * x * y + p2 * (r2 + 2 * x * x)
        y = y * radial + p1 * (r2 + 2 * y * y) + 2 * p2 * x * y
        x = bent_x
    return lens[0] * x + lens[1] * y + lens[2], lens[3] * x + lens[4] * y + lens[5]


@njit(cache=True, nogil=True, error_model="numpy")
def from_screen(u: float, v: float, lens: Array, x: float, y: float) -> tuple[float, float]:
    """The ideal image point seen at a pixel, by Newton's method from the guess (x, y)."""
    det = lens[0] * lens[4] - lens[1] * lens[3]
    a, b = u - lens[2], v - lens[5]
    bent_x, bent_y = (lens[4] * a - lens[1] * b) / det, (lens[0] * b - lens[3] * a) / det
    k1, k2, p1, p2, k3 = lens[6], lens[7], lens[8], lens[9], lens[10]
    if k1 == 0 and k2 == 0 and p1 == 0 and p2 == 0 and k3 == 0:
        return bent_x, bent_y
    for _ in range(20):
        r2 = x * x + y * y
        radial = 1 + r2 * (k1 + r2 * (k2 + r2 * k3))
        slope = 2 * (k1 + r2 * (2 * k2 + 3 * r2 * k3))  # d radial / d r2, times 2
        off_x = x * radial + 2 * p1 * x * y + p2 * (r2 + 2 * x * x) - bent_x
        off_y = y * radial + p1 * (r2 + 2 * y * y) + 2 * p2 * x * y - bent_y
        xx = radial + x * x * slope + 2 * p1 * y + 6 * p2 * x
        xy = x * y * slope + 2 * p1 * x + 2 * p2 * y
        yy = radial + y * y * slope + 6 * p1 * y + 2 * p2 * x
        inner = xx * yy - xy * xy
        step_x, step_y = (yy * off_x - xy * off_y) / inner, (xx * off_y - xy * off_x) / inner
        x -= step_x
        y -= step_y
        if abs(step_x) + abs(step_y) < 1e-9:
            break
    return x, y


@njit(cache=True, nogil=True, error_model="numpy")
def _fill_rays(lens: Array, out: NDArray[np.float32]) -> None:
    height, width = out.shape[:2]
    start_x, start_y = from_screen(0.5, 0.5, lens, 0.0, 0.0)
    for row in range(height):
        start_x, start_y = from_screen(0.5, row + 0.5, lens, start_x, start_y)
        x, y = start_x, start_y
        for column in range(width):
            x, y = from_screen(column + 0.5, row + 0.5, lens, x, y)
            out[row, column, 0] = x
            out[row, column, 1] = y


@lru_cache(maxsize=4)
def _rays(lens: bytes, width: int, height: int) -> NDArray[np.float32]:
    grid = np.empty((height, width, 2), np.float32)
    _fill_rays(np.frombuffer(lens), grid)
    grid.flags.writeable = False
    return grid


def ray_grid(lens: Array, width: int, height: int) -> NDArray[np.float32]:
    """(height, width, 2) float32, read only: the ray through a pixel's centre is (x, y, 1), camera frame."""
    return _rays(lens.tobytes(), width, height)


@lru_cache(maxsize=64)
def _reach(lens: bytes, width: int, height: int) -> tuple[Array, float]:
    flat = np.frombuffer(lens)
    bent = bool(np.any(flat[6:]))
    margin = 0.02 * max(width, height) if bent else GUARD
    along = np.linspace(0, 1, 33 if bent else 2)
    u, v = -margin + along * (width + 2 * margin), -margin + along * (height + 2 * margin)
    border = [(a, b) for a in u for b in (v[0], v[-1])] + [(a, b) for a in (u[0], u[-1]) for b in v]
    ideal = np.array([from_screen(a, b, flat, 0.0, 0.0) for a, b in border])
    if bent:
        back = np.array([to_screen(x, y, flat) for x, y in ideal])
        if not np.all(np.abs(back - np.array(border)) < 0.01):
            raise ValueError(
                f"the lens folds the picture over within {width} x {height}: {flat[6:].tolist()}"
            )
    bounds = np.array([*ideal.min(axis=0), *ideal.max(axis=0), NEAR])
    return bounds, _longest_edge(flat, float(np.linalg.norm(ideal, axis=1).max()))


def _longest_edge(lens: Array, radius: float) -> float:
    """Ideal pixels that an edge may measure while its chord stays within BEND of the bent edge."""
    k1, k2, p1, p2, k3 = np.abs(lens[6:])
    # the second derivative of the distortion, at most, out to `radius` (a chord is off by it * L**2 / 8)
    curvature = 6 * k1 * radius + 20 * k2 * radius**3 + 42 * k3 * radius**5 + 6 * (p1 + p2)
    if curvature == 0:
        return float("inf")
    return float(np.sqrt(8 * BEND * min(abs(lens[0]), abs(lens[4])) / curvature))


def reach(lens: Array, width: int, height: int) -> tuple[Array, float]:
    """What a triangle must keep to be drawn: bounds and length.

    bounds (5,): least x / z and y / z, greatest x / z and y / z, least z, outside which a triangle is
    clipped; length: the longest edge in pixels of the ideal picture, above which it is cut in two because the
    lens bends it (inf without distortion). Raises ValueError where the lens maps two rays to one pixel.
    """
    return _reach(lens.tobytes(), width, height)


NEAR = 0.05  # metres: nothing nearer to the camera's plane is drawn
