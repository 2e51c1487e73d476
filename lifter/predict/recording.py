"""2D keypoints before lifting: frames with the people that a detector found in each.

Readers (`lifter.predict.readers`, one file a format) call `Recording.add` for every person with the points as their
file has them, and `Recording.leave_out` for a person or file that cannot be read. What all formats have in common is
done once behind them, by `lifter.predict.checks`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lifter.predict.lens import Lens
from synth.core.errors import InputError

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Detection2D:
    """One person in one frame: keypoints (17, 3) of COCO's joints, pixels and confidence 0 to 1, 0 0 0 where not
    detected. name: who it is, where the file says so. size: (width, height) of its picture, intrinsics (3, 3) px and
    lens, where the file gives them."""

    keypoints: Array
    name: str | None = None
    size: tuple[int, int] | None = None
    intrinsics: Array | None = None
    lens: Lens | None = None


@dataclass(eq=False)
class Frame:
    """label: what the frame is called. number: its place in time, where the file says so. picture: a file with its
    pixels, where there is one. size: width, height px. missing: whether the input lacks it, in a gap of its numbers."""

    label: str
    detections: list[Detection2D] = field(default_factory=list)
    picture: Path | None = None
    size: tuple[int, int] | None = None
    number: int | None = None
    missing: bool = False


@dataclass(frozen=True, eq=False)
class FoundPerson:
    """A person as a file has them: points (k, 3) of `joints`, or of the layout with so many joints."""

    frame: Frame
    points: Array
    joints: tuple[str, ...] | None
    has_confidence: bool
    track: Any
    size: tuple[int, int] | None
    intrinsics: Array | None
    lens: Lens | None


@dataclass(eq=False)
class Recording:
    """Frames in order. what: the kind of input, in words. rate: frames a second, None where unknown. notes: what was
    assumed or left out, in words. focal: px, from the photo's EXIF. moving: whether frames follow each other in time.
    together: whether all people are in the same scene. lifted_before: whether it is what `predict` wrote, whose
    confidences were read before. dropped: how many of what were left out. found: people not yet checked. errors: of
    what could not be read."""

    what: str
    frames: list[Frame] = field(default_factory=list)
    rate: float | None = None
    notes: list[str] = field(default_factory=list)
    focal: float | None = None
    moving: bool = True
    together: bool = True
    lifted_before: bool = False
    dropped: Counter[str] = field(default_factory=Counter)
    found: list[FoundPerson] = field(default_factory=list)
    errors: list[InputError] = field(default_factory=list)

    def add(
        self,
        frame: Frame,
        points: Array,
        joints: Sequence[str] | None = None,
        *,
        has_confidence: bool = True,
        track: Any = None,
        size: tuple[int, int] | None = None,
        intrinsics: Array | None = None,
        lens: Lens | None = None,
    ) -> None:
        """Add a person to a frame: points (k, 3) px and confidence, on whatever scale, of joints with names; without
        names, the number of joints says which they are. track: who it is, as the file has it."""
        names = None if joints is None else tuple(joints)
        points = np.asarray(points, np.float64)
        self.found.append(FoundPerson(frame, points, names, has_confidence, track, size, intrinsics, lens))

    def leave_out(self, error: InputError) -> None:
        """Go on without a person or a file that cannot be read; an error after all where nobody else is there."""
        self.errors.append(error)

    def add_each(self, people: Iterable[Any], add: Callable[[int, Any], None]) -> None:
        """Call `add` with the number and content of each person that a frame lists. Who has no content is counted
        as absent; of whom `add` raises InputError is left out."""
        for number, person in enumerate(people):
            if not person:
                self.absent()
                continue
            try:
                add(number, person)
            except InputError as error:
                self.leave_out(error)

    def absent(self) -> None:
        """Count a person who is listed in a frame but not seen in it."""
        self.dropped["people without a joint"] += 1
