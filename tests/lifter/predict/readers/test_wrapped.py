"""Frames that programs wrap in one file: by the picture's name, in a list, under 'frames', a line each."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lifter.predict.inputs import read_input
from lifter.predict.readers.format import ReadOptions
from lifter.predict.readers.wrapped import wrapped
from lifter.predict.recording import Recording
from lifter.predict.tracks import rows_of
from tests.lifter.predict.people import seen, standing, written_as

WHERE = [(-1.0, 0.0, 4.0), (1.0, 0.0, 4.0)]


def read(path: Path, text: str) -> Recording:
    path.write_text(text)
    return read_input(path, ReadOptions(), path.parent)


def people(layout: str = "coco17") -> list[list[float]]:
    return [written_as(seen(standing(), place), layout).ravel().tolist() for place in WHERE]


def openpose() -> dict[str, Any]:
    each = [{"pose_keypoints_2d": flat} for flat in people("body25")]
    return {"people": each, "canvas_width": 1000, "canvas_height": 800}


def ultralytics() -> list[Any]:
    columns = [np.reshape(flat, (17, 3)).T.tolist() for flat in people()]
    return [{"keypoints": dict(zip(("x", "y", "visible"), each, strict=True))} for each in columns]


def expect(recording: Recording, frames: int) -> None:
    assert len(recording.frames) == frames
    for frame in recording.frames:
        for found, place in zip(frame.detections, WHERE, strict=True):
            assert np.allclose(found.keypoints, seen(standing(), place))


def test_what_alphaposes_tracker_writes(tmp_path: Path) -> None:
    listed = [{"keypoints": flat, "scores": 2.9, "idx": n} for n, flat in enumerate(people(), 1)]
    content = {f"{t}.jpg": listed[:: 1 if t % 2 else -1] for t in (9, 10, 12)}
    recording = read(tmp_path / "alphapose-results-forvis-tracked.json", json.dumps(content))
    assert [frame.missing for frame in recording.frames] == [False, False, True, False]
    rows = rows_of(recording)
    assert rows.names == ("person 2", "person 1") or rows.names == ("person 1", "person 2")
    left = rows.person == rows.names.index("person 1")
    assert (rows.keypoints[left, 0, 0] < 500).all()
    assert (rows.keypoints[~left, 0, 0] > 500).all()


@pytest.mark.parametrize("frame", [openpose, ultralytics])
def test_frames_in_a_list_by_name_and_in_lines(tmp_path: Path, frame: Any) -> None:
    each = frame()
    path = tmp_path / "a.json"
    expect(read(path, json.dumps([each] * 3)), 3)
    expect(read(path, json.dumps({"frames": [each] * 3})), 3)
    expect(read(path, json.dumps({f"f_{t}.png": each for t in range(3)})), 3)
    expect(read(path, "\n".join([json.dumps(each)] * 3)), 3)
    expect(read(tmp_path / "a.jsonl", "\n".join([json.dumps(each)] * 3)), 3)


def test_the_size_of_openposes_canvas(tmp_path: Path) -> None:
    assert read(tmp_path / "a.json", json.dumps([openpose()] * 2)).frames[0].size == (1000, 800)


def test_frames_go_by_their_own_numbers() -> None:
    def is_frame(content: Any) -> bool:
        return isinstance(content, dict) and "people" in content

    found = wrapped([{"people": [], "frame": 7}, {"people": [], "frame": 9}], is_frame)
    assert found is not None
    assert [number for _, number, _ in found.frames] == [7, 9]
    again = wrapped([{"people": [], "frame": 7}, {"people": []}], is_frame)
    assert again is not None
    assert [number for _, number, _ in again.frames] == [0, 1]


@pytest.mark.parametrize(
    "content", [{"people": []}, [], {}, [[], []], {"a": {"people": []}, "b": 1}, 3, None]
)
def test_what_is_not_wrapped(content: Any) -> None:
    assert wrapped(content, lambda each: isinstance(each, dict) and "people" in each) is None


def test_pairs_with_scores_in_a_list(tmp_path: Path) -> None:
    """As Hugging Face gives ViTPose's people: the confidences are called `scores`."""
    sure = np.linspace(0.5, 0.9, 17)
    person = {"keypoints": seen(standing(), WHERE[0])[:, :2].tolist(), "scores": sure.tolist()}
    recording = read(tmp_path / "a.json", json.dumps([[person]] * 2))
    assert np.allclose(recording.frames[1].detections[0].keypoints[:, 2], sure)


def test_detectron2s_instances_are_not_mmposes(tmp_path: Path) -> None:
    frame = {"instances": {"pred_keypoints": [np.reshape(flat, (17, 3)).tolist() for flat in people()]}}
    expect(read(tmp_path / "a.json", json.dumps([frame] * 2)), 2)
