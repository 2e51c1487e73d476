"""The room behind the meshes lies where its background says."""

from __future__ import annotations

import numpy as np

from synth.render.raster import Raster
from synth.scene.background import Background
from synth.scene.light import Light
from synth.scene.mesh import RenderScene

from .scenes import looking, pixel_centres, quad

RENDER = Raster().render
WHITE = np.ones(3)
OVERHEAD = Light(np.array([0.0, 0.0, 1.0]), WHITE, np.float64(0.5), np.float64(0.3))
ROOM = Background(
    floor=np.full(3, 0.5), wall=np.full(3, 0.7), dado=np.full(3, 0.2), ceiling=np.full(3, 0.9),
    dado_height=np.float64(1.0), tile=np.float64(0), centre=np.zeros(2), half=np.array([4.0, 5.0]),
    height=np.float64(3.0), yaw=np.float64(0),
)  # fmt: skip


def test_the_room_lies_where_it_should() -> None:
    seen = looking((0, -3, 1.5), (0, 0, 1.2), size=(160, 160), focal=110)
    image = RENDER(RenderScene((), OVERHEAD, ROOM), seen).image
    # floor z = 0, dado below 1 m and wall above on the far wall y = 5, ceiling z = 3
    for point, base in (((0.3, 1, 0), 0.5), ((0, 5, 0.5), 0.2), ((0.2, 5, 1.7), 0.7), ((0, 3.0, 3.0), 0.9)):
        u, v = seen.project(point)[0]
        pixel = image[int(v), int(u)]
        assert np.ptp(pixel) == 0, "a grey room stays grey"
        assert 0.45 * base * 255 < pixel[0] <= min(255, 1.4 * base * 255)
    below, above = (seen.project((0.4, 5, z))[0] for z in (0.97, 1.03))
    assert image[int(above[1]), int(above[0]), 0] > 2 * image[int(below[1]), int(below[0]), 0]


def test_a_yawed_room_keeps_floor_and_shadow_in_the_world() -> None:
    turned = Background(**{**vars(ROOM), "yaw": np.float64(0.7), "centre": np.array([0.5, -0.3])})
    seen = looking((0.3, -3, 4), (0, 0, 0), size=(160, 160), focal=150)
    board = quad([(-0.5, -0.5, 1), (0.5, -0.5, 1), (0.5, 0.5, 1), (-0.5, 0.5, 1)])
    tilt = Light(np.array([0.6, 0.0, 0.8]), WHITE, np.float64(0.6), np.float64(0.3))
    a, b = (RENDER(RenderScene((board,), tilt, room), seen).image.astype(int) for room in (ROOM, turned))
    floor = np.zeros(a.shape[:2], bool)
    rays = seen.rays(pixel_centres(seen)) @ seen.rotation
    points = seen.position - rays * (seen.position[2] / rays[..., 2:])
    floor[(rays[..., 2] < 0) & (np.abs(points[..., :2]).max(-1) < 1.5)] = True
    assert np.abs(a - b)[floor].mean() < 1.5
