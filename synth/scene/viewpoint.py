"""Where cameras stand: uniformly over the part of the viewing sphere a workplace has, or as named presets.

A viewpoint is solved, not guessed: direction, lens, size of the person in the picture and place of the
person in the picture are drawn, and the camera's distance and orientation follow. A draw that would put the
camera under the floor, above the ceiling or into the person is drawn again, a bounded number of times.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numba import njit
from numpy.typing import NDArray
from pydantic import Field

from synth.body.skeleton import COCO_17, joint_index
from synth.draw import Draws, unit
from synth.scene.camera import Camera, bend, fold_radius
from synth.spec import Range, Share, Spec, Weight

Array = NDArray[np.float64]

ATTEMPTS = 48
_COLUMNS = 6
_NEAREST = 0.35  # metres between the camera's plane and the closest joint: an arm's length from the lens
# what spans a person's outline: COCO's joints, the ends of hands and feet, the top of the head
_OUTLINE_NAMES = [f"coco_{name}" for name in COCO_17] + [
    "left_hand", "right_hand", "left_big_toe", "right_big_toe", "left_heel", "right_heel", "head_top",
]  # fmt: skip
_OUTLINE = np.array([joint_index(name) for name in _OUTLINE_NAMES])
_COUNTED = np.array([name.startswith("coco_") for name in _OUTLINE_NAMES])


class CameraSpec(Spec):
    """How one kind of camera is drawn: degrees, metres, and sizes as shares of the picture."""

    weight: Weight = 1.0
    elevation: Range = Field((-20.0, 70.0), description="as seen from the person, uniform in its sine")
    height: Range = Field((0.4, 6.0), description="of the camera over the floor: knee to ceiling")
    field_of_view: Range = Field(
        (35.0, 95.0), description="across the longer side; uniform in log focal length"
    )
    fill: Range = Field((0.4, 0.95), description="height of the person over the height of the picture")
    cut: Share = Field(0.15, description="share of samples in which the picture's edge cuts the person")
    roll: float = Field(6.0, ge=0, le=180, description="standard deviation about the optical axis")
    principal_point: float = Field(0.02, ge=0, le=0.5, description="standard deviation, share of the width")
    distortion: Range = Field((0.0, 0.0), description="barrel (+) or pincushion (-) at the corner")


PRESETS: dict[str, CameraSpec] = {
    "sphere": CameraSpec(),
    # hand held at chest to eye height; main and ultra-wide lenses of phones, 26 to 14 mm equivalent
    "phone": CameraSpec(elevation=(-15, 25), height=(1.1, 1.9), field_of_view=(55, 95), roll=5),
    # wall or ceiling mounted; the picture is the part of its wide view around the person
    "cctv": CameraSpec(
        elevation=(10, 75), height=(2.3, 6.0), field_of_view=(20, 70), roll=2, distortion=(0.0, 0.1)
    ),
    "tripod": CameraSpec(elevation=(-10, 15), height=(0.8, 1.6), field_of_view=(25, 60), roll=1, cut=0.05),
    # put down on the floor or a low shelf, or fixed to a machine's frame
    "low": CameraSpec(elevation=(-40, 5), height=(0.3, 0.7), field_of_view=(50, 100), roll=8),
}


class PresetSpec(Spec):
    """A named preset with its weight among the presets of a recipe."""

    preset: Literal["sphere", "phone", "cctv", "tripod", "low"]
    weight: Weight = 1.0


@dataclass(frozen=True)
class Viewpoints:
    """n cameras: intrinsics (n, 3, 3), rotation (n, 3, 3), translation (n, 3), distortion (n, 5)."""

    intrinsics: Array
    rotation: Array
    translation: Array
    distortion: Array
    width: int
    height: int

    def __len__(self) -> int:
        return len(self.intrinsics)

    @property
    def position(self) -> Array:
        """(n, 3) where the cameras stand in the world, metres."""
        return -(np.swapaxes(self.rotation, 1, 2) * self.translation[:, None]).sum(-1)

    def project(self, points: Array) -> tuple[Array, Array, NDArray[np.bool_]]:
        """World points (n, ..., 3) as each camera has them: in the camera frame (n, ..., 3), in pixels
        (n, ..., 2), NaN behind the camera, and whether they lie outside the picture (n, ...)."""
        n, shape = len(self), points.shape[:-1]
        camera, uv = np.empty((n, points[0].size // 3, 3)), np.empty((n, points[0].size // 3, 2))
        outside = np.empty(camera.shape[:2], np.bool_)
        limits = (
            np.array([fold_radius(row) for row in self.distortion])
            if self.distortion.any()
            else np.full(n, np.inf)
        )
        _project_all(
            points.reshape(n, -1, 3), self.intrinsics, self.rotation, self.translation, self.distortion,
            limits, self.width, self.height, camera, uv, outside,
        )  # fmt: skip
        return camera.reshape(*shape, 3), uv.reshape(*shape, 2), outside.reshape(shape)

    def camera(self, row: int) -> Camera:
        return Camera(
            self.intrinsics[row],
            self.rotation[row],
            self.translation[row],
            self.width,
            self.height,
            self.distortion[row],
        )


def draw_viewpoints(
    draws: Draws, ids: NDArray[np.int64], points: Array, specs: list[CameraSpec], size: tuple[int, int]
) -> Viewpoints:
    """One camera for each scene.

    ids (n,) scene identities; points (n, p, 48, 3) the joints of each scene's person in the world, over the p
    frames the camera has to hold in view; size (width, height) in pixels.
    """
    width, height = size
    n = len(ids)
    kind = draws.choice("camera.kind", ids, [spec.weight for spec in specs])

    def table(field: str) -> Array:
        return np.array([getattr(spec, field) for spec in specs], dtype=np.float64)[kind]

    roll = np.radians(table("roll") * np.clip(draws.normal("camera.roll", ids)[:, 0], -3, 3))
    centre = (
        np.clip(draws.normal("camera.principal_point", ids, 2), -2.5, 2.5) * table("principal_point")[:, None]
    )
    cut = draws.uniform("camera.cut", ids)[:, 0] < table("cut")
    bend = draws.uniform("camera.distortion", ids)[:, 0]
    low, high = table("distortion").T
    bend = low + (high - low) * bend

    sine = np.sin(np.radians(table("elevation")))
    log_focal = np.log(0.5 * max(size) / np.tan(np.radians(table("field_of_view")) / 2))
    intrinsics, rotation, translation = np.zeros((n, 3, 3)), np.zeros((n, 3, 3)), np.zeros((n, 3))
    _solve(
        draws.key("camera.attempts"), np.asarray(ids), points[:, :, _OUTLINE].reshape(n, -1, 3),
        np.tile(_COUNTED, points.shape[1]), roll, centre, cut, sine,
        log_focal, table("fill"), table("height"), width, height, intrinsics, rotation, translation,
    )  # fmt: skip
    corner2 = (0.25 * (width**2 + height**2)) / intrinsics[:, 0, 0] ** 2
    distortion = np.zeros((n, 5))
    distortion[:, 0] = -bend / corner2
    return Viewpoints(intrinsics, rotation, translation, distortion, width, height)


@njit(cache=True, nogil=True)
def _project_all(  # type: ignore[no-untyped-def]
    points, K, R, t, distortion, limits, width, height, camera, uv, outside
):  # fmt: skip
    for i in range(points.shape[0]):
        for j in range(points.shape[1]):
            for k in range(3):
                camera[i, j, k] = (
                    R[i, k, 0] * points[i, j, 0]
                    + R[i, k, 1] * points[i, j, 1]
                    + R[i, k, 2] * points[i, j, 2]
                    + t[i, k]
                )
            x, y, z = camera[i, j]
            if z <= 0:
                uv[i, j] = np.nan
                outside[i, j] = True
                continue
            x, y = bend(x / z, y / z, distortion[i], limits[i])
            u, v = K[i, 0, 0] * x + K[i, 0, 2], K[i, 1, 1] * y + K[i, 1, 2]
            uv[i, j, 0], uv[i, j, 1] = u, v
            outside[i, j] = not (0 <= u < width and 0 <= v < height)


@njit(cache=True, nogil=True)
def _solve(  # type: ignore[no-untyped-def]
    key, ids, points, counted, roll, centre, cut, sine, log_focal, fill, heights, width, height,
    intrinsics, rotation, translation,
):  # fmt: skip
    u = np.empty(_COLUMNS)
    local = np.empty((points.shape[1], 3))
    for i in range(points.shape[0]):
        for attempt in range(ATTEMPTS):
            for column in range(_COLUMNS):
                u[column] = unit(key, ids[i], attempt * _COLUMNS + column)
            if _try_camera(
                points[i], local, counted, u, roll[i], centre[i], cut[i], sine[i],
                log_focal[i], fill[i], heights[i], width, height, attempt == ATTEMPTS - 1,
                intrinsics[i], rotation[i], translation[i],
            ):  # fmt: skip
                break


@njit(cache=True, nogil=True)
def _try_camera(  # type: ignore[no-untyped-def]
    points, local, counted, u, roll, centre, cut, sine, log_focal, fill, heights, width, height, last, K, R, t
):  # fmt: skip
    """Fill K, R, t from one row of uniforms; False where no camera can stand there (never on the last)."""
    middle = _middle(points)
    sin_elevation = sine[0] + (sine[1] - sine[0]) * u[1]
    focal = np.exp(log_focal[0] + (log_focal[1] - log_focal[0]) * u[2])  # log focal falls as the view widens
    share = 1.0 + 0.7 * u[3] if cut else fill[0] + (fill[1] - fill[0]) * u[3]
    for _ in range(2 if last else 1):
        _level_axes(2 * np.pi * u[0], sin_elevation, R)
        _to_axes(points, middle, R, local)
        distance = _distance(local, focal, share, width, height, cut)
        z = middle[2] + distance * sin_elevation
        if heights[0] <= z <= heights[1]:
            break
        if not last:
            return False
        z = min(max(z, heights[0]), heights[1])
        sin_elevation = min(max((z - middle[2]) / distance, -0.95), 0.95)

    # the box's middle goes where there is room for it, or anywhere near where the person is to be cut
    low_x, high_x, low_y, high_y = _extent(local, distance)
    K[:] = 0.0
    K[0, 0] = K[1, 1] = focal
    K[2, 2] = 1.0
    K[0, 2] = 0.5 * width + centre[0] * width
    K[1, 2] = 0.5 * height + centre[1] * width
    room_x = 0.6 * width if cut else max(0.0, 0.97 * width - (high_x - low_x) * focal)
    room_y = 0.8 * height if cut else max(0.0, 0.97 * height - (high_y - low_y) * focal)
    x, y = 0.5 * (low_x + high_x), 0.5 * (low_y + high_y)
    target_x = (0.5 * width + (u[4] - 0.5) * room_x - K[0, 2]) / focal
    target_y = (0.5 * height + (u[5] - 0.5) * room_y - K[1, 2]) / focal
    turn = _between(x, y, target_x, target_y) @ _about(x, y, 1.0, np.cos(roll), np.sin(roll))
    if not last and not _framed(local, counted, turn, distance, K, width, height, cut):
        return False
    position = middle - distance * R[2]
    R[:] = turn @ R
    t[:] = -(R @ position)
    return True


@njit(cache=True, nogil=True)
def _middle(points):  # type: ignore[no-untyped-def]
    """(3,) centre of the points' bounding box."""
    middle = np.empty(3)
    for k in range(3):
        low = high = points[0, k]
        for i in range(1, points.shape[0]):
            low, high = min(low, points[i, k]), max(high, points[i, k])
        middle[k] = 0.5 * (low + high)
    return middle


