"""MMPose's JSON: of its inferencer, and of its demos with --save-predictions.

The inferencer writes a file a picture, a list of instances {"keypoints": [[x, y], ...], "keypoint_scores": [...]}, and
a file a video, a list of frames {"frame_id", "instances"}; the demos {"meta_info", "instance_info": [frames]}. The
format as mmpose's `split_instances` and its documentation of the inferencer have it (version 1). The people that
Hugging Face's `post_process_pose_estimation` gives for ViTPose differ by the name `scores`; AlphaPose's tracker has
lists of {"keypoints": [x, y, c, ...], "scores", "idx"} by the pictures' names.
"""

from __future__ import annotations

from typing import Any

from lifter.predict.layouts import COUNTS, names_by_number, require_named
from lifter.predict.points import points_of
from lifter.predict.readers.format import json_format
from lifter.predict.recording import Frame, Recording
from synth.core.errors import InputError

_HOW = "give the JSON of MMPose's inferencer"
_TRACKS = ("track_id", "instance_id", "idx")
_SCORES = ("keypoint_scores", "keypoints_scores", "keypoint_score", "scores")


def _recognises(content: Any) -> bool:
    if isinstance(content, dict):
        return isinstance(content.get("instance_info"), list) or isinstance(content.get("instances"), list)
    if not isinstance(content, list):
        return False
    if content and all(isinstance(each, list) for each in content):  # frames of a video, or a list around one
        return any(_recognises(each) for each in content)
    dicts = [each for each in content if isinstance(each, dict)]
    return any(isinstance(each.get("instances"), list) or _is_instance(each) for each in dicts)


def _is_instance(content: dict[str, Any]) -> bool:
    return "keypoint_scores" in content or (
        isinstance(content.get("keypoints"), list) and "image_id" not in content
    )


def _parse(recording: Recording, content: Any, where: str) -> list[Frame]:
    names = None
    if isinstance(content, dict):
        names = _names(content.get("meta_info"))
        content = content.get("instance_info", [content])
    if any(isinstance(each, dict) and "instances" in each for each in content):
        return [_frame(recording, each, n, names, where) for n, each in enumerate(content)]
    if content and all(isinstance(each, list) for each in content):
        return [_frame(recording, {"instances": each}, n, names, where) for n, each in enumerate(content)]
    return [_frame(recording, {"instances": content}, 0, names, where)]


def _frame(recording: Recording, content: Any, place: int, names: list[str] | None, where: str) -> Frame:
    number = content.get("frame_id") if isinstance(content, dict) else None
    number = int(number) if isinstance(number, int | float) and 0 <= number < 10**15 else place
    frame = Frame(f"frame {number}", number=number)
    instances = content.get("instances") if isinstance(content, dict) else None
    recording.add_each(
        instances if isinstance(instances, list) else [],
        lambda n, each: _add(recording, frame, each, names, f"{where}: frame {number}, instance {n}"),
    )
    return frame


def _add(recording: Recording, frame: Frame, each: Any, names: list[str] | None, where: str) -> None:
    if not isinstance(each, dict) or "keypoints" not in each:
        raise InputError("has no 'keypoints'", where=where, remedy=_HOW)
    if names is not None:
        require_named(names, where)
    counts = COUNTS if names is None else {len(names)}
    points, sure = points_of(each["keypoints"], where, counts, _scores(each))
    track = next((each[key] for key in _TRACKS if each.get(key) is not None), None)
    recording.add(frame, points, names, has_confidence=sure, track=track)


def _scores(each: dict[str, Any]) -> list[Any] | None:
    """The joints' confidences beside their places; a person's one score is none."""
    return next((each[key] for key in _SCORES if isinstance(each.get(key), list)), None)


def _names(meta: Any) -> list[str] | None:
    """The joints' names of a file's facts; None where it does not list them."""
    by_number = meta.get("keypoint_id2name") if isinstance(meta, dict) else None
    if isinstance(by_number, list) and all(isinstance(each, str) for each in by_number):
        return by_number or None
    return names_by_number(by_number) if isinstance(by_number, dict) else None


FORMAT = json_format("MMPose JSON", _recognises, _parse)
