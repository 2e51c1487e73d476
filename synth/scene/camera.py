"""A pinhole camera with optional lens distortion, in OpenCV's conventions.

Camera frame: x right, y down, z forward. Pixel centres lie at +0.5, so the picture covers [0, width] x
[0, height]. World: right-handed, Z up, metres.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Camera:
    """One view.

    intrinsics (3, 3) K in pixels; rotation (3, 3) and translation (3,) take world points to the camera frame
    (x_camera = rotation @ x_world + translation, metres); distortion (5,) is OpenCV's k1, k2, p1, p2, k3
    (Brown-Conrady), zeros for none.
    """

    intrinsics: Array
    rotation: Array
    translation: Array
    width: int
    height: int
    distortion: Array = field(default_factory=lambda: np.zeros(5))

    @property
    def position(self) -> Array:
        """(3,) the camera's centre in the world, metres."""
        return -self.rotation.T @ self.translation

    def to_camera(self, world: ArrayLike) -> Array:
        """(..., 3) world points in the camera frame, metres."""
        return np.asarray(world) @ self.rotation.T + self.translation

    def to_world(self, points: ArrayLike) -> Array:
        """(..., 3) points of the camera frame in the world, metres."""
        return (np.asarray(points) - self.translation) @ self.rotation

    def project(self, world: ArrayLike) -> tuple[Array, Array]:
        """(..., 2) pixels and (...,) depth in metres along z; NaN pixels at or behind the camera's plane."""
        points = self.to_camera(world)
        return pixels(points, self.intrinsics, self.distortion), points[..., 2]

    def rays(self, uv: ArrayLike) -> Array:
        """(..., 3) unit directions in the camera frame through (..., 2) pixels, distortion undone."""
        uv = np.asarray(uv, dtype=np.float64)
        normalized = (uv - self.intrinsics[:2, 2]) @ np.linalg.inv(self.intrinsics[:2, :2]).T
        normalized = undistort(normalized, self.distortion)
        direction = np.concatenate([normalized, np.ones_like(normalized[..., :1])], axis=-1)
        return direction / np.linalg.norm(direction, axis=-1, keepdims=True)


def pixels(points: Array, intrinsics: Array, distortion: Array) -> Array:
    """(..., 3) camera-frame points to (..., 2) pixels; NaN where z is not positive."""
    z = points[..., 2:]
    with np.errstate(divide="ignore", invalid="ignore"):
        normalized = np.where(z > 0, points[..., :2] / z, np.nan)
    return distort(normalized, distortion) @ intrinsics[:2, :2].T + intrinsics[:2, 2]


@njit(cache=True, nogil=True)
def bend(x, y, distortion, limit):  # type: ignore[no-untyped-def]
    """One point of the ideal image plane as the lens bends it; `limit` is the lens' `fold_radius`.

    Brown, 'Decentering distortion of lenses', 1966, with OpenCV's five terms. Past the radius where the
    polynomial would fold the picture back onto itself, a point keeps its direction and the largest radius, so
    that what lies far outside the view stays outside.
    """
    r2 = x * x + y * y
    if r2 > limit * limit:
        shrink = limit / np.sqrt(r2)
        x, y, r2 = x * shrink, y * shrink, limit * limit
    radial = 1 + r2 * (distortion[0] + r2 * (distortion[1] + r2 * distortion[4]))
    p1, p2 = distortion[2], distortion[3]
    bent_x = x * radial + 2 * p1 * x * y + p2 * (r2 + 2 * x * x)
    bent_y = y * radial + p1 * (r2 + 2 * y * y) + 2 * p2 * x * y
    return bent_x, bent_y


@njit(cache=True, nogil=True)
def _bend_all(points, distortion, limit, out):  # type: ignore[no-untyped-def]
    for i in range(len(points)):
        out[i] = bend(points[i, 0], points[i, 1], distortion, limit)


def distort(normalized: Array, distortion: Array) -> Array:
    """(..., 2) ideal image-plane coordinates as the lens bends them, by `bend`."""
    if not np.any(distortion):
        return normalized
    points = np.ascontiguousarray(normalized, dtype=np.float64)
    out = np.empty_like(points)
    terms = np.asarray(distortion, dtype=np.float64)
    _bend_all(
        points.reshape(-1, 2),
        terms,
        float(fold_radius(terms)),
        out.reshape(-1, 2),
    )
    return out


