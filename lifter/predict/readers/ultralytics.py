"""Ultralytics' JSON of a pose model: what `Results.to_json()` gives, a file a picture or a list of them for a video.

A picture is a list of people, {"name", "class", "box", "track_id", "keypoints": {"x": [...], "y": [...], "visible":
[...]}}, `visible` being a confidence. Joints below a confidence of 0.5 lie at 0 0. A video is a list of such lists, or
of their text.
"""

from __future__ import annotations

import json
from typing import Any

from lifter.predict.layouts import COUNTS
from lifter.predict.points import points_of
from lifter.predict.readers.format import json_format
from lifter.predict.recording import Frame, Recording
from synth.core.errors import InputError

_HOW = "write it with Ultralytics' results[0].to_json()"


def _recognises(content: Any) -> bool:
    if not isinstance(content, list):
        return False
    return any(_is_person(each) or any(map(_is_person, _picture(each))) for each in content)


def _is_person(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("keypoints"), dict) and "x" in value["keypoints"]


def _picture(value: Any) -> list[Any]:
    """The people of a picture that is itself text; none for what is no picture."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return []
    return value if isinstance(value, list) else []


def _parse(recording: Recording, content: Any, where: str) -> list[Frame]:
    video = not any(isinstance(each, dict) for each in content) and bool(content)
    pictures = [_picture(each) for each in content] if video else [content]
    return [_frame(recording, people, number, where) for number, people in enumerate(pictures)]


def _frame(recording: Recording, people: list[Any], number: int, where: str) -> Frame:
    frame = Frame(f"frame {number}", number=number)
    recording.add_each(people, lambda n, each: _add(recording, frame, each, f"{where}: person {n}"))
    return frame


def _add(recording: Recording, frame: Frame, person: Any, where: str) -> None:
    if not _is_person(person):
        raise InputError("has no 'keypoints'", where=where, remedy=_HOW)
    x, y = (person["keypoints"].get(key) for key in "xy")
    if not isinstance(x, list) or not isinstance(y, list) or len(x) != len(y):
        raise InputError("keypoints are not as many x as y", where=where, remedy=_HOW)
    scores = person["keypoints"].get("visible")
    points, sure = points_of([list(pair) for pair in zip(x, y, strict=True)], where, COUNTS, scores)
    recording.add(frame, points, has_confidence=sure, track=person.get("track_id"))


FORMAT = json_format("Ultralytics JSON", _recognises, _parse)
