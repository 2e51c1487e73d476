"""Small scenes whose pictures are known in closed form."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from synth.core.randomness import Draws
from synth.scene.background import draw_background
from synth.scene.camera import Camera, look_at
from synth.scene.light import draw_light
from synth.scene.mesh import Mesh, RenderScene, plain


def camera(
    size: tuple[int, int] = (128, 128),
    focal: float = 120.0,
    centre: tuple[float, float] | None = None,
    distortion: tuple[float, ...] = (0, 0, 0, 0, 0),
    rotation: NDArray[np.float64] | None = None,
    translation: tuple[float, float, float] = (0, 0, 0),
) -> Camera:
    """A camera at the origin of the world whose frame is the world's, unless something else is said."""
    width, height = size
    cx, cy = centre if centre is not None else (width / 2, height / 2)
    intrinsics = np.array([[focal, 0, cx], [0, focal, cy], [0, 0, 1.0]])
    turn = np.eye(3) if rotation is None else rotation
    return Camera(intrinsics, turn, np.array(translation, float), width, height, np.array(distortion, float))


def looking(
    position: tuple[float, float, float], target: tuple[float, float, float], **kind: object
) -> Camera:
    rotation, translation = look_at(position, target, roll=float(kind.pop("roll", 0.0)))  # type: ignore[arg-type]
    return camera(rotation=rotation, translation=tuple(translation), **kind)  # type: ignore[arg-type]


def scene(*meshes: Mesh) -> RenderScene:
    return RenderScene(meshes, draw_light(Draws(1), [0])[0], draw_background(Draws(1), [0])[0])


def mesh(vertices: object, faces: object, instance: int = 2, **kind: object) -> Mesh:
    return Mesh(
        name="mesh",
        vertices=np.asarray(vertices, np.float32),
        faces=np.asarray(faces, np.int32),
        instance=instance,
        material=kind.pop("material", plain((0.6, 0.5, 0.4))),  # type: ignore[arg-type]
        **kind,  # type: ignore[arg-type]
    )


def quad(corners: object, instance: int = 2, **kind: object) -> Mesh:
    return mesh(corners, [[0, 1, 2], [0, 2, 3]], instance, **kind)


def cube(centre: object, half: float, instance: int = 2, **kind: object) -> Mesh:
    signs = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], float)
    faces = [
        [0, 1, 3], [0, 3, 2], [4, 6, 7], [4, 7, 5], [0, 4, 5], [0, 5, 1],
        [2, 3, 7], [2, 7, 6], [0, 2, 6], [0, 6, 4], [1, 5, 7], [1, 7, 3],
    ]  # fmt: skip
    return mesh(np.asarray(centre) + half * signs, faces, instance, **kind)


def sphere(centre: object, radius: float, instance: int = 2, rings: int = 96, **kind: object) -> Mesh:
    """A closed sphere, its vertices on the surface: it looks too small by about (pi / rings)^2 / 2."""
    polar, around = np.linspace(0, np.pi, rings + 1), np.linspace(0, 2 * np.pi, 2 * rings, endpoint=False)
    p, a = np.meshgrid(polar, around, indexing="ij")
    points = np.stack([np.sin(p) * np.cos(a), np.sin(p) * np.sin(a), np.cos(p)], -1).reshape(-1, 3)
    i, j = np.meshgrid(np.arange(rings), np.arange(2 * rings), indexing="ij")
    here, right = i * 2 * rings + j, i * 2 * rings + (j + 1) % (2 * rings)
    below, across = here + 2 * rings, right + 2 * rings
    faces = np.concatenate(
        [np.stack([here, below, across], -1), np.stack([here, across, right], -1)]
    ).reshape(-1, 3)
    return mesh(np.asarray(centre) + radius * points, faces, instance, **kind)


def pixel_centres(seen: Camera) -> NDArray[np.float64]:
    """(H, W, 2)"""
    u, v = np.meshgrid(np.arange(seen.width) + 0.5, np.arange(seen.height) + 0.5)
    return np.stack([u, v], axis=-1)
