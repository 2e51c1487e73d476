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

SKELETON = Skeleton(
    ("root", "hips", "spine", "hand", "Thumb1", "Index1", "helper", "Ring1"),
    (-1, 0, 1, 2, 3, 3, 3, 6),
    np.array([[0, 0, 0], [0, 0, 0], [0, 2, 0], [3, 0, 0], [1, 0, 1], [2, 0, 0.4], [0, 0, 0], [2, 0, -0.4]], float),
    {"Thumb1": np.array([0.1, 0, 0])},
)


def recording(frames: int = 3, **others) -> Recording:
    turns = np.tile(np.eye(3), (frames, len(SKELETON.names), 1, 1))
    return Recording(SKELETON, turns, np.zeros((frames, 3)), 30.0, **others)


def test_the_joints_above_one():
    assert SKELETON.above(3) == [0, 1, 2, 3]
    assert SKELETON.children(3) == [4, 5, 6]


def test_the_tip_of_a_hand_is_between_its_fingers_without_the_thumb():
    assert SKELETON.tip("hand") == pytest.approx([2.0, 0.0, 0.0])
    assert SKELETON.thumb("hand") == pytest.approx([-1.0, 0.0, 1.0])
    assert SKELETON.tip("Thumb1") == pytest.approx([0.1, 0.0, 0.0])
    assert SKELETON.tip("Ring1") is None
    assert SKELETON.thumb("spine") is None


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


def test_euler_angles_and_turns_in_the_world():
    first = euler_matrices("ZX", np.array([[90.0, 0.0], [np.nan, 0.0]]))
    assert first[0] @ [1, 0, 0] == pytest.approx([0, 1, 0])
    assert np.isnan(first[1]).all()
    world = to_world([first[:1], first[:1]], (-1, 0))
    assert world[0, 1] @ [1, 0, 0] == pytest.approx([-1, 0, 0])


def test_more_rotations_than_can_be_held_are_refused():
    check_size(MOST_ROTATIONS, 1, "a.bvh")
    with pytest.raises(InputError, match="split the recording"):
        check_size(MOST_ROTATIONS, 2, "a.bvh")
