"""The labels of risk: as the scores by themselves, and with what a task says where there is one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from synth.label.batch import Batch
from synth.label.risk import risk
from synth.risk.scores import scores_from_poses
from synth.risk.task import TaskInputs
from synth.scene.work import Work
from tests.synth.staging import staged

WORK = Work("saw", "Sawing", "construction", "male", (), coupling="poor", activity=("repeated",))


@dataclass(frozen=True)
class _Tasks:
    """What the label reads of the tasks of moments."""

    own: Any
    kilograms: Any
    works: tuple[Work | None, ...]


@dataclass(frozen=True)
class _Scenes:
    moment: Any
    seen: Any
    tasks: _Tasks


def test_recordings_are_scored_with_empty_hands() -> None:
    _, scenes, labels = staged(30, frames=9)
    found = risk(Batch(scenes, labels))
    plain = scores_from_poses(labels["pose"], labels["joints_world"])
    assert np.array_equal(found["reba"], plain.reba.score)
    assert not found["load"].any()
    assert {name: values.shape for name, values in found.items()} == {
        "risk_angles": (270, 29), "rula": (270, 2), "reba": (270, 2), "owas": (270, 4), "owas_class": (270,),
        "iso_11226": (270, 5), "en_1005_4": (270, 6), "load": (270,),
    }  # fmt: skip


def test_a_task_brings_load_coupling_and_activity() -> None:
    _, scenes, labels = staged(30, frames=9)
    moment = np.arange(30) % 2
    tasks = _Tasks(np.array([False, True]), np.array([np.full(9, 99.0), np.full(9, 12.0)]), (None, WORK))
    found = risk(Batch(_Scenes(moment, scenes.seen, tasks), labels))  # type: ignore[arg-type]
    worked = np.repeat(moment == 1, 9)
    assert found["load"].tolist() == np.where(worked, 12.0, 0.0).tolist()
    poses, joints = labels["pose"], labels["joints_world"]
    plain = scores_from_poses(poses, joints).reba.score
    task = scores_from_poses(poses, joints, TaskInputs(12.0, "poor", repeated=True)).reba.score
    assert np.array_equal(found["reba"], np.where(worked[:, None], task, plain))
