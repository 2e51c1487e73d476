"""JSON values as points, sizes and names."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lifter.predict.points import person_name, points_of, size_of
from synth.core.errors import InputError


@pytest.mark.parametrize(
    ("values", "scores", "expected", "sure"),
    [
        ([1, 2, 0.3, 4, 5, 0.6], None, [[1, 2, 0.3], [4, 5, 0.6]], True),
        ([[1, 2, 0.3], [4, 5, 0.6]], None, [[1, 2, 0.3], [4, 5, 0.6]], True),
        ([1, 2, 4, 5], None, [[1, 2, 1], [4, 5, 1]], False),
        ([[1, 2], [4, 5]], [0.3, 0.6], [[1, 2, 0.3], [4, 5, 0.6]], True),
        ([[1, 2], [4, 5]], [[0.3], [0.6]], [[1, 2, 0.3], [4, 5, 0.6]], True),
        ([None, None, 0, 4, 5, 0.6], None, [[np.nan, np.nan, 0], [4, 5, 0.6]], True),
    ],
)
def test_points(values: Any, scores: Any, expected: Any, sure: bool) -> None:
    points, has_confidence = points_of(values, "a.json", {2}, scores)
    assert np.array_equal(points, expected, equal_nan=True)
    assert has_confidence == sure


@pytest.mark.parametrize(
    ("values", "what"),
    [([1.0, 2.0], "2 values, not 6"), ("text", "str, not a list"), ([True] * 6, "not a number"),
     ([10**400] * 6, "not a number"), (["1"] * 6, "not a number"), ([[1, 2], [3]], "not pairs or triples"),
     ([[1, 2, 3]], "has 1 joints")],
)  # fmt: skip
def test_lists_that_are_not_points_are_refused(values: Any, what: str) -> None:
    with pytest.raises(InputError, match=what):
        points_of(values, "a.json: people[0]", {2})


def test_the_number_of_values_tells_triples_from_pairs() -> None:
    counts = {15, 17, 25, 26}
    assert points_of([1.0] * 75, "", counts)[0].shape == (25, 3)
    assert not points_of([1.0] * 50, "", counts)[1]
    with pytest.raises(InputError, match="4 values, which fit no known layout"):
        points_of([1.0] * 4, "", counts)
    with pytest.raises(InputError, match="2 confidences for 17 joints"):
        points_of([[1, 2]] * 17, "", counts, [1, 2])


@pytest.mark.parametrize(
    ("width", "height", "size"),
    [(640, 480.0, (640, 480)), ("640", "480", (640, 480)), (0, 480, None), (10**400, 1, None), ("x", 1, None),
     (None, None, None), (True, True, None), (float("nan"), 4, None)],
)  # fmt: skip
def test_sizes_that_cannot_be_are_unknown(width: Any, height: Any, size: tuple[int, int] | None) -> None:
    assert size_of(width, height) == size


@pytest.mark.parametrize(
    ("value", "name"),
    [(3, "person 3"), (3.0, "person 3"), ("3", "person 3"), ([3], "person 3"), (0, "person 0"), ("anna", "anna"),
     (-1, None), ([-1], None), (None, None), ([], None), (True, None), (1.5, None), ("", None), ({}, None)],
)  # fmt: skip
def test_names_of_people(value: Any, name: str | None) -> None:
    assert person_name(value) == name
