"""The lens against hand-computed points, and the kernels' face against the arrays'."""

from __future__ import annotations

import numpy as np
import pytest

from synth.scene.camera import Camera
from synth.scene.lens import (
    bend,
    distort,
    fold_of_first_term,
    fold_radius,
    from_screen,
    ideal_points,
    pixels,
    polynomial,
    ray_grid,
    reach,
    to_screen,
    unbend,
    undistort,
)

K = np.array([[200.0, 3, 128], [0, 210, 120], [0, 0, 1]])
FIVE = np.array([-0.2, 0.05, 0.003, -0.002, -0.01])


def test_barrel_by_hand() -> None:
    # k1 = -0.2 at radius 0.5: 1 - 0.2 * 0.25 = 0.95; with k2 = 0.1: + 0.1 * 0.0625
    assert np.allclose(distort(np.array([[0.3, -0.4]]), np.array([-0.2, 0, 0, 0, 0])), [[0.285, -0.38]])
    assert np.allclose(distort(np.array([0.3, -0.4]), np.array([-0.2, 0.1, 0, 0, 0])), [0.286875, -0.3825])
    # p1 = 0.1, p2 = 0.2 at (0.3, -0.4), where r^2 = 0.25 and x y = -0.12
    by_hand = (0.3 + 0.2 * -0.12 + 0.2 * (0.25 + 0.18), -0.4 + 0.1 * (0.25 + 0.32) + 0.4 * -0.12)
    assert np.allclose(distort(np.array([0.3, -0.4]), np.array([0, 0, 0.1, 0.2, 0])), by_hand)


def test_fold_radius_is_where_the_bent_radius_is_greatest() -> None:
    for terms in ((-0.25, 0, 0, 0, 0), (-0.3, 0.02, 0, 0, 0), (0.1, -0.4, 0, 0, 0.02)):
        r = np.linspace(0, 2, 200_001)
        bent = r * (1 + terms[0] * r**2 + terms[1] * r**4 + terms[4] * r**6)
        turning = r[np.flatnonzero(np.diff(bent) < 0)[0]]
        assert fold_radius(np.array(terms)) == pytest.approx(turning, abs=2e-5)
    for terms in ((0, 0, 0, 0, 0), (0.3, 0, 0, 0, 0), (0.1, 0.2, 0, 0, 0), (0.1, 0, 0.2, 0.1, 0)):
        assert np.isinf(fold_radius(np.array(terms, dtype=np.float64)))
    rows = np.array([(-0.25, 0, 0, 0, 0), (0.3, 0, 0, 0, 0), (-0.3, 0.02, 0, 0, 0)])
    assert fold_radius(rows).tolist() == [float(fold_radius(row)) for row in rows]


def test_nothing_folds_back_into_the_picture() -> None:
    lens = np.array([-0.25, 0, 0, 0, 0])
    edge = float(fold_radius(lens))
    assert edge == pytest.approx(np.sqrt(4 / 3))
    far = distort(np.array([[2.0, 0], [9, 0], [0, -40]]), lens)
    assert np.allclose(np.linalg.norm(far, axis=1), edge * 2 / 3)
    assert np.allclose(far[2] / (edge * 2 / 3), (0, -1))
    # up to the fold, and hard by it, undistort is the inverse
    r = np.array([0.0, 0.3, 0.9, 0.99, 0.9999]) * edge
    ring = np.stack([r * 0.6, r * -0.8], -1)
    assert np.allclose(undistort(distort(ring, lens), lens), ring, atol=1e-5)
    # beyond what the lens shows: the fold itself
    assert np.allclose(
        np.linalg.norm(undistort(np.array([[2.0, 0], [0.5, 0.9]]), lens), axis=1), edge, atol=1e-3
    )


def test_one_formula_by_hand() -> None:
    # r2 = 0.25: radial = 1 + 0.25 (-0.2 + 0.25 (0.1 + 0.25 * 0.4)) = 0.9625; then p1 = 0.1, p2 = 0.2 as above
    assert polynomial(0.3, -0.4, 0.25, -0.2, 0.1, 0.0, 0.0, 0.4) == pytest.approx((0.28875, -0.385))
    assert bend(0.3, -0.4, np.array([-0.2, 0.1, 0, 0, 0.4]), np.inf) == pytest.approx((0.28875, -0.385))


def test_kernels_agree_with_arrays() -> None:
    camera = Camera(K, np.eye(3), np.zeros(3), 256, 240, FIVE)
    points = np.random.default_rng(0).uniform(-0.6, 0.6, (50, 2))
    uv = pixels(np.column_stack([points, np.ones(50)]), K, FIVE)
    assert np.allclose([to_screen(x, y, camera.lens) for x, y in points], uv, atol=1e-12)
    assert np.allclose([from_screen(u, v, camera.lens, 0.0, 0.0) for u, v in uv], points, atol=1e-9)
    assert np.allclose(ideal_points(uv, K, FIVE), points, atol=1e-12)
    assert camera.lens.tolist() == [200, 3, 128, 0, 210, 120, *FIVE]


def test_unbend_keeps_within_the_fold() -> None:
    lens = np.array([-0.25, 0, 0, 0, 0])
    limit = float(fold_of_first_term(-0.25))
    assert limit == float(fold_radius(lens)) == pytest.approx(np.sqrt(4 / 3))
    assert np.isinf(fold_of_first_term(0.0))
    assert np.isinf(fold_of_first_term(0.1))
    x, y = unbend(9.0, 0.0, 0.5, 0.0, lens, limit, 1e-12, 50)
    assert (x, y) == pytest.approx((limit, 0.0))


def test_folds_of_many_lenses_are_those_of_each() -> None:
    rows = np.array([FIVE, (-0.25, 0, 0, 0, 0), FIVE, (0, 0, 0, 0, 0), (-0.3, 0.02, 0.1, 0, 0)])
    assert fold_radius(rows).tolist() == [float(fold_radius(row)) for row in rows]
    assert fold_radius(rows.reshape(5, 1, 5)).shape == (5, 1)


def test_the_rays_of_a_picture_go_through_its_pixels() -> None:
    camera = Camera(K, np.eye(3), np.zeros(3), 24, 16, FIVE)
    rays = ray_grid(camera.lens, 24, 16)
    uv = np.stack(np.meshgrid(np.arange(24) + 0.5, np.arange(16) + 0.5), -1)
    assert rays.shape == (16, 24, 2)
    assert np.allclose(rays, ideal_points(uv, K, FIVE), atol=1e-6)
    assert not rays.flags.writeable


def test_reach_bounds_the_picture_and_refuses_a_fold() -> None:
    plain = Camera(np.array([[100.0, 0, 50], [0, 100, 50], [0, 0, 1]]), np.eye(3), np.zeros(3), 100, 100)
    bounds, longest = reach(plain.lens, 100, 100)
    # without a lens: the guard band of 16384 pixels to every side
    assert bounds.tolist() == pytest.approx([-164.34, -164.34, 164.34, 164.34, 0.05])
    assert np.isinf(longest)
    bent = plain.lens.copy()
    bent[6] = -0.1
    assert np.isfinite(reach(bent, 100, 100)[1])
    bent[6] = -3.0  # folds at a radius of 1 / 3, inside the picture's corner
    with pytest.raises(ValueError, match="folds the picture over"):
        reach(bent, 100, 100)
