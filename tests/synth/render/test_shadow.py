"""A shadow falls where the light casts it."""

from __future__ import annotations

import numpy as np
import pytest

from synth.render.raster import Raster
from synth.render.shadow import floor_shadow
from synth.scene.background import Background
from synth.scene.light import Light
from synth.scene.mesh import RenderScene

from .scenes import looking, quad

RENDER = Raster().render
WHITE = np.ones(3)
OVERHEAD = Light(np.array([0.0, 0.0, 1.0]), WHITE, np.float64(0.5), np.float64(0.3))
ROOM = Background(
    floor=np.full(3, 0.5), wall=np.full(3, 0.7), dado=np.full(3, 0.2), ceiling=np.full(3, 0.9),
    dado_height=np.float64(1.0), tile=np.float64(0), centre=np.zeros(2), half=np.array([4.0, 5.0]),
    height=np.float64(3.0), yaw=np.float64(0),
)  # fmt: skip


def test_a_shadow_falls_where_the_light_casts_it() -> None:
    tilt = Light(np.array([0.6, 0.0, 0.8]), WHITE, np.float64(0.6), np.float64(0.3))
    seen = looking((0.3, -4, 5), (0, 0, 0), size=(200, 200), focal=170)
    board = quad([(-0.5, -0.5, 1), (0.5, -0.5, 1), (0.5, 0.5, 1), (-0.5, 0.5, 1)])
    lit, shaded = (RENDER(RenderScene(m, tilt, ROOM), seen).image for m in ((), (board,)))
    # along -direction from z = 1 to the floor: 0.75 towards -x
    for point, dark in (
        ((-0.75, 0, 0), True),
        ((-1.6, 0, 0), False),
        ((0.45, 0, 0), False),
        ((-0.9, 0.2, 0), True),
    ):
        u, v = (int(x) for x in seen.project(point)[0])
        ratio = shaded[v, u, 0] / lit[v, u, 0]
        assert (ratio < 0.6) if dark else (ratio > 0.97)


def test_the_shadow_of_a_square_is_the_square_moved_along_the_light() -> None:
    high = 2.0
    square = quad([(-0.5, -0.5, high), (0.5, -0.5, high), (0.5, 0.5, high), (-0.5, 0.5, high)])
    direction = np.array([0.6, 0.0, 0.8])
    lit, (x, y, cell) = floor_shadow((square,), direction, np.eye(3), np.zeros(2))
    rows, columns = np.nonzero(lit < 0.5)
    # a point at height h falls h x / z along -x
    middle = (x + (columns.mean() + 0.5) * cell, y + (rows.mean() + 0.5) * cell)
    assert middle == pytest.approx((-high * 0.75, 0.0), abs=cell)
    assert (lit < 0.5).sum() * cell**2 == pytest.approx(1.0, rel=0.1)
    assert lit[0].min() == 1  # the border is lit


def test_a_low_light_and_no_mesh_cast_none() -> None:
    square = quad([(-0.5, -0.5, 1), (0.5, -0.5, 1), (0.5, 0.5, 1), (-0.5, 0.5, 1)])
    for meshes, direction in (((square,), (0.995, 0.0, 0.1)), ((), (0.0, 0.0, 1.0))):
        lit, place = floor_shadow(meshes, np.array(direction), np.eye(3), np.zeros(2))
        assert lit.size == 0
        assert place.tolist() == [0, 0, 1]
