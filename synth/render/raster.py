"""The default renderer: a visibility buffer in Numba, no GL, the same bytes on every machine.

All that a frame holds comes from one buffer of face numbers: `coverage` fills it, `shade` and `room` turn it
into pixels. The floor's shadow is the same buffer drawn once more as the light sees the floor.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from synth.render import coverage, lens, room, shade
from synth.render.frame import Frame
from synth.scene.camera import Camera
from synth.scene.mesh import Mesh, RenderScene

SHADOW_CELL = 0.03  # metres of floor a cell of the shadow map covers, at least
SHADOW_CELLS = 160  # along the longer side of the map, at most
SHADOW_BLUR = 2  # cells to either side over which a shadow's edge fades

_NO_BYTES = np.zeros(0, np.uint8)
_NO_FLOATS = np.zeros((0, 3), np.float32)
_NO_UV = np.zeros((0, 2), np.float32)
_NO_FACE_UV = np.zeros((0, 3), np.int32)
_NO_TEXTURE = np.zeros((0, 0, 3), np.uint8)


@dataclass
class _Drawn:
    """One mesh as a view sees it: camera points and normals, its first face's number, the pixels it touches."""

    points: NDArray[np.float32]
    first: int
    box: NDArray[np.int64]


@dataclass
class _View:
    """Where vertices go and what has been drawn there."""

    rotation: NDArray[np.float64]
    translation: NDArray[np.float64]
    lens: NDArray[np.float64]
    bounds: NDArray[np.float64]
    longest: float
    nearest: NDArray[np.float32]
    owner: NDArray[np.int32]
    count: int = field(default=0)

    def draw(self, mesh: Mesh) -> _Drawn:
        vertices = np.ascontiguousarray(mesh.vertices, dtype=np.float32)
        points = np.empty((len(vertices), 3), np.float32)
        screen = np.empty((len(vertices), 2), np.int32)
        whole = np.empty(len(vertices), np.uint8)
        box = np.empty(4, np.int64)
        height, width = self.owner.shape
        coverage.project(
            vertices, self.rotation, self.translation, self.lens, self.bounds, points, screen, whole, box
        )
        box = np.clip(box, 0, (width - 1, width - 1, height - 1, height - 1))
        coverage.draw(
            mesh.faces, points, screen, whole, mesh.double_sided, self.count, self.lens, self.bounds,
            self.longest, self.nearest, self.owner,
        )  # fmt: skip
        drawn = _Drawn(points, self.count, box)
        self.count += len(mesh.faces)
        return drawn


class Raster:
    """Renders on one core; safe to use from several threads at once."""

    def __init__(self) -> None:
        self._local = threading.local()

    def _buffers(self, height: int, width: int, name: str) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
        """An empty depth buffer and an empty buffer of face numbers, kept for the next frame of this size."""
        key = (name, height, width)
        if getattr(self._local, name, None) is None or getattr(self._local, name)[0] != key:
            buffers = np.empty((height, width), np.float32), np.empty((height, width), np.int32)
            setattr(self._local, name, (key, buffers))
        nearest, owner = getattr(self._local, name)[1]
        nearest.fill(0)
        owner.fill(-1)
        return nearest, owner

    def render(self, scene: RenderScene, camera: Camera) -> Frame:
        """One frame. Raises ValueError where the lens folds the picture over (see `lens.reach`)."""
        height, width = camera.height, camera.width
        flat = lens.lens_of(camera)
        bounds, longest = lens.reach(flat, width, height)
        rays = lens.ray_grid(flat, width, height)
        nearest, owner = self._buffers(height, width, "picture")
        view = _View(camera.rotation, camera.translation, flat, bounds, longest, nearest, owner)
        frame = Frame(
            image=np.empty((height, width, 3), np.uint8),
            instance=np.zeros((height, width), np.uint8),
            part=np.zeros((height, width), np.uint8),
            depth=np.zeros((height, width), np.float32),
            normal=np.zeros((height, width, 3), np.float32),
        )
        drawn = [view.draw(mesh) for mesh in scene.meshes]
        light = shade.light_row(scene.light, camera.rotation)
        for mesh, seen in zip(scene.meshes, drawn, strict=True):
            _surface(mesh, seen, owner, rays, light, frame)
        space = room.room_of(scene.background, scene.light, camera)
        shadow, place = self._shadow(scene, space)
        room.backdrop(
            owner, rays, space.rays, space.eye, space.size, space.colours, shadow, place, frame.image
        )
        return frame

    def _shadow(
        self, scene: RenderScene, space: room.Room
    ) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
        """The floor's shadow map and its place, in the room's frame, as `room.backdrop` takes them."""
        return np.ones((0, 0), np.float32), np.array([0.0, 0.0, 1.0])


def _surface(
    mesh: Mesh,
    seen: _Drawn,
    owner: NDArray[np.int32],
    rays: NDArray[np.float32],
    light: NDArray[np.float64],
    frame: Frame,
) -> None:
    normals = _NO_FLOATS
    if mesh.smooth:
        normals = np.empty_like(seen.points)
        shade.vertex_normals(seen.points, mesh.faces, normals)
    material = mesh.material
    textured = material.texture is not None and mesh.uv is not None and mesh.face_uv is not None
    palette = material.palette if material.palette is not None else np.atleast_2d(material.colour)
    shade.surfaces(
        owner, seen.first, seen.box, rays, mesh.faces, seen.points, normals, mesh.double_sided, mesh.instance,
        _NO_BYTES if mesh.face_parts is None else mesh.face_parts,
        _NO_BYTES if mesh.face_zones is None or material.palette is None else mesh.face_zones,
        np.ascontiguousarray(palette, dtype=np.float32),
        material.texture if textured else _NO_TEXTURE,
        mesh.uv if textured else _NO_UV,
        mesh.face_uv if textured else _NO_FACE_UV,
        light, frame.image, frame.instance, frame.part, frame.depth, frame.normal,
    )  # fmt: skip
