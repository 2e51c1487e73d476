"""MMPose's JSON, of its inferencer and of its demos."""

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
from tests.lifter.predict.people import seen, standing, written_as

WHERE = [(-1.0, 0.0, 4.0), (1.0, 0.0, 4.0)]


def instance(place: tuple[float, float, float], layout: str = "coco17", **more: Any) -> dict[str, Any]:
    points = written_as(seen(standing(), place), layout)
    return {
        "keypoints": points[:, :2].tolist(),
        "keypoint_scores": points[:, 2].tolist(),
        "bbox": [[0, 0, 9, 9]],
        **more,
    }


def frames(count: int = 3) -> list[dict[str, Any]]:
    return [{"frame_id": t + 1, "instances": [instance(place) for place in WHERE]} for t in range(count)]


def read(path: Path, content: Any) -> Recording:
    path.write_text(json.dumps(content))
    return read_input(path, ReadOptions(), path.parent)


@pytest.mark.parametrize(
    "content", [frames(), {"meta_info": {"dataset_name": "coco"}, "instance_info": frames()},
                [each["instances"] for each in frames()]],
)  # fmt: skip
def test_videos(tmp_path: Path, content: Any) -> None:
    recording = read(tmp_path / "a.json", content)
    assert len(recording.frames) == 3
    for frame in recording.frames:
        for found, place in zip(frame.detections, WHERE, strict=True):
            assert np.allclose(found.keypoints, seen(standing(), place))


def test_a_folder_of_the_inferencers_pictures(tmp_path: Path) -> None:
    for number in (9, 11):
        (tmp_path / f"{number}.json").write_text(json.dumps([instance(WHERE[0])]))
    (tmp_path / "10.json").write_text("[]")  # nobody
    recording = read_input(tmp_path, ReadOptions(), tmp_path)
    assert [len(frame.detections) for frame in recording.frames] == [1, 0, 1]
    assert not any(frame.missing for frame in recording.frames)


def test_names_of_joints_in_its_facts(tmp_path: Path) -> None:
    names = list(reversed(COCO_17))
    one = instance(WHERE[0])
    for key in ("keypoints", "keypoint_scores"):
        one[key] = one[key][::-1]
    by_number = {str(n): name for n, name in enumerate(names)}
    content = {
        "meta_info": {"keypoint_id2name": by_number},
        "instance_info": [{"frame_id": 0, "instances": [one]}],
    }
    found = read(tmp_path / "a.json", content).frames[0].detections[0]
    assert np.allclose(found.keypoints, seen(standing(), WHERE[0]))


def test_wholebody_tracks_and_odd_instances(tmp_path: Path) -> None:
    content = frames(1)
    content[0]["instances"] = [instance(WHERE[0], "wholebody133", track_id=4), {}, {"bbox": [1]}]
    recording = read(tmp_path / "a.json", content)
    assert [each.name for each in recording.frames[0].detections] == ["person 4"]
    assert recording.dropped["people without a joint"] == 1
    assert "instance 2 (has no 'keypoints')" in recording.notes[0]
    content[0]["instances"] = [{"bbox": [1], "keypoint_scores": []}]
    with pytest.raises(InputError, match="has no 'keypoints'"):
        read(tmp_path / "a.json", content)
