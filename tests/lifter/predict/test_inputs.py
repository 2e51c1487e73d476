"""Formats are found by a path's suffix and content, one registry names them, and other packages add theirs."""

from __future__ import annotations

import json
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
from tests.lifter.predict.fake_detector import program, said
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


def test_photos_beside_their_2d_are_overlaid(tmp_path: Path) -> None:
    for number in (1, 2):
        write_openpose(tmp_path / f"walk_{number:03d}_keypoints.json", [seen(standing())])
        photo(tmp_path / f"walk_{number:03d}.jpg")
    recording = read(tmp_path)
    assert [frame.picture is not None for frame in recording.frames] == [True, True]
    assert recording.frames[0].size == (1000, 1000)
    assert "2 photos with the frames' names are overlaid" in recording.notes
    (tmp_path / "walk_002.jpg").rename(tmp_path / "other.jpg")
    recording = read(tmp_path)
    assert [frame.picture for frame in recording.frames] == [None, None]
    assert (
        "2 other files of the folder are left out, such as other.jpg; --picture overlays photos"
        in recording.notes
    )


def test_photos_that_do_not_fit_their_2d_are_noted(tmp_path: Path) -> None:
    images = [{"id": 1, "file_name": "a.jpg", "width": 1000, "height": 1000}]
    annotations = [{"image_id": 1, "category_id": 1, "keypoints": seen(standing()).ravel().tolist()}]
    (tmp_path / "annotations.json").write_text(json.dumps({"images": images, "annotations": annotations}))
    photo(tmp_path / "a.jpg", (500, 500))
    recording = read(tmp_path)
    assert recording.frames[0].picture is None
    assert (
        "1 other files of the folder (a.jpg is 500 × 500 pixels, its 2D of 1000 × 1000) are left out"
        in (recording.notes[-1])
    )
    photo(tmp_path / "a.jpg", (1000, 1000))
    assert read(tmp_path).frames[0].picture is not None


def test_photos_beside_json_of_another_kind_are_read(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "camera.json").write_text('{"fx": 1000}')
    for number in range(3):
        photo(folder / f"{number}.jpg")
    options = ReadOptions(detector_python=program(tmp_path, said([[seen(standing())]] * 3)))
    recording = read(folder, options)
    assert recording.what == "3 photos"
    assert "1 other files of the folder are left out, such as camera.json" in recording.notes
    (folder / "camera.json").write_text("no JSON")
    assert read(folder, options).what == "3 photos"
    for number in range(3):
        (folder / f"{number}.json").write_text('{"joints": []}')
    with pytest.raises(InputError, match="in: is none of: OpenPose JSON"):
        read(folder, options)


def test_names_that_are_times_give_numbers_and_rate(tmp_path: Path) -> None:
    for name in ("12-30-59_968", "12-31-00_001", "12-31-00_034", "12-31-00_101"):
        write_openpose(tmp_path / f"{name}.json", [seen(standing())])
    recording = read(tmp_path)
    assert [(frame.number, frame.missing) for frame in recording.frames] == [
        (0, False), (1, False), (2, False), (3, True), (4, False),
    ]  # fmt: skip
    assert recording.rate == 30
    assert "names such as 12-30-59_968 are read as times: 30 frames a second" in recording.notes


def test_followed_people_in_pictures_whose_names_are_times(tmp_path: Path) -> None:
    names = ["12-30-59_968.jpg", "12-31-00_001.jpg", "12-31-00_034.jpg", "12-31-00_068.jpg"]
    images = [{"id": n, "file_name": name, "width": 1000, "height": 1000} for n, name in enumerate(names)]
    points = seen(standing()).ravel().tolist()
    annotations = [{"image_id": n, "category_id": 1, "track_id": 4, "keypoints": points} for n in range(4)]
    (tmp_path / "a.json").write_text(json.dumps({"images": images, "annotations": annotations}))
    recording = read(tmp_path / "a.json")
    assert [frame.number for frame in recording.frames] == [0, 1, 2, 3]
    assert (recording.rate, recording.moving) == (30, True)


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
