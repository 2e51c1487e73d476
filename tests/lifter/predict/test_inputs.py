"""Formats are found by a path's suffix and content, one registry names them, and other packages add theirs."""

from __future__ import annotations

from importlib.metadata import EntryPoint
from pathlib import Path

import numpy as np
import pytest

from lifter.predict.inputs import FORMATS, read_input
from lifter.predict.readers.format import Format, ReadOptions, Source
from lifter.predict.recording import Frame, Recording
from synth.body.skeleton import COCO_17
from synth.core.errors import InputError
from synth.core.registry import Registry
from tests.lifter.predict.people import photo, seen, standing, write_openpose


def read(path: Path, options: ReadOptions | None = None) -> Recording:
    return read_input(path, options or ReadOptions(), path.parent)


def test_the_formats_have_titles_and_suffixes_of_their_own() -> None:
    assert FORMATS.names()[:12] == (
        "openpose", "coco", "mmpose", "ultralytics", "detectron2", "vitpose", "videopose", "detectron", "arrays", "npy",
        "photos", "videos",
    )  # fmt: skip
    for each in FORMATS.all().values():
        assert each.title
        assert all(suffix.startswith(".") and suffix == suffix.lower() for suffix in each.suffixes)


def test_paths_that_are_nothing_are_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "a.docx").write_text("x")
    (tmp_path / "a.json").write_text('{"poses": []}')
    for name, what in (
        ("empty", "holds none of: OpenPose JSON, COCO JSON, MMPose JSON"),
        ("x.json", "is missing"),
        ("a.docx", r"unknown type \('.docx'\); give OpenPose JSON, COCO JSON"),
        ("a.json", "is none of: OpenPose JSON, COCO JSON"),
    ):
        with pytest.raises(InputError, match=what):
            read(tmp_path / name)


def test_a_folder_holds_one_kind(tmp_path: Path) -> None:
    write_openpose(tmp_path / "a.json", [seen(standing())])
    photo(tmp_path / "a.jpg")
    with pytest.raises(InputError, match=r"several kinds \(.json, .jpg\)"):
        read(tmp_path)


def test_hidden_files_are_left_out_and_said(tmp_path: Path) -> None:
    write_openpose(tmp_path / "f_1.json", [seen(standing())])
    (tmp_path / "._f_1.json").write_bytes(b"\x00\x05\x16\x07")
    (tmp_path / ".DS_Store").write_bytes(b"x")
    recording = read(tmp_path)
    assert len(recording.frames) == 1
    assert "1 hidden files are left out, such as ._f_1.json" in recording.notes


def test_photos_behind_a_2d_file(tmp_path: Path) -> None:
    source = write_openpose(tmp_path / "a.json", [seen(standing())])
    behind = photo(tmp_path / "b.jpg", (800, 600))
    recording = read(source, ReadOptions(pictures=behind))
    assert recording.frames[0].size == (800, 600)
    assert recording.frames[0].picture is not None
    (tmp_path / "two").mkdir()
    for name in ("a", "b"):
        photo(tmp_path / "two" / f"{name}.jpg")
    with pytest.raises(InputError, match="2 photos for 1 frames"):
        read(source, ReadOptions(pictures=tmp_path / "two"))


def test_another_package_adds_a_format(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A toy of comma-separated x, y, confidence, a line a frame, of the nose alone."""

    def read_toy(source: Source, options: ReadOptions) -> Recording:
        recording = Recording("toy")
        for number, line in enumerate(source.path.read_text().splitlines()):
            frame = Frame(str(number), number=number)
            recording.add(frame, np.array([[float(value) for value in line.split(",")]]), ["nose"])
            recording.frames.append(frame)
        return recording

    toy = Format("toy", (".toy",), lambda source: True, read_toy)
    monkeypatch.setattr(EntryPoint, "load", lambda point: toy)
    formats: Registry[Format] = Registry("keypoint format", "posemill.keypoint_formats", {})
    formats.__dict__["_others"] = {"toy": EntryPoint("toy", "toy:FORMAT", "posemill.keypoint_formats")}
    monkeypatch.setattr("lifter.predict.inputs.FORMATS", formats)
    (tmp_path / "a.toy").write_text("100,50,2\nnan,1,1\n")
    recording = read(tmp_path / "a.toy")
    points = [frame.detections[0].keypoints[COCO_17.index("nose")].tolist() for frame in recording.frames]
    assert points == [[100, 50, 1], [0, 0, 0]]  # the checks of all formats are behind it
    assert recording.dropped["joints that are not finite"] == 1
    (tmp_path / "a.toy").write_text("0.4,0.5,1\n")
    with pytest.raises(InputError, match="shares of the picture"):
        read(tmp_path / "a.toy")
