"""The index of 2D exemplars against brute force in numpy."""

from typing import Any

import numpy as np
import pytest

from lifter.models.nearest import Index, build, index_of, normalised

Array = np.ndarray[Any, Any]


def poses(n: int, seed: int) -> Array:
    """(n, 17, 2) of six dimensions and a little noise, so that cells mean something."""
    rng = np.random.default_rng(seed)
    shape = np.random.default_rng(99).normal(size=(6, 34))
    flat = rng.normal(size=(n, 6)) @ shape + 0.1 * rng.normal(size=(n, 34))
    return flat.reshape(n, 17, 2).astype(np.float32)


def weights(n: int, seed: int) -> Array:
    rng = np.random.default_rng(seed)
    return (rng.random((n, 17)) * (rng.random((n, 17)) < 0.7)).astype(np.float32)


def made(points: Array, cells: int = 20) -> tuple[Array, Index]:
    order, starts = build(points, cells, seed=0)
    return points[order], index_of(points[order], starts)


def far_by_hand(exemplars: Array, query: Array, weight: Array) -> Array:
    """The definition: what the best scale >= 0 and shift of each exemplar leaves over."""
    share = (weight / weight.sum())[:, None].astype(np.float64)
    about = exemplars - (share * exemplars).sum(1, keepdims=True)
    aim = query - (share * query).sum(0)
    scale = np.maximum((share * about * aim).sum((1, 2)) / (share * about**2).sum((1, 2)), 0)
    return (share * (scale[:, None, None] * about - aim) ** 2).sum((1, 2)) / (share * aim**2).sum()


def test_with_every_cell_probed_the_answer_is_brute_force() -> None:
    exemplars, index = made(poses(3000, 0))
    queries, weight = poses(40, 1), weights(40, 2)
    rows, far = index.find(queries, weight, count=5)
    for n in range(40):
        expected = far_by_hand(exemplars, queries[n], weight[n])
        np.testing.assert_allclose(far[n], np.sort(expected)[:5], atol=2e-5)
        np.testing.assert_allclose(expected[rows[n]], far[n], atol=2e-5)


def test_few_cells_find_nearly_all() -> None:
    _, index = made(poses(20_000, 0), cells=100)
    queries, weight = poses(200, 1), weights(200, 2)
    exact, _ = index.find(queries, weight)
    found, _ = index.find(queries, weight, probes=20)
    assert (found == exact).mean() > 0.95


def test_scale_and_shift_do_not_matter_but_turning_does() -> None:
    exemplars, index = made(poses(500, 0))
    one = np.ones((1, 17), np.float32)
    moved = 3 * exemplars[7:8] + np.float32([5, -2])
    rows, far = index.find(moved, one)
    assert rows[0, 0] == 7
    assert far[0, 0] < 1e-5
    assert index.find(-moved, one, count=1)[0][0, 0] != 7


def test_missing_joints_are_ignored() -> None:
    exemplars, index = made(poses(500, 0))
    query, weight = exemplars[3:4].copy(), np.ones((1, 17), np.float32)
    query[0, [4, 9]], weight[0, [4, 9]] = 1e6, 0
    rows, far = index.find(query, weight)
    assert rows[0, 0] == 3
    assert far[0, 0] < 1e-5


def test_nobody_detected_finds_nothing() -> None:
    _, index = made(poses(100, 0))
    rows, far = index.find(np.zeros((1, 17, 2), np.float32), np.zeros((1, 17), np.float32), count=2)
    assert rows.tolist() == [[-1, -1]]
    assert np.isinf(far).all()


def test_more_are_asked_for_than_there_are() -> None:
    _, index = made(poses(3, 0), cells=2)
    rows, _ = index.find(poses(1, 1), np.ones((1, 17), np.float32), count=5)
    assert sorted(rows[0].tolist()) == [-1, -1, 0, 1, 2]


@pytest.mark.parametrize("seed", [0, 1])
def test_cells_are_the_same_for_a_seed(seed: int) -> None:
    points = poses(1000, 5)
    first, second = build(points, 30, seed), build(points, 30, seed)
    assert all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))
    assert sorted(first[0].tolist()) == list(range(1000))


def test_normalised() -> None:
    points = normalised(5 + 3 * poses(4, 0))
    np.testing.assert_allclose(points.mean(1), 0, atol=1e-5)
    np.testing.assert_allclose((points**2).sum((1, 2)), 17, rtol=1e-5)
