"""A pinhole camera with optional lens distortion, in OpenCV's conventions: where it stands and looks.

Camera frame: x right, y down, z forward. Pixel centres lie at +0.5, so the picture covers [0, width] x
[0, height]. World: right-handed, Z up, metres.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from synth.scene.lens import ideal_points, pixels

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Camera:
    """One camera.

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

    @property
    def lens(self) -> Array:
        """(11,) float64, the camera's picture side as kernels take it; see `synth.scene.lens`."""
        return np.concatenate([np.asarray(self.intrinsics, dtype=np.float64)[:2].ravel(), self.distortion])

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
        normalized = ideal_points(np.asarray(uv, dtype=np.float64), self.intrinsics, self.distortion)
        direction = np.concatenate([normalized, np.ones_like(normalized[..., :1])], axis=-1)
        return direction / np.linalg.norm(direction, axis=-1, keepdims=True)


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
