"""2D keypoints before lifting: frames with the people that a detector found in each, and the checks of all formats.

Readers (`lifter.predict.readers`, one file a format) call `Recording.add` for every person with the joints as their
format has them, and `Recording.check` follows when a reader is done: what all formats have in common is here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth.body.skeleton import COCO_17
from synth.core.errors import InputError

Array = NDArray[np.float64]
LARGEST_PICTURE = 1_000_000  # pixels along a side; larger coordinates or sizes are mistakes
_NORMALIZED = (
    1.5  # coordinates that never exceed this are shares of the picture (0 to 1, or -1 to 1), not pixels
)
_RATES = (0.01, 10_000.0)  # frames a second


@dataclass(frozen=True, eq=False)
class Detection2D:
    """One person in one frame: keypoints (17, 3) of COCO's joints, pixels and confidence 0 to 1, 0 0 0 where not
    detected. name: who it is, where the file says so. size: (width, height) of its picture, intrinsics (3, 3) px,
    where the file gives them."""

    keypoints: Array
    name: str | None = None
    size: tuple[int, int] | None = None
    intrinsics: Array | None = None


@dataclass(eq=False)
class Frame:
    """label: what the frame is called. number: its place in time, where the file says so. picture: a file with its
    pixels, where there is one. size: width, height px."""

    label: str
    detections: list[Detection2D] = field(default_factory=list)
    picture: Path | None = None
    size: tuple[int, int] | None = None
    number: int | None = None


@dataclass(eq=False)
class Recording:
    """Frames in order. what: the kind of input, in words. rate: frames a second, None where unknown. notes: what was
    assumed or left out, in words. focal: px, from the photo's EXIF. moving: whether frames follow each other in time.
    together: whether all people are in the same scene. dropped: how many of what were left out."""

    what: str
    frames: list[Frame] = field(default_factory=list)
    rate: float | None = None
    notes: list[str] = field(default_factory=list)
    focal: float | None = None
    moving: bool = True
    together: bool = True
    dropped: Counter[str] = field(default_factory=Counter)

    def add(
        self,
        frame: Frame,
        points: Array,
        joints: Sequence[str] = COCO_17,
        *,
        name: str | None = None,
        size: tuple[int, int] | None = None,
        intrinsics: Array | None = None,
    ) -> None:
        """Add a person to a frame: points (k, 3) px and confidence of joints with names, of which COCO's are kept.

        A joint whose confidence is 0 or less, or whose numbers mean nothing, counts as not detected; the latter are
        counted in `dropped`. Confidences above 1 are taken for 1.
        """
        keypoints = cleaned(by_name(points, joints), self.dropped)
        frame.detections.append(Detection2D(keypoints, name, size or frame.size, intrinsics))

    def check(self, where: Path) -> None:
        """Check what no format may get wrong, and put frames with numbers in their order.

        Raises InputError for positions that are shares of the picture, and for a rate that cannot be. Frame numbers
        that are missing are noted.
        """
        _refuse_normalized(self, where)
        if self.rate is not None and not _RATES[0] <= self.rate <= _RATES[1]:
            raise InputError(
                f"has {self.rate:g} frames a second", where=str(where), remedy="give another file or --rate"
            )
        numbers = [frame.number for frame in self.frames if frame.number is not None]
        if not self.frames or len(numbers) < len(self.frames):
            return
        self.frames.sort(key=lambda frame: frame.number or 0)
        missing = max(numbers) - min(numbers) + 1 - len(set(numbers))
        if self.moving and missing:
            self.notes.append(
                f"{missing:,} frame numbers between {min(numbers):,} and {max(numbers):,} are missing; time runs over "
                "the frames that are there"
            )


def _refuse_normalized(recording: Recording, where: Path) -> None:
    """Shares of the picture's size say nothing of pixels, and look like a person of one pixel."""
    largest = 0.0
    for frame in recording.frames:
        for detection in frame.detections:
            detected = detection.keypoints[detection.keypoints[:, 2] > 0, :2]
            largest = max(largest, float(np.abs(detected).max(initial=0.0)))
    if 0 < largest <= _NORMALIZED:
        raise InputError(
            "positions are shares of the picture, not pixels", where=str(where),
            remedy="write pixels (OpenPose: --keypoint_scale 0)",
        )  # fmt: skip


def points_of(values: Any, count: int, where: str) -> Array:
    """(count, 3) from a flat list of JSON numbers. Raises InputError for another length or for what is not a number."""
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
            "a keypoint is not a number", where=where, remedy="give x, y, confidence of each"
        ) from error


def size_of(width: Any, height: Any) -> tuple[int, int] | None:
    """A picture's (width, height) px as a file gives it; None for what cannot be one."""
    try:
        size = (float(width), float(height))
    except (TypeError, ValueError, OverflowError):
        return None
    if isinstance(width, bool) or not all(1 <= side < LARGEST_PICTURE for side in size):  # NaN fails, too
        return None
    return int(size[0]), int(size[1])


def cleaned(points: Array, dropped: Counter[str]) -> Array:
    """(17, 3) with 0 0 0 for joints that were not detected; counts those whose numbers cannot be positions."""
    finite = np.isfinite(points).all(1)
    near = np.abs(np.nan_to_num(points[:, :2])).max(1) < LARGEST_PICTURE
    dropped["joints that are not finite"] += int((~finite).sum())
    dropped["joints far outside any picture"] += int((finite & ~near).sum())
    detected = finite & near & (np.nan_to_num(points[:, 2]) > 0)
    kept = np.where(detected[:, None], points, 0.0)
    kept[:, 2] = np.minimum(kept[:, 2], 1.0)
    return kept


def by_name(points: Array, names: Sequence[str]) -> Array:
    """(17, 3) COCO's joints out of (k, 3) joints with names; absent ones are 0 0 0."""
    found = np.zeros((len(COCO_17), 3))
    for row, name in enumerate(COCO_17):
        if name in names:
            found[row] = points[names.index(name)]
    return found
