"""The lens: straight pixels of bent ones, by OpenCV's two models."""

from __future__ import annotations

import numpy as np
import pytest

from lifter.predict.lens import Lens, lens_of
from synth.core.errors import InputError
from tests.lifter.predict.people import Array

K: Array = np.array([[600.0, 0, 640], [0, 610, 360], [0, 0, 1]])


def test_opencvs_radial_and_tangential_terms() -> None:
    # x' = x (1 + k1 r2 + k2 r4 + k3 r6) + 2 p1 x y + p2 (r2 + 2 x2), by hand for x = 0.5, y = 0
    lens = Lens(np.array([-0.25, 0.05, 0.001, 0.002, 0.01]))
    x = 0.5 * (1 - 0.25 * 0.25 + 0.05 * 0.25**2 + 0.01 * 0.25**3) + 0.002 * (0.25 + 2 * 0.25)
    y = 0.001 * 0.25
    bent = lens.bent(np.array([[0.5 * 600 + 640, 360.0]]), K)
    assert np.allclose(bent, [[x * 600 + 640, y * 610 + 360]])


def test_opencvs_fisheye() -> None:
    # a ray at 45 degrees meets the plane at t (1 + k1 t^2 + ...) from the middle
    lens = Lens(np.array([0.1, -0.02, 0.003, -0.001]), fisheye=True)
    t = np.pi / 4
    far = t * (1 + 0.1 * t**2 - 0.02 * t**4 + 0.003 * t**6 - 0.001 * t**8)
    assert np.allclose(lens.bent(np.array([[640.0 + 600, 360.0]]), K), [[640 + 600 * far, 360]])


@pytest.mark.parametrize(
    "lens",
    [Lens(np.array([-0.25, 0.05, 0.001, 0.002, 0.0])), Lens(np.array([0.1, -0.02, 0.003, -0.001]), True),
     Lens(np.array([-0.03, 0.002, 0.0, 0.0]), True)],
)  # fmt: skip
def test_straight_is_the_inverse_of_bent(lens: Lens) -> None:
    points = np.random.default_rng(0).uniform([100, 50], [1200, 700], (50, 2))
    points[0] = K[:2, 2]  # the middle
    assert np.allclose(lens.straight(lens.bent(points, K), K), points, atol=1e-3)


def test_what_a_lens_cannot_show_is_nan() -> None:
    lens = Lens(np.array([-0.25, 0.0, 0.0, 0.0, 0.0]))  # bent rays reach 0.77 from the middle, then turn back
    assert np.isnan(lens.straight(np.array([[640 + 600 * 0.9, 360.0]]), K)).all()
    fisheye = Lens(np.zeros(4), True)
    assert np.isnan(fisheye.straight(np.array([[640 + 600 * 2.0, 360.0]]), K)).all()


def test_which_lens_coefficients_are_of() -> None:
    assert lens_of(np.zeros(5), None, "x") is None
    five, eight = lens_of(np.full(5, 0.1), None, "x"), lens_of(np.r_[np.full(5, 0.1), 0, 0, 0], None, "x")
    assert five is not None
    assert eight is not None
    assert np.array_equal(eight.coefficients, five.coefficients)
    four = lens_of(np.full(4, 0.1), "opencv", "x")
    assert four is not None
    assert four.coefficients.tolist() == [0.1] * 4 + [0]
    fisheye = lens_of(np.full(4, 0.1), "fisheye", "x")
    assert fisheye is not None
    assert fisheye.fisheye


@pytest.mark.parametrize(
    ("values", "model", "what"),
    [([0.1] * 4, None, "may be of several models"), ([0.1] * 8, None, "may be of several models"),
     ([0.1] * 5, "fisheye", "5 coefficients of a fisheye"), ([np.nan] * 5, None, "not finite"),
     ([0.1] * 5, "omni", "distortion_model is 'omni'")],
)  # fmt: skip
def test_others_are_refused(values: list[float], model: str | None, what: str) -> None:
    with pytest.raises(InputError, match=what):
        lens_of(np.array(values), model, "a.npz")
