"""The bounded step against the least squares that it solves."""

from __future__ import annotations

import numpy as np

from synth.posture.bounded import bounded_step


def _step(H: np.ndarray, g: np.ndarray, x: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    n = len(g)
    step = np.empty(n)
    bounded_step(H, g, 0.0, x, low, high, np.empty(n, bool), np.empty((n, n)), np.empty(n), step)
    return step


def test_without_bounds_it_is_newtons() -> None:
    J = np.random.default_rng(1).normal(size=(9, 4))
    H, g = J.T @ J, np.array([1.0, -2.0, 0.5, 3.0])
    far = np.full(4, 100.0)
    np.testing.assert_allclose(_step(np.triu(H), g, np.zeros(4), -far, far), np.linalg.solve(H, -g))


def test_an_angle_stops_at_its_bound_and_the_others_make_up_for_it() -> None:
    H = np.array([[2.0, 1.0], [1.0, 2.0]])
    g = np.array([-3.0, 0.0])  # the free step is (2, -1)
    step = _step(np.triu(H), g, np.zeros(2), np.full(2, -5.0), np.array([0.5, 5.0]))
    np.testing.assert_allclose(step, [0.5, -0.25])  # 2 y = -0.5
    held = _step(np.triu(H), g, np.array([0.5, 0.0]), np.full(2, -5.0), np.array([0.5, 5.0]))
    np.testing.assert_allclose(held, [0.0, 0.0])
