"""Ten and more kinds of bad recording: one line that says what, where and what to do; nothing raised but that."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from synth.core.errors import InputError
from synth.motion import Reason, find, prepare, read
from tests.synth.motion.formats.test_bvh import TWO_BONES
from tests.synth.motion.helpers import ASF, amass_arrays, amc_text, bvh_text, channel_order

CHANNELS = 3 + 3 * len(channel_order())


def swaying(frames: int = 90) -> np.ndarray:
    values = np.zeros((frames, CHANNELS))
    values[:, 3:] = 4 * np.sin(np.arange(frames)[:, None] / 15 + np.arange(CHANNELS - 3))
    return values


GOOD_BVH = bvh_text(swaying())


def refused(path: Path, said: str) -> None:
    with pytest.raises(InputError) as caught:
        prepare(path, 30.0, root=path.parent)
    message = str(caught.value)
    assert said in message, message
    assert path.stem in message or path.with_suffix(".asf").name[:2] in message
    assert "\n" not in message
    assert caught.value.remedy


def changed(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new, 1)


BAD_BVH = {
    "a value missing within": (
        changed(TWO_BONES, "1 2 3 90", "2 3 90"),
        "8 values in a frame where the skeleton",
    ),
    "truncated in the hierarchy": (GOOD_BVH[:300], "ends before MOTION"),
    "NaN in the skeleton": (changed(TWO_BONES, "OFFSET 0 -2 0", "OFFSET 0 nan 0"), "'nan' is not finite"),
    "zero frames": (GOOD_BVH.split("Frames:")[0] + "Frames: 0\nFrame Time: 0.01\n", "has no frames"),
    "absurd rate": (changed(TWO_BONES, "Frame Time: 0.01", "Frame Time: 0"), "a frame time of 0 s cannot be"),
    "infinite rate": (changed(TWO_BONES, "Frame Time: 0.01", "Frame Time: inf"), "'inf' is not finite"),
    "two joints of one name": (
        changed(TWO_BONES, "JOINT leg", "JOINT hip"),
        "a second joint is called 'hip'",
    ),
    "unknown joints": (TWO_BONES, "an unknown skeleton with the joints hip, leg"),
    "a word for a number": (changed(TWO_BONES, "1 2 3 0", "1 2 3 o"), "'o' is not a number"),
    "channels that do not add up": (changed(TWO_BONES, "CHANNELS 3", "CHANNELS 4"), "is not a count"),
    "a channel twice": (
        changed(TWO_BONES, "Xrotation Yrotation\n    End", "Zrotation Yrotation\n    End"),
        "different channels",
    ),
    "braces that do not match": (
        changed(TWO_BONES, "\n}\nMOTION", "\nMOTION"),
        "before the hierarchy is closed",
    ),
    "not a BVH file": ("PK something\n", "does not begin with HIERARCHY"),
    "empty": ("", "does not begin with HIERARCHY"),
    "deeply nested": (
        "HIERARCHY\nROOT r {\nOFFSET 0 0 0\n"
        + "".join(f"JOINT j{i} {{\nOFFSET 0 0 0\n" for i in range(5000)),
        "more than 500 joints",
    ),
}


@pytest.mark.parametrize("kind", BAD_BVH)
def test_bad_bvh(tmp_path: Path, kind: str) -> None:
    content, said = BAD_BVH[kind]
    path = tmp_path / "bad.bvh"
    path.write_text(content)
    refused(path, said)


@pytest.mark.parametrize("suffix", [".bvh", ".amc", ".npz", ".posture.yaml"])
def test_binary_garbage(tmp_path: Path, suffix: str) -> None:
    (tmp_path / "07.asf").write_text(ASF)
    path = tmp_path / f"07_bad{suffix}"
    path.write_bytes(bytes(np.random.default_rng(1).integers(0, 256, 5000, dtype=np.uint8)))
    with pytest.raises(InputError, match=r"07_bad.*(binary|not UTF-8|not an .npz)"):
        prepare(path, 30.0)


@pytest.mark.parametrize("suffix", [".amc", ".posture.yaml"])
def test_another_encoding(tmp_path: Path, suffix: str) -> None:
    (tmp_path / "07.asf").write_text(ASF)
    path = tmp_path / f"07_bad{suffix}"
    path.write_bytes("HIERARCHY\nROOT Hüfte\n".encode("latin-1"))
    with pytest.raises(InputError, match=r":2: byte 0xfc is not UTF-8; save the file as UTF-8"):
        prepare(path, 30.0)


GOOD_AMC = amc_text(np.zeros((5, 10)))
BAD_ASF = {
    "cyclic skeleton": (
        changed(ASF, "    root upper\n", "    root tip\n").replace("lower tip", "lower upper"),
        "cycle",
    ),
    "a bone on two": (
        changed(ASF, "    lower tip\n", "    lower tip\n    upper tip\n"),
        "'tip' hangs on two bones",
    ),
    "unknown joint": (changed(ASF, "    lower tip\n", "    lower toe\n"), "'toe' is not a bone"),
    "two bones of one name": (changed(ASF, "name lower", "name upper"), "a second bone is called 'upper'"),
    "NaN in the skeleton": (changed(ASF, "length 4.5", "length nan"), "'nan' is not finite"),
    "no unit of length": (changed(ASF, "length 0.45", "length 0"), "states no positive unit of length"),
    "no direction": (
        changed(ASF, "    direction 0 0 1\n", "    direction 0 0 0\n"),
        "has the direction 0 0 0",
    ),
    "truncated": (ASF[:500], "lacks one of the sections"),
    "angles in gradians": (changed(ASF, "angle deg", "angle grad"), "unit of angles 'grad'"),
    "a bone that grows": (changed(ASF, "dof rx\n", "dof rx l\n"), "is not some of rx ry rz"),
}


@pytest.mark.parametrize("kind", BAD_ASF)
def test_bad_asf(tmp_path: Path, kind: str) -> None:
    content, said = BAD_ASF[kind]
    (tmp_path / "07.asf").write_text(content)
    (tmp_path / "07_01.amc").write_text(GOOD_AMC)
    refused(tmp_path / "07_01.amc", said)


BAD_AMC = {
    "truncated in a frame": (GOOD_AMC.rsplit("\n", 2)[0] + "\n", "ends within a frame"),
    "truncated in a line": (GOOD_AMC[:-5], "0 values for 'lower'"),
    "zero frames": ("\n".join(GOOD_AMC.splitlines()[:3]), "has no frames"),
    "wrong number of values": (
        changed(GOOD_AMC, "upper 0.0 0.0 0.0", "upper 0.0 0.0"),
        "2 values for 'upper'",
    ),
    "unknown joint": (changed(GOOD_AMC, "upper 0.0", "hip 0.0"), "'hip' is not a moving bone of 07.asf"),
    "a word for a number": (changed(GOOD_AMC, "lower 0.0", "lower zero"), "'zero' is not a number"),
    "a frame left out": (changed(GOOD_AMC, "\n4\n", "\n5\n"), "frame 5 follows frame 3"),
    "a bone twice": (changed(GOOD_AMC, "lower 0.0", "upper 0.0 0.0 0.0"), "the first frame lacks 'lower'"),
    "a bone in another place": (
        changed(GOOD_AMC, "\n3\nroot 0.0 0.0 0.0 0.0 0.0 0.0\nupper", "\n3\nupper 0.0 0.0 0.0\nupper"),
        "'upper' where 'root' is expected",
    ),
    "a number too long to be one": (changed(GOOD_AMC, "lower 0.0", "lower " + "9" * 5000), "is not a number"),
}


@pytest.mark.parametrize("kind", BAD_AMC)
def test_bad_amc(tmp_path: Path, kind: str) -> None:
    content, said = BAD_AMC[kind]
    (tmp_path / "07.asf").write_text(ASF)
    (tmp_path / "07_01.amc").write_text(content)
    refused(tmp_path / "07_01.amc", said)


def test_a_motion_without_its_skeleton_and_one_that_points_elsewhere(tmp_path: Path) -> None:
    """What an .asf calls itself is never a path: 01_01.amc goes with 01.asf beside it, or is refused."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "07.asf").write_text(ASF)
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "07_01.amc").write_text("#!OML:ASF ../elsewhere/07.asf\n" + GOOD_AMC)
    refused(inside / "07_01.amc", "no 07.asf lies beside it")


