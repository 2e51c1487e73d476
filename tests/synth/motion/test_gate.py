from dataclasses import replace

import numpy as np
import pytest

from synth.body.skeleton import SMPL_24
from synth.motion.clip import Clip
from synth.motion.floor import put_on_floor
from synth.motion.gate import GateSettings, Reason, cut_off_share, gate, joint_angles, turn_steps
from synth.motion.self_check import CHECKS
from tests.synth.motion.test_floor import RATE, upright

KNEE, ELBOW = SMPL_24.index("left_knee"), SMPL_24.index("left_elbow")


def alive(frames: int = 180, height=0.0, along=0.0) -> Clip:
    """`upright`, with every joint moving a little."""
    clip = upright(frames, height, along)
    time = np.arange(frames) / clip.rate
    poses = clip.poses.copy()
    poses[:, 1:, 0] += 0.05 * np.sin(2 * np.pi * 0.7 * time)[:, None]
    return replace(clip, poses=poses)


def examine(clip: Clip, settings: GateSettings | None = None):
    placed, found, height = put_on_floor(clip)
    return gate(placed, found, height, settings)


def with_pose(clip: Clip, frames, joint: int, turn) -> Clip:
    poses = clip.poses.copy()
    poses[frames, joint] = turn
    return replace(clip, poses=poses)


def test_a_good_clip_passes_whole():
    report = examine(alive())
    assert report.keep.all()
    assert report.drops == ()
    assert report.counts() == {}


def test_non_finite():
    report = examine(with_pose(alive(), 60, KNEE, np.nan))
    assert report.counts()[Reason.NON_FINITE] == 1
    assert not report.keep[60]


def test_too_short_is_what_is_left_between_two_faults():
    report = examine(with_pose(alive(), [60, 75], KNEE, np.nan))
    assert [(d.first, d.last) for d in report.drops if d.reason is Reason.TOO_SHORT] == [(61, 74)]
    assert report.keep[:60].all()
    assert report.keep[76:].all()


@pytest.mark.parametrize("rate", [5.0, 2000.0])
def test_an_unlikely_rate(rate):
    clip = replace(alive(), rate=rate)
    assert Reason.WRONG_RATE in examine(clip).counts()


def jumping(rate: float, times=(0.6, 1.6, 2.6), fall=9.81) -> Clip:
    """Jumps of 0.5 s, as a clip of that rate."""
    frames = round(4 * rate)
    time = np.arange(frames) / rate
    height = np.zeros(frames)
    for start in times:
        flight = np.clip(time - start, 0, 0.5)
        height += 0.5 * fall * flight * (0.5 - flight)
    clip = replace(alive(frames, height), rate=rate)
    poses = clip.poses.copy()
    poses[:, 1:, 0] = 0.05 * np.sin(2 * np.pi * 0.7 * time)[:, None]
    return replace(clip, poses=poses)


def test_jumps_that_agree_show_a_wrong_rate():
    assert examine(jumping(100.0)).counts() == {}
    report = examine(replace(jumping(100.0), rate=125.0))
    assert set(report.counts()) == {Reason.WRONG_RATE}
    assert "about 100 frames a second" in report.drops[0].detail
    assert Reason.WRONG_RATE in examine(replace(jumping(120.0), rate=100.0)).counts()


def test_two_jumps_are_too_few_to_drop_everything():
    report = examine(replace(jumping(100.0, (0.6, 1.6)), rate=125.0))
    assert report.counts() == {}
    assert any("in the air (2 times) it falls at 15.3 m/s2, not 9.81" in note for note in report.notes)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("accelerations", [(3.0, 5.0, 2.0), (-3.0, -4.0, -3.0)])
def test_hanging_is_not_falling(accelerations):
    """Curves in the air that do not agree, or go up, are no evidence; no warning of numpy's gets through."""
    clip, found, height = put_on_floor(jumping(100.0))
    joints, clearance = found.joints.copy(), np.zeros(clip.frames, np.float32)
    for start, acceleration in zip((60, 160, 260), accelerations, strict=True):
        time = np.arange(50)[:, None] / 100.0 - 0.25
        joints[start : start + 50, :, 2] = 1.5 - 0.5 * acceleration * time * time
        clearance[start : start + 50] = 0.3
    report = gate(replace(clip, clearance=clearance), replace(found, joints=joints), height)
    assert Reason.WRONG_RATE not in report.counts()
    assert any("it hangs or swings" in note for note in report.notes) == (accelerations[0] > 0)


def test_an_added_t_pose_is_a_note_and_not_a_fault():
    clip = alive()
    poses = clip.poses.copy()
    poses[:, SMPL_24.index("left_shoulder"), 2] += np.radians(-80)
    poses[:, SMPL_24.index("right_shoulder"), 2] += np.radians(80)
    hanging = replace(clip, poses=poses)
    assert examine(hanging).counts() == {}
    for added in (1, 2):
        poses = hanging.poses.copy()
        poses[:added] = clip.poses[0]
        report = examine(replace(hanging, poses=poses))
        assert report.drops == ()
        assert report.keep.tolist() == [False] * (added + 1) + [True] * (180 - added - 1)
        assert "begins with frames of a T-pose that an exporter added, which are left out" in report.notes
    poses = hanging.poses.copy()
    poses[90] = clip.poses[0]  # in the middle it is a fault as any other
    assert set(examine(replace(hanging, poses=poses)).counts()) == {Reason.VELOCITY_SPIKE}


def test_velocity_spike():
    report = examine(with_pose(alive(), 90, ELBOW, (0, -1.5, 0)))
    spikes = [d for d in report.drops if d.reason is Reason.VELOCITY_SPIKE]
    assert [(d.first, d.last) for d in spikes] == [(89, 91)]
    assert "left_elbow" in spikes[0].detail


