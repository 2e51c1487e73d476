"""The statistics of the library of task pages."""

from __future__ import annotations

import json

import numpy as np
import pytest

from benchmarks.library import LibraryPage, apart, library, measure, nearest
from synth.posture.task import parse_task

PAGES = library()
BENCH = """\
title: t
trade: care
stance: standing
phases:
  - {do: reach, right: {height: elbow, forward: 0.3, left: -0.2}, seconds: 0.5}
  - {do: hold, seconds: 0.5}
"""


@pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
def test_a_page_says_what_it_is_and_whose(page: LibraryPage) -> None:
    assert page.spec.title
    assert page.spec.trade
    assert page.spec.description
    assert (page.spec.author, page.spec.licence) == ("Posemill", "CC0-1.0")


def test_names_and_titles_are_unlike() -> None:
    assert len({page.name for page in PAGES}) == len({page.spec.title for page in PAGES}) == len(PAGES)


def test_two_tasks_are_as_far_apart_as_the_nearest_poses_of_the_one_that_has_more() -> None:
    one, other = np.zeros((2, 63)), np.zeros((2, 63))
    other[1] = 30.0  # every joint 30 mm along each of three axes
    away = apart([one, other])
    assert away[0, 0] == 0
    assert away[0, 1] == away[1, 0] == pytest.approx(30 * np.sqrt(3) / 2)


def test_the_nearest_pairs_come_first() -> None:
    away = np.array([[0.0, 80, 40], [80, 0, 120], [40, 120, 0]])
    found = nearest(["a", "b", "c"], away)
    assert found["near_duplicates"] == 1
    assert json.loads(json.dumps(found)) == found
    assert found["nearest_pairs"][0] == {"mm": 40, "one": "a", "other": "c"}
    assert found["p0_mm"] == 40
    assert found["p90_mm"] == pytest.approx(72)


def test_what_a_page_gives_is_counted() -> None:
    far = parse_task(BENCH.replace("forward: 0.3", "forward: 3"), "far")
    found = measure([LibraryPage("near", parse_task(BENCH, "near")), LibraryPage("far", far)], 1)
    assert (found["tasks"], found["sequences"], found["trades"]) == (2, 0, {"care": 2})
    assert json.loads(json.dumps(found)) == found
    assert found["realisations"] == 12
    assert found["solved_percent"] == 50.0
    assert found["pages_that_solve_for_every_body"] == 1
    assert found["pass_percent"]["limits"] == 100.0
    assert {each["page"] for each in found["refused"]} == {"far"}
