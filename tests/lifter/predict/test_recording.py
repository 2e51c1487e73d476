"""What readers put into a recording, before the checks of all formats."""

from __future__ import annotations

from lifter.predict.recording import Frame, Recording
from synth.core.errors import InputError
from tests.lifter.predict.people import seen, standing


def test_people_are_kept_as_the_file_has_them() -> None:
    recording, frame = Recording("x"), Frame("a", size=(640, 480))
    recording.add(frame, 2 * seen(standing()), track=3, has_confidence=False)
    [person] = recording.found
    assert person.frame is frame
    assert person.points.max() > 1000
    assert (person.joints, person.track, person.has_confidence) == (None, 3, False)
    assert frame.detections == []  # the checks make those


def test_what_cannot_be_read_is_kept_for_the_notes() -> None:
    recording = Recording("x")
    recording.absent()
    recording.leave_out(InputError("is odd", where="a.json", remedy="look"))
    assert recording.dropped["people without a joint"] == 1
    assert [error.what for error in recording.errors] == ["is odd"]


def test_of_listed_people_the_empty_are_absent_and_the_odd_left_out() -> None:
    recording, added = Recording("x"), []

    def add(number: int, person: str) -> None:
        if person == "odd":
            raise InputError("is odd", where=f"people[{number}]", remedy="look")
        added.append((number, person))

    recording.add_each(["a", {}, None, "odd", "b"], add)
    assert added == [(0, "a"), (4, "b")]
    assert recording.dropped["people without a joint"] == 2
    assert [error.where for error in recording.errors] == ["people[3]"]
