"""The real recordings beside the checkout: twins agree, every clip is what it should be."""

import numpy as np
import pytest

from synth.body.loading import load_body
from synth.body.rotations import world_turns
from synth.body.skeleton import SMPL_24
from synth.motion import Reason, find, prepare, read
from synth.motion.retarget import bone
from tests.synth.motion.helpers import (
    ARMS_AND_LEGS,
    clip_directions,
    degrees_between,
    recording_of,
    source_directions,
)


@pytest.fixture(scope="module")
def twins(shared):
    return read(shared / "data/cmu_asf_amc/01_01.amc"), read(shared / "data/cmu_bvh/01_01.bvh")


def test_twins_have_the_same_frames(twins):
    amc, bvh = twins
    assert amc.frames == bvh.frames == 2751  # the T pose that begins the BVH file is gone
    assert amc.rate == pytest.approx(bvh.rate, rel=1e-4)


def test_twins_limbs_point_the_same_way(twins):
    first, second = map(clip_directions, twins)
    apart = np.concatenate([degrees_between(first[name], second[name]) for name in ARMS_AND_LEGS])
    assert np.median(apart) < 0.05
    assert np.percentile(apart, 99) < 0.1


def test_twins_hands_and_feet_are_in_the_same_place(twins):
    places = [load_body().proxy().posed(clip.poses, trans=clip.trans).joints for clip in twins]
    for name in ("left_wrist", "right_wrist", "left_hand", "right_hand", "left_foot", "right_foot"):
        own = [joints[:, SMPL_24.index(name)] - joints[:, 0] for joints in places]
        assert np.median(np.linalg.norm(own[0] - own[1], axis=1)) < 0.001


def test_every_limb_points_as_recorded(shared):
    for path in find(shared / "data"):
        clip = read(path)
        if path.suffix == ".npz":  # the source is SMPL's own skeleton in those poses
            turns = world_turns(clip.poses)
            expected = {name: turns[:, SMPL_24.index(name)] @ bone(name) for name in ARMS_AND_LEGS}
        else:
            expected = source_directions(*recording_of(path))
        own = clip_directions(clip)
        apart = np.concatenate([degrees_between(own[name], expected[name]) for name in expected])
        assert np.median(apart) < 3.0, path.name


def test_every_recording_is_used_and_stands(shared):
    """What is dropped is dropped for a known fault of that file."""
    faults = {
        "62_12_poses.npz": {Reason.VELOCITY_SPIKE},
        "62_13_poses.npz": {Reason.VELOCITY_SPIKE, Reason.JOINT_ANGLE, Reason.TOO_SHORT},
        "62_21_poses.npz": {Reason.VELOCITY_SPIKE, Reason.TOO_SHORT},
        "02_09.amc": {Reason.VELOCITY_SPIKE},
    }
    for path in find(shared / "data"):
        clips, report = prepare(path, 30.0, root=shared / "data")
        # every file of cmu62_amass begins with the remains of a T pose
        usual = {Reason.VELOCITY_SPIKE} if path.suffix == ".npz" else set()
        assert set(report.counts()) == faults.get(path.name, usual), path.name
        assert report.keep.mean() > 0.95
        for clip in clips:
            assert clip.clearance.max() < 0.25
            assert (clip.clearance < 0.02).mean() > 0.5
            joints = load_body().proxy().posed(clip.poses, trans=clip.trans).joints
            assert np.median(joints[:, SMPL_24.index("head"), 2]) > 0.9


def test_elbows_that_a_converter_cut_off_are_noted(shared):
    _, report = prepare(shared / "data/cmu62_amass/62_12_poses.npz", 30.0)
    assert any("left_elbow is cut off" in note for note in report.notes)
    _, report = prepare(shared / "data/cmu_asf_amc/02_06.amc", 30.0)
    assert not any("cut off" in note for note in report.notes)


def test_jumps_are_jumps(shared):
    clip = read(shared / "data/cmu_asf_amc/01_01.amc")
    assert 0.15 < clip.clearance.max() < 0.3
