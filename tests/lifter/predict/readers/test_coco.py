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
from lifter.predict.tracks import rows_of
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
    dog = {"id": 1, "keypoints": ["nose", *(f"tail {n}" for n in range(16))]}
    with pytest.raises(InputError, match="names only 1 of COCO's 17 joints"):
        read(tmp_path, annotations() | {"categories": [dog]})


def test_joints_that_are_not_cocos_are_left_out_and_said(tmp_path: Path) -> None:
    content = annotations()
    content["categories"][0]["keypoints"] = [*COCO_17, "neck"]
    content["annotations"][0]["keypoints"] += [5.0, 5.0, 0.9]
    recording = read(tmp_path, content)
    assert np.allclose(recording.frames[0].detections[0].keypoints, seen(standing()))
    assert "1 joints that are not COCO's are left out: neck" in recording.notes


@pytest.mark.parametrize(("image", "own"), [("5", 5), (5, "5"), (5.0, 5), ("0005", 5)])
def test_ids_match_as_text_numbers_and_floats(tmp_path: Path, image: Any, own: Any) -> None:
    content = annotations()
    content["images"][0] |= {"id": image, "width": 640.0, "height": "480"}
    content["annotations"][0]["image_id"] = own
    frame = read(tmp_path, content).frames[0]
    assert (frame.size, len(frame.detections)) == ((640, 480), 1)


def test_an_annotation_of_no_image_is_left_out_or_refused(tmp_path: Path) -> None:
    content = annotations()
    content["annotations"].append(content["annotations"][0] | {"image_id": 99})
    recording = read(tmp_path, content)
    assert "annotation 1 (belongs to image 99, which is not among the images)" in recording.notes[0]
    content["annotations"] = content["annotations"][1:]
    with pytest.raises(InputError, match="annotation 0: belongs to image 99, which is not among the images"):
        read(tmp_path, content)


def results(image: str, track: str | None, step: int = 1) -> list[dict[str, Any]]:
    """Two people in 6 pictures, in changing order."""
    found = []
    for t in range(0, 6 * step, step):
        people = [
            (1, seen(standing(), (-1 + 0.02 * t, 0, 4.0))),
            (2, seen(standing(), (1 - 0.02 * t, 0, 4.0))),
        ]
        for number, points in people[:: 1 if t % 2 else -1]:
            one: dict[str, Any] = {"image_id": image.format(t), "keypoints": points.ravel().tolist()}
            if image == "{}":
                one["image_id"] = t
            found.append(one | ({} if track is None else {track: number}))
    return found


@pytest.mark.parametrize("image", ["{}", "{}.jpg", "clip_{:06d}.png"])
@pytest.mark.parametrize("track", ["idx", "track_id", None])
def test_people_in_a_videos_results_are_followed(tmp_path: Path, image: str, track: str | None) -> None:
    recording = read(tmp_path, results(image, track))
    assert recording.moving
    rows = rows_of(recording)
    for person in (0, 1):
        x = rows.keypoints[rows.person == person, 0, 0]
        assert len(x) == 6
        assert np.abs(np.diff(x)).max() < 10
    assert rows.frame.tolist() == list(range(6)) * 2


def test_pictures_without_a_videos_numbers_are_single_ones(tmp_path: Path) -> None:
    content = results("{}", None)
    for one in content:
        one["image_id"] = [139, 285, 632, 724, 776, 785][one["image_id"]]
    assert not read(tmp_path, content).moving
    assert not read(tmp_path, annotations()).moving


def test_frames_that_results_skip_are_gaps(tmp_path: Path) -> None:
    content = [one for one in results("{}.jpg", "idx") if one["image_id"] not in ("2.jpg", "3.jpg")]
    recording = read(tmp_path, content)
    assert [frame.missing for frame in recording.frames] == [False, False, True, True, False, False]


def test_people_followed_through_several_videos_are_refused(tmp_path: Path) -> None:
    content = results("a/{:03d}.jpg", "idx") + results("b/{:03d}.jpg", "idx")
    with pytest.raises(InputError, match=r"frames of several videos: a/\*.jpg, b/\*.jpg"):
        read(tmp_path, content)


def test_one_odd_annotation_costs_nothing_else(tmp_path: Path) -> None:
    content = annotations()
    content["annotations"] += [5, {"image_id": 5, "keypoints": [1, 2]}, {"image_id": 5, "bbox": [1, 2, 3, 4]}]
    recording = read(tmp_path, content)
    assert len(recording.frames[0].detections) == 1
    assert "annotation 1 (is not an object), a.json: annotation 2" in recording.notes[0]


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
        (
            {"images": [], "annotations": [{"image_id": 1, "keypoints": [1, 2]}]},
            "2 values, which fit no known layout",
        ),
        ({"images": [], "annotations": [{"image_id": [], "keypoints": [0] * 51}]}, "an id is list"),
        ({"images": [4], "annotations": []}, r"images\[0\] is not an object"),
    ],
)
def test_other_files_are_refused(tmp_path: Path, content: Any, what: str) -> None:
    with pytest.raises(InputError, match=what):
        read(tmp_path, content)


def test_tracks_among_the_attributes(tmp_path: Path) -> None:
    """As CVAT writes them."""
    content = annotations()
    content["annotations"][0]["attributes"] = {"track_id": 7, "occluded": False}
    assert read(tmp_path, content).frames[0].detections[0].name == "person 7"


def test_joints_behind_those_that_a_category_names(tmp_path: Path) -> None:
    """COCO-WholeBody's categories name 17 joints of 133."""
    content = annotations()
    content["annotations"][0]["keypoints"] += [1.0, 2.0, 0.5] * 116
    found = read(tmp_path, content).frames[0].detections[0]
    assert np.allclose(found.keypoints, seen(standing()))
    content["annotations"][0]["keypoints"] += [1.0, 2.0, 0.5]
    with pytest.raises(InputError, match="402 values, not 51"):
        read(tmp_path, content)


def test_images_that_annotations_name_by_their_file(tmp_path: Path) -> None:
    content = annotations()
    content["annotations"][0]["image_id"] = "b.jpg"
    frames = read(tmp_path, content).frames
    assert [len(frame.detections) for frame in frames] == [0, 1]
