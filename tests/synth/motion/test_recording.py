"""Skeletons and their turns over time, by hand."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from synth.core.errors import InputError
from synth.motion.recording import (
    MOST_ROTATIONS,
    Recording,
    Skeleton,
    check_size,
    euler_matrices,
    to_world,
)

#   root - upper - lower - tip, and a second child of root
LEG = Skeleton(
    ("root", "upper", "lower", "tip", "arm"),
    (-1, 0, 1, 2, 0),
    np.array([[0, 0, 0], [0, -1, 0], [0, -2, 0], [0, 0, 0], [1, 0, 0]], float),
    {"tip": np.array([0, 0, 3.0]), "arm": np.zeros(3)},
)


def test_the_way_from_one_joint_to_another():
    assert LEG.path("root", "tip") == [1, 2, 3]
    assert LEG.path("tip", "tip") == []
    with pytest.raises(ValueError, match="'arm' does not hang on 'upper'"):
        LEG.path("upper", "arm")
    assert LEG.children(0) == [1, 4]


def test_the_tip_is_the_nearest_point_that_is_elsewhere():
    assert LEG.tip("root").tolist() == [0, -1, 0]
    assert LEG.tip("lower").tolist() == [0, 0, 3]  # its child lies in the same place
    assert LEG.tip("arm") is None


def test_positions_follow_the_turns():
    quarter = Rotation.from_euler("z", 90, degrees=True).as_matrix()
    local = [np.tile(np.eye(3), (2, 1, 1)) for _ in LEG.names]
    local[1] = np.stack([np.eye(3), quarter])  # the upper joint turns in frame 1: lower goes from -y to +x
    world = to_world(local, LEG.parents)
    assert np.array_equal(world[1, 2], quarter)
    places = Recording(LEG, world, np.array([[0, 0, 0], [5.0, 0, 0]]), 60.0).positions()
    assert places[0, 2] == pytest.approx([0, -3, 0])
    assert places[1, 2] == pytest.approx([5 + 2, -1, 0])


def test_moving_and_fixed_axes():
    degrees = np.array([[10.0, 20.0, 30.0]])
    x, y, z = (Rotation.from_euler(a, d, degrees=True) for a, d in zip("xyz", degrees[0], strict=True))
    assert euler_matrices("XYZ", degrees)[0] == pytest.approx((x * y * z).as_matrix())
    assert euler_matrices("xyz", degrees)[0] == pytest.approx((z * y * x).as_matrix())


def test_a_frame_that_is_not_finite_stays_so_alone():
    matrices = euler_matrices("X", np.array([[0.0], [np.nan], [np.inf]]))
    assert matrices[0] == pytest.approx(np.eye(3))
    assert np.isnan(matrices[1:]).all()


def test_more_rotations_than_memory_is_for():
    check_size(MOST_ROTATIONS // 2, 2, "a.bvh")
    with pytest.raises(InputError, match=r"a\.bvh: .* are more than .* split the recording"):
        check_size(MOST_ROTATIONS // 2 + 1, 2, "a.bvh")