def test_the_body_may_not_leap_across_the_room():
    along = np.zeros(180)
    along[90:] = 2.0
    report = examine(alive(along=along))
    assert [(d.first, d.last) for d in report.drops if d.reason is Reason.VELOCITY_SPIKE] == [(89, 90)]


def test_broken_bone_length():
    stretch = np.zeros(180, np.float32)
    stretch[40:50] = 0.2
    stretch[70] = np.nan
    report = examine(replace(alive(), stretch=stretch))
    assert report.counts()[Reason.BROKEN_BONE_LENGTH] == 11


def test_frames_that_do_not_show_the_recording():
    off = np.zeros((180, len(CHECKS)), np.float32)
    off[20:30, CHECKS.index("left_elbow")] = 4.0  # times what is allowed
    off[60, CHECKS.index("travel")] = 10.0
    report = examine(replace(alive(), mismatch=off))
    assert report.counts()[Reason.RETARGET_MISMATCH] == 11
    said = [drop.detail for drop in report.drops if drop.reason == Reason.RETARGET_MISMATCH]
    assert said == [
        "left_elbow differs by 12 degrees from the recording",
        "the way differs by 0.20 m from the recording",
    ]


def test_floating():
    time = np.arange(300) / RATE
    height = np.where((time > 1.0) & (time < 3.0), 0.5 + 0.3 * np.sin(5 * time), 0.0)
    assert examine(alive(300, height)).counts()[Reason.FLOATING] > 60


def test_underground():
    time = np.arange(300) / RATE
    height = np.where((time > 2) & (time < 2.5), -0.4 * np.sin(2 * np.pi * (time - 2)), 0.0)
    assert examine(alive(300, height)).counts()[Reason.UNDERGROUND] > 10


def test_foot_slide_unless_there_are_no_legs():
    along = np.cumsum(np.clip(np.arange(300) - 60, 0, 60) / 60 * 2.5 / RATE)
    clip = alive(300, along=along)
    assert examine(clip).counts()[Reason.FOOT_SLIDE] > 150
    legs = frozenset(
        f"{side}_{joint}" for side in ("left", "right") for joint in ("hip", "knee", "ankle", "foot")
    )
    assert examine(replace(clip, still=legs)).counts() == {}


def test_joint_angle():
    bent_the_wrong_way = np.linspace(0, -0.8, 40)
    poses = alive().poses.copy()
    poses[60:100, KNEE, 0] = bent_the_wrong_way
    poses[100:140, KNEE, 0] = bent_the_wrong_way[::-1]
    report = examine(replace(alive(), poses=poses))
    assert [d.reason for d in report.drops] == [Reason.JOINT_ANGLE]
    assert "left_knee" in report.drops[0].detail


def test_a_limb_that_never_moves_is_broken_and_a_collar_a_note():
    still_knee = with_pose(alive(), slice(None), KNEE, (0.3, 0, 0))
    report = examine(still_knee)
    assert report.counts() == {Reason.CONSTANT_JOINT: 180}
    assert not report.keep.any()
    assert examine(replace(still_knee, still=frozenset({"left_knee"}))).keep.all()
    report = examine(with_pose(alive(), slice(None), SMPL_24.index("left_collar"), 0.0))
    assert report.keep.all()
    assert any("left_collar" in note for note in report.notes)


def test_a_file_with_y_up_is_noted():
    assert not any("Y up" in note for note in examine(alive()).notes)
    clip = alive()
    poses = clip.poses.copy()
    poses[:, 0] = 0.0
    assert any("Y up" in note for note in examine(replace(clip, poses=poses)).notes)


def test_thresholds_can_be_set():
    assert examine(alive(), GateSettings(min_duration=10.0)).counts() == {Reason.TOO_SHORT: 180}


def test_turn_steps_by_hand():
    poses = np.zeros((4, 2, 3))
    poses[1, 0] = (0.1, 0, 0)
    poses[2, 0] = (0, 0, 3.1)
    poses[3, 0] = (0, 0, -3.1)  # 2 pi - 6.2 further, not 6.2 back
    steps = turn_steps(poses)
    assert steps[0] == pytest.approx([np.degrees(0.1), 0.0])
    assert steps[2, 0] == pytest.approx(np.degrees(2 * np.pi - 6.2), abs=1e-6)


def test_angles_by_hand():
    poses = np.zeros((1, 24, 3))
    poses[0, KNEE] = (np.radians(90), 0, 0)
    poses[0, ELBOW] = (0, -np.radians(70), 0)
    poses[0, SMPL_24.index("right_hip")] = (-np.radians(50), 0, 0)
    angles = joint_angles(poses)
    rest = joint_angles(np.zeros((1, 24, 3)))
    assert angles["left_knee"][0] - rest["left_knee"][0] == pytest.approx(90, abs=1)
    assert angles["left_elbow"][0] == pytest.approx(70, abs=8)  # SMPL's arm is not quite straight at rest
    assert angles["right_hip"][0] == pytest.approx(50, abs=1e-6)
    assert angles["trunk"][0] == pytest.approx(0, abs=1e-5)


def test_a_clipped_angle_is_told_from_one_that_turns_back():
    time = np.arange(600) / 60
    swing = 80 + 40 * np.sin(2 * np.pi * 0.5 * time)
    assert cut_off_share(swing, 60.0) == 0.0
    assert cut_off_share(np.minimum(swing, 100.0), 60.0) == pytest.approx(1 / 3, abs=0.03)