def test_a_mapping_that_is_not_there_or_does_not_fit(tmp_path: Path) -> None:
    path = tmp_path / "walk.bvh"
    path.write_text(GOOD_BVH)
    with pytest.raises(InputError, match="no such mapping"):
        read(path, tmp_path / ".." / "none.yaml")
    other = Path(__file__).resolve().parents[2] / "manifests" / "skeletons" / "hrc_bvh.yaml"
    with pytest.raises(
        InputError, match=r"names joint 'hip', which this skeleton lacks; its joints are: Hips"
    ):
        read(path, other)


BAD_NPZ: dict[str, tuple[dict[str, object], str]] = {
    "pickled object": ({"poses": np.array([{}], dtype=object)}, "pickled objects, which are never loaded"),
    "pickled rate": ({"mocap_framerate": np.array(None, dtype=object)}, "pickled objects"),
    "wrong shape": ({"poses": np.zeros((60, 155), np.float32)}, "has shape (60, 155)"),
    "one dimension": ({"poses": np.zeros(156, np.float32)}, "has shape (156,)"),
    "words": ({"trans": np.full((60, 3), "a")}, "of <U1, not"),
    "zero frames": ({"poses": np.zeros((0, 156)), "trans": np.zeros((0, 3))}, "has no frames"),
    "lengths that differ": ({"trans": np.zeros((59, 3))}, "60 poses but 59 translations"),
    "NaN for a rate": ({"mocap_framerate": np.nan}, "a frame rate of nan cannot be"),
    "absurd rate": ({"mocap_framerate": -120.0}, "a frame rate of -120 cannot be"),
    "two rates": ({"mocap_framerate": np.array([60.0, 120.0])}, "is not one number"),
    "no rate": ({"mocap_framerate": None}, "states no frame rate"),
    "no poses": ({"poses": None}, "holds neither 'poses' nor 'root_orient'"),
    "no translation": ({"trans": None}, "lacks the array 'trans'"),
    "a false mark": ({"posemill": np.array("{}")}, "is marked as Posemill's own but is not whole"),
}


