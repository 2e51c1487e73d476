"""Weights against shares worked out by hand, clusters against clumps that are plain to see."""

from __future__ import annotations

import numpy as np
import pytest

from pipelines.curate.balance import (
    Classes,
    assign_clusters,
    cluster,
    draw_weighted,
    effective,
    from_column,
    view_cells,
    weigh,
)
from pipelines.curate.rules import BalanceSpec
from synth.core.errors import InputError


def classes(code: list[int], names: str, wanted: dict[str, float] | None = None) -> Classes:
    return Classes("thing", np.array(code), list(names), wanted)


def test_two_classes_come_to_even_shares() -> None:
    weight = weigh([classes([0, 0, 0, 1], "ab")], 4, 10)
    assert weight == pytest.approx([2 / 3, 2 / 3, 2 / 3, 2])


def test_wanted_shares_and_a_class_nobody_wants() -> None:
    weight = weigh([classes([0, 0, 1, 2], "abc", {"a": 0.75, "b": 0.25})], 4, 10)
    assert weight == pytest.approx([1.5, 1.5, 1, 0])


def test_several_balances_hold_at_once() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.integers(0, 4, 2000) ** 2 // 4, rng.integers(0, 3, 2000)
    both = [classes(a, "abc"), classes(b, "xyz", {"x": 0.5, "y": 0.3, "z": 0.2})]
    weight = weigh(both, 2000, 50)
    assert both[0].shares(weight) == pytest.approx([1 / 3] * 3, abs=1e-5)
    assert both[1].shares(weight) == pytest.approx([0.5, 0.3, 0.2], abs=1e-5)
    assert weight.mean() == pytest.approx(1)


def test_no_weight_above_the_most() -> None:
    weight = weigh([classes([0] * 99 + [1], "ab")], 100, 5)
    assert weight.max() == pytest.approx(5)
    assert weight.mean() == pytest.approx(1)
    rng = np.random.default_rng(0)
    torn = [classes(rng.integers(0, 40, 300) ** 2 // 40, "".join(map(chr, range(65, 105)))) for _ in range(3)]
    weight = weigh(torn, 300, 4)
    assert weight.max() <= 4.001
    assert weight.min() >= 0.2499


def test_a_class_that_there_is_not_cannot_be_wanted() -> None:
    with pytest.raises(InputError, match="there is no class 'c'; the classes are a, b"):
        weigh([classes([0, 1], "ab", {"a": 0.5, "c": 0.5})], 2, 10)
    with pytest.raises(InputError, match="no sample is in a class that is wanted"):
        weigh([classes([0, 0], "ab", {"b": 1.0})], 2, 10)


def test_shares_of_classes_without_samples_go_to_the_others() -> None:
    assert classes([0, 0, 1], "abc", {"a": 0.4, "b": 0.2, "c": 0.4}).target() == pytest.approx(
        [2 / 3, 1 / 3, 0]
    )


def test_classes_of_a_column() -> None:
    spec = BalanceSpec(by="distance", edges=[2, 4])
    found = from_column(spec, np.array([1.0, 2.0, 3.9, 4.0]))
    assert [found.names[code] for code in found.code] == ["under 2", "2 to 4", "2 to 4", "4 and over"]
    bands = from_column(BalanceSpec(by="band", shares={"0": 0.5, "9+": 0.5}), np.array([0, 3, 3]))
    assert bands.target() == pytest.approx([0.5, 0, 0, 0.5])


def test_view_cells() -> None:
    views = np.array([[1, 0, 0], [0, 1, 0], [-1, 0, 0], [0, -1, 0], [0, 0, 1.0], [0, 0, -1.0]])
    assert (view_cells(views, 4, 3) % 4).tolist()[:4] == [0, 1, 2, 3]
    assert (view_cells(views, 4, 3) // 4).tolist() == [1, 1, 1, 1, 2, 0]
    rng = np.random.default_rng(0)
    even = rng.normal(size=(60000, 3))
    even /= np.linalg.norm(even, axis=1, keepdims=True)
    assert np.bincount(view_cells(even, 12, 5)) / 1000 == pytest.approx(np.ones(60), abs=0.15)


def test_clusters_find_the_clumps() -> None:
    rng = np.random.default_rng(2)
    middles = rng.normal(0, 100, (5, 63)).astype(np.float32)
    which = rng.integers(0, 5, 3000)
    poses = (middles[which] + rng.normal(0, 2, (3000, 63))).astype(np.float32)
    centres = cluster(poses, 5, seed=1)
    found = assign_clusters(poses, centres)
    assert len({(a, b) for a, b in zip(which, found, strict=True)}) == 5
    assert np.array_equal(centres, cluster(poses, 5, seed=1))


def test_fewer_different_poses_than_clusters() -> None:
    poses = np.repeat(np.eye(3, 63, dtype=np.float32), 10, axis=0)
    assert len(cluster(poses, 8, seed=0)) == 3


def test_drawing_follows_the_weights() -> None:
    weight = np.repeat([0.0, 1.0, 3.0], 4000)
    chosen = draw_weighted(weight, np.random.default_rng(0).random(12000), 1000)
    assert chosen.sum() == 1000
    assert not chosen[:4000].any()
    assert chosen[8000:].mean() / chosen[4000:8000].mean() == pytest.approx(2.8, abs=0.4)


def test_effective_number() -> None:
    assert effective(np.ones(7)) == pytest.approx(7)
    assert effective(np.array([1.0, 0, 0])) == pytest.approx(1)
