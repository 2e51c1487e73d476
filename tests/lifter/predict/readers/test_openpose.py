"""OpenPose files: layouts by name, who is who, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from lifter.predict.inputs import read_input
from lifter.predict.layouts import LAYOUTS
from lifter.predict.readers.format import ReadOptions
from lifter.predict.recording import Recording
from synth.body.skeleton import COCO_17
from synth.core.errors import InputError
from tests.lifter.predict.people import openpose, seen, standing, write_openpose


def read(path: Path, layout: str | None = None) -> Recording:
    return read_input(path, ReadOptions(layout=layout), path.parent)


@pytest.mark.parametrize("layout", list(LAYOUTS))
def test_every_layout_gives_the_same_joints(tmp_path: Path, layout: str) -> None:
    points = seen(standing())
    recording = read(write_openpose(tmp_path / "a.json", [points], layout))
    assert np.allclose(recording.frames[0].detections[0].keypoints, points)
    assert layout in recording.notes[0]  # also BODY_25 and BODY_25B, which only the neck tells apart


def test_the_order_is_openposes() -> None:
    # as in OpenPose's documentation of its output
    body25, body25b, coco = (LAYOUTS[name] for name in ("body25", "body25b", "coco18"))
    assert [body25.index(name) for name in ("nose", "neck", "right_wrist", "left_wrist", "mid_hip")] == [
        0,
        1,
        4,
        7,
        8,
    ]
    assert [body25.index(name) for name in ("right_ankle", "left_ankle", "right_eye", "left_ear")] == [
        11,
        14,
        15,
        18,
    ]
    assert body25b[:17] == COCO_17
    assert body25b[17:19] == ("upper_neck", "head_top")
    assert [coco.index(name) for name in ("right_shoulder", "left_hip", "right_eye", "left_ear")] == [
        2,
        11,
        14,
        17,
    ]
    assert [len(names) for names in LAYOUTS.values()] == [25, 25, 18, 17]


def test_a_chosen_layout_wins(tmp_path: Path) -> None:
    path = write_openpose(tmp_path / "a.json", [seen(standing())], "body25b")
    recording = read(path, layout="body25")
    assert "as asked" in recording.notes[0]
    with pytest.raises(InputError, match="25 joints where coco18 has 18"):
        read(path, layout="coco18")


def test_frames_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    for number in (10, 9, 100, 1):
        write_openpose(tmp_path / f"walk_{number}_keypoints.json", [seen(standing())])
    labels = [frame.label.split("_")[1] for frame in read(tmp_path).frames]
    assert labels == ["1", "9", "10", "100"]


def test_numbers_of_openposes_own_are_frame_numbers(tmp_path: Path) -> None:
    for number in (3, 4, 7):
        write_openpose(tmp_path / f"walk_{number:012d}_keypoints.json", [seen(standing())])
    recording = read(tmp_path)
    assert [frame.number for frame in recording.frames] == [3, 4, 7]
    assert any("2 frame numbers between 3 and 7 are missing" in note for note in recording.notes)


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
        ('{"people": [{"pose_keypoints_2d": [1, 2, 3]}]}', "has 1 joints"),
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


def test_files_of_different_models_are_refused(tmp_path: Path) -> None:
    write_openpose(tmp_path / "a.json", [seen(standing())])
    write_openpose(tmp_path / "b.json", [seen(standing())], "coco18")
    with pytest.raises(InputError, match="18 and 25 joints"):
        read_input(tmp_path, ReadOptions(), tmp_path)
