"""COCO's annotations and results: flags, sizes, names, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lifter.predict.inputs import read_input
from lifter.predict.readers.format import ReadOptions
from lifter.predict.recording import Recording
from synth.body.skeleton import COCO_17
from synth.core.errors import InputError
from tests.lifter.predict.people import seen, standing


def annotations(flags: list[int] | None = None, names: list[str] | None = None) -> dict[str, Any]:
    points = seen(standing())
    if flags is not None:
        points[:, 2] = flags
    order = names or list(COCO_17)
    return {
        "images": [
            {"id": 5, "width": 640, "height": 480, "file_name": "a.jpg"},
            {"id": 6, "width": 100, "height": 200, "file_name": "b.jpg"},
        ],
        "annotations": [
            {
                "id": 1, "image_id": 5, "category_id": 1,
                "keypoints": points[[COCO_17.index(name) for name in order]].ravel().tolist(),
            }
        ],
        "categories": [{"id": 1, "name": "person", "keypoints": order}],
    }  # fmt: skip


def read(tmp_path: Path, content: Any) -> Recording:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(content))
    return read_input(path, ReadOptions(), tmp_path)


def test_annotations_have_flags_and_sizes(tmp_path: Path) -> None:
    flags = [2] * 10 + [1] * 3 + [0] * 4
    recording = read(tmp_path, annotations(flags))
    assert [(frame.label, frame.size) for frame in recording.frames] == [
        ("a.jpg", (640, 480)),
        ("b.jpg", (100, 200)),
    ]
    found = recording.frames[0].detections[0].keypoints
    assert found[:, 2].tolist() == [1.0] * 10 + [0.5] * 3 + [0.0] * 4
    assert np.allclose(found[:13, :2], seen(standing())[:13, :2])
    assert recording.frames[1].detections == []


def test_joints_are_taken_by_their_names(tmp_path: Path) -> None:
    found = read(tmp_path, annotations(names=list(COCO_17[::-1]))).frames[0].detections[0].keypoints
    assert np.allclose(found, seen(standing()))
    with pytest.raises(InputError, match="'left_foot' is none of COCO's 17 joints"):
        read(tmp_path, annotations() | {"categories": [{"id": 1, "keypoints": [*COCO_17[:16], "left_foot"]}]})


def test_results_have_confidence(tmp_path: Path) -> None:
    flat = seen(standing()).ravel().tolist()
    recording = read(tmp_path, [{"image_id": 3, "category_id": 1, "keypoints": flat, "score": 0.4}] * 2)
    assert len(recording.frames) == 1
    assert np.allclose(recording.frames[0].detections[1].keypoints, seen(standing()))


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ({"annotations": []}, "has no list 'images'"),
        ({"images": [], "annotations": [{"image_id": 1, "bbox": [1, 2, 3, 4]}]}, "has no keypoints"),
        ({"images": [], "annotations": [{"image_id": 1, "keypoints": [1, 2]}]}, "2 values, not 51"),
        ({"images": [], "annotations": [{"image_id": [], "keypoints": [0] * 51}]}, "an id is list"),
        ({"images": [4], "annotations": []}, r"images\[0\] is not an object"),
    ],
)
def test_other_files_are_refused(tmp_path: Path, content: Any, what: str) -> None:
    with pytest.raises(InputError, match=what):
        read(tmp_path, content)
