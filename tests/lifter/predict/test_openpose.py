"""OpenPose files: layouts by name, who is who, and what is refused."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from lifter.predict.inputs import Reading, read_input
from lifter.predict.openpose import LAYOUTS, in_order, read_openpose
from lifter.predict.recording import cleaned
from synth.body.skeleton import COCO_17
from synth.core.errors import InputError
from tests.lifter.predict.people import openpose, seen, standing, write_openpose


@pytest.mark.parametrize("layout", list(LAYOUTS))
def test_every_layout_gives_the_same_joints(tmp_path: Path, layout: str) -> None:
    points = seen(standing())
    recording = read_openpose([write_openpose(tmp_path / "a.json", [points], layout)], None, "JSON")
    assert np.allclose(recording.frames[0].figures[0].keypoints, points)
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
    recording = read_openpose([path], "body25", "JSON")
    assert "as asked" in recording.notes[0]
    with pytest.raises(InputError, match="25 joints where coco18 has 18"):
        read_openpose([path], "coco18", "JSON")


def test_frames_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    for number in (10, 9, 100, 1):
        write_openpose(tmp_path / f"walk_{number}_keypoints.json", [seen(standing())])
    assert [path.name.split("_")[1] for path in in_order(tmp_path)] == ["1", "9", "10", "100"]
    assert len(read_input(tmp_path, Reading(), tmp_path).frames) == 4


def test_identities_are_kept_where_they_are_told(tmp_path: Path) -> None:
    content = openpose([seen(standing()), seen(standing(), (1, 0, 3))])
    for number, person in enumerate(content["people"]):
        person["person_id"] = [7 - number]
    (tmp_path / "a.json").write_text(json.dumps(content))
    names = [figure.name for figure in read_openpose([tmp_path / "a.json"], None, "JSON").frames[0].figures]
    assert names == ["person 7", "person 6"]


def test_what_means_nothing_is_not_detected_and_counted() -> None:
    points = seen(standing())
    points[0, 0], points[1, 2], points[2, 0], points[3, 2], points[4, 2] = np.nan, np.inf, 1e9, -1, 7
    dropped: Counter[str] = Counter()
    kept = cleaned(points, dropped)
    assert (kept[:4] == 0).all()
    assert kept[4, 2] == 1
    assert np.array_equal(kept[5:], points[5:])
    assert dropped["joints that are not finite"] == 2
    assert dropped["joints far outside any picture"] == 1


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ('{"people": [{"pose_keypoints_2d": [1, 2, 3]}]}', "has 1 joints"),
        ('{"people": [{"pose_keypoints_2d": 5}]}', "has no 'pose_keypoints_2d'"),
        ('{"people": [{"hand_left_keypoints_2d": []}]}', "has no 'pose_keypoints_2d'"),
        ('{"people": 3}', "has no list 'people'"),
        ('{"people": [{"pose_keypoints_2d": [' + ",".join(["0.5"] * 75) + "]}]}", "shares of the picture"),
        ('{"people": [{"pose_keypoints_2d": [' + ",".join(["true"] * 75) + "]}]}", "no number"),
        ('{"people": [{"pose_keypoints_2d": [' + ",".join(["1" + "0" * 400] * 75) + "]}]}", "no number"),
        ('{"people": [{"pose_keypoi', "not valid JSON"),
        ('{"poses": []}', "neither OpenPose's nor COCO's"),
        ('{"format": "posemill poses 1", "rows": []}', "neither OpenPose's nor COCO's"),
        ("[[1, 2]]", "neither OpenPose's nor COCO's"),
        ("", "not valid JSON"),
    ],
)
def test_what_is_no_openpose_is_refused(tmp_path: Path, content: str, what: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(content)
    with pytest.raises(InputError, match=what) as refusal:
        read_input(path, Reading(), tmp_path)
    assert str(path) in str(refusal.value)


def test_files_of_different_models_are_refused(tmp_path: Path) -> None:
    write_openpose(tmp_path / "a.json", [seen(standing())])
    write_openpose(tmp_path / "b.json", [seen(standing())], "coco18")
    with pytest.raises(InputError, match="18 and 25 joints"):
        read_input(tmp_path, Reading(), tmp_path)


def test_folders_and_paths_that_are_nothing(tmp_path: Path) -> None:
    for path, what in (
        (tmp_path, "holds no JSON"),
        (tmp_path / "x.json", "missing"),
        (tmp_path / "a.docx", "missing"),
    ):
        with pytest.raises(InputError, match=what):
            read_input(path, Reading(), tmp_path)
    (tmp_path / "a.docx").write_text("x")
    with pytest.raises(InputError, match="no known kind"):
        read_input(tmp_path / "a.docx", Reading(), tmp_path)
