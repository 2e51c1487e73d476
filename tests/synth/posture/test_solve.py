"""Solving a task: hands where the page says, feet that stay, the same bytes for the same realisation, refusals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from synth.core.errors import InputError
from synth.posture import solve
from synth.posture.chain import joints_of
from synth.posture.checks import checks
from synth.posture.figure import figure, joint
from synth.posture.solve import TRIES, Solved, draw_body, solve_once, solve_page
from synth.posture.task import TaskSpec, parse_task

MEAN = (0.0,) * 10
PAGE = """
title: putting a box on a table
stance: standing
things:
  table: {kind: table, forward: 0.75}
  box: {kind: box, at: table.front, forward: 0.05, weight: 6}
phases:
  - {do: reach, both: box, seconds: 0.8}
  - {do: grip, thing: box, seconds: 0.2}
  - {do: lift, both: {height: chest, forward: 0.42, left: 0}, seconds: 0.8}
  - {do: hold, seconds: 0.4}
"""


def page(text: str = PAGE) -> TaskSpec:
    return parse_task(text, "page")


@pytest.fixture(scope="module")
def solved() -> Solved:
    return solve_page(page(), "box", "male", MEAN, 0, 0)


def places(motion: Solved) -> np.ndarray:
    return joints_of(motion.angles, figure(motion.work.gender, motion.work.betas).offsets)[0]


def test_hands_carry_the_box_where_the_page_says(solved: Solved) -> None:
    fig, at = figure("male", MEAN), places(solved)
    middle = 0.5 * (at[-1, joint("left_hand")] + at[-1, joint("right_hand")])
    np.testing.assert_allclose(middle, [0.0, 0.42, fig.height["chest"]], atol=0.01)
    apart = np.linalg.norm(at[-1, joint("left_hand")] - at[-1, joint("right_hand")])
    assert apart == pytest.approx(0.4 + 2 * 0.03, abs=0.012)  # a box of 0.4 m between two palms


def test_the_box_is_on_the_table_then_in_the_hands(solved: Solved) -> None:
    before, kilograms = solved.work.at(0.5)
    assert {each.kind: each.hand for each in before} == {"table": "", "box": ""}
    assert kilograms == 0
    after, kilograms = solved.work.at(1.2)
    assert {each.kind: each.hand for each in after} == {"table": "", "box": "both"}
    assert kilograms == 6


def test_it_is_possible(solved: Solved) -> None:
    found = checks(solved)
    assert all(found.passes.values()), found
    assert set(found.share.values()) == {1.0}


def test_a_realisation_is_the_same_each_time_and_unlike_another(solved: Solved) -> None:
    again = solve_page(page(), "box", "male", MEAN, 0, 0)
    assert again.poses.tobytes() == solved.poses.tobytes()
    assert again.work == solved.work
    other = solve_page(page(), "box", "male", MEAN, 0, 1)
    assert np.abs(other.poses[5] - solved.poses[5]).max() > 0.01


@pytest.mark.parametrize(
    ("place", "said"),
    [("{height: 2.9}", "hand: out of reach by"), ("{height: 0.9, forward: 2}", "hand: out of reach by")],
)
def test_what_cannot_be_is_refused_in_numbers(place: str, said: str) -> None:
    text = f"title: a\nstance: standing\nphases: [{{do: reach, right: {place}, seconds: 1}}]"
    with pytest.raises(InputError) as error:
        solve_page(page(text), "far", "female", MEAN, 0, 0)
    assert said in error.value.what
    assert "cm" in error.value.what
    assert error.value.where == "phases.0"


def test_the_first_try_is_kept_where_it_passes(solved: Solved) -> None:
    once = solve_once(page(), "box", "male", MEAN, 0, 0)
    assert once.poses.tobytes() == solved.poses.tobytes()
    assert solved.failed == ()
    other = solve_once(page(), "box", "male", MEAN, 0, 0, attempt=1)
    assert np.abs(other.poses - once.poses).max() > 0.001


def test_what_fails_is_drawn_again(monkeypatch: pytest.MonkeyPatch, solved: Solved) -> None:
    tried: list[int] = []

    def lifted(*given: object) -> Solved:
        tried.append(int(given[6]))  # type: ignore[call-overload]
        low = 0.03 if len(tried) < 3 else 0.0
        return replace(solved, trans=solved.trans - np.array([0, 0, low], np.float32))

    monkeypatch.setattr(solve, "solve_once", lifted)
    found = solve_page(page(), "box", "male", MEAN, 0, 0)
    assert tried == [0, 1, 2]
    assert len(found.failed) == 2
    assert "cm inside of the floor" in found.failed[0]


def test_what_fails_in_every_draw_is_refused_with_the_best_try(
    monkeypatch: pytest.MonkeyPatch, solved: Solved
) -> None:
    depths = iter((0.05, 0.03, 0.04, 0.06))
    monkeypatch.setattr(
        solve,
        "solve_once",
        lambda *_: replace(solved, trans=solved.trans - np.array([0, 0, next(depths)], np.float32)),
    )
    with pytest.raises(InputError, match=r"skin 3\.\d cm inside of the floor \(male, 1\.\d\d m tall\)"):
        solve_page(page(), "box", "male", MEAN, 0, 0)
    assert next(depths, None) is None
    assert TRIES == 4


def test_what_is_wrong_with_the_page_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[int] = []

    def wrong(*given: object) -> Solved:
        tried.append(1)
        raise InputError("there is no kind of thing 'x'", where="things.x.kind", remedy="choose another")

    monkeypatch.setattr(solve, "solve_once", wrong)
    with pytest.raises(InputError, match="no kind of thing"):
        solve_page(page(), "box", "male", MEAN, 0, 0)
    assert tried == [1]


def test_bodies_are_drawn_by_page_and_realisation() -> None:
    assert draw_body("a", 0, 3) == draw_body("a", 0, 3)
    assert draw_body("a", 0, 3) != draw_body("a", 0, 4)
    assert draw_body("a", 0, 3) != draw_body("b", 0, 3)
