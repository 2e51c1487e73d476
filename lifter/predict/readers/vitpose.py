"""easy_ViTPose's JSON (--save-json): {"keypoints": [{"1": [[y, x, score], ...]}, ...], "skeleton": {"0": "nose", ...}}.

A frame an entry, people by their track's number, and y before x, as its `inference` module has it.
"""

from __future__ import annotations

from typing import Any

from lifter.predict.layouts import COUNTS, names_by_number, require_named
from lifter.predict.points import points_of
from lifter.predict.readers.format import json_format
from lifter.predict.recording import Frame, Recording
from synth.core.errors import InputError


def _recognises(content: Any) -> bool:
    if not isinstance(content, dict) or not isinstance(content.get("skeleton"), dict):
        return False
    frames = content.get("keypoints")
    return isinstance(frames, list) and all(isinstance(each, dict) for each in frames)


def _parse(recording: Recording, content: Any, where: str) -> list[Frame]:
    names = names_by_number(content["skeleton"])
    if names is not None:
        require_named(names, where)
    frames = []
    for number, people in enumerate(content["keypoints"]):
        frame = Frame(f"frame {number}", number=number)
        for track, joints in people.items():
            spot = f"{where}: frame {number}, person {str(track)[:20]}"
            try:
                points, sure = points_of(joints, spot, COUNTS if names is None else {len(names)})
                recording.add(frame, points[:, [1, 0, 2]], names, has_confidence=sure, track=track)
            except InputError as error:
                recording.leave_out(error)
        frames.append(frame)
    return frames


FORMAT = json_format("easy_ViTPose JSON", _recognises, _parse)
