"""Clips of explored postures: what they reach, that the checks hold, and why what cannot be is refused."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from synth.posture.checks import checks
from synth.posture.explore.clips import Explored, explore_clip, stances_of, try_goals
from synth.posture.explore.goals import POSES, STANCES, goals
from synth.posture.explore.page import TOOLS


@cache
def explored(stance: str, number: int = 0) -> Explored:
    return explore_clip(stance, goals(stance, 0, 8 * POSES)[:POSES], 0, number)


@pytest.mark.parametrize("stance", STANCES)
def test_most_postures_are_taken_and_the_checks_hold(stance: str) -> None:
    made = explored(stance)
    assert made.solved
    assert len(made.reached) >= 2
    for each in made.solved:
        found = checks(each)
        assert {name for name, passed in found.passes.items() if not passed} <= {"limits"}
        assert each.work.page == "explore"
        assert len(each.poses) == len(each.trans) > 0.5 * each.rate


def test_what_the_stance_needs_and_a_tool_are_there_and_nothing_else() -> None:
    for stance, kinds in (("standing", []), ("stepping", ["stairs"]), ("sitting", ["stool"])):
        for each in explored(stance).solved:
            standing = [thing.kind for thing in each.work.furniture if not thing.hand]
            assert standing == kinds
            assert {thing.kind for thing in each.work.furniture if thing.hand} <= set(TOOLS)


def test_the_same_number_is_the_same_clip_and_another_another() -> None:
    one = explored("standing").solved[0]
    again = explore_clip("standing", goals("standing", 0, 8 * POSES)[:POSES], 0, 0).solved[0]
    other = explored("standing", 1).solved[0]
    assert one.poses.tobytes() == again.poses.tobytes()
    assert one.work == again.work
    assert one.work.betas != other.work.betas


def test_hands_move_without_jerks() -> None:
    for each in explored("standing").solved:
        turned = np.abs(np.diff(each.angles, axis=0))[:, 3:].max()
        assert turned <= 0.25  # radians in a thirtieth of a second


def test_postures_that_are_asked_for_are_taken_or_refused() -> None:
    made = explored("kneeling")
    assert len(made.reached) + sum(made.refused.values()) == POSES


def test_what_cannot_be_is_refused_in_numbers() -> None:
    goal = goals("standing", 0, 1, anywhere=True)[0]
    far = replace(goal, inclination=85.0, bend=60.0, twist=0.0)
    _, faults = try_goals("standing", [replace(far, hands=np.array([[-0.2, 0.95, 0.0]] * 2))] * 2, 0, 0)
    assert all(not fault or any(sign.isdigit() for sign in fault) for fault in faults)


def test_stances_take_turns_by_how_many_cells_they_have() -> None:
    found = Counter(stances_of(400))
    assert set(found) <= set(STANCES)
    assert found["standing"] >= found["lying"]
    assert stances_of(40) == stances_of(400)[:40]
