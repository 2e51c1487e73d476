"""OpenPose files: layouts by name, who is who, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lifter.predict.inputs import read_input
from lifter.predict.layouts import LAYOUTS
from lifter.predict.readers.format import ReadOptions
from lifter.predict.recording import Recording
from synth.core.errors import InputError
from tests.lifter.predict.people import openpose, seen, standing, write_openpose, written_as


def read(path: Path, layout: str | None = None) -> Recording:
    return read_input(path, ReadOptions(layout=layout), path.parent)


@pytest.mark.parametrize("layout", [name for name in LAYOUTS if name not in ("mpi15", "mpii16", "h36m17")])
def test_every_layout_gives_the_same_joints(tmp_path: Path, layout: str) -> None:
    points = seen(standing())
    recording = read(write_openpose(tmp_path / "a.json", [points], layout))
    assert np.allclose(recording.frames[0].detections[0].keypoints, points)
    assert layout in recording.notes[0]  # also BODY_25 and BODY_25B, which only the neck tells apart


def test_layouts_without_a_face(tmp_path: Path) -> None:
    points = seen(standing())
    for layout in ("mpi15", "mpii16"):
        recording = read(write_openpose(tmp_path / "a.json", [points], layout))
        found = recording.frames[0].detections[0].keypoints
        assert np.allclose(found[5:], points[5:])
        assert (found[:5] == 0).all()
        assert "12 of COCO's 17" in recording.notes[0]


def written(people: list[Any], **more: Any) -> str:
    return json.dumps({"version": 1.1, "people": people, **more})


def test_files_of_version_1_1_and_pairs(tmp_path: Path) -> None:
    points = written_as(seen(standing()), "coco18")
    (tmp_path / "a.json").write_text(written([{"pose_keypoints": points.ravel().tolist()}]))
    assert np.allclose(read(tmp_path / "a.json").frames[0].detections[0].keypoints, seen(standing()))
    (tmp_path / "a.json").write_text(written([{"pose_keypoints_2d": points[:, :2].ravel().tolist()}]))
    recording = read(tmp_path / "a.json")
    assert np.allclose(recording.frames[0].detections[0].keypoints[:, :2], seen(standing())[:, :2])
    assert "no confidences are given: every joint counts as seen, with 1" in recording.notes


def test_alphaposes_formats(tmp_path: Path) -> None:
    flat = written_as(seen(standing()), "coco18").ravel().tolist()
    frames = {
        "open": {
            f"{t}.jpg": {"version": "AlphaPose v0.3", "people": [{"pose_keypoints_2d": flat}]}
            for t in (2, 10)
        },
        "cmu": {f"{t}.jpg": {"version": "AlphaPose v0.3", "bodies": [{"joints": flat}]} for t in (2, 10)},
    }
    for content in frames.values():
        (tmp_path / "a.json").write_text(json.dumps(content))
        found = [frame for frame in read(tmp_path / "a.json").frames if frame.detections]
        assert [frame.label for frame in found] == ["2.jpg", "10.jpg"]
        assert np.allclose(found[1].detections[0].keypoints, seen(standing()))


@pytest.mark.parametrize("absent", [{}, None, {"pose_keypoints_2d": []}, {"pose_keypoints_2d": None}])
def test_absent_people_are_counted(tmp_path: Path, absent: Any) -> None:
    there = openpose([seen(standing())])["people"]
    (tmp_path / "a.json").write_text(written([absent, *there]))
    recording = read(tmp_path / "a.json")
    assert len(recording.frames[0].detections) == 1
    assert recording.dropped["people without a joint"] == 1


def test_null_joints_and_words_for_what_is_not_a_number(tmp_path: Path) -> None:
    flat = seen(standing()).ravel().tolist()
    text = written([{"pose_keypoints_2d": [None, None, 0, *flat[3:6], "N", *flat[7:]]}])
    (tmp_path / "a.json").write_text(text.replace('"N"', "-nan(ind)"))
    found = read(tmp_path / "a.json").frames[0].detections[0].keypoints
    assert (found[[0, 2]] == 0).all()
    assert np.allclose(found[3:], seen(standing())[3:])


def test_files_that_are_no_frames_are_left_out_and_said(tmp_path: Path) -> None:
    for number in (1, 2, 3):
        write_openpose(tmp_path / f"f_{number}.json", [seen(standing())])
    (tmp_path / "info.json").write_text('{"fps": 25}')
    (tmp_path / "f_4.json").write_text('{"people": [{"pose_key')
    recording = read(tmp_path)
    assert len(recording.frames) == 3
    assert recording.notes[0] == "left out: f_4.json (is not valid JSON), info.json (has no people)"
    (tmp_path / "none").mkdir()
    (tmp_path / "none" / "info.json").write_text('{"fps": 25}')
    with pytest.raises(InputError, match="is none of: OpenPose JSON"):
        read(tmp_path / "none")


def test_two_videos_in_a_folder_are_refused(tmp_path: Path) -> None:
    for name in ("camA_0", "camA_1", "camB_0", "camB_1"):
        write_openpose(tmp_path / f"{name}.json", [seen(standing())])
    with pytest.raises(InputError, match=r"2 videos: camA_\*, camB_\*; give a folder for each"):
        read(tmp_path)


def test_a_chosen_layout_wins(tmp_path: Path) -> None:
    path = write_openpose(tmp_path / "a.json", [seen(standing())], "body25b")
    recording = read(path, layout="body25")
    assert "as asked" in recording.notes[0]
    with pytest.raises(InputError, match="25 joints where coco18 has 18"):
        read(path, layout="coco18")


def test_frames_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    for number in (10, 9, 100, 1):
        write_openpose(tmp_path / f"walk_{number}_keypoints.json", [seen(standing())])
    labels = [frame.label.split("_")[1] for frame in read(tmp_path).frames if not frame.missing]
    assert labels == ["1", "9", "10", "100"]


def test_numbers_of_openposes_own_are_frame_numbers(tmp_path: Path) -> None:
    for number in (3, 4, 7):
        write_openpose(tmp_path / f"walk_{number:012d}_keypoints.json", [seen(standing())])
    recording = read(tmp_path)
    assert [frame.number for frame in recording.frames if not frame.missing] == [3, 4, 7]
    assert any("2 of the 5 frame numbers from 3 to 7 are missing" in note for note in recording.notes)


def test_identities_of_the_file_are_kept(tmp_path: Path) -> None:
    content = openpose([seen(standing()), seen(standing(), (1, 0, 3))])
    for number, person in enumerate(content["people"]):
        person["person_id"] = [7 - number]
    (tmp_path / "a.json").write_text(json.dumps(content))
    names = [each.name for each in read(tmp_path / "a.json").frames[0].detections]
    assert names == ["person 7", "person 6"]


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ('{"people": [{"pose_keypoints_2d": [1, 2, 3]}]}', "3 values, which fit no known layout"),
        ('{"people": [{"pose_keypoints_2d": 5}]}', "has no 'pose_keypoints_2d'"),
        ('{"people": [{"hand_left_keypoints_2d": []}]}', "has no 'pose_keypoints_2d'"),
        ('{"people": 3}', "has no list 'people'"),
        ('{"people": [{"pose_keypoints_2d": [' + ",".join(["0.5"] * 75) + "]}]}", "shares of the picture"),
        ('{"people": [{"pose_keypoints_2d": [' + ",".join(["true"] * 75) + "]}]}", "not a number"),
        ('{"people": [{"pose_keypoints_2d": [' + ",".join(["1" + "0" * 400] * 75) + "]}]}", "not a number"),
        ('{"people": [{"pose_keypoi', "not valid JSON"),
        ('{"poses": []}', "is none of: OpenPose JSON, COCO JSON"),
        ('{"format": "posemill poses 1", "rows": []}', "is none of: OpenPose JSON, COCO JSON"),
        ("[[1, 2]]", "is none of: OpenPose JSON, COCO JSON"),
        ("", "not valid JSON"),
    ],
)
def test_other_files_are_refused(tmp_path: Path, content: str, what: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(content)
    with pytest.raises(InputError, match=what) as refusal:
        read_input(path, ReadOptions(), tmp_path)
    assert str(path) in str(refusal.value)


def test_people_of_different_models_are_each_read(tmp_path: Path) -> None:
    write_openpose(tmp_path / "a.json", [seen(standing())])
    write_openpose(tmp_path / "b.json", [seen(standing())], "coco18")
    for frame in read(tmp_path).frames:
        assert np.allclose(frame.detections[0].keypoints, seen(standing()))


def test_what_predict_wrote_is_read_from_its_arrays(tmp_path: Path) -> None:
    path = tmp_path / "poses.json"
    path.write_text(json.dumps({"format": "posemill poses 1", "people": ["person 1"]}))
    with pytest.raises(InputError, match=r"is what predict wrote; give poses\.npz"):
        read_input(path, ReadOptions(), tmp_path)
