"""Keyed draws: reproducible, uniform, and independent of everything but seed, name and identity."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from synth.core.randomness import Draws, gauss, unit

IDS = np.arange(20_000)


def test_a_row_depends_on_seed_name_identity_and_column_alone() -> None:
    draws = Draws(7)
    whole = draws.uniform("light", IDS, 3)
    order = np.random.default_rng(0).permutation(len(IDS))
    assert np.array_equal(draws.uniform("light", order, 3), whole[order])
    assert np.array_equal(draws.uniform("light", 1234, 3)[0], whole[1234])
    draws.uniform("something new", IDS)  # shifts nothing
    assert np.array_equal(Draws(7).uniform("light", IDS, 3), whole)
    assert np.array_equal(draws.uniform("light", IDS, 5)[:, :3], whole)
    for other in (Draws(8).uniform("light", IDS, 3), draws.uniform("lights", IDS, 3)):
        assert not (other == whole).any()


def test_values_do_not_change_from_one_release_to_the_next() -> None:
    # corpora are made again from their recipes: these came from this generator's first version
    assert Draws(1).key("camera.kind") == np.uint64(10828389829931763821)
    assert Draws(1).uniform("camera.kind", [0, 1, 10**12], 2).ravel().tolist() == [
        0.9231428699482761,
        0.8534500156489723,
        0.9816952432814965,
        0.04106192893672933,
        0.23845233269770605,
        0.1415291005718461,
    ]


def squares(counter: int, key: int) -> int:
    """Widynski's squares64, in Python's integers, from the paper's listing."""
    mask = 2**64 - 1

    def swap(x: int) -> int:
        return (x >> 32 | x << 32) & mask

    x = y = counter * key & mask
    z = y + key & mask
    x = swap(x * x + y & mask)
    x = swap(x * x + z & mask)
    x = swap(x * x + y & mask)
    t = x * x + z & mask
    x = swap(t)
    return t ^ ((x * x + y & mask) >> 32)


@pytest.mark.parametrize(("identity", "column"), [(0, 0), (0, 1), (5, 3), (2**43 + 11, 2**20 - 1)])
def test_unit_is_the_papers_generator(identity: int, column: int) -> None:
    key = Draws(3).key("any")
    word = squares(identity * 2**20 + column, int(key))
    assert unit(key, identity, column) == (word >> 11) * 2.0**-53


def test_uniforms_are_uniform_and_columns_and_neighbours_unrelated() -> None:
    u = Draws(0).uniform("any", IDS, 4)
    assert u.min() >= 0
    assert u.max() < 1
    for column in u.T:
        assert stats.kstest(column, "uniform").pvalue > 1e-3
    related = np.corrcoef(np.column_stack([u[:-1], u[1:, :1], Draws(1).uniform("any", IDS[:-1])]).T)
    assert np.abs(related - np.eye(6)).max() < 4.5 / np.sqrt(len(IDS))
    shifted = Draws(0).uniform("any", IDS, 1, low=-2, high=6)[:, 0]
    assert np.allclose(shifted, -2 + 8 * u[:, 0])


def test_normals_are_normal() -> None:
    g = Draws(0).normal("any", IDS, 2)
    for column in g.T:
        assert stats.kstest(column, "norm").pvalue > 1e-3
    assert abs(np.corrcoef(g.T)[0, 1]) < 4.5 / np.sqrt(len(IDS))
    assert gauss(Draws(0).key("any"), 17, 2) == g[17, 1]


def test_integers_and_choices_come_in_proportion() -> None:
    counts = np.bincount(Draws(0).integers("any", IDS, 7)[:, 0], minlength=7)
    assert len(counts) == 7
    assert stats.chisquare(counts).pvalue > 1e-3
    weights = [0.0, 3.0, 0.0, 1.0, 6.0, 0.0]
    counts = np.bincount(Draws(0).choice("any", IDS, weights), minlength=6)
    assert not counts[[0, 2, 5]].any()
    assert stats.chisquare(counts[[1, 3, 4]], len(IDS) * np.array([0.3, 0.1, 0.6])).pvalue > 1e-3


@pytest.mark.parametrize("ids", [[-1], [2**44], np.array([3, -2])])
def test_identities_out_of_range_are_refused(ids: object) -> None:
    with pytest.raises(ValueError, match="identities must be from 0"):
        Draws(0).uniform("any", ids)  # type: ignore[arg-type]