@njit(cache=True, nogil=True)
def _level_axes(azimuth, sin_elevation, axes):  # type: ignore[no-untyped-def]
    """Rows right, down, forward of a camera with a level horizon that looks back along its direction."""
    c, s = np.cos(azimuth), np.sin(azimuth)
    level = np.sqrt(1 - sin_elevation * sin_elevation)
    axes[0, 0], axes[0, 1], axes[0, 2] = -s, c, 0.0
    axes[1, 0], axes[1, 1], axes[1, 2] = c * sin_elevation, s * sin_elevation, -level
    axes[2, 0], axes[2, 1], axes[2, 2] = -c * level, -s * level, -sin_elevation


@njit(cache=True, nogil=True)
def _to_axes(points, middle, axes, local):  # type: ignore[no-untyped-def]
    for i in range(points.shape[0]):
        x, y, z = points[i, 0] - middle[0], points[i, 1] - middle[1], points[i, 2] - middle[2]
        for k in range(3):
            local[i, k] = axes[k, 0] * x + axes[k, 1] * y + axes[k, 2] * z


@njit(cache=True, nogil=True)
def _distance(local, focal, share, width, height, cut):  # type: ignore[no-untyped-def]
    """Distance at which the person takes `share` of the height (and no more than fits the width)."""
    nearest = 0.0
    for i in range(local.shape[0]):
        nearest = min(nearest, local[i, 2])
    least = _NEAREST - nearest
    distance = max(least, 1.8 * focal / (share * height))
    for _ in range(4):
        low_x, high_x, low_y, high_y = _extent(local, distance)
        scale = (high_y - low_y) * focal / (share * height)
        if not cut:
            scale = max(scale, (high_x - low_x) * focal / (0.95 * width))
        distance = max(least, distance * scale)
    return distance


