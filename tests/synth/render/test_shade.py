"""Shading against hand-computed colours; textures; the room and its shadow."""

from __future__ import annotations

import numpy as np
import pytest

from synth.render.raster import Raster
from synth.render.shade import FROM_BELOW
from synth.scene.background import Background
from synth.scene.light import Light
from synth.scene.mesh import Material, RenderScene

from .scenes import camera, cube, looking, mesh, quad, scene

RENDER = Raster().render
WHITE = np.ones(3)
OVERHEAD = Light(np.array([0.0, 0.0, 1.0]), WHITE, np.float64(0.5), np.float64(0.3))
ROOM = Background(
    floor=np.full(3, 0.5), wall=np.full(3, 0.7), dado=np.full(3, 0.2), ceiling=np.full(3, 0.9),
    dado_height=np.float64(1.0), tile=np.float64(0), centre=np.zeros(2), half=np.array([4.0, 5.0]),
    height=np.float64(3.0), yaw=np.float64(0),
)  # fmt: skip


def test_lambert_under_an_overhead_light() -> None:
    seen = looking((3, 2, 2.5), (0, 0, 0.5), size=(200, 200), focal=220)
    box = cube((0, 0, 0.5), 0.5, material=Material(np.array([0.8, 0.4, 0.2], np.float32)))
    frame = RENDER(RenderScene((box,), OVERHEAD, ROOM), seen)
    up = frame.normal @ seen.rotation[:, 2] > 0.99
    side = (frame.instance == 2) & ~up
    # facing the light: 0.5 direct + 0.3 ambient; a wall sees half the sky: 0.3 * (FROM_BELOW + 1) / 2
    for where, light in ((up, 0.5 + 0.3), (side, 0.3 * (1 + FROM_BELOW) / 2)):
        expected = 255 * light * np.array([0.8, 0.4, 0.2])
        assert np.abs(frame.image[where] - expected).max() <= 1


def test_zones_pick_the_palette() -> None:
    palette = np.eye(3, dtype=np.float32)
    square = quad(
        [(-1, -1, 3), (1, -1, 3), (1, 1, 3), (-1, 1, 3)],
        material=Material(palette[0], palette),
        face_zones=np.array([1, 2], np.uint8),
    )
    image = RENDER(scene(square), camera()).image
    upper, lower = image[40, 80], image[80, 40]  # the first face lies above the diagonal
    assert upper.argmax() == 1
    assert lower.argmax() == 2
    assert upper[0] == lower[0] == 0


def test_a_texture_appears_upright_at_its_coordinates() -> None:
    texture = np.zeros((2, 2, 3), np.uint8)
    texture[0, 0], texture[0, 1], texture[1, 0] = (
        (255, 0, 0),
        (0, 255, 0),
        (0, 0, 255),
    )  # top left, right, bottom
    board = quad(
        [(-1, 1, 3), (1, 1, 3), (1, -1, 3), (-1, -1, 3)],  # from the lower left of the picture, y runs down
        material=Material(WHITE.astype(np.float32), texture=texture),
        uv=np.array([(0, 0), (1, 0), (1, 1), (0, 1)], np.float32),
        face_uv=np.array([(0, 1, 2), (0, 2, 3)], np.int32),
    )
    frame = RENDER(scene(board), camera(focal=150))
    # a texel's centre lies a quarter in from the board's edges, which span 150 * 2 / 3 = 100 pixels
    left, right, top, bottom = 64 - 25, 64 + 25, 64 - 25, 64 + 25
    assert frame.image[top, left].argmax() == 0
    assert frame.image[top, right].argmax() == 1
    assert frame.image[bottom, left].argmax() == 2
    assert frame.image[bottom, right].max() <= 5
    # halfway between two texels the mean of both: perspective-correct and bilinear
    half = frame.image[top, 64].astype(int)
    assert abs(half[0] - half[1]) < 8


def test_texture_coordinates_are_perspective_correct() -> None:
    """A board that runs away from the camera: the texture's middle lies at its middle in space."""
    texture = np.zeros((1, 64, 3), np.uint8)
    texture[:, 32:] = 255
    board = quad(
        [(-1, 1, 2), (3, 1, 8), (3, -1, 8), (-1, -1, 2)],
        material=Material(WHITE.astype(np.float32), texture=texture),
        uv=np.array([(0, 0), (1, 0), (1, 1), (0, 1)], np.float32),
        face_uv=np.array([(0, 1, 2), (0, 2, 3)], np.int32),
    )
    seen = camera((200, 128), focal=100)
    row = RENDER(scene(board), seen).image[64, :, 0].astype(float)
    covered = RENDER(scene(board), seen).instance[64] == 2
    edge = np.flatnonzero(covered & (row > row[covered].max() / 2))[0]
    assert edge == pytest.approx(seen.project((1, 0, 5))[0][0], abs=1)


def test_a_mesh_refuses_arrays_that_do_not_fit() -> None:
    points, faces = np.zeros((3, 3)), [[0, 1, 2]]
    with pytest.raises(ValueError, match="instance 0"):
        mesh(points, faces, 0)
    with pytest.raises(ValueError, match="face_parts has 2 rows for 1 faces"):
        mesh(points, faces, 1, face_parts=np.zeros(2, np.uint8))
    with pytest.raises(ValueError, match="come together"):
        mesh(points, faces, 1, uv=np.zeros((3, 2), np.float32))
    with pytest.raises(ValueError, match="needs face_zones"):
        mesh(points, faces, 1, material=Material(np.zeros(3, np.float32), np.zeros((2, 3), np.float32)))
