"""Clips: shapes, slices, files and sources."""

from dataclasses import replace

import numpy as np
import pytest

from synth.core.errors import InputError
from synth.motion.clip import describe, sha256
from synth.motion.formats import ReadOptions
from synth.motion.formats.amass import read
from tests.synth.motion.test_floor import upright


def test_shapes_are_checked():
    clip = upright(5)
    with pytest.raises(ValueError, match="have shapes"):
        replace(clip, trans=clip.trans[1:])
    with pytest.raises(ValueError, match="have shapes"):
        replace(clip, poses=clip.poses[:, :22])


def test_duration_is_from_the_first_frame_to_the_last():
    assert upright(61).frames == 61
    assert upright(61).duration == pytest.approx(1.0)


def test_a_slice_is_named_after_its_frames():
    clip = replace(upright(10, height=np.arange(10.0)), stretch=np.arange(10, dtype=np.float32), notes=("n",))
    part = clip.slice(3, 5)
    assert part.name == "r[3:5]"
    assert part.trans[:, 2].tolist() == [3, 4]
    assert part.stretch.tolist() == [3, 4]
    assert part.notes == ("n",)


def test_a_stored_clip_is_amass_and_reads_back(tmp_path):
    clip = replace(upright(10, height=0.5), still=frozenset({"left_foot"}))
    clip.to_npz(tmp_path / "a.npz")
    with np.load(tmp_path / "a.npz", allow_pickle=False) as stored:
        assert stored["poses"].shape == (10, 72)
        assert stored["mocap_framerate"] == 60.0
    again = read(tmp_path / "a.npz", tmp_path, ReadOptions())
    assert (again.name, again.source, again.still, again.rate) == (
        clip.name,
        clip.source,
        clip.still,
        clip.rate,
    )
    assert np.array_equal(again.trans, clip.trans)


def test_a_source_is_named_below_the_folder(tmp_path):
    path = tmp_path / "sub" / "a.bvh"
    path.parent.mkdir()
    path.write_bytes(b"abc")
    source = describe(path, tmp_path, dataset="D", licence="free", names=("1", "a"))
    assert (source.path, source.subject, source.recording) == ("sub/a.bvh", "1", "a")
    assert source.licence == "free"
    assert source.sha256 == sha256(path)
    assert describe(path, tmp_path / "else", dataset="D", licence=None, names=("1", "a")).path == "a.bvh"
    (path.parent / "LICENCE.txt").write_text("\n## Mine alone\nmore\n")
    assert describe(path, tmp_path, dataset="D", licence="free", names=("1", "a")).licence == "Mine alone"


def test_a_file_that_is_gone(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        sha256(tmp_path / "none")
