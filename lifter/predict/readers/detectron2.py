"""Detectron2's `Instances` as JSON: {"pred_keypoints": [[[x, y, score], ...], ...]}, a person an entry, a file a frame.

The fields' names are those of detectron2.structures.Instances. A video is a list of frames, or one file a frame;
`image_size` is (height, width), as in the library. Its lists of COCO results are read as COCO's.
"""

from __future__ import annotations

from typing import Any

from lifter.predict.layouts import COUNTS
from lifter.predict.points import points_of, size_of
from lifter.predict.readers.format import json_format
from lifter.predict.recording import Frame, Recording
from synth.core.errors import InputError

_KEY = "pred_keypoints"


def _instances(content: Any) -> dict[str, Any] | None:
    """What has the key: the content, or what is under one of the names that dumps of `Instances` give it."""
    if not isinstance(content, dict):
        return None
    if _KEY in content:
        return content
    inner = next((content[name] for name in ("instances", "fields", "_fields") if name in content), None)
    return _instances(inner)


def _recognises(content: Any) -> bool:
    if isinstance(content, list):
        return any(_instances(each) is not None for each in content)
    return _instances(content) is not None


def _parse(recording: Recording, content: Any, where: str) -> list[Frame]:
    every = content if isinstance(content, list) else [content]
    frames = []
    for number, each in enumerate(every):
        frame = Frame(f"frame {number}", number=number)
        found = _instances(each) or {}
        size = found.get("image_size") or (each.get("image_size") if isinstance(each, dict) else None)
        if isinstance(size, list) and len(size) == 2:
            frame.size = size_of(size[1], size[0])
        people = found.get(_KEY)
        for n, person in enumerate(people if isinstance(people, list) else []):
            try:
                points, sure = points_of(person, f"{where}: frame {number}, person {n}", COUNTS)
                recording.add(frame, points, has_confidence=sure)
            except InputError as error:
                recording.leave_out(error)
        frames.append(frame)
    return frames


FORMAT = json_format("Detectron2 JSON", _recognises, _parse)
