import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from synth.core.errors import InputError
from synth.motion.formats.bvh import decode_bvh, in_radians, opens_with_t_pose, parse_bvh
from tests.synth.motion.helpers import bvh_text, channel_order

TWO_BONES = """\
HIERARCHY
ROOT hip
{
  OFFSET 0 0 0
  CHANNELS 6 Xposition Yposition Zposition Zrotation Xrotation Yrotation
  JOINT leg {
    OFFSET 0 -2 0
    CHANNELS 3 Zrotation Xrotation Yrotation
    End Site
    {
      OFFSET 0 -3 0
    }
  }
}
MOTION
Frames: 2
Frame Time: 0.01
1 2 3 90 0 0 0 90 0
1 2 3 0 0 0 0 0 0
"""


def test_a_small_file_by_hand(tmp_path):
    path = tmp_path / "two.bvh"
    path.write_text(TWO_BONES)
    file = parse_bvh(path)
    assert file.skeleton.names == ("hip", "leg")
    assert file.rate == pytest.approx(100.0)
    recording = decode_bvh(file)
    assert recording.root[0] == pytest.approx([1.0, 2.0, 3.0])
    # the hip turns 90 degrees about z, which takes the leg from -y to +x; the leg turns about its own x after it
    assert recording.positions()[0, 1] - recording.root[0] == pytest.approx([2.0, 0.0, 0.0])
    expected = Rotation.from_euler("z", 90, degrees=True) * Rotation.from_euler("x", 90, degrees=True)
    assert recording.rotations[0, 1] == pytest.approx(expected.as_matrix())
    assert recording.skeleton.ends["leg"] == pytest.approx([0, -3, 0])


def test_channels_apply_in_the_order_in_which_they_are_listed(tmp_path):
    path = tmp_path / "order.bvh"
    path.write_text(TWO_BONES.replace("1 2 3 90 0 0 0 90 0", "0 0 0 10 20 30 40 50 60"))
    recording = decode_bvh(parse_bvh(path))
    assert recording.rotations[0, 0] == pytest.approx(
        Rotation.from_euler("ZXY", [10, 20, 30], True).as_matrix()
    )


def test_a_fixed_order_overrides_the_listed_one(tmp_path):
    path = tmp_path / "fixed.bvh"
    path.write_text(TWO_BONES.replace("1 2 3 90 0 0 0 90 0", "0 0 0 10 20 30 40 50 60"))
    recording = decode_bvh(parse_bvh(path), fixed_order="zxy")
    assert recording.rotations[0, 0] == pytest.approx(
        Rotation.from_euler("zxy", [10, 20, 30], True).as_matrix()
    )


def swaying(frames: int) -> np.ndarray:
    time = np.arange(frames)[:, None] / 60
    values = 5 * np.sin(2 * np.pi * time + np.arange(3 + 3 * len(channel_order())))
    values[:, :3] = (0.0, 17.0, 0.0)
    return values


def test_an_added_t_pose_is_told_from_a_beginning(tmp_path):
    values = swaying(30)
    values[1:, 6] += 60  # a leg far from where the T pose has it
    values[0] = 0
    path = tmp_path / "t.bvh"
    path.write_text(bvh_text(values))
    assert opens_with_t_pose(parse_bvh(path))
    assert len(decode_bvh(parse_bvh(path)).root) == 29
    values[0] = values[1]
    path.write_text(bvh_text(values))
    assert not opens_with_t_pose(parse_bvh(path))
    slowly_out_of_it = swaying(30) * np.linspace(0, 1, 30)[:, None]
    path.write_text(bvh_text(slowly_out_of_it))
    assert not opens_with_t_pose(parse_bvh(path))


def test_positions_of_joints_show_a_stretched_bone(tmp_path):
    values = np.zeros((10, 6 * len(channel_order())))
    values[:, 6:9] = (1.0, -2.0, 0.5)
    values[4, 6:9] *= 1.5
    path = tmp_path / "stretch.bvh"
    path.write_text(bvh_text(values, positions=True))
    stretch = decode_bvh(parse_bvh(path)).stretch("Hips", ["LeftLeg", "LeftToeBase"])
    assert stretch is not None
    assert stretch[4] == pytest.approx(0.5)
    assert np.delete(stretch, 4) == pytest.approx(0.0)


