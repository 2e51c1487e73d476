"""The OpenGL backend agrees with the default renderer on the same scenes."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from synth.core.errors import InputError
from synth.core.randomness import Draws
from synth.render import Renderer, get_renderer
from synth.scene.camera import Camera
from synth.scene.mesh import Material, Mesh, RenderScene
from synth.scene.props.kinds import HELD_KINDS, PROP_KINDS, build

from .scenes import camera, cube, looking, quad, scene, sphere


@pytest.fixture(scope="module")
def opengl() -> Renderer:
    try:
        return get_renderer("opengl")
    except InputError as error:
        pytest.skip(f"no GL here: {error}")


def manikin() -> Mesh:
    """Spheres in a heap for a person, with parts."""
    balls = [((0, 0, 1.55), 0.15), ((0, 0, 1.1), 0.32), ((0.1, 0.05, 0.6), 0.25), ((-0.1, 0, 0.25), 0.24)]
    meshes = [sphere(at, radius, rings=24) for at, radius in balls]
    starts = np.cumsum([0, *(len(m.vertices) for m in meshes[:-1])])
    return Mesh(
        name="manikin",
        vertices=np.concatenate([m.vertices for m in meshes]),
        faces=np.concatenate([m.faces + start for m, start in zip(meshes, starts, strict=True)]).astype(
            np.int32
        ),
        instance=1,
        material=Material(np.array([0.7, 0.5, 0.4], np.float32)),
        face_parts=np.repeat(np.array([15, 3, 0, 7], np.uint8), [len(m.faces) for m in meshes]),
        smooth=True,
        double_sided=False,
    )


def workplace(number: int) -> RenderScene:
    kinds = PROP_KINDS + HELD_KINDS
    u = Draws(7).uniform("prop", [10 * number, 10 * number + 1], 8)
    angle = Draws(7).uniform("angle", [10 * number, 10 * number + 1], 2, high=6.28)
    meshes = [manikin()]
    for k in range(2):
        c, s = np.cos(angle[k, 0]), np.sin(angle[k, 0])
        prop = build(kinds[(2 * number + k) % len(kinds)], u[k])
        at = (1.1 * np.cos(angle[k, 1]), 1.1 * np.sin(angle[k, 1]), 1.2 if prop.held else 0.0)
        meshes.append(prop.placed([[c, -s, 0], [s, c, 0], [0, 0, 1]], at, 2 + k))
    return scene(*meshes)


def view(number: int) -> Camera:
    around, roll = 0.7 * number, (-0.3, 0.0, 0.4)[number % 3]
    eye = (3 * np.cos(around), 3 * np.sin(around), (0.6, 1.5, 2.6)[number % 3])
    centre = (70.0 + 45 * (number % 2), 90.0 - 12 * (number % 3))
    return looking(eye, (0, 0, 0.9), roll=roll, size=(192, 160), focal=170, centre=centre)


@pytest.mark.parametrize("number", range(7))
def test_masks_depth_and_normals_agree(opengl: Renderer, number: int) -> None:
    a = get_renderer("raster").render(workplace(number), view(number))
    b = opengl.render(workplace(number), view(number))
    assert (a.instance == 1).sum() > 500
    for instance in range(1, 4):
        both, either = (
            op(a.instance == instance, b.instance == instance) for op in (np.logical_and, np.logical_or)
        )
        if either.sum() > 200:
            assert both.sum() / either.sum() >= 0.99
    for part in np.unique(a.part[a.part > 0]):
        both, either = (op(a.part == part, b.part == part) for op in (np.logical_and, np.logical_or))
        if either.sum() > 200:
            assert both.sum() / either.sum() >= 0.99
    same = (a.instance == b.instance) & (a.instance > 0) & (a.part == b.part)
    gap = np.abs(a.depth - b.depth)[same]
    # where one object hides itself the two may resolve the very edge differently
    assert np.quantile(gap, 0.998) <= 0.005
    angle = np.degrees(np.arccos(np.clip((a.normal * b.normal).sum(-1)[same], -1, 1)))
    assert np.median(angle) < 1
    assert np.quantile(angle, 0.8) < 5  # at edges OpenGL's normals are mixed by its multisampling
    assert np.abs(a.image.astype(int) - b.image).mean() < 3


def test_threads_get_contexts_of_their_own(opengl: Renderer) -> None:
    before = opengl.render(workplace(1), view(1))
    with ThreadPoolExecutor(2) as pool:
        for frame in pool.map(lambda _: opengl.render(workplace(1), view(1)), range(4)):
            np.testing.assert_array_equal(frame.instance, before.instance)


def test_a_scene_that_crosses_the_near_plane(opengl: Renderer) -> None:
    floor = quad([(-5, 1.5, -3), (5, 1.5, -3), (5, 1.5, 20), (-5, 1.5, 20)])
    a, b = (r.render(scene(floor), camera()) for r in (get_renderer("raster"), opengl))
    assert (a.instance == b.instance).mean() > 0.995
    same = (a.instance == 2) & (b.instance == 2)
    assert np.abs(a.depth - b.depth)[same].max() <= 0.005


def test_a_texture_looks_the_same(opengl: Renderer) -> None:
    texture = np.random.default_rng(0).integers(0, 255, (4, 4, 3), dtype=np.uint8)
    board = quad(
        [(-1, 1, 3), (1, 1, 3), (1, -1, 3), (-1, -1, 3)],
        material=Material(np.ones(3, np.float32), texture=texture),
        uv=np.array([(0, 0), (1, 0), (1, 1), (0, 1)], np.float32),
        face_uv=np.array([(0, 1, 2), (0, 2, 3)], np.int32),
    )
    a, b = (r.render(scene(board), camera()).image.astype(int) for r in (get_renderer("raster"), opengl))
    assert np.abs(a - b)[40:88, 40:88].mean() < 6


def test_distortion_is_refused_with_the_remedy(opengl: Renderer) -> None:
    with pytest.raises(InputError, match=r"distortion.*raster"):
        opengl.render(scene(cube((0, 0, 3), 0.3)), camera(distortion=(-0.1, 0, 0, 0, 0)))


def test_without_the_extra_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyrender", None)
    with pytest.raises(InputError, match="libegl1"):
        get_renderer("opengl")


def test_an_unknown_renderer_is_refused() -> None:
    with pytest.raises(InputError, match=r"there is no renderer 'blender'.*raster"):
        get_renderer("blender")
