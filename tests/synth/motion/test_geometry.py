import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from synth.motion.geometry import (
    about,
    across,
    angle_between,
    between,
    frame,
    from_two,
    mean_turn,
    nearest_turn,
    turn_angle,
    twist_about,
    unit,
)

X, Y, Z = np.eye(3)


def test_between_takes_one_direction_to_the_other():
    rng = np.random.default_rng(1)
    start, end = rng.normal(size=(2, 50, 3))
    end[0], end[1] = start[0], -start[1]
    turned = np.einsum("tij,tj->ti", between(start, end), unit(start))
    assert turned == pytest.approx(unit(end), abs=1e-9)


def test_a_vector_without_length_has_no_direction():
    assert np.isnan(unit(np.zeros(3))).all()
    assert np.isnan(angle_between(X, np.zeros(3)))


def test_angles_are_exact_where_they_are_small_and_large():
    for degrees in (1e-6, 90.0, 180.0 - 1e-6):
        turned = Rotation.from_euler("z", degrees, True).apply(X)
        assert angle_between(X, 3.0 * turned) == pytest.approx(degrees, rel=1e-6)


def test_across_leaves_what_is_at_right_angles():
    assert across(np.array([1.0, 2.0, 3.0]), Y) == pytest.approx([1, 0, 3])


def test_turns_about_an_axis_and_their_angles():
    angles = np.array([-3.0, 0.0, 2.0])
    turns = about(Z, angles)
    assert twist_about(turns, Z) == pytest.approx(angles)
    assert turn_angle(turns) == pytest.approx(np.degrees(np.abs(angles)))


def test_a_mean_turn_is_the_middle_and_heeds_weights_but_not_outliers():
    turns = about(X, np.radians([10.0, 20.0, 30.0]))
    assert turn_angle(mean_turn(turns, np.ones(3)) @ about(X, np.radians([-20.0]))[0]) < 0.1
    assert turn_angle(mean_turn(turns, np.array([1.0, 0, 0])) @ about(X, np.radians([-10.0]))[0]) < 0.1
    far = np.concatenate([np.repeat(turns, 10, axis=0), about(Y, np.radians([170.0, 175.0, -170.0]))])
    assert turn_angle(mean_turn(far, np.ones(len(far))) @ about(X, np.radians([-20.0]))[0]) < 3.0


def test_the_nearest_turn_is_a_rotation():
    matrix = about(Y, np.array([0.3]))[0] * 2.0
    assert nearest_turn(matrix) == pytest.approx(matrix / 2.0)
    assert np.linalg.det(nearest_turn(-np.eye(3))) == pytest.approx(1.0)


def test_a_frame_keeps_up_and_makes_left_level():
    axes = frame(np.array([2.0, 1.0, 0.0]), 3.0 * Y)
    assert axes == pytest.approx(np.eye(3))
    turned = from_two((X, Y), (Z, np.array([1.0, 0.0, 5.0])))
    assert turned @ X == pytest.approx(Z)
    assert turned @ Y == pytest.approx(X)
