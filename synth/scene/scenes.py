"""A batch of scenes: people, cameras and props that belong together, drawn from a recipe's distributions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Discriminator, Field, Tag, field_validator

from synth.body.body import Body
from synth.core.randomness import Draws
from synth.core.spec import Spec
from synth.scene.furnishing import Fixed, blocked
from synth.scene.holding import ON_FLOOR
from synth.scene.person import BodySpec, Motion, People, draw_people
from synth.scene.placement import Placements, place_props
from synth.scene.props.furniture import PieceKey
from synth.scene.props.stock import BANDS, PropSpec, PropStock, make_stock
from synth.scene.tasks import Tasks
from synth.scene.viewpoint import CameraSpec, PresetSpec, Viewpoints, draw_viewpoints
from synth.scene.visibility import SKIN_DEPTH, body_depths_many

_VIEWS = 12  # cameras that are tried for a scene with furniture
_VIEW_BITS = 40  # a further camera is drawn by the scene's identity with its number in the bits above these
_MOST_HIDDEN = 11  # of COCO's joints by furniture
Array = NDArray[np.float64]
Ids = NDArray[np.int64]


class PictureSpec(Spec):
    """Size of the picture in pixels."""

    width: int = Field(256, ge=32, le=1920, description="pixels, 32 to 1920")
    height: int = Field(256, ge=32, le=1920, description="pixels, 32 to 1920")


def _camera_kind(value: Any) -> str:
    preset = isinstance(value, PresetSpec) or (isinstance(value, dict) and "preset" in value)
    return "PresetSpec" if preset else "CameraSpec"


# distinguished before they are validated, so that a mistake in one is not reported as one in the other
AnyCamera = Annotated[
    Annotated[PresetSpec, Tag("PresetSpec")] | Annotated[CameraSpec, Tag("CameraSpec")],
    Discriminator(_camera_kind),
]


class SceneSpec(Spec):
    """Everything a scene is drawn from."""

    body: BodySpec = BodySpec()
    cameras: list[AnyCamera] = Field(default=[PresetSpec(preset="sphere")], min_length=1)
    props: PropSpec = PropSpec()
    picture: PictureSpec = PictureSpec()

    @field_validator("cameras")
    @classmethod
    def _weighted(cls, value: list[PresetSpec | CameraSpec]) -> list[PresetSpec | CameraSpec]:
        if sum(camera.weight for camera in value) <= 0:
            raise ValueError("at least one camera needs a weight above 0")
        return value

    def camera_specs(self) -> list[CameraSpec]:
        """The cameras with their presets looked up."""
        return [camera.camera() if isinstance(camera, PresetSpec) else camera for camera in self.cameras]


@dataclass(frozen=True)
class Seen:
    """The joints of s scenes over F frames as their cameras have them, before there are props.

    camera (s, F, 48, 3) metres; image (s, F, 48, 2) pixels; outside (s, F, 48) the picture; body_depth
    (s, F, 48) where each joint's ray first meets the person, metres along z.
    """

    camera: Array
    image: Array
    outside: NDArray[np.bool_]
    body_depth: Array


@dataclass(frozen=True)
class Scenes:
    """s scenes over F frames: identities ids (s,), people of m moments, of which moment (s,) says whose."""

    ids: Ids
    moment: Ids
    people: People
    viewpoints: Viewpoints
    seen: Seen
    placements: Placements
    stock: PropStock
    tasks: Tasks | None = None  # of the m moments


@dataclass(frozen=True)
class Studio:
    """What makes scenes of one recipe and seed, kept by a process: bodies and the stock of props, with the pieces of
    furniture that its motion's tasks need, each by its kind, sizes and how it is held."""

    spec: SceneSpec
    seed: int
    band_weights: tuple[float, ...] | None = None  # what bands are drawn by; the recipe's shares if not given
    pieces: tuple[PieceKey, ...] = ()

    @cached_property
    def draws(self) -> Draws:
        return Draws(self.seed)

    @cached_property
    def bodies(self) -> list[Body]:
        return self.spec.body.bodies()

    @cached_property
    def stock(self) -> PropStock:
        return make_stock(self.draws, self.spec.props, self.pieces)

    @property
    def band_shares(self) -> tuple[float, ...]:
        """The recipe's share of each band, in the order of `BANDS`."""
        return tuple(self.spec.props.bands[name] for name in BANDS)

    def scenes(self, ids: Ids, moment: Ids, moment_ids: Ids, motion: Motion) -> Scenes:
        """Scenes of identities ids (s,), each of the person in row moment (s,) of `motion`, whose identities
        are moment_ids (m,)."""
        people = draw_people(self.draws, moment_ids, self.spec.body, self.bodies, motion)
        joints = people.joints[moment]
        furniture = self._furniture(moment, people, motion)
        viewpoints = self._viewpoints(ids, moment, people, furniture)
        camera, image, outside = viewpoints.project(joints)
        depth = np.empty(camera.shape[:3])
        body_depths_many(
            camera, moment, people.vertices, viewpoints.rotation, viewpoints.translation,
            self.bodies[0].proxy().faces, depth,
        )  # fmt: skip
        middle = motion.frames // 2
        own = depth[:, middle] < camera[:, middle, :, 2] - SKIN_DEPTH
        placements = place_props(
            self.draws, ids, self.stock, people.joints, people.vertices, moment, viewpoints.position,
            outside[:, middle], outside[:, middle] | own, self.band_weights or self.band_shares,
            None if motion.tasks is None else motion.tasks.own[moment], furniture,
        )  # fmt: skip
        seen = Seen(camera, image, outside, depth)
        return Scenes(ids, moment, people, viewpoints, seen, placements, self.stock, motion.tasks)

    def _furniture(self, moment: Ids, people: People, motion: Motion) -> Fixed | None:
        """The furniture of scenes by its numbers in the stock, moved along with the people; None without tasks."""
        if motion.tasks is None:
            return None
        found, first = motion.tasks.furniture.picked(moment), np.int16(len(self.stock.drawn))
        stands = ((found.number >= 0) & (found.grip == ON_FLOOR))[:, :, None]
        return found._replace(
            number=np.where(found.number < 0, found.number, found.number + first),
            position=np.where(stands, found.position + people.shift[moment][:, None], 0.0),
        )

    def _viewpoints(self, ids: Ids, moment: Ids, people: People, furniture: Fixed | None) -> Viewpoints:
        """One camera for each scene: outside of furniture, from where that does not hide nearly everything, if some of
        `_VIEWS` cameras that are drawn is."""
        joints, middle = people.joints[moment], people.joints.shape[1] // 2
        specs, size = self.spec.camera_specs(), (self.spec.picture.width, self.spec.picture.height)
        found = draw_viewpoints(self.draws, ids, joints, specs, size)
        if furniture is None:
            return found
        rows = np.flatnonzero((furniture.number >= 0).any(1))
        drawn = found.picked(rows)
        for again in range(1, _VIEWS):
            outside, bad = drawn.project(joints[rows, middle])[2], np.empty(len(rows), np.bool_)
            blocked(
                self.stock.arrays, *furniture.picked(rows), people.joints, moment[rows], drawn.position, outside,
                _MOST_HIDDEN, bad,
            )  # fmt: skip
            rows = rows[bad]
            if not len(rows):
                break
            drawn = draw_viewpoints(self.draws, ids[rows] + (again << _VIEW_BITS), joints[rows], specs, size)
            found.put(rows, drawn)
        return found
