"""The second renderer: pyrender, behind the same interface, for machines with OpenGL (extra `opengl`).

Labels and depth come from one pass without multisampling, so that they belong to the pixels' centres; normals
and the lit picture from flat passes over vertex colours, with the corners lit as `shade` lights pixels. The
room behind the meshes is painted by `room`, as in the default renderer. Faces seen from both sides are given
twice, once for each side.
"""

from __future__ import annotations

import os
import sys
import threading
import types
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth.core.errors import InputError
from synth.render import room, shade
from synth.render.rendering import Rendering
from synth.render.shadow import floor_shadow
from synth.scene import lens
from synth.scene.camera import Camera
from synth.scene.lens import NEAR
from synth.scene.mesh import Mesh, RenderScene

Array = NDArray[np.float64]
Floats = NDArray[np.float32]

_REMEDY = (
    "use the renderer 'raster', or install the extra 'opengl' and a GL (Debian: libegl1 libgl1-mesa-dri)"
)
_FLIP = np.diag([1.0, -1.0, -1.0, 1.0])  # OpenGL's cameras look along -z with y up
_BLACK, _GREY = (0.0, 0.0, 0.0, 0.0), (0.5, 0.5, 0.5, 0.0)  # grey is how a normal of no length is coded


def _load_pyrender() -> Any:
    """The package, off screen through EGL where nothing else is asked for."""
    os.environ.setdefault("PYOPENGL_PLATFORM", "egl")
    try:
        import pyrender
    except Exception as error:  # what a missing or broken GL raises depends on the platform
        raise InputError(f"OpenGL cannot be loaded ({error})", where="renderer", remedy=_REMEDY) from error
    # pyrender 0.1.45 uses a name that NumPy 2 dropped; only its own view of NumPy gets it back
    numpy_1 = types.ModuleType("numpy")
    numpy_1.__dict__.update(np.__dict__, infty=np.inf)
    vars(sys.modules["pyrender.mesh"])["np"] = numpy_1
    return pyrender


class OpenGL:
    """Renders through pyrender; every thread that uses it gets a GL context of its own.

    Raises InputError where OpenGL is not available.
    """

    def __init__(self) -> None:
        self._pyrender = _load_pyrender()
        self._local = threading.local()
        self._context(64, 64)

    def _context(self, width: int, height: int) -> Any:
        context = getattr(self._local, "context", None)
        if context is None:
            try:
                context = self._pyrender.OffscreenRenderer(width, height)
            except Exception as error:  # as above
                raise InputError(
                    f"OpenGL cannot be started ({error})", where="renderer", remedy=_REMEDY
                ) from error
            self._local.context = context
        context.viewport_width, context.viewport_height = width, height
        return context

    def render(self, scene: RenderScene, camera: Camera) -> Rendering:
        """One frame. Raises InputError for a camera with lens distortion or skew, which OpenGL does not support."""
        if np.any(camera.distortion) or camera.intrinsics[0, 1] or camera.intrinsics[1, 0]:
            raise InputError(
                "the OpenGL renderer supports neither lens distortion nor skew",
                where="renderer",
                remedy="use the renderer 'raster' or a camera without them",
            )
        pyrender, flags = self._pyrender, self._pyrender.RenderFlags
        context = self._context(camera.width, camera.height)
        corners = [_Corners(mesh, camera, scene) for mesh in scene.meshes]

        stage, labels = self._stage(camera, corners), {}
        for mesh, corner in zip(scene.meshes, corners, strict=True):
            for part, faces in corner.by_part(mesh):
                labels[self._add(stage, corner, faces, None)] = (mesh.instance, part, 0)
        seg, depth = context.render(stage, flags=flags.SEG, seg_node_map=labels)
        instance, parts = np.ascontiguousarray(seg[..., 0]), np.ascontiguousarray(seg[..., 1])

        stage = self._stage(camera, corners, _GREY)
        for corner in corners:
            self._add(stage, corner, None, 0.5 + 0.5 * corner.normals)
        coded = context.render(stage, flags=flags.FLAT)[0]
        normal = coded.astype(np.float32) / 127.5 - 1
        normal /= np.maximum(np.linalg.norm(normal, axis=-1, keepdims=True), 1e-6)
        normal[instance == 0] = 0

        stage = self._stage(camera, corners)
        for mesh, corner in zip(scene.meshes, corners, strict=True):
            self._add(stage, corner, None, corner.lit, _texture(pyrender, mesh))
        image = _over_room(context.render(stage, flags=flags.FLAT | flags.RGBA)[0], scene, camera)
        return Rendering(image, instance, parts, np.ascontiguousarray(depth), normal)

    def _stage(self, camera: Camera, corners: list[_Corners], ground: tuple[float, ...] = _BLACK) -> Any:
        """An empty pyrender scene seen by the camera; its world is the camera's frame."""
        k, pyrender = camera.intrinsics, self._pyrender
        far = max([2.0, *(float(corner.positions[:, 2].max(initial=0)) + 1.0 for corner in corners)])
        stage = pyrender.Scene(bg_color=ground)
        view = pyrender.IntrinsicsCamera(k[0, 0], k[1, 1], k[0, 2], k[1, 2], znear=NEAR, zfar=far)
        stage.add(view, pose=_FLIP)
        return stage

    def _add(
        self,
        stage: Any,
        corner: _Corners,
        faces: NDArray[np.bool_] | None,
        colour: Floats | None,
        texture: Any = None,
    ) -> Any:
        """Add the faces (all, or those marked) with colours (n, 3) at their corners; the node."""
        pyrender = self._pyrender
        chosen = slice(None) if faces is None else np.repeat(faces, 3)
        opaque = None
        if colour is not None:
            opaque = np.concatenate([colour, np.ones((len(colour), 1))], axis=1)[chosen]
        material = pyrender.MetallicRoughnessMaterial(
            baseColorTexture=texture, baseColorFactor=(1.0, 1.0, 1.0, 1.0)
        )
        primitive = pyrender.Primitive(
            corner.positions[chosen],
            color_0=opaque,
            texcoord_0=None if texture is None or corner.uv is None else corner.uv[chosen],
            material=material,
        )
        return stage.add(pyrender.Mesh([primitive]))


