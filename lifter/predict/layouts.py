"""The joints that detectors report, by layout, and finding the layout of joints that come without names.

The number of joints says which layout it is, but for 25 (BODY_25 and BODY_25B) and 17 (COCO and Human3.6M): there it
is seen from where the joints lie. Orders: OpenPose's documentation of its output (BODY_25, BODY_25B, BODY_135, COCO,
MPI); Fang et al., 'AlphaPose', TPAMI 2022 (Halpe); Jin et al., 'Whole-body human pose estimation in the wild', ECCV
2020 (COCO-WholeBody); Andriluka et al., 'MPII human pose', CVPR 2014; MediaPipe's documentation of BlazePose.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth.body.skeleton import COCO_17, JOINT_SETS
from synth.core.errors import InputError

Array = NDArray[np.float64]
_FEET = ("left_big_toe", "left_small_toe", "left_heel", "right_big_toe", "right_small_toe", "right_heel")
_HALPE = (
    "head_top", "neck", "mid_hip",
    "left_big_toe", "right_big_toe", "left_small_toe", "right_small_toe", "left_heel", "right_heel",
)  # fmt: skip


def _rest(count: int) -> tuple[str, ...]:
    """Names of points of face and hands, which are not lifted."""
    return tuple(f"face_or_hand_{n}" for n in range(count))


LAYOUTS: dict[str, tuple[str, ...]] = {
    "body25": tuple(JOINT_SETS["body25"]),
    "body25b": (*COCO_17, "upper_neck", "head_top", *_FEET),
    "coco18": (
        "nose", "neck", "right_shoulder", "right_elbow", "right_wrist", "left_shoulder", "left_elbow", "left_wrist",
        "right_hip", "right_knee", "right_ankle", "left_hip", "left_knee", "left_ankle", "right_eye", "left_eye",
        "right_ear", "left_ear",
    ),
    "coco17": COCO_17,
    "mpi15": (
        "head_top", "neck", "right_shoulder", "right_elbow", "right_wrist", "left_shoulder", "left_elbow",
        "left_wrist", "right_hip", "right_knee", "right_ankle", "left_hip", "left_knee", "left_ankle", "chest",
    ),
    "mpii16": (
        "right_ankle", "right_knee", "right_hip", "left_hip", "left_knee", "left_ankle", "pelvis", "thorax",
        "upper_neck", "head_top", "right_wrist", "right_elbow", "right_shoulder", "left_shoulder", "left_elbow",
        "left_wrist",
    ),
    "h36m17": tuple(JOINT_SETS["h36m17"]),
    "halpe26": (*COCO_17, *_HALPE),
    "blazepose33": (
        "nose", "left_eye_inner", "left_eye", "left_eye_outer", "right_eye_inner", "right_eye", "right_eye_outer",
        "left_ear", "right_ear", "mouth_left", "mouth_right", "left_shoulder", "right_shoulder", "left_elbow",
        "right_elbow", "left_wrist", "right_wrist", "left_pinky", "right_pinky", "left_index", "right_index",
        "left_thumb", "right_thumb", "left_hip", "right_hip", "left_knee", "right_knee", "left_ankle", "right_ankle",
        "left_heel", "right_heel", "left_foot_index", "right_foot_index",
    ),
    "wholebody133": (*COCO_17, *_FEET, *_rest(110)),
    "body135": (*COCO_17, "upper_neck", "head_top", *_FEET, *_rest(110)),
    "halpe136": (*COCO_17, *_HALPE, *_rest(110)),
}  # fmt: skip
COUNTS = frozenset(len(names) for names in LAYOUTS.values())
FEWEST_NAMED = 4  # of COCO's joints that names must give: fewer can never be lifted
_BETWEEN = {"neck": "shoulder", "upper_neck": "shoulder", "mid_hip": "hip"}
_FACE, _HEAD = COCO_17[:5], ("thorax", "nose", "head")
_COMPACT = 0.4  # of a person's extent: the joints of a head lie closer together
_MOST_JUDGED = 2000  # people


def layout_of(every: Sequence[Array], chosen: str | None) -> tuple[tuple[str, ...], str]:
    """The names of people's joints (k, 3), of which all have the same number, and in words which and why.

    chosen: a layout's name, where the user gives it. Raises InputError without a place where none fits.
    """
    count = len(every[0])
    if chosen is not None:
        if len(LAYOUTS[chosen]) != count:
            raise _unfit(f"{count} joints where {chosen} has {len(LAYOUTS[chosen])}")
        return LAYOUTS[chosen], f"{chosen} (as asked)"
    if count == 25:
        name, why = _of_25(every)
    elif count == 17:
        name, why = _of_17(every)
    else:
        fitting = [name for name, names in LAYOUTS.items() if len(names) == count]
        if not fitting:
            raise _unfit(f"has {count} joints")
        name, why = fitting[0], f"{count} joints"
    there = len(set(COCO_17) & set(LAYOUTS[name]))
    return LAYOUTS[name], f"{name} ({why})" + (f", {there} of COCO's 17" if there < len(COCO_17) else "")


def canonical_name(name: object) -> str:
    """A joint's name as this project writes it: 'L_Shoulder', 'leftShoulder' and 'Left Shoulder' are left_shoulder."""
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", str(name).strip())
    text = re.sub(r"[\s.\-_]+", "_", text).lower().strip("_")
    text = re.sub(r"^(l|r)_", lambda match: {"l": "left_", "r": "right_"}[match[1]], text)
    text = re.sub(
        r"^(.*)_(left|right|l|r)$", lambda m: f"{ {'l': 'left', 'r': 'right'}.get(m[2], m[2]) }_{m[1]}", text
    )
    match = re.fullmatch(r"(left|right|l|r)(eye|ear|shoulder|elbow|wrist|hip|knee|ankle)", text)
    return f"{ {'l': 'left', 'r': 'right'}.get(match[1], match[1]) }_{match[2]}" if match else text


