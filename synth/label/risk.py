"""Every sample's ergonomic angles and scores, from the rotations of the body and from what its task says.

A sample of a clip without a task is scored as moving work with empty hands. Walking is not known of one posture, so
that no sample has OWAS' code for it, and a leg that swings counts as lifted.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth.label.batch import Batch, Labels
from synth.risk.scores import Scores, scores_from_poses
from synth.risk.task import TaskInputs, with_activity
from synth.scene.work import Work


def risk(batch: Batch) -> Labels:
    """Angles, load, RULA, REBA, OWAS and the zones of static postures; n rows as the schema's rows say."""
    poses, joints = batch.labels["pose"], batch.labels["joints_world"]
    loads, works = _tasks(batch, len(poses))
    labels = _arrays(scores_from_poses(poses, joints, TaskInputs(load=loads)))
    for work in {work for work in works if work is not None and (work.coupling != "good" or work.activity)}:
        rows = np.flatnonzero([each == work for each in works])
        task = with_activity(TaskInputs(load=loads[rows], coupling=work.coupling), work.activity)
        for name, values in _arrays(scores_from_poses(poses[rows], joints[rows], task)).items():
            labels[name][rows] = values
    return labels | {"load": loads}


def _arrays(scores: Scores) -> Labels:
    return {
        "risk_angles": scores.angles.table(),
        "rula": scores.rula.score,
        "reba": scores.reba.score,
        "owas": scores.owas.code,
        "owas_class": scores.owas.action,
        "iso_11226": scores.static.iso,
        "en_1005_4": scores.static.en,
    }


def _tasks(batch: Batch, n: int) -> tuple[NDArray[np.float64], list[Work | None]]:
    """(n,) kilograms in the hands, and the task of each sample, where its clip has one."""
    tasks: Any = getattr(batch.scenes, "tasks", None)
    if tasks is None:
        return np.zeros(n), [None] * n
    moment = batch.scenes.moment
    kilograms = np.where(tasks.own[moment][:, None], tasks.kilograms[moment], 0.0)
    works = [tasks.works[each] for each in moment for _ in range(batch.frames)]
    return kilograms.reshape(n).astype(np.float64), works
