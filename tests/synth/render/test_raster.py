"""The visibility buffer against closed forms."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from synth.render import get_renderer
from synth.render.buffer import PictureBuffer
from synth.render.raster import Raster
from synth.scene.camera import Camera
from synth.scene.lens import reach
from synth.scene.mesh import Mesh

from .scenes import camera, cube, looking, pixel_centres, quad, scene, sphere

RENDER = Raster().render


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
