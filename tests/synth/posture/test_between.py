"""What lies between key poses."""

from __future__ import annotations

import numpy as np
import pytest

from synth.posture.between import between, least_jerk, path_between
from synth.posture.chain import joints_of
from synth.posture.figure import figure, joint
from synth.posture.keys import RATE, Task
from synth.posture.setting import Dice
from synth.posture.task import parse_task


def test_least_jerk_is_flash_and_hogans() -> None:
    share = np.array([0.0, 0.25, 0.5, 1.0])
    np.testing.assert_allclose(least_jerk(share), [0.0, 0.103515625, 0.5, 1.0])


def test_hands_rise_before_they_reach_over() -> None:
    share = np.linspace(0, 1, 101)
    up = path_between(np.zeros(3), np.array([0.0, 0.4, 0.4]), share)
    assert (up[10:60, 2] >= up[10:60, 1]).all()
    down = path_between(np.array([0.0, 0.4, 0.4]), np.zeros(3), share)
    np.testing.assert_allclose(down[[0, -1]], [[0.0, 0.4, 0.4], [0.0, 0.0, 0.0]], atol=1e-12)
    assert (down[10:90, 2] >= down[10:90, 1] - 1e-9).all()


def test_motion_has_no_jumps() -> None:
    """A high reach that the whole body goes along with: a pelvis stays below 2 g, hands below 5 m/s."""
    text = (
        "title: a\nstance: standing\nphases: [{do: reach, both: {height: head, forward: 0.35, left: 0}, "
        "seconds: 0.8}, {do: reach, both: {height: hip, forward: 0.4, left: 0.2}, seconds: 1}]"
    )
    fig = figure("female", (0.0,) * 10)
    task = Task(parse_task(text, "page"), fig, Dice(0, "p", 0))
    q, _ = between(task, task.key_poses())
    places = joints_of(q, fig.offsets)[0]
    pelvis = np.diff(places[:, joint("pelvis")], 2, axis=0) * RATE**2
    assert np.linalg.norm(pelvis, axis=1).max() < 20.0
    assert np.linalg.norm(np.diff(places, axis=0), axis=2).max() * RATE < 5.0


def test_a_load_that_was_put_down_weighs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    text = """
title: a
stance: standing
things:
  table: {kind: table, forward: 0.75}
  box: {kind: box, held: both, weight: 8}
phases:
  - {do: hold, seconds: 0.5}
  - {do: place, both: {at: table.top, forward: -0.2}, seconds: 0.6}
  - {do: reach, both: rest, seconds: 0.6}
"""
    seen = []
    monkeypatch.setattr("synth.posture.between._sway", lambda task, wanted: seen.append(wanted.load.copy()))
    task = Task(parse_task(text, "page"), figure("female", (0.0,) * 10), Dice(0, "p", 0))
    between(task, task.key_poses())
    placed = round(task.script.keys[2].time * RATE)
    assert seen[0][placed - 1].sum() * task.fig.kilograms == pytest.approx(8.0)
    assert not seen[0][placed + 1 :].any()