@pytest.mark.parametrize("kind", BAD_NPZ)
def test_bad_amass(tmp_path: Path, kind: str) -> None:
    changes, said = BAD_NPZ[kind]
    arrays = {name: value for name, value in (amass_arrays() | changes).items() if value is not None}
    path = tmp_path / "bad.npz"
    np.savez(path, **arrays)  # type: ignore[arg-type]
    refused(path, said)


def test_an_archive_cut_short(tmp_path: Path) -> None:
    path = tmp_path / "bad.npz"
    np.savez(path, **amass_arrays())
    path.write_bytes(path.read_bytes()[:-200])
    refused(path, "is a damaged .npz file")


def test_a_lone_array(tmp_path: Path) -> None:
    path = tmp_path / "bad.npz"
    with path.open("wb") as stream:
        np.save(stream, np.zeros((10, 156)))
    refused(path, "is not an .npz file")


@pytest.mark.parametrize("suffix", [".bvh", ".npz"])
def test_frames_that_are_not_numbers_are_dropped_and_counted(tmp_path: Path, suffix: str) -> None:
    """The rest of the recording is good and stays."""
    path = tmp_path / f"holes{suffix}"
    if suffix == ".bvh":
        values = swaying()
        values[40:43, 20] = np.nan
        path.write_text(bvh_text(values))
    else:
        arrays = amass_arrays(90)
        arrays["poses"][40:43, 20] = np.inf
        np.savez(path, **arrays)
    clips, report = prepare(path, 30.0)
    assert report.counts()[Reason.NON_FINITE] == 3
    assert len(clips) == 2
    assert all(np.isfinite(clip.poses).all() and np.isfinite(clip.trans).all() for clip in clips)


def test_a_recording_without_a_single_good_frame(tmp_path: Path) -> None:
    arrays = amass_arrays(90)
    arrays["poses"][:] = np.nan
    path = tmp_path / "none.npz"
    np.savez(path, **arrays)
    clips, report = prepare(path, 30.0)
    assert clips == []
    assert report.counts()[Reason.NON_FINITE] == 90


def test_a_rate_that_can_hardly_be_is_a_reason(tmp_path: Path) -> None:
    path = tmp_path / "slow.npz"
    np.savez(path, **amass_arrays(90) | {"mocap_framerate": np.float64(3.0)})
    clips, report = prepare(path, 30.0)
    assert clips == []
    assert report.counts()[Reason.WRONG_RATE] == 90


def test_a_single_frame(tmp_path: Path) -> None:
    path = tmp_path / "one.npz"
    np.savez(path, **amass_arrays(1))
    clips, report = prepare(path, 30.0)
    assert clips == []
    assert set(report.counts()) == {Reason.TOO_SHORT}


def test_what_is_no_recording(tmp_path: Path) -> None:
    (tmp_path / "film.avi").write_bytes(b"RIFF")
    refused(tmp_path / "film.avi", "is not a motion format")
    with pytest.raises(InputError, match="holds no recording"):
        find(tmp_path)
    with pytest.raises(InputError, match="cannot be read"):
        read(tmp_path / "none.bvh")
