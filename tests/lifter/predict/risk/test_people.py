"""Risk of lifted people: scores of known postures, intervals that follow the uncertainty, the spreadsheet."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pytest

from lifter.data.joints import JOINTS3D
from lifter.predict.lifted import Lifted
from lifter.predict.recording import Detection2D, Frame, Recording
from lifter.predict.risk.people import PersonRisk, csv_text, risks_of
from lifter.predict.tracks import rows_of
from synth.risk.task import TaskInputs
from tests.lifter.cases import standing

UPPER = [n for n, name in enumerate(JOINTS3D) if not name.endswith(("hip", "knee", "ankle", "pelvis"))]


def bent(degrees: float) -> np.ndarray:
    """(20, 3) who stands and bends at the hips toward the camera."""
    joints = standing()
    hips = joints[[JOINTS3D.index("left_hip"), JOINTS3D.index("right_hip")]].mean(0)
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    turn = np.array([[1, 0, 0], [0, c, -s], [0, s, c]])
    joints[UPPER] = (joints[UPPER] - hips) @ turn.T + hips
    return joints - hips


def lifted_of(poses: list[np.ndarray], sigma: float = 0.01, pictures: list[Path] | None = None) -> Lifted:
    """One person in frames at 10 a second."""
    recording = Recording("a test", moving=True)
    for number, pose in enumerate(poses):
        seen = pose + np.array([0.0, 0.0, 4.0])
        points = np.concatenate([500 + 1000 * seen[:17, :2] / seen[:17, 2:], np.full((17, 1), 0.9)], axis=1)
        picture = None if pictures is None else pictures[number]
        frame = Frame(str(number), [Detection2D(points, "somebody")], picture, (1000, 1000))
        recording.frames.append(frame)
    rows = rows_of(recording, 10.0)
    n = len(poses)
    return Lifted(
        recording=recording, rows=rows, joints=np.stack(poses), sigma=np.full((n, 20), sigma),
        root=np.tile([0, 0, 4.0], (n, 1)), reasons=("",) * n,
        intrinsics=np.tile(np.array([[1000.0, 0, 500], [0, 1000, 500], [0, 0, 1]]), (n, 1, 1)),
        size=np.full((n, 2), 1000), camera="known", up=np.array([0.0, -1.0, 0.0]), up_from="known", angle_names=(),
        angles=np.zeros((n, 0)), spread=np.zeros((n, 0)), rate=10.0, model="a test",
    )  # fmt: skip


def one_of(poses: list[np.ndarray], sigma: float = 0.01, task: TaskInputs | None = None) -> PersonRisk:
    return risks_of(lifted_of(poses, sigma), task or TaskInputs())[0]


def test_a_bent_trunk_scores_higher_than_an_upright_one() -> None:
    found = one_of([bent(0)] * 20 + [bent(70)] * 5 + [bent(0)] * 20)
    reba = found.scores.reba.score.max(axis=1)
    assert reba[20:25].min() > reba[:20].max()
    assert 20 <= found.worst(1)[0] < 25
    assert found.shares("reba")["worse"]["low"] + found.shares("reba")["worse"][
        "negligible"
    ] == pytest.approx(40 / 45)
    assert next(iter(found.drivers("reba"))) in ("trunk", "neck", "upper arm", "lower arm")
    assert found.seconds[[0, 44]].tolist() == [0, 4.4]
    assert found.shares("owas")["both"]["normal"] == pytest.approx(40 / 45)


def test_the_less_is_known_the_wider_the_interval() -> None:
    sharp, blurred = (one_of([bent(45)] * 6, sigma) for sigma in (0.0, 0.08))
    for method in ("reba", "rula"):
        assert sharp.within(method) == 0
        assert sharp.certain(method) == 1
        assert blurred.within(method) > 1
        low, high = blurred.sureness[method].low, blurred.sureness[method].high
        score = getattr(blurred.scores, method).score
        assert (low <= score).all()
        assert (score <= high).all()


def test_a_load_raises_the_score() -> None:
    assert (
        one_of([bent(45)], task=TaskInputs(load=15)).scores.reba.score.min()
        > one_of([bent(45)]).scores.reba.score.min()
    )


def test_the_spreadsheet_has_a_line_a_pose() -> None:
    people = risks_of(lifted_of([bent(0), bent(60)]), TaskInputs())
    rows = list(csv.DictReader(io.StringIO(csv_text(people))))
    assert [row["second"] for row in rows] == ["0.000", "0.100"]
    assert float(rows[1]["trunk_flexion"]) == pytest.approx(60, abs=8)
    assert int(rows[1]["reba_left_from"]) <= int(rows[1]["reba_left"]) <= int(rows[1]["reba_left_to"])
    assert rows[0]["left_wrist_flexion"] == ""
    assert csv_text([]) == ""