def test_a_not_a_number_in_a_frame_spoils_that_frame_only(tmp_path):
    path = tmp_path / "nan.bvh"
    path.write_text(TWO_BONES.replace("1 2 3 0 0 0 0 0 0", "1 2 3 0 0 0 nan 0 0"))
    recording = decode_bvh(parse_bvh(path))
    assert np.isfinite(recording.rotations[0]).all()
    assert np.isnan(recording.rotations[1, 1]).all()


def test_errors_name_the_line(tmp_path):
    path = tmp_path / "bad.bvh"
    path.write_text(TWO_BONES.replace("1 2 3 0 0 0 0 0 0", "1 2 3 0 0 zero 0 0 0"))
    with pytest.raises(InputError, match=r"bad\.bvh:19: 'zero' is not a number"):
        parse_bvh(path)


def with_surplus(*values):
    head, _, _ = TWO_BONES.partition("1 2 3 90")
    rows = ["1 2 3 90 0 0 0 90 0", "1 2 3 0 0 0 0 0 0", "5 2 3 0 0 0 0 0 0"]
    lines = [f"{row} {value}".strip() for row, value in zip(rows, values, strict=True)]
    return head.replace("Frames: 2", "Frames: 3") + "\n".join(lines) + "\n"


def test_the_same_surplus_on_every_line_is_passed_over_and_noted(tmp_path):
    path = tmp_path / "more.bvh"
    path.write_text(with_surplus("", "", ""))
    plain = parse_bvh(path)
    assert plain.notes == ()
    path.write_text(with_surplus("0", "0", "0"))
    file = parse_bvh(path)
    assert np.array_equal(file.values, plain.values)
    assert file.notes == ("every frame ends with 1 more than its 9 channels (0), which is passed over",)
    assert decode_bvh(file).notes == file.notes
    path.write_text(with_surplus("1 7", "2 7", "nan 7"))
    assert "2 more than its 9 channels (1 to 7)" in parse_bvh(path).notes[0]
    path.write_text(with_surplus("nan", "nan", "nan"))
    assert "1 more than its 9 channels (nan)" in parse_bvh(path).notes[0]


def test_another_surplus_is_refused_with_what_it_is(tmp_path):
    path = tmp_path / "more.bvh"
    path.write_text(with_surplus("", "0", ""))
    with pytest.raises(
        InputError, match=r":19: 10 values in a frame .* 9 channels: 1 more \(0\), which not every"
    ):
        parse_bvh(path)
    rows = "\n".join(f"{frame} 1 2 3 0 0 0 0 0 0" for frame in range(1, 4))
    path.write_text(with_surplus("", "", "").split("1 2 3 90")[0] + rows + "\n")
    with pytest.raises(InputError, match="the first counts the frames; remove the frames' numbers"):
        parse_bvh(path)


def test_a_claim_of_many_frames_takes_no_memory(tmp_path):
    path = tmp_path / "many.bvh"
    path.write_text(TWO_BONES.replace("Frames: 2", "Frames: 1000000000"))
    file = parse_bvh(path)
    assert len(file.values) == 2
    assert file.notes == ("the header says 1e+09 frames, 2 follow: 2 are taken",)


def test_joints_without_channels_are_counted_before_they_take_memory(tmp_path, monkeypatch):
    monkeypatch.setattr("synth.motion.recording.MOST_ROTATIONS", 3)
    path = tmp_path / "wide.bvh"
    path.write_text(TWO_BONES)
    with pytest.raises(InputError, match="2 frames of 2 joints are more than 3 rotations"):
        parse_bvh(path)


@pytest.mark.parametrize(("size", "expected"), [(1.0, True), (57.3, False), (0.05, False), (0.0, False)])
def test_turns_in_radians_are_seen(tmp_path, size, expected):
    """Many turns that move, none beyond a full one; a person who stands in the rest pose sways by less."""
    joint = "{ OFFSET 0 1 0 CHANNELS 3 Zrotation Xrotation Yrotation"
    head = f"HIERARCHY\nROOT a\n{joint}\nJOINT b\n{joint}\nJOINT c\n{joint}\n}}\n}}\n}}\n"
    rows = size * np.sin(np.linspace(0, 6, 20))[:, None] * np.ones(9)
    lines = "\n".join(" ".join(f"{value:.6f}" for value in row) for row in rows)
    path = tmp_path / "a.bvh"
    path.write_text(f"{head}MOTION\nFrames: 20\nFrame Time: 0.01\n{lines}\n")
    assert in_radians(parse_bvh(path)) is expected
