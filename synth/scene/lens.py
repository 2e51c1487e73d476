"""The one lens: Brown's distortion, forward and inverse, for single points in kernels and for whole arrays.

Brown, 'Decentering distortion of lenses', 1966, with OpenCV's five terms k1, k2, p1, p2, k3. Ideal image-plane
coordinates are x / z and y / z of a point in the camera's frame. Kernels take a camera as one flat array, the *lens*:
(11,) float64, the first two rows of the intrinsics, then the five terms; `Camera.lens` gives it.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numba import njit
from numpy.typing import NDArray

Array = NDArray[np.float64]

NEAR = 0.05  # metres: nothing nearer to the camera's plane is rendered
# pixels around the picture within which a triangle needs no clipping; keeps the edge functions inside int64
GUARD = 16_384.0
# pixels that a straight edge rasterized instead of a bent one may be off
BEND = 0.25


@njit(cache=True, nogil=True, error_model="numpy")
def polynomial(x, y, r2, k1, k2, p1, p2, k3):  # type: ignore[no-untyped-def]
    """The ideal point (x, y), of squared radius r2, as the lens bends it, wherever it lies."""
    radial = 1 + r2 * (k1 + r2 * (k2 + r2 * k3))
    bent_x = x * radial + 2 * p1 * x * y + p2 * (r2 + 2 * x * x)
    bent_y = y * radial + p1 * (r2 + 2 * y * y) + 2 * p2 * x * y
    return bent_x, bent_y


@njit(cache=True, nogil=True, error_model="numpy")
def bend(x, y, distortion, limit):  # type: ignore[no-untyped-def]
    """The ideal point (x, y) as the lens bends it; distortion (5,), `limit` the lens' `fold_radius`.

    Past the radius where the polynomial would fold the picture back onto itself, a point keeps its direction and the
    largest radius, so that what lies far outside the picture stays outside.
    """
    r2 = x * x + y * y
    if r2 > limit * limit:
        shrink = limit / np.sqrt(r2)
        x, y, r2 = x * shrink, y * shrink, limit * limit
    return polynomial(x, y, r2, distortion[0], distortion[1], distortion[2], distortion[3], distortion[4])


@njit(cache=True, nogil=True, error_model="numpy")
def unbend(bent_x, bent_y, x, y, distortion, limit, tolerance, rounds):  # type: ignore[no-untyped-def]
    """The ideal point that the lens bends to (bent_x, bent_y), by Newton's method from the guess (x, y).

    It stays within the radius `limit` and ends once a step is shorter than `tolerance`, after `rounds` at the latest.
    """
    k1, k2, p1, p2, k3 = distortion[0], distortion[1], distortion[2], distortion[3], distortion[4]
    for _ in range(rounds):
        r2 = x * x + y * y
        radial = 1 + r2 * (k1 + r2 * (k2 + r2 * k3))
        slope = 2 * (k1 + r2 * (2 * k2 + 3 * r2 * k3))  # of radial over r, divided by r
        at_x, at_y = polynomial(x, y, r2, k1, k2, p1, p2, k3)
        off_x, off_y = at_x - bent_x, at_y - bent_y
        xx = radial + x * x * slope + 2 * p1 * y + 6 * p2 * x
        xy = x * y * slope + 2 * p1 * x + 2 * p2 * y
        yy = radial + y * y * slope + 6 * p1 * y + 2 * p2 * x
        determinant = xx * yy - xy * xy
        if abs(determinant) < 1e-12:
            break
        step_x, step_y = (yy * off_x - xy * off_y) / determinant, (xx * off_y - xy * off_x) / determinant
        x, y = x - step_x, y - step_y
        r = np.sqrt(x * x + y * y)
        if r > limit:
            x, y = x * limit / r, y * limit / r
        if abs(step_x) + abs(step_y) < tolerance:
            break
    return x, y


@njit(cache=True, nogil=True)
def fold_of_first_term(k1):  # type: ignore[no-untyped-def]
    """`fold_radius` of a lens with no other term than k1."""
    return np.sqrt(-1.0 / (3.0 * k1)) if k1 < 0 else np.inf


def fold_radius(distortion: Array) -> Array:
    """(...) ideal radii at which radial distortion (..., 5) stops growing; infinity where it never does."""
    rows = np.asarray(distortion, dtype=np.float64).reshape(-1, 5)
    k1, k2, k3 = rows[:, 0], rows[:, 1], rows[:, 4]
    with np.errstate(divide="ignore", invalid="ignore"):
        radius = np.where(k1 < 0, np.sqrt(-1 / (3 * k1)), np.inf)
    higher = np.flatnonzero((k2 != 0) | (k3 != 0))
    lenses, which = np.unique(rows[higher][:, [0, 1, 4]], axis=0, return_inverse=True)
    radius[higher] = np.array([_fold(*terms) for terms in lenses])[which.ravel()]
    return radius.reshape(np.shape(distortion)[:-1])


def _fold(k1: float, k2: float, k3: float) -> float:
    roots = np.roots([7 * k3, 5 * k2, 3 * k1, 1.0])
    positive = roots.real[(np.abs(roots.imag) < 1e-12) & (roots.real > 0)]
    return float(np.sqrt(positive.min())) if len(positive) else float(np.inf)


@njit(cache=True, nogil=True)
def _bend_all(points, distortion, limit, out):  # type: ignore[no-untyped-def]
    for i in range(len(points)):
        out[i] = bend(points[i, 0], points[i, 1], distortion, limit)


@njit(cache=True, nogil=True)
def _unbend_all(bent, distortion, limit, out):  # type: ignore[no-untyped-def]
    for i in range(len(bent)):
        # from the point at half the fold's radius or nearer: Newton's method does not leave the fold from there
        far = np.sqrt(bent[i, 0] ** 2 + bent[i, 1] ** 2)
        start = 1.0 if far < 0.5 * limit else 0.5 * limit / far
        out[i] = unbend(
            bent[i, 0], bent[i, 1], start * bent[i, 0], start * bent[i, 1], distortion, limit, 1e-13, 50
        )


def distort(normalized: Array, distortion: Array) -> Array:
    """(..., 2) ideal image-plane coordinates as the lens bends them, by `bend`; distortion (5,)."""
    if not np.any(distortion):
        return normalized
    points = np.ascontiguousarray(normalized, dtype=np.float64)
    out, terms = np.empty_like(points), np.asarray(distortion, dtype=np.float64)
    _bend_all(points.reshape(-1, 2), terms, float(fold_radius(terms)), out.reshape(-1, 2))
    return out


def undistort(bent: Array, distortion: Array) -> Array:
    """(..., 2) ideal image-plane coordinates of bent ones: the inverse of `distort`, by `unbend`.

    A point that the lens shows nothing at, beyond its fold, comes out at the fold's radius.
    """
    if not np.any(distortion):
        return bent
    points = np.ascontiguousarray(bent, dtype=np.float64)
    out, terms = np.empty_like(points), np.asarray(distortion, dtype=np.float64)
    _unbend_all(points.reshape(-1, 2), terms, float(fold_radius(terms)), out.reshape(-1, 2))
    return out


def pixels(points: Array, intrinsics: Array, distortion: Array) -> Array:
    """(..., 3) points of the camera's frame to (..., 2) pixels; NaN where z is not positive."""
    z = points[..., 2:]
    with np.errstate(divide="ignore", invalid="ignore"):
        normalized = np.where(z > 0, points[..., :2] / z, np.nan)
    return distort(normalized, distortion) @ intrinsics[:2, :2].T + intrinsics[:2, 2]


