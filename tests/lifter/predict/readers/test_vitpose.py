"""easy_ViTPose's JSON: y before x, people by their track's number."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from lifter.predict.inputs import read_input
from lifter.predict.readers.format import ReadOptions
from synth.body.skeleton import COCO_17
from tests.lifter.predict.people import seen, standing


def test_y_stands_before_x(tmp_path: Path) -> None:
    points = [seen(standing(), place) for place in ((-1.0, 0.0, 4.0), (1.0, 0.0, 4.0))]
    people = {str(n): each[:, [1, 0, 2]].tolist() for n, each in enumerate(points, 1)}
    skeleton = {str(n): name for n, name in enumerate(COCO_17)}
    path = tmp_path / "clip_result.json"
    path.write_text(json.dumps({"keypoints": [people, {"2": people["2"]}, {}], "skeleton": skeleton}))
    recording = read_input(path, ReadOptions(), tmp_path)
    assert [[each.name for each in frame.detections] for frame in recording.frames] == [
        ["person 1", "person 2"], ["person 2"], [],
    ]  # fmt: skip
    for found, expected in zip(recording.frames[0].detections, points, strict=True):
        assert np.allclose(found.keypoints, expected)


def test_a_person_who_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    joints = seen(standing())[:, [1, 0, 2]].tolist()
    path = tmp_path / "clip_result.json"
    path.write_text(json.dumps({"keypoints": [{"1": joints, "2": "x"}], "skeleton": {}}))
    recording = read_input(path, ReadOptions(), tmp_path)
    assert len(recording.frames[0].detections) == 1
    assert recording.notes[0].startswith("left out: clip_result.json: frame 0, person 2")
