"""Detectron2's Instances as JSON."""

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

FIELDS = {"pred_keypoints": [seen(standing()).tolist()], "scores": [0.9], "image_size": [720, 1280]}


def read(path: Path, content: Any) -> Recording:
    path.write_text(json.dumps(content))
    return read_input(path, ReadOptions(), path.parent)


@pytest.mark.parametrize(
    "content", [FIELDS, {"instances": FIELDS}, {"instances": {"fields": FIELDS}}, [FIELDS] * 2]
)
def test_dumps_of_instances(tmp_path: Path, content: Any) -> None:
    recording = read(tmp_path / "a.json", content)
    assert len(recording.frames) == (2 if isinstance(content, list) else 1)
    [found] = recording.frames[0].detections
    assert np.allclose(found.keypoints, seen(standing()))
    assert found.size == (1280, 720)  # the library has height first


def test_an_odd_person_costs_no_other(tmp_path: Path) -> None:
    content = {"pred_keypoints": [seen(standing()).tolist(), [[1, 2, 3]]]}
    recording = read(tmp_path / "a.json", content)
    assert len(recording.frames[0].detections) == 1
    assert "person 1 (has 1 joints)" in recording.notes[0]
    with pytest.raises(InputError, match="has 1 joints"):
        read(tmp_path / "a.json", {"pred_keypoints": [[[1, 2, 3]]]})
