"""OpenPose's JSON: a file a frame, {"people": [{"pose_keypoints_2d": [x, y, confidence, ...]}]}.

Cao et al., 'OpenPose: realtime multi-person 2D pose estimation using part affinity fields', TPAMI 2021. Version 1.1
calls the list `pose_keypoints`. AlphaPose writes the same as its formats 'open' and, with `bodies` and `joints`, 'cmu':
a file a frame, or one file with a frame for each picture's name. RTMPose comes in this layout through Pose2Sim and
Sports2D; Pose2Sim writes {} for a person who is not in a frame.
"""

from __future__ import annotations

from typing import Any

from lifter.predict.layouts import COUNTS
from lifter.predict.numbering import stem_of
from lifter.predict.points import points_of, size_of
from lifter.predict.readers.format import follow_pictures, json_format
from lifter.predict.recording import Frame, Recording
from synth.core.errors import InputError

_LISTS = ("people", "bodies")
_KEYS = ("pose_keypoints_2d", "pose_keypoints", "joints")
_HOW = "write it with OpenPose's --write_json"


def _recognises(content: Any) -> bool:
    return _is_frame(content) or _is_by_picture(content)


def _is_frame(content: Any) -> bool:
    return isinstance(content, dict) and any(key in content for key in _LISTS)


def _is_by_picture(content: Any) -> bool:
    return isinstance(content, dict) and any(_is_frame(each) for each in content.values())


def _parse(recording: Recording, content: Any, where: str) -> list[Frame]:
    if str(content.get("format")).startswith("posemill poses"):
        raise InputError("is what predict wrote", where=where, remedy="give poses.npz, which is beside it")
    if _is_frame(content):
        return [_frame(recording, content, "", where)]
    frames = []
    for name, each in content.items():
        if _is_frame(each):
            frame = _frame(recording, each, name, f"{where}: {name[:80]}")
            frame.number = stem_of(name)[1]
            frames.append(frame)
    follow_pictures(recording, frames, where)
    return frames


def _frame(recording: Recording, content: dict[str, Any], label: str, where: str) -> Frame:
    people = next(content[key] for key in _LISTS if key in content)
    if not isinstance(people, list):
        raise InputError("has no list 'people'", where=where, remedy=_HOW)
    frame = Frame(label, size=size_of(content.get("canvas_width"), content.get("canvas_height")))
    recording.add_each(people, lambda n, each: _add(recording, frame, each, f"{where}: people[{n}]"))
    return frame


def _add(recording: Recording, frame: Frame, person: Any, where: str) -> None:
    key = next((key for key in _KEYS if key in person), None) if isinstance(person, dict) else None
    flat = person[key] if key else 0
    if flat is None or flat == []:
        recording.absent()
        return
    if not isinstance(flat, list):
        raise InputError(f"has no '{_KEYS[0]}'", where=where, remedy=_HOW)
    points, sure = points_of(flat, where, COUNTS)
    recording.add(frame, points, has_confidence=sure, track=person.get("person_id", person.get("idx")))


FORMAT = json_format("OpenPose JSON", _recognises, _parse)
