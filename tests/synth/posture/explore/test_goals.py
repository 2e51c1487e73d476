"""Goals spread evenly: every cell has one before any has two, the same ones for the same seed."""

from __future__ import annotations

import numpy as np
import pytest

from synth.posture.explore.goals import STANCES, goals, goals_in, mirrored, points, reachable_of
from synth.posture.explore.space import AXES, UNKNOWN, bands_of, possible


def most_uneven(values: np.ndarray, parts: int) -> float:
    """By how many the counts of equal parts of the unit interval differ from each other, at most."""
    counts = np.bincount((values * parts).astype(int), minlength=parts)
    return float(np.ptp(counts))


def test_points_are_more_even_than_random_ones() -> None:
    found, random = points(3, "standing", 1024), np.random.default_rng(3).uniform(size=(1024, 2))
    for column in range(2):
        assert most_uneven(found[:, column], 1024) == 0  # each 1,024th has exactly one
        assert most_uneven(random[:, column], 1024) >= 3
    boxes = (found[:, 0] * 32).astype(int) * 32 + (found[:, 1] * 32).astype(int)
    assert len(np.unique(boxes)) == 1024  # and so has each box of 32 by 32
    assert len(np.unique((random[:, 0] * 32).astype(int) * 32 + (random[:, 1] * 32).astype(int))) < 700


def test_as_many_goals_as_cells_leave_next_to_none_out() -> None:
    cells = reachable_of("standing")
    found = {goal.cells[0] for goal in goals("standing", 0, cells)}
    drawn = set(np.random.default_rng(0).integers(0, cells, cells))
    assert len(found) > 0.8 * cells > 0.7 * cells > len(drawn)


@pytest.mark.parametrize("stance", STANCES)
def test_goals_lie_in_their_cells(stance: str) -> None:
    for goal in goals(stance, 1, 40, anywhere=True):
        left = bands_of(goal.cells[0])
        assert left["stance"] == stance
        if goal.cells[1] != UNKNOWN:
            right = bands_of(goal.cells[1])
            for name in ("inclination", "gaze"):
                assert left[name] == right[name]
            for name in ("twist", "bend"):  # away from one hand is toward the other
                bands = next(axis.bands for axis in AXES if axis.name == name)
                assert bands.index(left[name]) == 2 - bands.index(right[name])
        for axis in AXES[1:4]:
            number = goal.hands[0, [each.name for each in AXES[1:4]].index(axis.name)]
            assert axis.bands[int(np.digitize(number, axis.edges))] == left[axis.name]


def test_only_what_is_possible_is_aimed_at() -> None:
    assert all(possible()[goal.cells[0]] for goal in goals("lying", 0, 60, anywhere=True))


def test_the_same_seed_gives_the_same_goals_and_another_others() -> None:
    one, again, other = (goals("sitting", seed, 32) for seed in (5, 5, 6))
    assert [goal.cells for goal in one] == [goal.cells for goal in again]
    assert all(np.array_equal(a.hands, b.hands, equal_nan=True) for a, b in zip(one, again, strict=True))
    assert [goal.body.tolist() for goal in one] != [goal.body.tolist() for goal in other]


def test_mirrored_twice_is_the_same() -> None:
    cells = np.arange(0, 10_000, 97)
    assert (mirrored(mirrored(cells)) == cells).all()
    assert (mirrored(cells) != cells).any()


def test_the_neck_bends_back_no_further_than_it_goes_where_the_bands_let_it() -> None:
    for stance in ("standing", "kneeling"):
        for goal in goals(stance, 2, 200):
            bands = bands_of(goal.cells[0])
            deep_and_level = bands["inclination"] == "deep" and bands["gaze"] == "level"
            assert goal.inclination - goal.gaze <= 40.0 + (1e-9 if not deep_and_level else 5.0)


def test_who_lies_looks_up_and_has_no_hand_below_the_floor() -> None:
    for goal in goals("lying", 0, 50):
        bands = bands_of(goal.cells[0])
        assert bands["gaze"] == "up"
        assert bands["height"] != "low"


def test_goals_in_a_cell_have_the_left_hand_there() -> None:
    cell = goals("squatting", 0, 5)[3].cells[0]
    found = goals_in(cell, 0, 4)
    assert [goal.cells[0] for goal in found] == [cell] * 4
    assert len({goal.inclination for goal in found}) == 4
