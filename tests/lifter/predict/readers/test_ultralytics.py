"""Ultralytics' JSON of a pose model."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lifter.predict.inputs import read_input
from lifter.predict.readers.format import ReadOptions
from lifter.predict.recording import Recording
from synth.core.errors import InputError
from tests.lifter.predict.people import seen, standing


def person(scale: float = 1.0, **more: Any) -> dict[str, Any]:
    x, y, visible = seen(standing()).T
    keypoints = {"x": (x * scale).tolist(), "y": (y * scale).tolist(), "visible": visible.tolist()}
    return {"name": "person", "class": 0, "confidence": 0.9, "keypoints": keypoints, **more}


def read(path: Path, content: Any) -> Recording:
    path.write_text(json.dumps(content))
    return read_input(path, ReadOptions(), path.parent)


@pytest.mark.parametrize(
    ("content", "frames"),
    [([person()], 1), ([[person()], [], [person()]], 3), ([json.dumps([person()]), "[]"], 2)],
)
def test_pictures_and_videos(tmp_path: Path, content: Any, frames: int) -> None:
    recording = read(tmp_path / "a.json", content)
    assert len(recording.frames) == frames
    assert np.allclose(recording.frames[0].detections[0].keypoints, seen(standing()))


def test_tracks_joints_at_the_origin_and_no_confidences(tmp_path: Path) -> None:
    one = person(track_id=7)
    one["keypoints"]["x"][3] = one["keypoints"]["y"][3] = 0.0  # below 0.5, though with a confidence
    found = read(tmp_path / "a.json", [one]).frames[0].detections[0]
    assert found.name == "person 7"
    assert (found.keypoints[3] == 0).all()
    del one["keypoints"]["visible"]
    recording = read(tmp_path / "a.json", [one])
    assert recording.frames[0].detections[0].keypoints[:, 2].tolist() == [1, 1, 1, 0, *[1] * 13]


def test_what_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="shares of the picture"):
        read(tmp_path / "a.json", [person(0.001)])  # to_json(normalize=True)
    odd = person()
    odd["keypoints"]["x"] = [1.0]
    with pytest.raises(InputError, match="not as many x as y"):
        read(tmp_path / "a.json", [odd])
    recording = read(tmp_path / "a.json", [odd, person(), {}, {"name": "dog"}])
    assert len(recording.frames[0].detections) == 1
    assert "person 3 (has no 'keypoints')" in recording.notes[0]