def fold_radius(distortion: Array) -> Array:
    """(...) ideal image-plane radii at which radial distortion (..., 5) stops growing; infinity where never."""
    rows = np.asarray(distortion, dtype=np.float64).reshape(-1, 5)
    k1, k2, k3 = rows[:, 0], rows[:, 1], rows[:, 4]
    with np.errstate(divide="ignore", invalid="ignore"):
        radius = np.where(k1 < 0, np.sqrt(-1 / (3 * k1)), np.inf)
    for i in np.flatnonzero((k2 != 0) | (k3 != 0)):
        roots = np.roots([7 * k3[i], 5 * k2[i], 3 * k1[i], 1.0])
        positive = roots.real[(np.abs(roots.imag) < 1e-12) & (roots.real > 0)]
        radius[i] = np.sqrt(positive.min()) if len(positive) else np.inf
    return radius.reshape(np.shape(distortion)[:-1])


@njit(cache=True, nogil=True)
def _unbend_all(bent, distortion, limit, out):  # type: ignore[no-untyped-def]
    k1, k2, p1, p2, k3 = distortion
    for i in range(len(bent)):
        # from the point at half the fold's radius or nearer: Newton's method does not leave the fold from there
        far = np.sqrt(bent[i, 0] ** 2 + bent[i, 1] ** 2)
        start = 1.0 if far < 0.5 * limit else 0.5 * limit / far
        x, y = start * bent[i, 0], start * bent[i, 1]
        for _ in range(50):
            r2 = x * x + y * y
            radial = 1 + r2 * (k1 + r2 * (k2 + r2 * k3))
            slope = 2 * (k1 + r2 * (2 * k2 + 3 * r2 * k3))  # of radial over r, divided by r
            off_x = x * radial + 2 * p1 * x * y + p2 * (r2 + 2 * x * x) - bent[i, 0]
            off_y = y * radial + p1 * (r2 + 2 * y * y) + 2 * p2 * x * y - bent[i, 1]
            xx = radial + x * x * slope + 2 * p1 * y + 6 * p2 * x
            xy = x * y * slope + 2 * p1 * x + 2 * p2 * y
            yy = radial + y * y * slope + 6 * p1 * y + 2 * p2 * x
            inner = xx * yy - xy * xy
            if abs(inner) < 1e-12:
                break
            step_x, step_y = (yy * off_x - xy * off_y) / inner, (xx * off_y - xy * off_x) / inner
            x, y = x - step_x, y - step_y
            r = np.sqrt(x * x + y * y)
            if r > limit:
                x, y = x * limit / r, y * limit / r
            if abs(step_x) + abs(step_y) < 1e-13:
                break
        out[i, 0], out[i, 1] = x, y


def undistort(bent: Array, distortion: Array) -> Array:
    """(..., 2) ideal image-plane coordinates of bent ones: the inverse of `distort`, by Newton's method.

    A point that the lens shows nothing at, beyond its fold, comes out at the fold's radius.
    """
    if not np.any(distortion):
        return bent
    points = np.ascontiguousarray(bent, dtype=np.float64)
    out = np.empty_like(points)
    terms = np.asarray(distortion, dtype=np.float64)
    _unbend_all(points.reshape(-1, 2), terms, float(fold_radius(terms)), out.reshape(-1, 2))
    return out


def look_at(position: ArrayLike, target: ArrayLike, roll: float = 0.0) -> tuple[Array, Array]:
    """World-to-camera rotation (3, 3) and translation (3,) of a camera at `position` that faces `target`.

    With roll 0 the horizon is level; a positive roll (radians) turns the camera clockwise about its axis.
    Raises ValueError where the two points coincide.
    """
    position, target = np.asarray(position, dtype=np.float64), np.asarray(target, dtype=np.float64)
    forward = target - position
    length = np.linalg.norm(forward)
    if length < 1e-9:
        raise ValueError("a camera cannot look at the point it stands on: position and target are the same")
    forward = forward / length
    right = np.cross(forward, (0.0, 0.0, 1.0))
    if np.linalg.norm(right) < 1e-9:
        right = np.array([1.0, 0.0, 0.0])
    right = right / np.linalg.norm(right)
    down = np.cross(forward, right)
    c, s = np.cos(roll), np.sin(roll)
    rotation = np.stack([c * right + s * down, c * down - s * right, forward])
    return rotation, -rotation @ position
