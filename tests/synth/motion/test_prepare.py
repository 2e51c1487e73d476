"""The real recordings beside the checkout: twins agree, every clip is what it should be."""

import numpy as np
import pytest

from synth.body.loading import load_body
from synth.body.mass import mass_centre
from synth.body.rotations import world_turns
from synth.body.skeleton import SMPL_24
from synth.motion import Reason, prepare, read
from synth.motion.falls import fall_rate
from synth.motion.floor import put_on_floor
from synth.motion.library import read_raw
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


SOME = {
    "cmu62_amass/62_03_poses.npz": set(),
    "cmu62_amass/62_21_poses.npz": {Reason.VELOCITY_SPIKE, Reason.TOO_SHORT},
    "cmu_asf_amc/02_06.amc": set(),
    "cmu_bvh/01_01.bvh": set(),
    "cmu_various/jumping/jumping_1_b.bvh": set(),
    "cmu_various/walking_extra/walking_28.bvh": set(),
}  # fmt: skip


@pytest.fixture(params=SOME)
def recorded(request, shared):
    """A real recording, and for what reasons frames of it are dropped: known faults of that file."""
    return shared / "data" / request.param, SOME[request.param]


def test_every_limb_points_as_recorded(recorded):
    path, _ = recorded
    clip = read(path)
    if path.suffix == ".npz":  # the source is SMPL's own skeleton in those poses
        turns = world_turns(clip.poses)
        expected = {name: turns[:, SMPL_24.index(name)] @ bone(name) for name in ARMS_AND_LEGS}
    else:
        expected = source_directions(*recording_of(path))
    own = clip_directions(clip)
    apart = np.concatenate([degrees_between(own[name], expected[name]) for name in expected])
    assert np.median(apart) < 3.0


def test_every_recording_is_used_and_stands(recorded, shared):
    """What is dropped is dropped for a known fault of that file; an added T-pose is none."""
    path, faults = recorded
    clips, report = prepare(path, 30.0, root=shared / "data")
    assert set(report.counts()) == faults
    assert report.keep.mean() > 0.95
    for clip in clips:
        joints = load_body().proxy().posed(clip.poses, trans=clip.trans).joints
        assert np.median(joints[:, SMPL_24.index("head"), 2]) > 0.9
        assert clip.clearance.max() < 0.8


def test_climbing_and_hanging_are_no_wrong_rate(shared):
    """01_14 hangs and swings: its curves in the air lie at 0.5 to 2.6 m/s2, and it is of 120 Hz."""
    _, report = prepare(shared / "data/cmu_asf_amc/01_14.amc", 30.0)
    assert Reason.WRONG_RATE not in report.counts()
    assert report.keep.mean() > 0.6
    assert any("it hangs or swings" in note for note in report.notes)


def test_jumps_show_the_rate_of_a_recording(shared):
    """The twelve jumps of a recording of 60 Hz, found at 60 to 65 by the centre of mass."""
    clip, found, _ = put_on_floor(read_raw(shared / "data/cmu_various/jumping/jumping_2.bvh"))
    fall = fall_rate(clip, mass_centre(found.joints)[:, 2])
    assert fall.falls >= 10
    assert fall.certain
    assert 57 < fall.rate < 66


def test_elbows_that_a_converter_cut_off_are_noted(shared):
    _, report = prepare(shared / "data/cmu62_amass/62_12_poses.npz", 30.0)
    assert any("left_elbow is cut off" in note for note in report.notes)
    _, report = prepare(shared / "data/cmu_asf_amc/02_06.amc", 30.0)
    assert not any("cut off" in note for note in report.notes)


def test_jumps_are_jumps(shared):
    clip = read(shared / "data/cmu_asf_amc/01_01.amc")
    assert 0.15 < clip.clearance.max() < 0.3