def require_named(names: Sequence[str], where: str) -> None:
    """Raise InputError where a file's names of joints have too few of COCO's to lift anybody."""
    there = set(map(canonical_name, names)) & set(COCO_17)
    if len(there) < FEWEST_NAMED:
        shown = ", ".join(str(each)[:20] for each in names[:4])
        raise InputError(
            f"names only {len(there)} of COCO's 17 joints ({shown}, …)", where=where,
            remedy=f"use some of {', '.join(COCO_17)}",
        )  # fmt: skip


def names_by_number(names: Mapping[Any, Any]) -> list[str] | None:
    """A file's names of joints, in the order of the numbers that they are listed by; None where there are none."""
    if not names or not all(str(key).isdecimal() for key in names):
        return None
    return [str(names[key]) for key in sorted(names, key=int)]


def _of_25(every: Sequence[Array]) -> tuple[str, str]:
    off = {
        "body25": _off(every, "body25", "neck", "mid_hip"),
        "body25b": _off(every, "body25b", "upper_neck"),
    }
    if not np.isfinite(list(off.values())).all():
        return "body25", "too few joints are detected to rule out body25b"
    return min(off, key=lambda name: off[name]), "by where the neck lies; --layout chooses otherwise"


def _of_17(every: Sequence[Array]) -> tuple[str, str]:
    face, head = _spread(every, COCO_17, _FACE), _spread(every, LAYOUTS["h36m17"], _HEAD)
    if np.isnan(face) or face <= _COMPACT:
        return "coco17", "17 joints"
    if head <= _COMPACT:
        return "h36m17", "17 joints, and those of the head lie together; --layout chooses otherwise"
    if face > 1.5 * _COMPACT:
        raise _unfit("has 17 joints, of which neither COCO's face nor Human3.6M's head lie together")
    return "coco17", "17 joints"


def _unfit(what: str) -> InputError:
    return InputError(
        what, where="", remedy=f"choose the layout of these files: --layout {', '.join(LAYOUTS)}"
    )


def _detected(points: Array) -> NDArray[np.bool_]:
    return np.asarray(np.isfinite(points).all(1) & (points[:, 2] > 0) & points[:, :2].any(1))


def _spread(every: Sequence[Array], names: Sequence[str], some: Sequence[str]) -> float:
    """The median extent of some joints over the person's, of people who have nearly all joints; NaN without any."""
    rows = [names.index(name) for name in some]
    found = []
    for points in every[:_MOST_JUDGED]:
        there = _detected(points)
        if there.sum() >= len(names) - 4 and there[rows].sum() >= 3:
            extent = float(np.ptp(points[there, :2], axis=0).max())
            own = points[[row for row in rows if there[row]], :2]
            found.append(float(np.ptp(own, axis=0).max()) / max(extent, 1e-9))
    return float(np.median(found)) if found else np.nan


def _off(every: Sequence[Array], layout: str, *middles: str) -> float:
    """How far the joints that should lie midway between two others are from there, over the person's extent."""
    names = LAYOUTS[layout]
    found = []
    for points in every[:_MOST_JUDGED]:
        there = _detected(points)
        extent = float(np.ptp(points[there, :2], axis=0).max()) if there.any() else 0.0
        for middle in middles:
            ends = (f"left_{_BETWEEN[middle]}", f"right_{_BETWEEN[middle]}")
            rows = [names.index(name) for name in (middle, *ends)]
            if there[rows].all() and extent > 0:
                a, b, c = points[rows, :2]
                found.append(float(np.linalg.norm(a - (b + c) / 2)) / extent)
    return float(np.median(found)) if found else np.nan