@njit(cache=True, nogil=True)
def _extent(local, distance):  # type: ignore[no-untyped-def]
    """Image-plane box (x low, x high, y low, y high) of the points seen from `distance`."""
    low_x = low_y = np.inf
    high_x = high_y = -np.inf
    for i in range(local.shape[0]):
        inverse = 1.0 / max(1e-3, local[i, 2] + distance)
        x, y = local[i, 0] * inverse, local[i, 1] * inverse
        low_x, high_x = min(low_x, x), max(high_x, x)
        low_y, high_y = min(low_y, y), max(high_y, y)
    return low_x, high_x, low_y, high_y


@njit(cache=True, nogil=True)
def _about(x, y, z, c, s):  # type: ignore[no-untyped-def]
    """Rodrigues' formula: the rotation about the axis (x, y, z) by the angle of cosine c and sine s."""
    inverse = 1.0 / np.sqrt(x * x + y * y + z * z)
    x, y, z, v = x * inverse, y * inverse, z * inverse, 1.0 - c
    turn = np.empty((3, 3))
    turn[0, 0], turn[0, 1], turn[0, 2] = c + x * x * v, x * y * v - z * s, x * z * v + y * s
    turn[1, 0], turn[1, 1], turn[1, 2] = x * y * v + z * s, c + y * y * v, y * z * v - x * s
    turn[2, 0], turn[2, 1], turn[2, 2] = x * z * v - y * s, y * z * v + x * s, c + z * z * v
    return turn


