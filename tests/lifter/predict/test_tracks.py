"""Who is who over frames."""

from __future__ import annotations

import numpy as np
import pytest

from lifter.predict.recording import Detection2D, Frame, Recording
from lifter.predict.tracks import rows_of
from tests.lifter.predict.people import seen, standing


def at(x: float, name: str | None = None) -> Detection2D:
    return Detection2D(seen(standing(), (x, 0.0, 4.0)), name)


def test_people_keep_their_number_whatever_their_order() -> None:
    frames = [Frame(str(t), [at(-1 + 0.02 * t), at(1 - 0.02 * t)][:: 1 if t % 2 else -1]) for t in range(10)]
    rows = rows_of(Recording("x", frames))
    assert rows.names == ("person 1", "person 2")
    for person in (0, 1):
        own = rows.keypoints[rows.person == person, :, 0].mean(1)
        assert rows.frame[rows.person == person].tolist() == list(range(10))
        assert np.abs(np.diff(own)).max() < 20


def test_who_was_away_for_long_is_somebody_new() -> None:
    def gone(frames: int) -> tuple[str, ...]:
        return rows_of(
            Recording("x", [Frame("", [at(0)]), *[Frame("", [])] * frames, Frame("", [at(0)])], 10.0)
        ).names

    assert gone(5) == ("person 1",)
    assert gone(20) == ("person 1", "person 2")


def test_people_are_followed_through_frames_that_are_far_apart() -> None:
    """Every 40th frame of a video: the frames between are missing, not empty."""
    frames = [Frame("", [at(-1), at(1)]) if t % 40 == 0 else Frame("", missing=True) for t in range(201)]
    assert rows_of(Recording("x", frames, rate=30.0)).names == ("person 1", "person 2")


def test_who_is_elsewhere_is_somebody_else() -> None:
    assert len(rows_of(Recording("x", [Frame("", [at(-1.5)]), Frame("", [at(1.5)])])).names) == 2


def test_pictures_of_their_own_are_not_followed() -> None:
    frames = [Frame("a", [at(0), at(1)]), Frame("b", [at(-1)])]
    rows = rows_of(Recording("x", frames, moving=False))
    assert rows.person.tolist() == [0, 0, 1]
    assert rows.frame.tolist() == [0, 1, 0]


def test_names_of_the_file_are_kept() -> None:
    frames = [Frame("", [at(0, "anna"), at(1, "ben")]), Frame("", [at(0, "ben"), at(1, "anna")])]
    rows = rows_of(Recording("x", frames))
    assert rows.names == ("anna", "ben")
    assert rows.keypoints[rows.person == 0, 0, 0].tolist() == pytest.approx([500, 750], abs=20)


def test_who_has_no_name_in_a_frame_may_be_one_of_those_with_names() -> None:
    frames = [Frame("", [at(0, "anna")]), Frame("", [at(0.05)]), Frame("", [at(0.1, "anna"), at(1)])]
    rows = rows_of(Recording("x", frames))
    assert rows.names == ("anna", "person 2")
    assert rows.person.tolist() == [0, 0, 0, 1]


def test_nobody_gets_a_name_that_the_file_gives_to_another() -> None:
    frames = [Frame("", [at(0)]), Frame("", [at(2, "person 1")])]
    assert rows_of(Recording("x", frames)).names == ("person 2", "person 1")


def test_who_has_no_joint_is_counted() -> None:
    recording = Recording("x", [Frame("", [Detection2D(np.zeros((17, 3)))])])
    assert len(rows_of(recording).frame) == 0
    assert recording.dropped["people without a joint"] == 1