def ideal_points(uv: Array, intrinsics: Array, distortion: Array) -> Array:
    """(..., 2) pixels to ideal image-plane coordinates, distortion undone: the inverse of `pixels` up to depth."""
    normalized = (uv - intrinsics[:2, 2]) @ np.linalg.inv(intrinsics[:2, :2]).T
    return undistort(normalized, distortion)


@njit(cache=True, nogil=True, error_model="numpy")
def to_screen(x: float, y: float, lens: Array) -> tuple[float, float]:
    """Pixel of an ideal image point (x / z, y / z)."""
    k1, k2, p1, p2, k3 = lens[6], lens[7], lens[8], lens[9], lens[10]
    if k1 != 0 or k2 != 0 or p1 != 0 or p2 != 0 or k3 != 0:
        x, y = polynomial(x, y, x * x + y * y, k1, k2, p1, p2, k3)
    return lens[0] * x + lens[1] * y + lens[2], lens[3] * x + lens[4] * y + lens[5]


@njit(cache=True, nogil=True, error_model="numpy")
def from_screen(u: float, v: float, lens: Array, x: float, y: float) -> tuple[float, float]:
    """The ideal image point seen at a pixel, by Newton's method from the guess (x, y)."""
    det = lens[0] * lens[4] - lens[1] * lens[3]
    a, b = u - lens[2], v - lens[5]
    bent_x, bent_y = (lens[4] * a - lens[1] * b) / det, (lens[0] * b - lens[3] * a) / det
    terms = lens[6:]
    if terms[0] == 0 and terms[1] == 0 and terms[2] == 0 and terms[3] == 0 and terms[4] == 0:
        return bent_x, bent_y
    return unbend(bent_x, bent_y, x, y, terms, np.inf, 1e-9, 20)


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
    """What a triangle must keep to be rasterized: bounds and length.

    bounds (5,): least x / z and y / z, greatest x / z and y / z, least z, outside which a triangle is
    clipped; length: the longest edge in pixels of the ideal picture, above which it is cut in two because the
    lens bends it (inf without distortion). Raises ValueError where the lens maps two rays to one pixel.
    """
    return _reach(lens.tobytes(), width, height)
