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


def test_the_way_from_the_root_to_a_joint():
    assert LEG.above(3) == [0, 1, 2, 3]
    assert LEG.above(0) == [0]
    assert LEG.children(0) == [1, 4]


def test_the_tip_is_the_nearest_point_that_is_elsewhere():
    assert LEG.tip("root").tolist() == [0.5, -0.5, 0]  # between its children
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


HAND = Skeleton(
    ("root", "hips", "spine", "hand", "Thumb1", "Index1", "helper", "Ring1"),
    (-1, 0, 1, 2, 3, 3, 3, 6),
    np.array(
        [[0, 0, 0], [0, 0, 0], [0, 2, 0], [3, 0, 0], [1, 0, 1], [2, 0, 0.4], [0, 0, 0], [2, 0, -0.4]], float
    ),
    {"Thumb1": np.array([0.1, 0, 0])},
)


def recording(frames: int = 3, **others) -> Recording:
    turns = np.tile(np.eye(3), (frames, len(HAND.names), 1, 1))
    return Recording(HAND, turns, np.zeros((frames, 3)), 30.0, **others)


def test_the_tip_of_a_hand_is_between_its_fingers_without_the_thumb():
    assert HAND.tip("hand") == pytest.approx([2.0, 0.0, 0.0])
    assert HAND.thumb("hand") == pytest.approx([-1.0, 0.0, 1.0])
    assert HAND.tip("Thumb1") == pytest.approx([0.1, 0.0, 0.0])
    assert HAND.tip("Ring1") is None
    assert HAND.thumb("spine") is None


def test_places_follow_turns_offsets_and_recorded_moves():
    moved = np.tile([0.0, 5.0, 0.0], (3, 1))
    moved[1] = (0.0, 6.0, 0.0)
    found = recording(moves={1: moved})
    found.rotations[:, 2] = Rotation.from_euler("z", 90, degrees=True).as_matrix()
    places = found.positions()
    assert places[0, 2] == pytest.approx([0, 7, 0])
    assert places[1, 2] == pytest.approx([0, 8, 0])
    assert places[0, 3] == pytest.approx([0, 10, 0])


def test_what_moves_at_the_hips_is_travel_and_below_a_stretch():
    travel = np.linspace([0, 1, 0], [50, 1, 0], 3)
    spine = np.tile([0.0, 2.0, 0.0], (3, 1))
    spine[2] = (0.0, 3.0, 0.0)
    stretch = recording(moves={1: travel, 2: spine}).stretch("hips", ["spine", "hand"])
    assert stretch == pytest.approx([0.0, 0.0, 0.5])
    assert recording(moves={1: travel}).stretch("hips", ["hand"]) is None
    assert recording(moves={2: spine}).stretch("spine", ["hand"]) is None


def test_a_joint_that_slides_a_little_is_no_broken_bone():
    spine = np.tile([0.0, 2.0, 0.0], (3, 1))
    clavicle = np.array([[0.0, 0.01, 0], [0, 0.01, 0], [0, 0.015, 0]])
    stretch = recording(moves={2: spine, 3: clavicle}).stretch("hips", ["hand"])
    assert stretch is not None
    assert stretch.max() == pytest.approx(0.005 / 0.1)


def test_a_value_that_is_not_a_number_spoils_its_frame():
    moved = np.zeros((3, 3))
    moved[1, 2] = np.nan
    found = recording(moves={1: moved})
    found.root[2] = np.inf
    assert found.finite().tolist() == [True, False, False]
