"""A task as pictures: moments of it for several bodies, with the things around, on one sheet."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from synth.body.loading import load_body
from synth.core.errors import InputError
from synth.core.randomness import Draws
from synth.render.raster import Raster
from synth.scene.background import draw_background
from synth.scene.camera import Camera, look_at
from synth.scene.holding import frame_of
from synth.scene.light import draw_light
from synth.scene.mesh import PERSON, Material, Mesh, RenderScene
from synth.scene.props.furniture import piece_of, standing
from synth.scene.tasks import grip_of
from synth.scene.wardrobe import clothing_zones, draw_colours
from synth.scene.work import Work

Floats = NDArray[np.float64]
SIZE = 288
_ROOM = 3  # a plain light room
_LOOK = 48  # pixels, of the picture by which a view is chosen
_VIEWS = tuple(
    tuple(np.radians(degrees)) for degrees in ((128, -128, 90, -90, 45, -45), (-95, 95, 150, -150, 45, -45))
)


class Motion(Protocol):
    """Motion of a task; a `Clip` is one."""

    @property
    def poses(self) -> NDArray[np.float32]: ...
    @property
    def trans(self) -> NDArray[np.float32]: ...
    @property
    def rate(self) -> float: ...
    @property
    def work(self) -> Work | None: ...


def moment(motion: Motion, frame: int, azimuth: float, size: int = SIZE, look: int = 0) -> NDArray[np.uint8]:
    """(size, size, 3) a frame of a task's motion seen from `azimuth` radians: 0 from behind, pi from the front.

    At the size of _LOOK it is (size, size), the instances.
    """
    work = motion.work
    assert work is not None
    body = load_body(gender=work.gender)
    posed = body.posed(motion.poses[frame][None], work.betas, motion.trans[frame])
    draws = Draws(11)
    outfit = draw_colours(draws, [look])[0]
    person = Mesh(
        "person", posed.vertices[0], body.faces, PERSON, Material(outfit[0], outfit), face_parts=body.face_parts,
        face_zones=clothing_zones(body), smooth=True, double_sided=False,
    )  # fmt: skip
    meshes = [person]
    there, _ = work.at(frame / motion.rate)
    for number, each in enumerate(there):
        if each.hand:
            turn, place = np.empty((3, 3)), np.empty(3)
            frame_of(grip_of(each.kind, each.hand), each.yaw, np.zeros(3), posed.joints[0], turn, place)
            prop = piece_of(each.kind, each.size, each.hand).prop
            meshes.append(prop.placed(turn, place, number + 2))
        else:
            meshes.append(standing(each).prop.placed(np.eye(3), np.zeros(3), number + 2))
    room = draw_background(draws, [_ROOM])[0]
    scene = RenderScene(tuple(meshes), draw_light(draws, [5])[0], room)
    rendering = Raster(2 if size > _LOOK else 1).render(scene, _camera(posed.joints[0], azimuth, size))
    return rendering.instance if size == _LOOK else rendering.image


def best_view(motion: Motion, frame: int, wanted: tuple[float, ...]) -> float:
    """The azimuth of those wanted, in radians, from which most of the person is seen past the things around."""
    seen = [int((moment(motion, frame, azimuth, _LOOK) == PERSON).sum()) for azimuth in wanted]
    most = max(seen)
    return next(azimuth for azimuth, pixels in zip(wanted, seen, strict=True) if pixels > 0.75 * most)


def _camera(joints: Floats, azimuth: float, size: int) -> Camera:
    middle = 0.5 * (joints.min(0) + joints.max(0))
    reach = float(np.linalg.norm(joints - middle, axis=1).max()) + 0.15
    away = 2.9 * reach
    eye = middle + away * np.array([np.sin(azimuth), -np.cos(azimuth), 0.22])
    eye[2] = max(eye[2], 0.25)
    rotation, translation = look_at(eye, middle)
    focal = 0.5 * size * away / (1.08 * reach)
    intrinsics = np.array([[focal, 0, size / 2], [0, focal, size / 2], [0, 0, 1.0]])
    return Camera(intrinsics, rotation, translation, size, size)


def sheet(motions: list[tuple[str, Motion]], moments: int = 6, size: int = SIZE) -> Image.Image:
    """Moments spread over each motion, a row each with its label; views from the front left and the side in turn."""
    bar = 18
    out = Image.new("RGB", (moments * size, len(motions) * (size + bar)), "white")
    pen = ImageDraw.Draw(out)
    for row, (label, motion) in enumerate(motions):
        frames = len(motion.poses)
        pen.text((4, row * (size + bar) + 3), label, fill="black")
        azimuth = best_view(motion, frames // 2, _VIEWS[row % 2])
        for column in range(moments):
            frame = round((column + 0.5) / moments * (frames - 1)) if moments > 1 else frames // 2
            picture = moment(motion, frame, azimuth, size, row)
            out.paste(Image.fromarray(picture), (column * size, row * (size + bar) + bar))
            second = f"{frame / motion.rate:.1f} s"
            pen.text((column * size + 4, row * (size + bar) + bar + 2), second, fill="white")
    return out


def write_sheet(motions: list[tuple[str, Motion]], out: Path, moments: int = 6) -> None:
    """`sheet` as a PNG file. Raises InputError where it cannot be written."""
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        sheet(motions, moments).save(out)
    except (ValueError, OSError) as error:  # ValueError: Pillow knows no format of that ending
        what = getattr(error, "strerror", None) or str(error)
        raise InputError(what, where=str(out), remedy="give a file that ends in .png") from error
