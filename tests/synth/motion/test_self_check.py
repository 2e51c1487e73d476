import numpy as np
import pytest

from synth.body.rotations import local_poses, world_turns
from synth.body.skeleton import SMPL_24
from synth.motion.figure import smpl_figure
from synth.motion.geometry import about
from synth.motion.self_check import CHECKS, LIMITS, mismatch, shown_by, smpl_shown
from tests.synth.motion.rigs import walking

POSES = walking(10)
PELVIS = np.linspace([0, 0, 1.0], [0, -2.0, 1.0], 10)


def differing(poses=POSES, pelvis=PELVIS) -> dict[str, float]:
    """By how much, in degrees or metres, the last frame differs, of the checks that differ at all."""
    found = mismatch(poses, pelvis, smpl_shown(POSES, PELVIS))[-1]
    return {name: float(off * LIMITS[name]) for name, off in zip(CHECKS, found, strict=True) if off > 1e-3}


def test_a_clip_shows_itself():
    assert differing() == {}
    assert differing(POSES.astype(np.float32)) == {}


def turned(joint: str, degrees: float, axis: int) -> np.ndarray:
    """The poses with the last frame's joint turned in the world and all others left."""
    turns = world_turns(POSES)
    turns[-1, SMPL_24.index(joint)] = (
        about(np.eye(3)[axis], np.radians([degrees]))[0] @ turns[-1, SMPL_24.index(joint)]
    )
    return local_poses(turns)


def test_what_differs_is_named_with_its_angle():
    assert differing(turned("left_knee", 10.0, 0)) == {"left_knee": pytest.approx(10.0, abs=0.1)}
    assert "shoulder_line" in differing(turned("spine3", 10.0, 2))
    assert "hip_line" in differing(turned("pelvis", 5.0, 2))
    assert set(differing(turned("right_wrist", 40.0, 2))) == {"right_hand"}
    assert "trunk" in differing(turned("spine1", 40.0, 0))


def test_travel_may_differ_by_a_share_of_the_way():
    assert differing(pelvis=PELVIS * [1.0, 1.019, 1.0]) == {}
    assert differing(pelvis=PELVIS * [1.0, 1.5, 1.0])["travel"] == pytest.approx(1.0 - 0.04)
    assert differing(pelvis=PELVIS + np.array([5.0, 0, 0])) == {}


def test_frames_that_are_not_finite_and_what_is_not_recorded_count_for_nothing():
    poses = POSES.copy()
    poses[-1] = np.nan
    assert differing(poses) == {}
    turns = world_turns(POSES)
    figure = smpl_figure(turns, PELVIS)
    for name in ("left_wrist", "left_hand", "left_shoulder"):
        del figure.places[name]
    shown = shown_by(figure, figure.base())
    assert {"left_elbow", "shoulder_line", "trunk"}.isdisjoint(shown.directions)
    assert set(shown.bends) == {"right_hand"}
    assert mismatch(POSES, PELVIS, shown).max() < 1e-3
