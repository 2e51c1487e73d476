"""OpenPose's JSON: a file a frame, {"people": [{"pose_keypoints_2d": [x, y, confidence, ...]}]}.

Cao et al., 'OpenPose: realtime multi-person 2D pose estimation using part affinity fields', TPAMI 2021; the order of
joints as its documentation of the output lists it. BODY_25 and BODY_25B both have 25 joints and no name: which of
them a file holds is told by where its neck and mid-hip lie, or by the user.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from lifter.predict.recording import Array, Figure, Frame, Recording, by_name, cleaned, points_of
from synth.body.skeleton import COCO_17, JOINT_SETS
from synth.core.disk import read_json
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


def read_openpose(paths: list[Path], layout: str | None, what: str) -> Recording:
    """The frames of some files, in the order given. layout: of `LAYOUTS`, or None to find out.

    Raises InputError for whatever is no OpenPose output.
    """
    people = [(path, _people(read_json(path, _HOW), str(path))) for path in paths]
    every = [points for _, frame in people for points, _ in frame]
    counts = Counter(len(points) for points in every)
    if len(counts) > 1:
        raise InputError(
            f"people have {' and '.join(map(str, sorted(counts)))} joints", where=str(paths[0].parent),
            remedy="give frames of one model",
        )  # fmt: skip
    chosen, why = (layout, "as asked") if layout else _guess(every)
    names = LAYOUTS[chosen]
    if every and len(every[0]) != len(names):
        raise InputError(
            f"{len(every[0])} joints where {chosen} has {len(names)}", where=str(paths[0]),
            remedy=f"choose the layout of these files: {', '.join(LAYOUTS)}",
        )  # fmt: skip
    dropped: Counter[str] = Counter()
    frames = [
        Frame(path.stem, [Figure(cleaned(by_name(p, names), dropped), name) for p, name in frame])
        for path, frame in people
    ]
    _refuse_shares_of_the_picture(every, str(paths[0]))
    notes = [f"joints are read as OpenPose's {chosen} ({why})"]
    return Recording(f"OpenPose {what}", frames, notes=notes, dropped=dropped, moving=len(paths) > 1)


def in_order(folder: Path) -> list[Path]:
    """The JSON files of a folder, frame 10 after frame 9."""

    def key(path: Path) -> list[tuple[bool, int, str]]:
        words = re.split(r"(\d+)", path.name)
        return [
            (w.isdecimal() and w.isascii(), int(w) if w.isdecimal() and w.isascii() else 0, w) for w in words
        ]

    return sorted((p for p in folder.iterdir() if p.suffix.lower() == ".json"), key=key)


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
    if None in names or len(set(names)) < len(names):  # OpenPose without tracking says -1 of everybody
        return [(points, None) for points, _ in frame]
    return frame


def _identity(value: Any) -> str | None:
    value = value[0] if isinstance(value, list) and value else value
    return (
        f"person {value}" if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
    )


def _guess(every: list[Array]) -> tuple[str, str]:
    """The layout of people's joints, and how it was told."""
    if not every:
        return "body25", "nobody is in them"
    count = len(every[0])
    if count != 25:
        return next(name for name, names in LAYOUTS.items() if len(names) == count), f"{count} joints"
    off = {
        "body25": _off(every, "body25", "neck", "mid_hip"),
        "body25b": _off(every, "body25b", "upper_neck"),
    }
    if not np.isfinite(list(off.values())).all():
        return "body25", "too little is seen to tell it from body25b"
    best = min(off, key=lambda name: off[name])
    return best, "told by where the neck lies; --layout chooses otherwise"


def _off(every: list[Array], layout: str, *middles: str) -> float:
    """How far the joints that should lie midway between two others are from there, over the person's extent."""
    names = LAYOUTS[layout]
    between = {"neck": "shoulder", "upper_neck": "shoulder", "mid_hip": "hip"}
    found = []
    for points in every[:2000]:
        there = np.isfinite(points).all(1) & (points[:, 2] > 0)
        extent = float(np.ptp(points[there, :2], axis=0).max()) if there.any() else 0.0
        for middle in middles:
            rows = [
                names.index(name) for name in (middle, f"left_{between[middle]}", f"right_{between[middle]}")
            ]
            if there[rows].all() and extent > 0:
                a, b, c = points[rows, :2]
                found.append(float(np.linalg.norm(a - (b + c) / 2)) / extent)
    return float(np.median(found)) if found else np.nan


def _refuse_shares_of_the_picture(every: list[Array], where: str) -> None:
    """OpenPose can write positions as shares of the picture's size, which say nothing of pixels."""
    there = [points[points[:, 2] > 0, :2] for points in every]
    largest = max((float(np.abs(np.nan_to_num(p)).max()) for p in there if p.size), default=np.inf)
    if largest <= 1.5:
        raise InputError(
            "positions are shares of the picture, not pixels", where=where,
            remedy="run OpenPose with --keypoint_scale 0",
        )  # fmt: skip
