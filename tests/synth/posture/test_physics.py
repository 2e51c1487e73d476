"""Depths of a body inside the floor, and inside itself, of poses put there by hand."""

from __future__ import annotations

import numpy as np

from synth.posture.chain import freedom, joints_of
from synth.posture.figure import figure
from synth.posture.keys import Task
from synth.posture.physics import depths
from synth.posture.setting import Dice
from synth.posture.task import PhaseSpec, TaskSpec


def test_depths_of_who_stands_sinks_and_folds_an_arm_in() -> None:
    page = TaskSpec(title="standing", stance="standing", phases=[PhaseSpec(do="hold", seconds=(1.0, 1.0))])
    task = Task(page, figure("male", (0.0,) * 10), Dice(0, "test", 0))
    q = np.tile(task.stand.q, (3, 1))
    q[1, 2] -= 0.6
    q[2, freedom("left shoulder abduction")] = np.radians(-30)
    q[2, freedom("left elbow flexion")] = np.radians(5)
    found = depths(task.problem, *joints_of(q, task.fig.offsets))
    assert (found[0] <= 0.005).all()
    assert found[1, 0] > 0.1
    assert found[2, 1] > 0.02
