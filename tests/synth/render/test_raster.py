"""The visibility buffer against closed forms."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from synth.render import get_renderer
from synth.render.buffer import PictureBuffer
from synth.render.raster import Raster
from synth.scene.camera import Camera
from synth.scene.lens import NEAR, reach
from synth.scene.mesh import Mesh

from .scenes import camera, cube, looking, mesh, pixel_centres, quad, scene, sphere

RENDER = Raster().render


def covered(camera: Camera, *meshes: Mesh) -> np.ndarray:
    """How many of the meshes, each drawn alone, cover each pixel."""
    lens = camera.lens
    hits = np.zeros((camera.height, camera.width), int)
    for one in meshes:
        bounds, longest = reach(lens, camera.width, camera.height)
        view = PictureBuffer(
            camera.rotation, camera.translation, lens, bounds, longest, camera.height, camera.width
        )
        view.draw(one)
        hits += view.owner >= 0
    return hits


@pytest.mark.parametrize("centre", [(0.0, 0.0, 4.0), (0.9, -0.7, 3.0), (-1.2, 0.4, 5.0)])
def test_a_sphere_covers_the_ellipse_of_its_tangent_cone(centre: tuple[float, float, float]) -> None:
    seen, radius = camera((320, 320), focal=300), 0.5
    frame = RENDER(scene(sphere(centre, radius, rings=128, double_sided=False)), seen)
    # A ray d meets the sphere where (d . c)^2 >= |d|^2 (|c|^2 - r^2): the inside of a conic x^T Q x <= 0
    c = np.array(centre)
    q = (c @ c - radius**2) * np.eye(3) - np.outer(c, c)
    area = np.pi * 300**2 * abs(np.linalg.det(q)) / np.linalg.det(q[:2, :2]) ** 1.5
    assert (frame.instance == 2).sum() == pytest.approx(area, rel=0.01)


def test_depth_and_normal_of_a_tilted_plane_are_exact_at_pixel_centres() -> None:
    seen = camera((160, 120), focal=100, centre=(70.5, 66.25))
    normal, offset = np.array([0.3, -0.5, -0.8]) / np.linalg.norm([0.3, -0.5, -0.8]), -2.0
    across = np.cross(normal, (0, 1, 0))
    down = np.cross(normal, across)
    corners = [offset * normal + 9 * (i * across + j * down) for i, j in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
    frame = RENDER(scene(quad(corners)), seen)
    rays = seen.rays(pixel_centres(seen))
    depth = offset / (rays @ normal) * rays[..., 2]
    assert (frame.instance == 2).sum() > 10_000
    hit = (frame.instance == 2) & (depth < 8)
    np.testing.assert_allclose(frame.depth[hit], depth[hit], rtol=2e-6)
    np.testing.assert_allclose(frame.normal[hit], np.broadcast_to(normal, frame.normal[hit].shape), atol=1e-5)


def test_a_cube_shows_the_normals_of_its_faces() -> None:
    seen = looking((3, 2, 2.5), (0, 0, 0.5), size=(200, 200), focal=220)
    frame = RENDER(scene(cube((0, 0, 0.5), 0.5)), seen)
    world = frame.normal[frame.instance == 2] @ seen.rotation
    shown = {tuple(row) for row in np.round(world, 4).tolist()}
    assert shown == {(1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)}


def test_smooth_normals_of_a_sphere_point_outward() -> None:
    seen, centre = camera((160, 160), focal=200), np.array([0.1, -0.1, 3.0])
    frame = RENDER(scene(sphere(centre, 0.6, smooth=True, double_sided=False)), seen)
    hit = frame.instance == 2
    rays = seen.rays(pixel_centres(seen))[hit]
    points = rays / rays[:, 2:] * frame.depth[hit][:, None]
    outward = (points - centre) / np.linalg.norm(points - centre, axis=-1, keepdims=True)
    assert np.degrees(np.arccos(np.clip((outward * frame.normal[hit]).sum(-1), -1, 1))).max() < 1.5


def test_what_is_nearer_hides_what_is_behind_in_either_order() -> None:
    seen = camera()
    near, far = cube((0.1, 0, 3), 0.3, 2), cube((0, 0, 4), 0.5, 3)
    first, second = RENDER(scene(near, far), seen), RENDER(scene(far, near), seen)
    np.testing.assert_array_equal(first.instance, second.instance)
    np.testing.assert_array_equal(first.depth, second.depth)
    alone = RENDER(scene(near), seen)
    np.testing.assert_array_equal(first.instance == 2, alone.instance == 2)
    assert (first.instance == 3).sum() > 100


def test_instances_and_parts_belong_to_their_meshes() -> None:
    seen = camera()
    person = sphere((0, 0, 3), 0.4, 1, rings=16, double_sided=False)
    parts = np.arange(len(person.faces), dtype=np.uint8) % 24
    person = Mesh(**{**vars(person), "face_parts": parts})
    frame = RENDER(scene(person, cube((0.5, 0, 2.5), 0.2, 5)), seen)
    assert set(np.unique(frame.instance)) == {0, 1, 5}
    assert np.all((frame.part > 0) == (frame.instance == 1))
    assert frame.part.max() <= 24
    assert np.all((frame.depth > 0) == (frame.instance > 0))
    assert np.all((np.abs(frame.normal).sum(-1) > 0) == (frame.instance > 0))


def test_back_faces_of_a_single_sided_mesh_are_not_drawn() -> None:
    seen, corners = camera(), [(-1, -1, 3), (-1, 1, 3), (1, 1, 3), (1, -1, 3)]
    front, back = quad(corners, double_sided=False), quad(corners[::-1], double_sided=False)
    assert RENDER(scene(front), seen).instance.any() != RENDER(scene(back), seen).instance.any()
    for corner_order in (corners, corners[::-1]):
        frame = RENDER(scene(quad(corner_order)), seen)
        np.testing.assert_allclose(frame.normal[64, 64], (0, 0, -1), atol=1e-6)


def test_the_outside_of_a_closed_mesh_is_its_front() -> None:
    """Seen from outside, culled and not culled look the same."""
    seen = camera()
    a = RENDER(scene(cube((0.2, 0.1, 3), 0.4, double_sided=False)), seen)
    b = RENDER(scene(cube((0.2, 0.1, 3), 0.4)), seen)
    np.testing.assert_array_equal(a.depth, b.depth)


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


BENT = (-0.28, 0.07, 0.003, -0.002, 0.01)


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


def test_a_lens_that_folds_the_picture_is_refused() -> None:
    with pytest.raises(ValueError, match="folds the picture"):
        RENDER(scene(cube((0, 0, 3), 0.2)), camera(focal=60, distortion=(-0.9, 0, 0, 0, 0)))


def test_the_same_scene_gives_the_same_bytes_whatever_was_rendered_before() -> None:
    seen = looking((2.5, -2, 1.6), (0, 0, 0.5))
    one = scene(
        sphere((0, 0, 0.5), 0.5, 1, rings=20, smooth=True, double_sided=False), cube((1, 0, 0.3), 0.3)
    )
    renderer = get_renderer("raster")
    before = renderer.render(one, seen)
    renderer.render(scene(cube((0, 0, 1), 0.8)), looking((3, 3, 1), (0, 0, 1), size=(64, 200)))
    after = renderer.render(one, seen)
    for name in vars(before):
        assert getattr(before, name).tobytes() == getattr(after, name).tobytes()


def test_full_hd() -> None:
    seen = looking((3, 2, 1.6), (0, 0, 0.5), size=(1920, 1080), focal=1500)
    frame = RENDER(scene(cube((0, 0, 0.5), 0.5), sphere((0.2, 1, 0.4), 0.4, 3, smooth=True)), seen)
    assert frame.image.shape == (1080, 1920, 3)
    assert set(np.unique(frame.instance)) == {0, 2, 3}


def test_a_scene_without_meshes_is_an_empty_room() -> None:
    frame = RENDER(scene(), looking((3, 2, 1.6), (0, 0, 0.5)))
    assert not frame.instance.any()
    assert frame.image.std() > 3


def test_supersampling_smooths_the_image_and_leaves_the_labels() -> None:
    seen, one = camera(), scene(sphere((0, 0, 3), 0.6, 1, smooth=True, double_sided=False))
    plain, fine = RENDER(one, seen), Raster(supersample=2).render(one, seen)
    for name in ("instance", "part", "depth", "normal"):
        np.testing.assert_array_equal(getattr(plain, name), getattr(fine, name))
    assert np.abs(plain.image.astype(int) - fine.image).mean() < 3
    row = 64
    assert len(np.unique(fine.image[row], axis=0)) > len(np.unique(plain.image[row], axis=0))
    with pytest.raises(ValueError, match="supersample"):
        Raster(supersample=0)


def test_threads_may_share_a_renderer() -> None:
    seen, one = camera(), scene(sphere((0, 0, 3), 0.6, 1, smooth=True), cube((0.4, 0, 2.5), 0.2))
    alone = RENDER(one, seen)
    with ThreadPoolExecutor(4) as pool:
        for frame in pool.map(lambda _: RENDER(one, seen), range(16)):
            for name in vars(alone):
                assert getattr(frame, name).tobytes() == getattr(alone, name).tobytes()
