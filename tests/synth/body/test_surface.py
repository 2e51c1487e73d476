"""Points as convex means of vertices."""

from __future__ import annotations

import numpy as np
import pytest

from synth.body.surface import MAX_VERTICES, convex_weights

SQUARE = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [1, 1, 0.0]])


def test_a_point_inside_is_met_exactly() -> None:
    for target in ([0.25, 0.5, 0], [1, 1, 0], [0.9, 0.1, 0]):
        indices, weights = convex_weights(SQUARE, np.array(target, float))
        assert weights @ SQUARE[indices] == pytest.approx(target, abs=1e-6)
        assert weights.sum() == pytest.approx(1)
        assert (weights >= 0).all()
        assert (np.diff(weights) <= 0).all()
        assert len(indices) == len(weights) == MAX_VERTICES


def test_a_point_outside_gives_the_nearest_of_the_hull() -> None:
    indices, weights = convex_weights(SQUARE, np.array([0.5, -1.0, 0]))
    assert weights @ SQUARE[indices] == pytest.approx([0.5, 0, 0], abs=0.01)


def test_of_many_vertices_few_are_taken() -> None:
    ring = np.stack([np.cos(a := np.linspace(0, 6.2, 40)), np.sin(a), 0 * a], axis=1)
    indices, weights = convex_weights(ring, np.array([0.1, 0.2, 0]))
    assert len(set(indices[weights > 0])) <= MAX_VERTICES
    assert weights @ ring[indices] == pytest.approx([0.1, 0.2, 0], abs=1e-4)


def test_directions_choose_among_means_that_are_alike() -> None:
    """The middle of a square is the mean of either diagonal: the one that grows as the point does is taken."""
    grows = np.array([1.0, 0, 0])
    directions = np.stack([np.stack([grows, 0 * grows, 0 * grows, grows, grows])])
    indices, weights = convex_weights(SQUARE, np.array([0.5, 0.5, 0]), directions)
    assert set(indices[weights > 0.01]) == {0, 3}
