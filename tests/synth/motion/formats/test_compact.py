"""Compact motion: as close as it says, the same bytes again, and whatever is not it refused."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from synth.body.skeleton import SMPL_24
from synth.core.errors import InputError
from synth.core.npz import read_npz, write_npz
from synth.motion import embedded, read
from synth.motion.clip import Clip, Source
from synth.motion.formats.compact import COMPACT, write
from synth.motion.formats.format import ReadOptions

SOURCE = Source("CMU", "62", "62_01", "CMU's terms", "cmu/62/62_01.npz", "ab")


@pytest.fixture
def clip() -> Clip:
    """Two seconds that turn through half a turn and beyond, with still hands."""
    draw, frames = np.random.default_rng(3), 60
    poses = np.cumsum(draw.normal(0, 0.05, (frames, len(SMPL_24), 3)), axis=0)
    poses[:, 0, 2] += np.linspace(2.5, 4.5, frames)
    poses[:, [22, 23]] = 0.0
    trans = np.cumsum(draw.normal(0, 0.01, (frames, 3)), axis=0)
    still = frozenset({"left_hand", "right_hand"})
    zeros = np.zeros(frames, np.float32)
    return Clip(
        "cmu/62/62_01", poses.astype(np.float32), trans.astype(np.float32), zeros, 30.0, SOURCE, still
    )


def back(path):
    return COMPACT.read(path, path.parent, ReadOptions())


def test_rotations_are_within_a_tenth_of_a_degree_and_places_within_a_millimetre(tmp_path, clip):
    path = tmp_path / "a.motion.npz"
    write(clip, path)
    again = back(path)
    turn = Rotation.from_rotvec(clip.poses.reshape(-1, 3)).inv() * Rotation.from_rotvec(
        again.poses.reshape(-1, 3)
    )
    assert (
        0 < np.degrees(turn.magnitude().max()) <= 0.01 * np.sqrt(3) + 1e-4
    )  # half a step of 0.02 along each axis
    assert np.abs(again.trans - clip.trans).max() <= 0.25e-3 + 1e-6
    assert (again.name, again.source, again.rate, again.still) == (clip.name, SOURCE, 30.0, clip.still)
    assert not again.poses[:, [22, 23]].any()


def test_writing_twice_gives_the_same_bytes_and_reading_and_writing_changes_nothing(tmp_path, clip):
    one, two, three = (tmp_path / f"{name}.motion.npz" for name in "abc")
    write(clip, one)
    write(clip, two)
    write(back(one), three)
    assert one.read_bytes() == two.read_bytes()
    assert np.array_equal(back(one).trans, back(three).trans)
    assert np.allclose(back(one).poses, back(three).poses, atol=1e-6)


def test_it_is_found_and_read_by_the_end_of_its_name(tmp_path, clip):
    write(clip, tmp_path / "a.motion.npz")
    assert read(tmp_path / "a.motion.npz").name == "cmu/62/62_01"
    with pytest.raises(InputError, match=r"end it in \.motion\.npz"):
        write(clip, tmp_path / "a.npz")
    with pytest.raises(InputError, match="'rate' was given, which compact motion does not take"):
        read(tmp_path / "a.motion.npz", rate=60.0)


def test_frames_that_are_not_finite_are_refused(tmp_path, clip):
    poses = clip.poses.copy()
    poses[3, 2, 1] = np.nan
    with pytest.raises(InputError, match="not finite"):
        write(replace(clip, poses=poses), tmp_path / "a.motion.npz")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("poses", None, "has no 'poses'"),
        ("poses", np.zeros((72, 60)), "has no 'poses' as compact motion has"),
        ("poses", np.zeros((66, 60), np.int16), "have shapes"),
        ("poses", np.zeros((72, 0), np.int16), "have shapes"),
        ("trans", np.full((3, 60), 1 << 30, np.int32), "cannot be"),
        ("steps", np.array([0.0, 1e-3]), "steps of 0 radians"),
        ("steps", np.array([1e-3, np.nan]), "steps of 0.001 radians"),
        ("rate", np.array(np.nan), "states nan frames"),
        ("rate", np.array(-3.0), "states -3 frames"),
        ("still", np.array(["left_wing"]), "'left_wing' is not a joint"),
        ("posemill", np.array("[]"), "does not say what it is"),
        ("posemill", np.array('{"name": "a"}'), "does not say what it is"),
    ],
)
def test_what_is_not_compact_motion_is_refused(tmp_path, clip, name, value, said):
    path = tmp_path / "a.motion.npz"
    write(clip, path)
    arrays = read_npz(path)
    arrays.pop(name)
    write_npz(path, arrays if value is None else arrays | {name: value})
    with pytest.raises(InputError, match=said):
        back(path)


def test_what_ships_states_its_terms_and_the_joints_that_it_does_not_have():
    clips = [back(path) for path in embedded("builtin/recordings")]
    assert {clip.source.dataset for clip in clips} == {"CMU", "human-robot-animations"}
    assert all("CMU" in clip.source.licence or "MIT" in clip.source.licence for clip in clips)
    assert not {clip.source.recording for clip in clips} & {"02_06", "62_10", "stacking_6"}
    assert sum(clip.frames for clip in clips) / 30.0 > 600
    assert all(
        clip.still >= {"spine2", "left_foot", "right_foot", "left_collar", "right_collar"}
        for clip in clips
        if clip.source.subject == "62"
    )
