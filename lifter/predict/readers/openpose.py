"""OpenPose's JSON: a file a frame, {"people": [{"pose_keypoints_2d": [x, y, confidence, ...]}]}.

Cao et al., 'OpenPose: realtime multi-person 2D pose estimation using part affinity fields', TPAMI 2021; the order of
joints as its documentation of the output lists it. BODY_25 and BODY_25B both have 25 joints and no name: which of
them a file holds is seen from where its neck and mid-hip lie, or given by the user.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from lifter.predict.readers.format import Format, ReadOptions, Source
from lifter.predict.recording import Array, Frame, Recording, points_of
from synth.body.skeleton import COCO_17, JOINT_SETS
from synth.core.errors import InputError

_FEET = ("left_big_toe", "left_small_toe", "left_heel", "right_big_toe", "right_small_toe", "right_heel")
LAYOUTS: dict[str, tuple[str, ...]] = {
    "body25": tuple(JOINT_SETS["body25"]),
    "body25b": (*COCO_17, "upper_neck", "head_top", *_FEET),
    "coco18": (
        "nose", "neck", "right_shoulder", "right_elbow", "right_wrist", "left_shoulder", "left_elbow", "left_wrist",
        "right_hip", "right_knee", "right_ankle", "left_hip", "left_knee", "left_ankle", "right_eye", "left_eye",
        "right_ear", "left_ear",
    ),
    "coco17": COCO_17,
}  # fmt: skip
_KEY = "pose_keypoints_2d"
_HOW = "write it with OpenPose's --write_json"
_NUMBER = re.compile(r"_(\d{12})_keypoints$")  # as OpenPose numbers a video's frames


def read_openpose(source: Source, options: ReadOptions) -> Recording:
    """The frames of some files, in the order given. Raises InputError for whatever is not OpenPose's output."""
    people = [(path, _people(content, str(path))) for path, content in source.contents()]
    every = [points for _, frame in people for points, _ in frame]
    counts = Counter(len(points) for points in every)
    if len(counts) > 1:
        raise InputError(
            f"people have {' and '.join(map(str, sorted(counts)))} joints", where=str(source.path),
            remedy="give frames of one model",
        )  # fmt: skip
    chosen, why = (options.layout, "as asked") if options.layout else _guess(every)
    names = LAYOUTS[chosen]
    if every and len(every[0]) != len(names):
        raise InputError(
            f"{len(every[0])} joints where {chosen} has {len(names)}", where=str(people[0][0]),
            remedy=f"choose the layout of these files: {', '.join(LAYOUTS)}",
        )  # fmt: skip
    what = f"OpenPose JSON, {len(people)} frames" if source.is_folder else "OpenPose JSON"
    note = f"joints are read as OpenPose's {chosen} ({why})"
    recording = Recording(what, notes=[note], moving=len(people) > 1)
    for (path, found), number in zip(people, _numbers([path for path, _ in people]), strict=True):
        frame = Frame(path.stem, number=number)
        for points, name in found:
            recording.add(frame, points, names, name=name)
        recording.frames.append(frame)
    return recording


def _recognises(source: Source) -> bool:
    return isinstance(source.first_json, dict) and "people" in source.first_json


def _numbers(paths: list[Path]) -> list[int | None]:
    """The frames' numbers from their names, where all have one of their own."""
    found = [_NUMBER.search(path.stem) for path in paths]
    numbers = [int(match[1]) for match in found if match]
    return [*numbers] if len(set(numbers)) == len(paths) else [None] * len(paths)


def _people(content: Any, where: str) -> list[tuple[Array, str | None]]:
    """Joints (k, 3) and identity of everybody in a frame."""
    people = content.get("people") if isinstance(content, dict) else None
    if not isinstance(people, list):
        raise InputError("has no list 'people'", where=where, remedy=_HOW)
    frame = []
    for number, person in enumerate(people):
        spot = f"{where}: people[{number}]"
        flat = person.get(_KEY) if isinstance(person, dict) else None
        if not isinstance(flat, list):
            raise InputError(f"has no '{_KEY}'", where=spot, remedy=_HOW)
        counts = {len(names) for names in LAYOUTS.values()}
        if len(flat) // 3 not in counts:
            raise InputError(
                f"has {len(flat) / 3:g} joints", where=spot,
                remedy="write it with the model BODY_25, BODY_25B or COCO",
            )  # fmt: skip
        frame.append((points_of(flat, len(flat) // 3, spot), _identity(person.get("person_id"))))
    names = [name for _, name in frame]
    if None in names or len(set(names)) < len(names):  # OpenPose without tracking gives everybody -1
        return [(points, None) for points, _ in frame]
    return frame


def _identity(value: Any) -> str | None:
    value = value[0] if isinstance(value, list) and value else value
    return (
        f"person {value}" if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
    )


def _guess(every: list[Array]) -> tuple[str, str]:
    """The layout of people's joints, and how it was found."""
    if not every:
        return "body25", "no person is in them"
    count = len(every[0])
    if count != 25:
        return next(name for name, names in LAYOUTS.items() if len(names) == count), f"{count} joints"
    off = {
        "body25": _off(every, "body25", "neck", "mid_hip"),
        "body25b": _off(every, "body25b", "upper_neck"),
    }
    if not np.isfinite(list(off.values())).all():
        return "body25", "too few joints are detected to rule out body25b"
    best = min(off, key=lambda name: off[name])
    return best, "by where the neck lies; --layout chooses otherwise"


def _off(every: list[Array], layout: str, *middles: str) -> float:
    """How far the joints that should lie midway between two others are from there, over the person's extent."""
    names = LAYOUTS[layout]
    between = {"neck": "shoulder", "upper_neck": "shoulder", "mid_hip": "hip"}
    found = []
    for points in every[:2000]:
        detected = np.isfinite(points).all(1) & (points[:, 2] > 0)
        extent = float(np.ptp(points[detected, :2], axis=0).max()) if detected.any() else 0.0
        for middle in middles:
            rows = [
                names.index(name) for name in (middle, f"left_{between[middle]}", f"right_{between[middle]}")
            ]
            if detected[rows].all() and extent > 0:
                a, b, c = points[rows, :2]
                found.append(float(np.linalg.norm(a - (b + c) / 2)) / extent)
    return float(np.median(found)) if found else np.nan


FORMAT = Format("OpenPose JSON", (".json",), _recognises, read_openpose, folders=True)
