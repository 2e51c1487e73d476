"""COCO's annotations and results, and arrays in the benchmarks' layout."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lifter.predict.inputs import Reading, read_input
from lifter.predict.recording import Recording
from synth.body.skeleton import COCO_17
from synth.core.errors import InputError
from tests.lifter.predict.people import K, seen, standing


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
    return read_input(path, Reading(), tmp_path)


def test_annotations_have_flags_and_sizes(tmp_path: Path) -> None:
    flags = [2] * 10 + [1] * 3 + [0] * 4
    recording = read(tmp_path, annotations(flags))
    assert [(frame.label, frame.size) for frame in recording.frames] == [
        ("a.jpg", (640, 480)),
        ("b.jpg", (100, 200)),
    ]
    found = recording.frames[0].figures[0].keypoints
    assert found[:, 2].tolist() == [1.0] * 10 + [0.5] * 3 + [0.0] * 4
    assert np.allclose(found[:13, :2], seen(standing())[:13, :2])
    assert recording.frames[1].figures == []


def test_joints_are_taken_by_their_names(tmp_path: Path) -> None:
    found = read(tmp_path, annotations(names=list(COCO_17[::-1]))).frames[0].figures[0].keypoints
    assert np.allclose(found, seen(standing()))
    with pytest.raises(InputError, match="'left_foot' is none of COCO's 17 joints"):
        read(tmp_path, annotations() | {"categories": [{"id": 1, "keypoints": [*COCO_17[:16], "left_foot"]}]})


def test_results_have_confidence(tmp_path: Path) -> None:
    flat = seen(standing()).ravel().tolist()
    recording = read(tmp_path, [{"image_id": 3, "category_id": 1, "keypoints": flat, "score": 0.4}] * 2)
    assert len(recording.frames) == 1
    assert np.allclose(recording.frames[0].figures[1].keypoints, seen(standing()))


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ({"annotations": []}, "has no list 'images'"),
        ({"images": [], "annotations": [{"image_id": 1, "bbox": [1, 2, 3, 4]}]}, "has no keypoints"),
        ({"images": [], "annotations": [{"image_id": 1, "keypoints": [1, 2]}]}, "2 values, not 51"),
        ({"images": [], "annotations": [{"image_id": [], "keypoints": [0] * 51}]}, "an id is list"),
        ({"images": [4], "annotations": []}, r"images\[0\] is no object"),
    ],
)
def test_what_is_no_coco_is_refused(tmp_path: Path, content: Any, what: str) -> None:
    with pytest.raises(InputError, match=what):
        read(tmp_path, content)


def arrays(path: Path, **changes: Any) -> Path:
    content: dict[str, Any] = {
        "keypoints_2d": np.stack([seen(standing())] * 4).astype(np.float32),
        "intrinsics": np.tile(K, (4, 1, 1)), "image_size": np.full((4, 2), 1000, np.int32),
        "group": np.array(["cam1", "cam2"] * 2), "frame": np.array([3, 3, 4, 4]),
    }  # fmt: skip
    np.savez(path, **{key: value for key, value in (content | changes).items() if value is not None})
    return path


def test_arrays(tmp_path: Path) -> None:
    recording = read_input(arrays(tmp_path / "a.npz"), Reading(), tmp_path)
    assert [frame.label for frame in recording.frames] == ["frame 3", "frame 4"]
    figure = recording.frames[1].figures[1]
    assert (figure.name, figure.size) == ("cam2", (1000, 1000))
    assert figure.intrinsics is not None
    assert np.array_equal(figure.intrinsics, K)
    plain = read_input(
        arrays(tmp_path / "b.npz", group=None, frame=None, intrinsics=None), Reading(), tmp_path
    )
    assert len(plain.frames) == 4
    assert plain.frames[0].figures[0].name is None


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"keypoints_2d": None}, "has no keypoints_2d"),
        ({"keypoints_2d": np.zeros((4, 14, 3))}, r"keypoints_2d is float64 \(4, 14, 3\)"),
        ({"keypoints_2d": np.array(5.0)}, "keypoints_2d is"),
        ({"keypoints_2d": np.array([object()])}, "pickled objects, which are never loaded"),
        ({"intrinsics": np.zeros((2, 3, 3))}, "intrinsics is"),
        ({"group": np.zeros((4, 2))}, "group is"),
        ({"joint_names": np.array(COCO_17[::-1])}, "not COCO's 17"),
    ],
)
def test_wrong_arrays_are_refused(tmp_path: Path, changes: dict[str, Any], what: str) -> None:
    with pytest.raises(InputError, match=what):
        read_input(arrays(tmp_path / "a.npz", **changes), Reading(), tmp_path)


def test_a_cut_archive_is_refused(tmp_path: Path) -> None:
    path = arrays(tmp_path / "a.npz")
    path.write_bytes(path.read_bytes()[:-300])
    with pytest.raises(InputError, match="damaged"):
        read_input(path, Reading(), tmp_path)
