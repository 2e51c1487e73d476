"""Frames of one JSON file as programs wrap them: by the picture's name, in a list, or under 'frames'.

AlphaPose's tracker writes {"0.jpg": [people], ...} (alphapose-results-forvis-tracked.json), ComfyUI's nodes a list of
OpenPose's frames, and scripts of one's own whatever a detector gives for each frame.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lifter.predict.numbering import stem_of

_NUMBERS = ("frame_id", "frame_index", "frame_number", "frame")
_LIST = "frames"


@dataclass(frozen=True)
class Wrapped:
    """Frames, each with a label, a number where there is one, and its content. named: whether the labels are names of
    pictures."""

    frames: tuple[tuple[str, int | None, Any], ...]
    named: bool


def wrapped(content: Any, recognises: Callable[[Any], bool]) -> Wrapped | None:
    """The frames within a file's content, all of which are of a format or empty; None where it is not such a file."""
    if recognises(content):
        return None
    if isinstance(content, dict) and isinstance(content.get(_LIST), list | dict):
        content = content[_LIST]
    if isinstance(content, dict):
        found = [(name, stem_of(name)[1], each) for name, each in content.items()]
    elif isinstance(content, list):
        numbers = [_number(each) for each in content]
        own = None not in numbers and len(set(numbers)) == len(numbers)
        found = [(f"frame {n}", numbers[n] if own else n, each) for n, each in enumerate(content)]
    else:
        return None
    empty = [each == [] or each is None for _, _, each in found]
    if all(empty) or not all(
        none or recognises(each) for none, (_, _, each) in zip(empty, found, strict=True)
    ):
        return None
    return Wrapped(tuple(found), isinstance(content, dict))


def _number(frame: Any) -> int | None:
    values = [frame.get(key) for key in _NUMBERS] if isinstance(frame, dict) else []
    return next((v for v in values if isinstance(v, int) and not isinstance(v, bool) and v >= 0), None)
