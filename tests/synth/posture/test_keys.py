"""Key poses: where the worker is, what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from synth.core.errors import InputError
from synth.posture.chain import freedom
from synth.posture.figure import figure
from synth.posture.keys import Task
from synth.posture.setting import Dice
from synth.posture.task import parse_task


def _task(phases: str) -> Task:
    page = parse_task(f"title: a\nstance: standing\nphases: {phases}", "page")
    return Task(page, figure("female", (0.0,) * 10), Dice(0, "p", 0))


def test_a_pose_goes_along_with_the_worker() -> None:
    task = _task("[{do: walk, turn: 90, forward: 0, seconds: 2}]")
    q = task.stand.q.copy()
    q[:2] = (0.0, 0.1)
    moved = task.turned(q, task.script.keys[1])
    np.testing.assert_allclose(moved[:2], [-0.1, 0.0], atol=1e-9)
    assert moved[freedom("pelvis turn")] == pytest.approx(np.pi / 2)


def test_what_is_too_far_is_refused() -> None:
    with pytest.raises(InputError, match="left hand: out of reach by"):
        _task("[{do: reach, left: {height: 1, forward: 1.9}, seconds: 1}]").key_poses()


def test_of_both_hands_the_one_that_is_off_most_is_named() -> None:
    text = "[{do: reach, left: {height: 1, forward: 0.3}, right: {height: 1, forward: 1.9}, seconds: 1}]"
    with pytest.raises(InputError, match="right hand: out of reach by"):
        _task(text).key_poses()


TABLE = """
title: a
stance: standing
things:
  table: {kind: table, forward: 0.7}
  cup: {kind: bucket, size: {diameter: 0.1, height: 0.1}, held: right, weight: 0.3}
phases:
  - {do: reach, left: {at: table.top, up: UP}, right: {at: table.top, up: 0.1}, seconds: 1}
  - {do: hold, seconds: 1}
"""


@pytest.mark.parametrize(("up", "hands"), [("0", 1), ("0.15", 0)])
def test_empty_hands_on_a_surface_bear_weight_and_no_others(up: str, hands: int) -> None:
    page = parse_task(TABLE.replace("UP", up), "page")
    task = Task(page, figure("female", (0.0,) * 10), Dice(0, "p", 0))
    assert len(task.leaning(1)) == hands
    assert task.leaning(0) == []


def test_only_who_holds_on_to_a_ladder_is_held() -> None:
    text = "title: a\nstance: on_ladder\nphases: [{do: reach, both: {height: head, forward: 0.2, left: 0}, seconds: 1}]"
    task = Task(parse_task(text, "page"), figure("male", (0.0,) * 10), Dice(0, "p", 0))
    assert [task.holds_on(key) for key in task.script.keys] == [True, False]


def test_who_bends_for_one_thing_stands_up_for_the_next() -> None:
    text = (
        "title: a\nstance: standing\ntrunk: {flexion: [0, 100]}\nphases: "
        "[{do: reach, both: {height: 0.3, forward: 0.45, left: 0}, seconds: 1}, "
        "{do: reach, right: {height: shoulder, forward: 0.3, left: -0.2}, left: rest, seconds: 1}]"
    )
    task = Task(parse_task(text, "page"), figure("female", (0.0,) * 10), Dice(0, "p", 0))
    q = task.key_poses()
    assert task._bent(q[1]) > np.radians(25)
    assert abs(task._bent(q[2])) < np.radians(15)


def test_arms_give_way_to_loads_and_not_to_furniture() -> None:
    text = (
        "title: a\nstance: standing\nthings: {t: {kind: table, forward: 0.8}, b: {kind: box, at: t.front, weight: 5}}\n"
        "phases: [{do: reach, both: b, seconds: 1}, {do: grip, thing: b, seconds: 0.2}]"
    )
    task = Task(parse_task(text, "page"), figure("male", (0.0,) * 10), Dice(0, "p", 0))
    names = np.array(task.fig.balls.name)
    arms, put = names == "left upper arm", np.isfinite(task.times[:, 1]) | np.isfinite(task.times[:, 0])
    put[-1] = False
    before = task.problem.ball_radius.copy()
    standing = task.problem.meets[arms][:, 1:-1][:, ~put[1:-1]].copy()
    task._give_way()
    assert not task.problem.meets[arms, -1].any()
    np.testing.assert_array_equal(task.problem.meets[arms][:, 1:-1][:, ~put[1:-1]], standing)
    assert (task.problem.ball_radius < before).all()


def test_knees_rest_on_the_floor() -> None:
    page = parse_task("title: a\nstance: kneeling\nphases: [{do: hold, seconds: 1}]", "page")
    task = Task(page, figure("male", (0.0,) * 10), Dice(0, "p", 0))
    q = task.key_poses()
    assert {"left knee", "right knee"} <= set(task.levels)
    for side in ("left", "right"):
        assert np.abs(task._clear(f"{side} knee", q)).max() < 0.01
