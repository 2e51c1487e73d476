"""Inverse kinematics: a hand gets where it is wanted, limits hold, what is solid is kept out of."""

from __future__ import annotations

import numpy as np

from synth.posture import ik
from synth.posture.chain import HIGH, LOW, joints_of
from synth.posture.figure import figure, joint
from synth.posture.keys import HAND, Task
from synth.posture.setting import Dice
from synth.posture.task import parse_task


def _task() -> Task:
    page = parse_task("title: a\nstance: standing\nphases: [{do: hold, seconds: 1}]", "page")
    return Task(page, figure("male", (0.0,) * 10), Dice(0, "p", 0))


def test_a_hand_gets_where_it_is_wanted_and_limits_hold() -> None:
    task = _task()
    wanted = task.wanted(1)
    task.stand_at(wanted, slice(0, 1), task.script.keys[0], [])
    goal = np.array([0.25, 0.45, 1.1])
    wanted.point[0, 1], wanted.point_weight[0, 1] = goal, HAND
    q = task.stand.q[None].copy()
    ik.solve(q, task.problem, wanted, 0, 1, 60)
    place, _ = joints_of(q, task.fig.offsets)
    np.testing.assert_allclose(place[0, joint("right_hand")], goal, atol=0.003)
    assert (q[0] >= LOW).all()
    assert (q[0] <= HIGH).all()


def test_depths_are_signed() -> None:
    task, way = _task(), np.empty(3)
    assert np.isclose(ik.signed(task.problem, 0.0, 0.0, 0.3, 0, way), 0.3)  # over the floor
    np.testing.assert_allclose(way, [0, 0, 1])
    assert np.isclose(ik.signed(task.problem, 0.0, 0.0, -0.1, 0, way), -0.1)
