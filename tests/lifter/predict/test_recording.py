"""The checks behind all formats: which joints count, shares of the picture, rates and frame numbers."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lifter.predict.recording import Frame, Recording, by_name, cleaned, points_of, size_of
from synth.body.skeleton import COCO_17
from synth.core.errors import InputError
from tests.lifter.predict.people import seen, standing

HERE = Path("a.json")


def test_joints_whose_numbers_cannot_be_are_left_out_and_counted() -> None:
    points = seen(standing())
    points[0, 0], points[1, 2], points[2, 0], points[3, 2], points[4, 2] = np.nan, np.inf, 1e9, -1, 7
    dropped: Counter[str] = Counter()
    kept = cleaned(points, dropped)
    assert (kept[:4] == 0).all()
    assert kept[4, 2] == 1
    assert np.array_equal(kept[5:], points[5:])
    assert dropped["joints that are not finite"] == 2
    assert dropped["joints far outside any picture"] == 1


def test_joints_are_taken_by_name() -> None:
    points = by_name(np.array([[1.0, 2, 0.5], [3, 4, 0.6], [5, 6, 0.7]]), ["big toe", "left_hip", "nose"])
    assert points[COCO_17.index("nose")].tolist() == [5, 6, 0.7]
    assert points[COCO_17.index("left_hip")].tolist() == [3, 4, 0.6]
    assert np.count_nonzero(points) == 6


def test_a_person_has_the_size_of_the_frame_unless_given() -> None:
    recording, frame = Recording("x"), Frame("a", size=(640, 480))
    recording.add(frame, seen(standing()))
    recording.add(frame, seen(standing()), name="anna", size=(100, 50))
    assert [(each.name, each.size) for each in frame.detections] == [
        (None, (640, 480)),
        ("anna", (100, 50)),
    ]


def one_frame(points: Any, **fields: Any) -> Recording:
    recording = Recording("x", [Frame("a")], **fields)
    recording.add(recording.frames[0], points)
    return recording


@pytest.mark.parametrize(("low", "high"), [(0.0, 1.0), (-1.0, 1.0)])
def test_shares_of_the_picture_are_refused(low: float, high: float) -> None:
    points = np.column_stack([np.linspace(low, high, 17)] * 2 + [np.ones(17)])
    with pytest.raises(InputError, match=r"a\.json: positions are shares of the picture"):
        one_frame(points).check(HERE)
    one_frame(points * [100, 100, 1]).check(HERE)
    one_frame(points * [1, 1, 0]).check(HERE)  # nobody is detected: nothing to tell


@pytest.mark.parametrize("rate", [0.0, -25.0, 1e6, float("nan")])
def test_rates_that_cannot_be_are_refused(rate: float) -> None:
    one_frame(seen(standing()), rate=25.0).check(HERE)
    with pytest.raises(InputError, match="frames a second"):
        one_frame(seen(standing()), rate=rate).check(HERE)


def test_frames_are_put_in_the_order_of_their_numbers_and_gaps_are_noted() -> None:
    recording = Recording("x", [Frame("c", number=12), Frame("a", number=3), Frame("b", number=4)])
    recording.check(HERE)
    assert [frame.label for frame in recording.frames] == ["a", "b", "c"]
    assert recording.notes == [
        "7 frame numbers between 3 and 12 are missing; time runs over the frames that are there"
    ]
    whole = Recording("x", [Frame("a", number=1), Frame("b", number=2)])
    whole.check(HERE)
    assert whole.notes == []


def test_frames_without_numbers_keep_their_order() -> None:
    recording = Recording("x", [Frame("b", number=2), Frame("a")])
    recording.check(HERE)
    assert [frame.label for frame in recording.frames] == ["b", "a"]


@pytest.mark.parametrize(
    ("values", "what"),
    [([1.0, 2.0], "2 values, not 6"), ("text", "str, not 6"), ([True] * 6, "not a number"),
     ([None] * 6, "not a number"), ([10**400] * 6, "not a number")],
)  # fmt: skip
def test_lists_that_are_not_points_are_refused(values: Any, what: str) -> None:
    with pytest.raises(InputError, match=what):
        points_of(values, 2, "a.json: people[0]")
    assert points_of([1, 2, 3, 4, 5, 6.5], 2, "")[1].tolist() == [4, 5, 6.5]


@pytest.mark.parametrize(
    ("width", "height", "size"),
    [(640, 480.0, (640, 480)), (0, 480, None), (10**400, 1, None), ("x", 1, None), (None, None, None),
     (True, True, None), (float("nan"), 4, None)],
)  # fmt: skip
def test_sizes_that_cannot_be_are_unknown(width: Any, height: Any, size: tuple[int, int] | None) -> None:
    assert size_of(width, height) == size
