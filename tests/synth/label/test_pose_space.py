"""Poses as points in millimetres, against hand-made skeletons."""

from __future__ import annotations

import numpy as np
import pytest

from synth.body.skeleton import JOINTS, SMPL_24, joint_index, smpl_rest_joints
from synth.label.pose_space import (
    POSE_JOINTS,
    distances,
    standard_poses,
    view_angles,
    view_directions,
)

_UP = np.array([[0.0, 0, 1], [1, 0, 0], [0, 1, 0]])  # SMPL's axes to x ahead, y left, z up


def standing() -> np.ndarray:
    """(48, 3) SMPL's rest pose, facing +x; points of the surface at the pelvis."""
    joints = np.zeros((len(JOINTS), 3))
    joints[: len(SMPL_24)] = (smpl_rest_joints() - smpl_rest_joints()[0]) @ _UP.T
    return joints


def turned(joints: np.ndarray, degrees: float) -> np.ndarray:
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return joints @ np.array([[c, s, 0], [-s, c, 0], [0, 0, 1]])


def test_place_heading_and_size_leave_no_trace() -> None:
    here = standing()
    others = [
        turned(here, angle) * size + place for angle, size, place in ((37, 0.8, [3, -2, 1]), (180, 1.3, 0))
    ]
    poses = standard_poses(np.stack([here, *others]))
    assert distances(poses[1:], poses[:1]) == pytest.approx([0, 0], abs=1e-6)


def test_it_is_in_millimetres_along_the_persons_own_axes() -> None:
    pose = standard_poses(standing()[None])[0].reshape(-1, 3)
    expected = 1000 * standing()[[joint_index(name) for name in POSE_JOINTS]]
    assert pose == pytest.approx(expected, abs=4.0)  # SMPL's rest pose faces +x but for a fifth of a degree


def test_distance_is_the_root_mean_square_over_the_joints() -> None:
    bent = standing()
    moved = [joint_index("left_wrist"), joint_index("left_hand")]
    length = np.linalg.norm(bent[moved[0]] - bent[joint_index("left_elbow")])
    bent[moved[0]] = bent[joint_index("left_elbow")] + [length, 0, 0]  # from pointing aside to pointing ahead
    poses = standard_poses(np.stack([standing(), bent]))
    apart = 1000 * np.linalg.norm(standing()[moved[0]] - bent[moved[0]])
    assert distances(poses[0], poses[1]) == pytest.approx(apart / np.sqrt(len(POSE_JOINTS)), rel=1e-6)


def test_joints_that_were_not_recorded_are_put_between_their_neighbours() -> None:
    lacking = standing()
    lacking[[joint_index(name) for name in ("pelvis", "spine1", "neck", "left_collar", "right_foot")]] = (
        np.nan
    )
    poses = standard_poses(np.stack([standing(), lacking]))
    assert np.isfinite(poses).all()
    assert distances(poses[0], poses[1]) < 100


@pytest.mark.parametrize("side", [-90, 90])
def test_a_person_who_lies_on_a_side_has_a_heading(side: float) -> None:
    angle = np.radians(side)
    roll = np.array([[1, 0, 0], [0, np.cos(angle), -np.sin(angle)], [0, np.sin(angle), np.cos(angle)]])
    lying = standing() @ roll.T
    poses = standard_poses(np.stack([lying, turned(lying, 120)]))
    assert distances(poses[0], poses[1]) == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize(
    ("place", "azimuth", "elevation"),
    [
        ([4, 0, 0], 0, 0),
        ([0, 4, 0], 90, 0),
        ([0, -4, 0], -90, 0),
        ([-3, 0, 3], 180, 45),
        ([0, 0, 5], None, 90),
    ],
)
@pytest.mark.parametrize("heading", [0.0, 75.0])
def test_view_directions_are_seen_from_the_person(
    place: list[float], azimuth: float | None, elevation: float, heading: float
) -> None:
    joints = turned(standing(), heading)
    centre = turned(np.array(place, float), heading)
    rotation = np.array([[0.0, 1, 0], [0, 0, -1], [-1, 0, 0]])
    directions = view_directions(joints[None], rotation[None], (-rotation @ centre)[None])
    found_azimuth, found_elevation = view_angles(directions)
    assert found_elevation == pytest.approx([elevation], abs=0.1)
    if azimuth is not None:
        assert abs((found_azimuth[0] - azimuth + 180) % 360 - 180) < 0.5
