"""The default renderer: a visibility buffer in Numba, no GL; a scene gives the same bytes every time.

All that a frame holds comes from one buffer of face numbers: `coverage` fills it, `shade` and `room` turn it
into pixels. The floor's shadow is one more such buffer, rasterized as the light sees the floor.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from synth.render import room, shade
from synth.render.buffer import PictureBuffer, RasterizedMesh
from synth.render.rendering import Rendering
from synth.render.shadow import floor_shadow
from synth.scene import lens
from synth.scene.camera import Camera
from synth.scene.mesh import Mesh, RenderScene

_NO_BYTES = np.zeros(0, np.uint8)
_NO_FLOATS = np.zeros((0, 3), np.float32)
_NO_UV = np.zeros((0, 2), np.float32)
_NO_FACE_UV = np.zeros((0, 3), np.int32)
_NO_TEXTURE = np.zeros((0, 0, 3), np.uint8)


class Raster:
    """Renders on one core; holds no state between frames, so that threads may share it.

    With supersample n > 1 the image is the mean of n x n samples a pixel, which smooths edges; everything
    else still belongs to the pixel's centre.
    """

    def __init__(self, supersample: int = 1) -> None:
        if supersample < 1:
            raise ValueError(f"supersample must be 1 or more, not {supersample}")
        self.supersample = supersample

    def render(self, scene: RenderScene, camera: Camera) -> Rendering:
        """One frame. Raises ValueError where the lens folds the picture over (see `lens.reach`)."""
        space = room.room_of(scene.background, scene.light, camera)
        shadow = floor_shadow(scene.meshes, scene.light.direction, space.turn, scene.background.centre)
        frame = _render(scene, camera, space, shadow)
        if self.supersample == 1:
            return frame
        n = self.supersample
        intrinsics = camera.intrinsics * np.array([[n], [n], [1]])
        finer = replace(camera, intrinsics=intrinsics, width=n * camera.width, height=n * camera.height)
        image = np.empty_like(frame.image)
        shade.shrink(_render(scene, finer, space, shadow).image, image)
        return replace(frame, image=image)


def _render(
    scene: RenderScene,
    camera: Camera,
    space: room.Room,
    shadow: tuple[NDArray[np.float32], NDArray[np.float64]],
) -> Rendering:
    height, width = camera.height, camera.width
    flat = camera.lens
    rays = lens.ray_grid(flat, width, height)
    bounds, longest = lens.reach(flat, width, height)
    buffer = PictureBuffer(camera.rotation, camera.translation, flat, bounds, longest, height, width)
    rasterized = [buffer.rasterize(mesh) for mesh in scene.meshes]
    frame = Rendering(
        image=np.empty((height, width, 3), np.uint8),
        instance=np.zeros((height, width), np.uint8),
        part=np.zeros((height, width), np.uint8),
        depth=np.zeros((height, width), np.float32),
        normal=np.zeros((height, width, 3), np.float32),
    )
    light = shade.light_row(scene.light, camera.rotation)
    for mesh, seen in zip(scene.meshes, rasterized, strict=True):
        _surface(mesh, seen, buffer.owner, rays, light, frame)
    room.backdrop(buffer.owner, rays, space.rays, space.eye, space.size, space.colours, *shadow, frame.image)
    return frame


def _surface(
    mesh: Mesh,
    seen: RasterizedMesh,
    owner: NDArray[np.int32],
    rays: NDArray[np.float32],
    light: NDArray[np.float64],
    frame: Rendering,
) -> None:
    normals = _NO_FLOATS
    if mesh.smooth:
        normals = np.empty_like(seen.points)
        shade.vertex_normals(seen.points, mesh.faces, normals)
    material, texture, uv, face_uv = mesh.material, _NO_TEXTURE, _NO_UV, _NO_FACE_UV
    if material.texture is not None and mesh.uv is not None and mesh.face_uv is not None:
        texture, uv, face_uv = material.texture, mesh.uv, mesh.face_uv
    zones, palette = mesh.face_zones, material.palette
    if zones is None or palette is None:
        zones, palette = _NO_BYTES, material.colour[None]
    parts = _NO_BYTES if mesh.face_parts is None else mesh.face_parts
    shade.surfaces(
        owner, seen.first, seen.box, rays, mesh.faces, seen.points, normals, mesh.double_sided, mesh.instance,
        parts, zones, palette, texture, uv, face_uv, light,
        frame.image, frame.instance, frame.part, frame.depth, frame.normal,
    )  # fmt: skip
