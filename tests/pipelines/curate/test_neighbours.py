"""Near-duplicates by a hash grid, against every pair compared."""

from __future__ import annotations

import numpy as np
import pytest

from pipelines.curate.neighbours import RadiusIndex, fit_axes


def cloud(n: int, size: int, seed: int = 0) -> np.ndarray:
    """Points in clumps of all densities along axes of unequal width."""
    rng = np.random.default_rng(seed)
    middles = rng.normal(0, 60, (20, size))
    spread = 10 ** rng.uniform(0, 1.5, 20)
    which = rng.integers(0, 20, n)
    return ((middles[which] + rng.normal(size=(n, size)) * spread[which, None]) / size**0.5).astype(
        np.float32
    )


def greedily(points: np.ndarray, radius: float, views: np.ndarray | None, cosine: float) -> np.ndarray:
    kept: list[int] = []
    twins = np.full(len(points), -1)
    for n, point in enumerate(points.astype(np.float64)):
        apart = np.linalg.norm(points[kept].astype(np.float64) - point, axis=1)
        if views is not None and kept:
            apart[views[kept] @ views[n] < cosine] = np.inf
        if len(apart) and apart.min() <= radius:
            twins[n] = kept[int(apart.argmin())]
        else:
            kept.append(n)
    return twins


@pytest.mark.parametrize(("size", "radius"), [(2, 3.0), (7, 8.0), (63, 15.0)])
def test_it_keeps_what_comparing_every_pair_keeps(size: int, radius: float) -> None:
    points = cloud(1500, size)
    index = RadiusIndex(radius, size)
    twins = np.concatenate([index.add(points[a : a + 400], np.arange(a, min(a + 400, 1500)))[0]
                            for a in range(0, 1500, 400)])  # fmt: skip
    assert np.array_equal(twins, greedily(points, radius, None, 0))
    assert 0 < len(index) < 1500
    assert np.array_equal(index.points, points[twins < 0])


def test_principal_axes_change_no_answer() -> None:
    points = cloud(1200, 12)
    axes = fit_axes(points)
    turned = axes(points)
    assert np.ptp(turned, axis=0)[0] > np.ptp(turned, axis=0)[-1]
    labels = np.arange(1200)
    assert np.array_equal(
        RadiusIndex(9.0, 12).add(points, labels)[0] < 0, RadiusIndex(9.0, 12).add(turned, labels)[0] < 0
    )


def test_other_directions_are_no_twins() -> None:
    points = cloud(900, 5)
    views = np.random.default_rng(1).normal(size=(900, 3)).astype(np.float32)
    views /= np.linalg.norm(views, axis=1, keepdims=True)
    cosine = np.cos(np.radians(40))
    twins, _ = RadiusIndex(12.0, 5, cosine).add(points, np.arange(900), views)
    assert np.array_equal(twins, greedily(points, 12.0, views, cosine))


def test_find_gives_the_nearest_within_the_radius() -> None:
    both = cloud(1300, 6)
    points, asked = both[:800], both[800:]
    index = RadiusIndex(10.0, 6, spacing=1e-6)
    index.add(points, np.arange(800) + 5000)
    twins, apart = index.find(asked)
    every = np.linalg.norm(points[None].astype(np.float64) - asked[:, None], axis=2)
    near = every.min(axis=1) <= 10
    assert 0 < near.sum() < 500
    assert np.array_equal(twins, np.where(near, every.argmin(axis=1) + 5000, -1))
    assert apart[near] == pytest.approx(every.min(axis=1)[near], rel=1e-5)


def test_distances_on_the_edge() -> None:
    index = RadiusIndex(5.0, 2)
    index.add(np.array([[0, 0]], np.float32), np.array([7]))
    found, apart = index.find(np.array([[3, 4], [3, 4.001], [-5, 0]], np.float32))
    assert found.tolist() == [7, -1, 7]
    assert apart[0] == pytest.approx(5)


def test_impossible_radii_are_refused() -> None:
    with pytest.raises(ValueError, match="spacing"):
        RadiusIndex(0.0, 3)
    with pytest.raises(ValueError, match="spacing"):
        RadiusIndex(1.0, 3, spacing=2.0)
