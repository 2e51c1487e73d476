"""Angles between vectors against closed forms."""

from __future__ import annotations

import numpy as np
import pytest

from synth.risk.vectors import between, cross, square_to, turn, unit

X, Y, Z = np.eye(3)


def test_right_angles_and_opposites() -> None:
    assert between(np.array([X, X, X]), np.array([Y, X, -X])) == pytest.approx([90, 0, 180])


def test_between_keeps_small_angles() -> None:
    tiny = np.array([np.cos(1e-9), np.sin(1e-9), 0.0])
    assert np.radians(between(X, tiny)) == pytest.approx(1e-9, rel=1e-6)


def test_turn_is_counterclockwise_from_the_tip() -> None:
    assert turn(X, Y, Z) == pytest.approx(90)
    assert turn(X, Y, -Z) == pytest.approx(-90)
    assert turn(X + 5 * Z, Y - Z, Z) == pytest.approx(90)  # what lies along the axis does not count


def test_cross_is_numpys() -> None:
    a, b = np.random.default_rng(0).normal(size=(2, 7, 2, 3))
    assert cross(a, b) == pytest.approx(np.cross(a, b))


def test_unit_and_square() -> None:
    assert unit(np.array([0.0, 3.0, 4.0])) == pytest.approx([0, 0.6, 0.8])
    assert unit(np.zeros(3)) == pytest.approx([0, 0, 0])
    assert square_to(X + Z, Z) == pytest.approx(X)
