"""The checks behind all formats: joints by name, shares of the picture, rates, who is who, frames in time."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lifter.predict.checks import by_name, checked, cleaned
from lifter.predict.recording import Frame, Recording
from synth.body.skeleton import COCO_17
from synth.core.errors import InputError
from tests.lifter.predict.people import Array, seen, standing

HERE = Path("a.json")


def test_joints_whose_numbers_cannot_be_are_left_out_and_counted() -> None:
    points = seen(standing())
    points[0, 0], points[1, 2], points[2, 0], points[3, 2], points[4, 2] = np.nan, np.inf, 1e9, -1, 7
    points[5, :2] = 0  # how many programs write what they have not found, with whatever confidence
    dropped: Counter[str] = Counter()
    kept = cleaned(points, dropped)
    assert (kept[:4] == 0).all()
    assert kept[4, 2] == 1
    assert (kept[5] == 0).all()
    assert np.array_equal(kept[6:], points[6:])
    assert dropped["joints that are not finite"] == 2
    assert dropped["joints far outside any picture"] == 1


def test_joints_are_taken_by_name() -> None:
    points = by_name(np.array([[1.0, 2, 0.5], [3, 4, 0.6], [5, 6, 0.7]]), ["big toe", "left_hip", "nose"])
    assert points[COCO_17.index("nose")].tolist() == [5, 6, 0.7]
    assert points[COCO_17.index("left_hip")].tolist() == [3, 4, 0.6]
    assert np.count_nonzero(points) == 6


def test_names_in_other_spelling_and_joints_that_are_not_cocos() -> None:
    recording = Recording("x", [Frame("a")])
    names = [name.replace("left_", "L_").replace("right_", "R_").title() for name in COCO_17]
    recording.add(recording.frames[0], np.vstack([seen(standing()), [[1, 2, 1.0]]]), [*names, "Neck"])
    [found] = checked(recording, HERE).frames[0].detections
    assert np.allclose(found.keypoints, seen(standing()))
    assert recording.notes == ["1 joints that are not COCO's are left out: Neck"]


def one_frame(points: Any, **fields: Any) -> Recording:
    recording = Recording("x", [Frame("a")], **fields)
    recording.add(recording.frames[0], points, COCO_17)
    return recording


def test_a_person_has_the_size_of_the_frame_unless_given() -> None:
    recording, frame = Recording("x"), Frame("a", size=(640, 480))
    recording.frames.append(frame)
    recording.add(frame, seen(standing()))
    recording.add(frame, seen(standing()), track="anna", size=(100, 50))
    checked(recording, HERE)
    assert [(each.name, each.size) for each in frame.detections] == [
        (None, (640, 480)),
        ("anna", (100, 50)),
    ]


@pytest.mark.parametrize(("low", "high"), [(0.0, 1.0), (-1.0, 1.0), (-1.78, 1.78)])
def test_shares_of_the_picture_are_refused(low: float, high: float) -> None:
    points = np.column_stack([np.linspace(low, high, 17)] * 2 + [np.full(17, 0.9)])
    with pytest.raises(InputError, match=r"a\.json: positions are shares of the picture"):
        checked(one_frame(points), HERE)
    checked(one_frame(points * [100, 100, 1]), HERE)
    checked(one_frame(points * [1, 1, 0]), HERE)  # nobody is detected: nothing to tell


def test_positions_like_percentages_are_said() -> None:
    note = "no joint lies beyond 100 in x or y: pixels are needed; are these percentages of the picture?"
    points = seen(standing()) / [10, 10, 1]
    assert note in checked(one_frame(points), HERE).notes
    small = Recording("x", [Frame("a", size=(128, 128))])
    small.add(small.frames[0], points, COCO_17)
    assert note not in checked(small, HERE).notes
    assert note not in checked(one_frame(seen(standing())), HERE).notes


def test_one_person_in_shares_among_others_is_left_out() -> None:
    recording = one_frame(seen(standing()))
    recording.add(recording.frames[0], seen(standing(), (1, 0, 3)), COCO_17)
    recording.add(recording.frames[0], seen(standing()) / [1000, 1000, 1], COCO_17)
    checked(recording, HERE)
    assert [each.keypoints.any() for each in recording.frames[0].detections] == [True, True, False]
    assert recording.dropped["people in shares of the picture"] == 1


@pytest.mark.parametrize("rate", [0.0, -25.0, 1e6, float("nan")])
def test_rates_that_cannot_be_are_refused(rate: float) -> None:
    checked(one_frame(seen(standing()), rate=25.0), HERE)
    with pytest.raises(InputError, match="frames a second"):
        checked(one_frame(seen(standing()), rate=rate), HERE)


def test_frames_are_put_in_the_order_of_their_numbers_with_gaps_between() -> None:
    recording = Recording("x", [Frame("c", number=6), Frame("a", number=3), Frame("b", number=4)])
    checked(recording, HERE)
    assert [(frame.label, frame.missing) for frame in recording.frames] == [
        ("a", False), ("b", False), ("frame 5", True), ("c", False),
    ]  # fmt: skip
    assert "1 of the 4 frame numbers from 3 to 6 are missing" in recording.notes[0]
    pictures = Recording("x", [Frame("a", number=1), Frame("b", number=7)], moving=False)
    assert len(checked(pictures, HERE).frames) == 2


def with_tracks(frames: list[list[Any]]) -> Recording:
    recording = Recording("x", [Frame(str(n)) for n in range(len(frames))])
    for frame, tracks in zip(recording.frames, frames, strict=True):
        for track in tracks:
            recording.add(frame, seen(standing()), track=track)
    return checked(recording, HERE)


def test_names_of_the_file_count_where_each_is_there_once() -> None:
    recording = with_tracks([[1, "2"], [[3.0], 1.0], [1, 1], [-1, 4]])
    names = [[each.name for each in frame.detections] for frame in recording.frames]
    assert names == [
        ["person 1", "person 2"],
        ["person 3", "person 1"],
        [None, None],
        [None, "person 4"],
    ]


def test_people_who_cannot_be_read_are_noted_unless_nobody_else_is_there() -> None:
    odd = InputError("has no keypoints", where="folder/a.json: people[2]", remedy="write them")
    recording = one_frame(seen(standing()))
    recording.leave_out(odd)
    assert checked(recording, HERE).notes[0] == "left out: a.json: people[2] (has no keypoints)"
    alone = Recording("x", [Frame("a")])
    alone.leave_out(odd)
    with pytest.raises(InputError, match=r"people\[2\]: has no keypoints"):
        checked(alone, HERE)


def test_joints_below_the_confidence_floor_are_missing_and_said() -> None:
    points: Array = seen(standing())
    points[9, 2] = 0.02
    recording = checked(one_frame(points), HERE)
    assert (recording.frames[0].detections[0].keypoints[9] == 0).all()
    assert "1 of 17 joints are below confidence 0.28" in recording.notes[-1]
    asked = checked(one_frame(points), HERE, floor=0.0)
    assert asked.frames[0].detections[0].keypoints[9, 2] == 0.02
    before = checked(one_frame(points, lifted_before=True), HERE)
    assert before.frames[0].detections[0].keypoints[9, 2] == 0.02
