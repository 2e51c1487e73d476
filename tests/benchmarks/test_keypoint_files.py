"""The keypoint fuzzer notices what it has to, and counts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks import keypoint_files
from benchmarks.keypoint_files import Outcome, run, table, tried
from lifter.models.lifter import load_lifter
from synth.body.skeleton import COCO_17


def test_it_notices_other_places_other_times_and_other_people(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = keypoint_files.rows_of
    lifter = load_lifter("default")

    def outcome(change: str, of: Any) -> Outcome:
        def changed(recording: Any) -> Any:
            rows = given(recording)
            values = getattr(rows, change)
            object.__setattr__(rows, change, of(values.copy()))
            return rows

        monkeypatch.setattr(keypoint_files, "rows_of", changed)
        found = tried("npz", "as it comes", lifter, tmp_path)
        assert found is not None
        return found

    assert outcome("keypoints", lambda points: points).right
    assert "mm" in outcome("keypoints", lambda points: points + np.float32([3, 0, 0])).why
    assert "frame 0" in outcome("frame", lambda frames: frames + 1).why
    assert outcome("person", lambda people: np.arange(len(people)) % 2).why == "people exchange names"


def test_its_body_has_all_joints() -> None:
    [(_, people), *_] = keypoint_files.known(1).frames
    assert people[0].points.shape == (len(COCO_17), 3)
    assert ((people[0].points[:, :2] > 0) & (people[0].points[:, :2] < 1000)).all()


def test_figures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outcomes = run(["npz", "npy"], ["as it comes", "shares of the picture", "two videos"])
    assert [(each.kind, each.found) for each in outcomes] == [
        ("npz", "read"), ("npz", "refused"), ("npy", "read"), ("npy", "refused"),
    ]  # fmt: skip
    wrong = Outcome("npz", "gap", "read", "refused", "why")
    figures = table([*outcomes, wrong])
    assert figures["all"] == {"inputs": 5, "read": 2, "refused": 2, "refused though readable": 1, "wrong": 0}
    assert figures["not_right"] == ["npz, gap: refused (why)"]
    monkeypatch.setattr(keypoint_files, "run", lambda: outcomes)
    assert keypoint_files.main([str(tmp_path / "a.json")]) == 0
    assert json.loads((tmp_path / "a.json").read_text())["values"]["all"]["inputs"] == 4
