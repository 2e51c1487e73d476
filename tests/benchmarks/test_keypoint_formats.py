"""The writers of 2D files write what tools write."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks.keypoint_files import known
from benchmarks.keypoint_formats import KINDS, written_as
from lifter.predict.layouts import LAYOUTS
from synth.body.skeleton import COCO_17


@pytest.mark.parametrize("layout", LAYOUTS)
def test_joints_of_a_layout(layout: str) -> None:
    points = known(1).frames[0][1][0].points
    rows = dict(zip(LAYOUTS[layout], written_as(points, layout), strict=True))
    for name in set(rows) & set(COCO_17):
        assert np.array_equal(rows[name], points[COCO_17.index(name)])
    if "neck" in rows:
        assert np.allclose(rows["neck"], points[5:7].mean(0))


def test_files_are_named_and_filled_as_by_their_tools(tmp_path: Path) -> None:
    shot = known(2)
    folder = KINDS["OpenPose body25"].write(shot, tmp_path)
    names = sorted(path.name for path in folder.iterdir())
    assert names == ["clip_000000000000_keypoints.json", "clip_000000000001_keypoints.json"]
    people = json.loads((folder / names[0]).read_text())["people"]
    assert [len(person["pose_keypoints_2d"]) for person in people] == [75, 75]
    results = json.loads(KINDS["AlphaPose list"].write(shot, tmp_path).read_text())
    assert [(each["image_id"], len(each["keypoints"])) for each in results] == [
        ("0.jpg", 51), ("0.jpg", 51), ("1.jpg", 51), ("1.jpg", 51),
    ]  # fmt: skip
