"""Which parts of the body may not be in which things."""

from __future__ import annotations

import numpy as np

from synth.posture.figure import figure
from synth.posture.problem import make_problem, style
from synth.posture.setting import Dice, place_things
from synth.posture.task import parse_task


def test_hands_may_be_on_what_they_hold_and_nothing_else() -> None:
    text = "title: a\nstance: standing\nthings: {t: {kind: table, forward: 0.8}}\nphases: [{do: hold, seconds: 1}]"
    page, fig = parse_task(text, "page"), figure("male", (0.0,) * 10)
    things = place_things(page, Dice(0, "p", 0)).things
    found = make_problem(page, fig, things, {"t": {"left"}}, set(), [])[0]
    names = np.array(fig.balls.name)
    table = slice(1, -1)
    assert not found.meets[names == "left hand", table].any()
    assert found.meets[names == "right hand", table].all()
    assert found.meets[names == "chest"].all()
    assert found.meets[:, 0].all()  # the floor


def test_forearms_may_be_in_a_load_only_where_its_hands_are() -> None:
    text = (
        "title: a\nstance: standing\nthings: {b: {kind: box, forward: 0.8}}\nphases: [{do: hold, seconds: 1}]"
    )
    page, fig = parse_task(text, "page"), figure("male", (0.0,) * 10)
    things = place_things(page, Dice(0, "p", 0)).things
    found = make_problem(page, fig, things, {"b": {"left"}}, set(), [])[0]
    names = np.array(fig.balls.name)
    assert not found.meets[names == "left forearm", 1:-1].any()
    assert found.meets[names == "right forearm", 1:-1].any(axis=1).all()


def test_workers_differ_in_what_they_spare() -> None:
    assert (style(Dice(0, "p", 0)) != style(Dice(0, "p", 1))).any()
