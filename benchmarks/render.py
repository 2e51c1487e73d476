"""Milliseconds a frame of the default renderer, beside a plain pyrender loop over the same scenes."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from benchmarks.bench import Bench, Facts, one_core
from synth.body.loading import load_body
from synth.core.errors import InputError
from synth.core.randomness import Draws
from synth.render.backends import get_renderer
from synth.scene.background import draw_background
from synth.scene.camera import Camera, look_at
from synth.scene.lens import NEAR
from synth.scene.light import draw_light
from synth.scene.mesh import PERSON, Material, Mesh, RenderScene
from synth.scene.props.kinds import PROP_KINDS, UNIFORMS, build
from synth.scene.wardrobe import clothing_zones, draw_colours

View = tuple[RenderScene, Camera]


def example_views(count: int, width: int = 256, height: int = 256, seed: int = 0) -> list[View]:
    """One worker in a moderate pose with two props around, seen from 3 m: scenes to time and to look at."""
    body, draws, ids = load_body(), Draws(seed), np.arange(count)
    poses = 0.15 * draws.normal("bench/pose", ids, 72).reshape(count, 24, 3)
    poses[:, 0] = np.array([1, 1, 1]) * (2 * np.pi / 3 / np.sqrt(3))  # y up to z up, facing x
    poses[:, 16:18, 2] += (-1.0, 1.0)  # arms down
    posed = body.posed(poses).vertices
    place = draws.uniform("bench/place", ids, 8)
    sizes = draws.uniform("bench/props", ids, 2 * UNIFORMS).reshape(count, 2, UNIFORMS)
    kinds = draws.integers("bench/kinds", ids, len(PROP_KINDS), 2)
    lights, rooms, outfits = draw_light(draws, ids), draw_background(draws, ids), draw_colours(draws, ids)
    views = []
    for i in range(count):
        vertices = posed[i] - np.array([0, 0, posed[i, :, 2].min()], np.float32)
        person = Mesh(
            "person", vertices, body.faces, PERSON, Material(outfits[i, 0], outfits[i]), body.face_parts,
            clothing_zones(body), smooth=True, double_sided=False,
        )  # fmt: skip
        meshes = [person]
        for k in range(2):
            turn, around = 2 * np.pi * place[i, 2 * k : 2 * k + 2]
            c, s = np.cos(turn), np.sin(turn)
            rotation, at = [[c, -s, 0], [s, c, 0], [0, 0, 1]], (1.2 * np.cos(around), 1.2 * np.sin(around), 0)
            meshes.append(build(PROP_KINDS[kinds[i, k]], sizes[i, k]).placed(rotation, at, PERSON + 1 + k))
        azimuth, high = 2 * np.pi * place[i, 4], 0.6 + 2 * place[i, 5]
        pose = look_at((3.2 * np.cos(azimuth), 3.2 * np.sin(azimuth), high), (0, 0, 0.9))
        intrinsics = np.array([[1.4 * height, 0, width / 2], [0, 1.4 * height, height / 2], [0, 0, 1]])
        views.append(
            (RenderScene(tuple(meshes), lights[i], rooms[i]), Camera(intrinsics, *pose, width, height))
        )
    return views


def measure(count: int = 60, width: int = 256, height: int = 256, seed: int = 0) -> Facts:
    """Milliseconds a frame (the median over `count` frames), posing the body not included.

    raster gives image, instances, parts, depth and normals; plain_pyrender is one pass of pyrender for image and
    depth alone, as its examples do it; opengl is this project's backend with all labels. Without a GL the last two
    are None and `remark` says why. Compilation and start-up are not counted.
    """
    with one_core():
        return _measure(example_views(count, width, height, seed), width, height)


def _measure(views: Sequence[View], width: int, height: int) -> Facts:
    raster = get_renderer("raster")
    raster_ms = _median_ms(views, raster.render)
    plain_ms = opengl_ms = None
    remark = "plain pyrender: one pass, image and depth only"
    try:
        opengl = get_renderer("opengl")
        opengl_ms = _median_ms(views, opengl.render)
        plain_ms = _median_ms(views, PlainLoop(width, height).render)
    except InputError as error:
        remark = str(error)
    vertices = int(np.median([sum(len(mesh.vertices) for mesh in scene.meshes) for scene, _ in views]))
    return {
        "frames": len(views),
        "width": width,
        "height": height,
        "vertices": vertices,
        "raster": raster_ms,
        "plain_pyrender": plain_ms,
        "opengl": opengl_ms,
        "remark": remark,
        "ratio": None if plain_ms is None else plain_ms / raster_ms,
    }


def describe(facts: Facts) -> list[str]:
    what = f"{facts['width']}x{facts['height']}, {facts['vertices']:,} vertices, one core, {facts['frames']} frames"
    lines = [
        f"render: {what}",
        f"  default renderer, all labels: {facts['raster']:.1f} ms a frame, {1000 / facts['raster']:.0f} a second",
    ]
    if facts["plain_pyrender"] is None:
        return [*lines, f"  {facts['remark']}"]
    return [
        *lines,
        f"  pyrender backend, all labels: {facts['opengl']:.1f} ms",
        f"  plain pyrender loop, colour and depth: {facts['plain_pyrender']:.1f} ms, "
        f"{facts['ratio']:.1f} times as long",
    ]


def _median_ms(views: Sequence[View], render: Callable[[RenderScene, Camera], Any]) -> float:
    times = []
    render(*views[0])
    for scene, camera in views:
        start = time.perf_counter()
        render(scene, camera)
        times.append(time.perf_counter() - start)
    return 1000 * float(np.median(times))


class PlainLoop:
    """What a user of pyrender would write: the scene built anew for every frame, one pass."""

    def __init__(self, width: int, height: int) -> None:
        import pyrender

        self._pyrender = pyrender
        self._context = pyrender.OffscreenRenderer(width, height)

    def render(self, scene: RenderScene, camera: Camera) -> Any:
        pyrender, k = self._pyrender, camera.intrinsics
        stage = pyrender.Scene(ambient_light=np.full(3, 0.3))
        for mesh in scene.meshes:
            material = pyrender.MetallicRoughnessMaterial(
                baseColorFactor=(*mesh.material.colour.tolist(), 1.0), doubleSided=mesh.double_sided
            )
            normals = np.zeros_like(mesh.vertices)
            corners = mesh.vertices[mesh.faces]
            flat = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
            for corner in range(3):
                np.add.at(normals, mesh.faces[:, corner], flat)
            primitive = pyrender.Primitive(mesh.vertices, normals, indices=mesh.faces, material=material)
            stage.add(pyrender.Mesh([primitive]))
        to_world = np.eye(4)
        to_world[:3, :3], to_world[:3, 3] = camera.rotation.T, camera.position
        to_world = to_world @ np.diag([1.0, -1.0, -1.0, 1.0])
        stage.add(pyrender.IntrinsicsCamera(k[0, 0], k[1, 1], k[0, 2], k[1, 2], NEAR, 50.0), pose=to_world)
        stage.add(pyrender.DirectionalLight(intensity=3.0), pose=to_world)
        return self._context.render(stage)


BENCH = Bench(__doc__, measure, describe)
