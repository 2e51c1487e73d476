"""Which pixels a face covers, against closed forms."""

from __future__ import annotations

import numpy as np
import pytest

from synth.render.buffer import PictureBuffer
from synth.render.raster import Raster
from synth.scene.camera import Camera
from synth.scene.lens import NEAR, reach
from synth.scene.mesh import Mesh

from .scenes import camera, cube, mesh, pixel_centres, quad, scene, sphere

RENDER = Raster().render
BENT = (-0.28, 0.07, 0.003, -0.002, 0.01)


def covered(camera: Camera, *meshes: Mesh) -> np.ndarray:
    """How many of the meshes, each rasterized alone, cover each pixel."""
    lens = camera.lens
    hits = np.zeros((camera.height, camera.width), int)
    for one in meshes:
        bounds, longest = reach(lens, camera.width, camera.height)
        buffer = PictureBuffer(
            camera.rotation, camera.translation, lens, bounds, longest, camera.height, camera.width
        )
        buffer.rasterize(one)
        hits += buffer.owner >= 0
    return hits


@pytest.mark.parametrize("distortion", [(0, 0, 0, 0, 0), (-0.25, 0.06, 0.002, -0.001, 0)])
def test_faces_that_share_edges_cover_each_pixel_once(distortion: tuple[float, ...]) -> None:
    seen = camera((96, 96), focal=60, distortion=distortion)
    rng = np.random.default_rng(0)
    grid = np.stack(np.meshgrid(np.linspace(-3, 3, 6), np.linspace(-3, 3, 6)), -1).reshape(-1, 2)
    # a fan of triangles over the whole picture, some corners exactly on pixel centres
    points = grid + rng.normal(0, 0.3, grid.shape) * (np.abs(grid).max(-1, keepdims=True) < 3)
    points[14] = (0.5 / 60 * 2, 0.5 / 60 * 2)
    vertices = np.concatenate([points, np.full((36, 1), 2.0)], 1)
    index = np.arange(36).reshape(6, 6)
    a, b, c, d = (index[i : i + 5, j : j + 5].ravel() for i, j in ((0, 0), (0, 1), (1, 1), (1, 0)))
    faces = np.concatenate([np.stack([a, b, c], -1), np.stack([a, c, d], -1)])
    hits = covered(seen, *(mesh(vertices, [face]) for face in faces))
    assert hits.min() == hits.max() == 1


def test_two_triangles_with_an_edge_through_pixel_centres_share_them_out() -> None:
    # focal 64, z = 1: the diagonal of the square runs through the centres of the pixels (i, i)
    seen = camera((64, 64), focal=64)
    corners = np.array([(-0.25, -0.25, 1), (0.25, -0.25, 1), (0.25, 0.25, 1), (-0.25, 0.25, 1)])
    hits = covered(seen, mesh(corners, [[0, 1, 2]]), mesh(corners, [[0, 2, 3]]))
    assert hits.sum() == 32 * 32
    assert hits.max() == 1


def test_a_triangle_that_crosses_the_near_plane_is_clipped_not_dropped() -> None:
    seen = camera((100, 80), focal=70)
    # the floor below a camera: from 3 m behind it to 40 m before it, 1.5 m lower
    floor = quad([(-50, 1.5, -3), (50, 1.5, -3), (50, 1.5, 40), (-50, 1.5, 40)])
    frame = RENDER(scene(floor), seen)
    rays = seen.rays(pixel_centres(seen))
    with np.errstate(divide="ignore"):
        depth = 1.5 / rays[..., 1] * rays[..., 2]
    expected = (depth > NEAR) & (depth < 40) & (np.abs(depth * rays[..., 0] / rays[..., 2]) < 50)
    np.testing.assert_array_equal(frame.instance == 2, expected)
    np.testing.assert_allclose(frame.depth[expected], depth[expected], rtol=1e-5)


def test_a_wall_beside_the_camera_fills_its_half_of_the_picture() -> None:
    seen = camera((64, 64), focal=40)
    wall = quad([(0.1, -900, -900), (0.1, 900, -900), (0.1, 900, 900), (0.1, -900, 900)])
    frame = RENDER(scene(wall), seen)
    assert np.all(frame.instance[:, 33:] == 2)
    assert np.all(frame.instance[:, :32] == 0)


def test_nothing_behind_the_camera_is_drawn() -> None:
    frame = RENDER(scene(cube((0, 0, -3), 0.5), sphere((0, 0.1, -0.4), 0.2, 3)), camera())
    assert not frame.instance.any()


def test_points_land_where_the_distorted_camera_says() -> None:
    seen = camera((240, 200), focal=150, centre=(118.0, 104.0), distortion=BENT)
    x, y = np.meshgrid(np.linspace(-1.1, 1.1, 9), np.linspace(-0.9, 0.9, 9))
    points = np.stack([x, y, np.full_like(x, 2.0)], -1).reshape(-1, 3)
    where, _ = seen.project(points)
    for point, uv in zip(points, where, strict=True):
        if not (6 < uv[0] < 234 and 6 < uv[1] < 194):
            continue
        frame = RENDER(scene(sphere(point, 0.025, rings=16)), seen)
        rows, columns = np.nonzero(frame.instance)
        np.testing.assert_allclose((columns.mean() + 0.5, rows.mean() + 0.5), uv, atol=0.3)


def test_long_edges_bend_with_the_lens() -> None:
    seen = camera((256, 256), focal=160, distortion=BENT)
    wall = quad([(-3, -0.5, 2), (3, -0.5, 2), (3, 0.6, 2), (-3, 0.6, 2)])
    frame = RENDER(scene(wall), seen)
    rays = seen.rays(pixel_centres(seen))
    points = rays / rays[..., 2:] * 2
    inside = (points[..., 1] > -0.5) & (points[..., 1] < 0.6) & (np.abs(points[..., 0]) < 3)
    np.testing.assert_allclose(frame.depth[frame.instance > 0], 2, rtol=1e-6)
    # half a pixel at most off the true edge: what differs lies within it
    wrong = np.argwhere(inside != (frame.instance > 0))
    assert len(wrong) < 0.002 * inside.sum()
    edges = np.array([[np.linspace(-3, 3, 4001), np.full(4001, y), np.full(4001, 2.0)] for y in (-0.5, 0.6)])
    border, _ = seen.project(edges.transpose(0, 2, 1).reshape(-1, 3))
    for row, column in wrong:
        assert np.hypot(*(border - (column + 0.5, row + 0.5)).T).min() < 0.5
    # and the lens does bend them: the top edge is no straight row
    tops = np.argmax(frame.instance > 0, axis=0)
    assert tops.max() - tops.min() > 5
