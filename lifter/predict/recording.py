"""What is known in 2D before lifting: frames with the figures that a detector found in each."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth.body.skeleton import COCO_17
from synth.core.errors import InputError

Array = NDArray[np.float64]
_FARTHEST = 1e6  # pixels: no picture is so large


@dataclass(frozen=True, eq=False)
class Figure:
    """One person in one frame: keypoints (17, 3) of COCO's joints, pixels and confidence 0 to 1, 0 0 0 where not
    detected. name: who it is, where the file says so. size: (width, height) of its picture, intrinsics (3, 3) px,
    where the file gives them."""

    keypoints: Array
    name: str | None = None
    size: tuple[int, int] | None = None
    intrinsics: Array | None = None


@dataclass(eq=False)
class Frame:
    """label: what the frame is called. picture: a file with its pixels, where there is one."""

    label: str
    figures: list[Figure]
    picture: Path | None = None
    size: tuple[int, int] | None = None


@dataclass(eq=False)
class Recording:
    """Frames in order. what: the kind of input, in words. rate: frames a second, None where unknown. notes: what was
    assumed or left out, in words. focal: px, as the photo's EXIF tells it. moving: whether frames follow each
    other in time. dropped: how many of what were left out."""

    what: str
    frames: list[Frame]
    rate: float | None = None
    notes: list[str] = field(default_factory=list)
    focal: float | None = None
    moving: bool = True
    together: bool = True
    dropped: Counter[str] = field(default_factory=Counter)


def points_of(values: Any, count: int, where: str) -> Array:
    """(count, 3) from a flat list of JSON numbers. Raises InputError for another length or for what is no number."""
    if not isinstance(values, list) or len(values) != 3 * count:
        given = f"{len(values)} values" if isinstance(values, list) else type(values).__name__
        raise InputError(
            f"keypoints are {given}, not {3 * count} numbers",
            where=where,
            remedy="give x, y, confidence of each",
        )
    try:
        if any(isinstance(value, bool) or not isinstance(value, int | float) for value in values):
            raise ValueError
        return np.array(values, np.float64).reshape(count, 3)
    except (ValueError, OverflowError) as error:
        raise InputError(
            "a keypoint is no number", where=where, remedy="give x, y, confidence of each"
        ) from error


def cleaned(points: Array, dropped: Counter[str]) -> Array:
    """(17, 3) with 0 0 0 for joints that are not there; counts those left out because their numbers mean nothing."""
    finite = np.isfinite(points).all(1)
    near = np.abs(np.nan_to_num(points[:, :2])).max(1) < _FARTHEST
    dropped["joints that are not finite"] += int((~finite).sum())
    dropped["joints far outside any picture"] += int((finite & ~near).sum())
    there = finite & near & (np.nan_to_num(points[:, 2]) > 0)
    kept = np.where(there[:, None], points, 0.0)
    kept[:, 2] = np.minimum(kept[:, 2], 1.0)
    return kept


def by_name(points: Array, names: tuple[str, ...] | list[str]) -> Array:
    """(17, 3) COCO's joints out of (k, 3) joints with names; absent ones are 0 0 0."""
    found = np.zeros((len(COCO_17), 3))
    for row, name in enumerate(COCO_17):
        if name in names:
            found[row] = points[names.index(name)]
    return found