class _Corners:
    """A mesh as loose triangles in the camera's frame, followed by a reversed copy where it is double sided.

    positions, normals, lit (3 n, 3) and uv (3 n, 2) or None; faces (n,): the mesh's face of each triangle.
    """

    def __init__(self, mesh: Mesh, camera: Camera, scene: RenderScene) -> None:
        points = camera.to_camera(mesh.vertices.astype(np.float64)).astype(np.float32)
        corner_points = points[mesh.faces]
        if mesh.smooth:
            by_vertex = np.empty_like(points)
            shade.vertex_normals(points, mesh.faces, by_vertex)
            normals = by_vertex[mesh.faces]
        else:
            flat = np.cross(
                corner_points[:, 1] - corner_points[:, 0], corner_points[:, 2] - corner_points[:, 0]
            )
            flat /= np.maximum(np.linalg.norm(flat, axis=-1, keepdims=True), 1e-20)
            normals = np.repeat(flat[:, None], 3, axis=1)
        uv = None if mesh.uv is None or mesh.face_uv is None else mesh.uv[mesh.face_uv]
        faces = np.arange(len(mesh.faces))
        if mesh.double_sided:
            faces = np.concatenate([faces, faces])
            corner_points = np.concatenate([corner_points, corner_points[:, ::-1]])
            normals = np.concatenate([normals, -normals[:, ::-1]])
            uv = None if uv is None else np.concatenate([uv, uv[:, ::-1]])
        self.faces = faces
        self.positions: Floats = corner_points.reshape(-1, 3)
        self.normals: Floats = normals.reshape(-1, 3)
        self.uv: Floats | None = None if uv is None else uv.reshape(-1, 2)
        light = shade.light_row(scene.light, camera.rotation)
        self.lit = _lit(self.normals, np.repeat(_albedo(mesh)[faces], 3, axis=0), light)

    def by_part(self, mesh: Mesh) -> list[tuple[int, NDArray[np.bool_] | None]]:
        """The labels of body parts in the mesh, and the triangles that carry each."""
        if mesh.face_parts is None:
            return [(0, None)]
        owner = mesh.face_parts[self.faces]
        return [(int(part) + 1, owner == part) for part in np.unique(owner)]


def _albedo(mesh: Mesh) -> Floats:
    """(F, 3) colour of each face; white where the colour is in a texture."""
    material = mesh.material
    if material.texture is not None and mesh.uv is not None:
        return np.ones((len(mesh.faces), 3), np.float32)
    if material.palette is not None and mesh.face_zones is not None:
        return material.palette[mesh.face_zones]
    return np.broadcast_to(material.colour, (len(mesh.faces), 3))


def _lit(normals: Floats, albedo: Floats, light: Array) -> Floats:
    """Colours (n, 3) of points with normals (n, 3) in the camera frame under `shade.light_row`."""
    lit = np.maximum(normals @ light[:3], 0)[:, None] * light[6:9]
    sky = 0.5 + 0.5 * (normals @ light[3:6])[:, None]
    ambient = light[9] * (shade.FROM_BELOW + (1 - shade.FROM_BELOW) * sky)
    return (albedo * (ambient + lit)).astype(np.float32)


def _texture(pyrender: Any, mesh: Mesh) -> Any:
    if mesh.material.texture is None or mesh.uv is None:
        return None
    coloured = (mesh.material.texture * mesh.material.colour).clip(0, 255).astype(np.uint8)
    return pyrender.Texture(source=coloured, source_channels="RGB")


def _over_room(rgba: NDArray[np.uint8], scene: RenderScene, camera: Camera) -> NDArray[np.uint8]:
    """The picture (H, W, 3) of meshes on a black ground (H, W, 4), whose alpha is their share of each pixel,
    with the room behind them."""
    rays = lens.ray_grid(camera.lens, camera.width, camera.height)
    space = room.room_of(scene.background, scene.light, camera)
    shadow, place = floor_shadow(scene.meshes, scene.light.direction, space.turn, scene.background.centre)
    owner = np.where(rgba[..., 3] == 255, 0, -1).astype(np.int32)
    behind = np.zeros_like(rgba[..., :3], order="C")
    room.backdrop(owner, rays, space.rays, space.eye, space.size, space.colours, shadow, place, behind)
    free = 1 - rgba[..., 3:].astype(np.float32) / 255
    return np.minimum(rgba[..., :3] + free * behind + 0.5, 255).astype(np.uint8)