@njit(cache=True, nogil=True)
def _between(x0, y0, x1, y1):  # type: ignore[no-untyped-def]
    """The smallest rotation that takes the ray of one image-plane point to that of another."""
    x, y, z = y0 - y1, x1 - x0, x0 * y1 - y0 * x1  # cross product of (x0, y0, 1) and (x1, y1, 1)
    area = np.sqrt(x * x + y * y + z * z)
    if area < 1e-12:
        return np.eye(3)
    scale = 1.0 / np.sqrt((x0 * x0 + y0 * y0 + 1.0) * (x1 * x1 + y1 * y1 + 1.0))
    return _about(x, y, z, (x0 * x1 + y0 * y1 + 1.0) * scale, area * scale)


@njit(cache=True, nogil=True)
def _framed(local, counted, turn, distance, K, width, height, cut):  # type: ignore[no-untyped-def]
    """Whether the picture holds the whole person, or, for one to be cut, at least half of COCO's joints."""
    inside = wanted = everything = 0
    for i in range(local.shape[0]):
        x, y, z = local[i, 0], local[i, 1], local[i, 2] + distance
        depth = turn[2, 0] * x + turn[2, 1] * y + turn[2, 2] * z
        held = depth > _NEAREST - 0.05
        if held:
            u = K[0, 0] * (turn[0, 0] * x + turn[0, 1] * y + turn[0, 2] * z) / depth + K[0, 2]
            v = K[1, 1] * (turn[1, 0] * x + turn[1, 1] * y + turn[1, 2] * z) / depth + K[1, 2]
            held = 0 <= u < width and 0 <= v < height
        if not held and not cut:
            return False
        everything += held
        wanted += counted[i]
        inside += held and counted[i]
    return not cut or (2 * inside >= wanted and everything < local.shape[0])
