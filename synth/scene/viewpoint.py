"""Which cameras a recipe draws: uniformly over the part of the viewing sphere a workplace has, or by preset.

A viewpoint is solved, not guessed: direction, lens, size of the person in the picture and place of the
person in the picture are drawn, and the camera's distance and orientation follow (`synth.scene.framing`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numba import njit
from numpy.typing import NDArray
from pydantic import Field, SerializerFunctionWrapHandler, model_serializer, model_validator

from synth.core.randomness import Draws
from synth.core.spec import Range, Share, Spec, Weight
from synth.scene.camera import Camera
from synth.scene.framing import COUNTED, first_term, outline, solve
from synth.scene.lens import bend, fold_radius

Array = NDArray[np.float64]

_CENTRE_LIMIT = 2.0  # standard deviations that the principal point may be off
_ROLL_LIMIT = 3.0
_LENS_MARGIN = (
    1.08  # a lens has to be good for this many times the distance of the corner: renderers look past it
)


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

    @model_validator(mode="after")
    def _possible(self) -> CameraSpec:
        _refuse_impossible(self)
        return self


def _refuse_impossible(spec: CameraSpec) -> None:
    """Raise ValueError where a camera of these ranges cannot be."""
    if not -90 <= spec.elevation[0] <= spec.elevation[1] <= 90:
        raise ValueError("elevation lies between -90 and 90 degrees")
    if not 0 < spec.field_of_view[0] <= spec.field_of_view[1] <= 150:
        raise ValueError("field_of_view lies above 0 and is at most 150 degrees")
    if not 0 < spec.fill[0] <= spec.fill[1] <= 1:
        raise ValueError("fill lies above 0 and is at most 1")
    if spec.height[0] <= 0:
        raise ValueError("height lies above the floor, at 0")
    # r (1 - b r^2), in units of the corner's distance, grows to sqrt(4 / (27 b)): what the lens can show
    farthest = _LENS_MARGIN + 2 * _CENTRE_LIMIT * np.sqrt(2) * spec.principal_point
    most = 4 / (27 * farthest**2)
    if not -0.5 <= spec.distortion[0] <= spec.distortion[1] <= most:
        raise ValueError(
            f"distortion lies between -0.5 and {most:.3f}: a stronger barrel folds the corners over"
        )


PRESETS: dict[str, CameraSpec] = {
    "sphere": CameraSpec(),
    # hand held at chest to eye height; main and ultra-wide lenses of phones, 26 to 14 mm equivalent
    "phone": CameraSpec(elevation=(-20, 50), height=(1.1, 1.9), field_of_view=(55, 95), roll=5),
    # wall or ceiling mounted; the picture is the part of its wide view around the person
    "cctv": CameraSpec(
        elevation=(10, 75), height=(2.3, 6.0), field_of_view=(20, 70), roll=2, distortion=(0.0, 0.1)
    ),
    "tripod": CameraSpec(elevation=(-10, 15), height=(0.8, 1.6), field_of_view=(25, 60), roll=1, cut=0.05),
    # put down on the floor or a low shelf, or fixed to a machine's frame
    "low": CameraSpec(elevation=(-40, 5), height=(0.3, 0.7), field_of_view=(50, 100), roll=8),
}


class PresetSpec(CameraSpec):
    """A named preset with its weight among a recipe's cameras; other fields given replace the preset's own."""

    preset: Literal["sphere", "phone", "cctv", "tripod", "low"]

    @model_validator(mode="after")
    def _possible(self) -> PresetSpec:
        _refuse_impossible(self.camera())
        return self

    def camera(self) -> CameraSpec:
        """The preset with the fields that were given in place of its own."""
        given = {name: getattr(self, name) for name in self.model_fields_set - {"preset"}}
        return PRESETS[self.preset].model_copy(update={"weight": self.weight, **given})

    @model_serializer(mode="wrap")
    def _as_given(self, dump: SerializerFunctionWrapHandler) -> dict[str, Any]:
        # no more than was given, so that what a recipe is stored as does not change with fields added to cameras
        return {
            name: value
            for name, value in dump(self).items()
            if name in self.model_fields_set | {"preset", "weight"}
        }


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

    def picked(self, rows: NDArray[np.integer]) -> Viewpoints:
        """Some of the cameras."""
        return replace(
            self,
            intrinsics=self.intrinsics[rows], rotation=self.rotation[rows],
            translation=self.translation[rows], distortion=self.distortion[rows],
        )  # fmt: skip

    def put(self, rows: NDArray[np.integer], others: Viewpoints) -> None:
        """Write other cameras in the place of some."""
        for name in ("intrinsics", "rotation", "translation", "distortion"):
            getattr(self, name)[rows] = getattr(others, name)

    @property
    def position(self) -> Array:
        """(n, 3) where the cameras stand in the world, metres."""
        return -(np.swapaxes(self.rotation, 1, 2) * self.translation[:, None]).sum(-1)

    def project(self, points: Array) -> tuple[Array, Array, NDArray[np.bool_]]:
        """World points (n, ..., 3) as each camera has them: in the camera frame (n, ..., 3), in pixels
        (n, ..., 2), NaN behind the camera, and whether they lie outside the picture (n, ...)."""
        n, shape = len(self), points.shape[:-1]
        count = math.prod(shape[1:])
        camera, uv = np.empty((n, count, 3)), np.empty((n, count, 2))
        outside = np.empty(camera.shape[:2], np.bool_)
        _project_all(
            points.reshape(n, count, 3), self.intrinsics, self.rotation, self.translation, self.distortion,
            fold_radius(self.distortion), self.width, self.height, camera, uv, outside,
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

    roll = np.clip(draws.normal("camera.roll", ids)[:, 0], -_ROLL_LIMIT, _ROLL_LIMIT) * table("roll")
    centre = np.clip(draws.normal("camera.principal_point", ids, 2), -_CENTRE_LIMIT, _CENTRE_LIMIT)
    cut = draws.uniform("camera.cut", ids)[:, 0] < table("cut")
    low, high = table("distortion").T
    barrel = low + (high - low) * draws.uniform("camera.distortion", ids)[:, 0]
    azimuth = draws.uniform("camera.azimuth", ids, high=2 * np.pi)[:, 0]
    sine = np.sin(np.radians(table("elevation")))
    log_focal = np.log(0.5 * max(size) / np.tan(np.radians(table("field_of_view")) / 2))
    intrinsics, rotation, translation = np.zeros((n, 3, 3)), np.zeros((n, 3, 3)), np.zeros((n, 3))
    solve(
        draws.key("camera.attempts"), np.asarray(ids), outline(points).reshape(n, -1, 3),
        np.tile(COUNTED, points.shape[1]), np.radians(roll), centre * table("principal_point")[:, None],
        barrel, cut, azimuth, sine, log_focal, table("fill"), table("height"), width, height,
        intrinsics, rotation, translation,
    )  # fmt: skip
    distortion = np.zeros((n, 5))
    distortion[:, 0] = first_term(barrel, intrinsics[:, 0, 0], width, height)
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
