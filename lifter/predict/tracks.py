"""Who is who: the detections of all frames as rows, each with a frame and a person.

A person is followed by the nearest box: between a detection and everybody followed so far stands the distance of their
boxes' middles plus the difference of their sizes, over the larger size; the closest pairs are joined first, none that
are a whole size apart, and who has not been detected for a second, or for one step of frames that are further apart, is
given up. That is enough for people who
keep apart; where they cross, they may change names. Names that the file gives are kept instead; who has none in a
frame may be one of the people with names, followed by place.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lifter.predict.lens import Lens
from lifter.predict.recording import Array, Detection2D, Recording

_APART = 1.0
_SECONDS = 1.0


@dataclass(frozen=True, eq=False)
class Rows:
    """n detections. keypoints (n, 17, 3) f32; frame (n,) and person (n,) numbers from 0; names of the persons; size
    (n, 2) px, 0 where unknown; intrinsics (n, 3, 3), NaN where the file gives none; lenses (n,), None where
    straight."""

    keypoints: NDArray[np.float32]
    frame: NDArray[np.int64]
    person: NDArray[np.int64]
    names: tuple[str, ...]
    size: NDArray[np.int64]
    intrinsics: Array
    lenses: tuple[Lens | None, ...]


def rows_of(recording: Recording, rate: float | None = None) -> Rows:
    """Everybody in every frame, sorted by person and frame; who has not one joint is counted and left out. rate: frames
    a second, as the user gives it."""
    reserved = {each.name for frame in recording.frames for each in frame.detections if each.name}
    waits = round(_SECONDS * (rate or recording.rate or 30.0))
    tracker = _Tracker(max(waits, _step(recording)), reserved)
    found: list[tuple[int, int, Detection2D]] = []
    for number, frame in enumerate(recording.frames):
        there = [each for each in frame.detections if each.name or (each.keypoints[:, 2] > 0).any()]
        recording.dropped["people without a joint"] += len(frame.detections) - len(there)
        who = tracker.followed(number, there) if recording.moving else tracker.counted(there)
        found += [(person, number, each) for person, each in zip(who, there, strict=True)]
    found.sort(key=lambda row: row[:2])
    sizes = [row[2].size or recording.frames[row[1]].size or (0, 0) for row in found]
    unknown = np.full((3, 3), np.nan)
    cameras = [unknown if row[2].intrinsics is None else row[2].intrinsics for row in found]
    return Rows(
        np.array([row[2].keypoints for row in found], np.float32).reshape(-1, 17, 3),
        np.array([row[1] for row in found], np.int64),
        np.array([row[0] for row in found], np.int64),
        tuple(tracker.names),
        np.array(sizes, np.int64).reshape(-1, 2),
        np.array(cameras, np.float64).reshape(-1, 3, 3),
        tuple(row[2].lens for row in found),
    )


def _step(recording: Recording) -> int:
    """From one frame to the next that the input has, where each is some frames after the one before."""
    there = [number for number, frame in enumerate(recording.frames) if not frame.missing]
    return int(np.median(np.diff(there))) if len(there) > 1 else 1


class _Tracker:
    """The people so far: their names, and when and in what box each was last seen. waits: frames. reserved: names
    that the file gives to people."""

    def __init__(self, waits: int, reserved: set[str]) -> None:
        self.names: list[str] = []
        self._waits, self._reserved = waits, reserved
        self._last: dict[int, tuple[int, Array]] = {}
        self._named: dict[str, int] = {}

    def counted(self, detections: list[Detection2D]) -> list[int]:
        """Who the detections of a picture by itself are: the first of it, the second, ..."""
        while len(self.names) < len(detections):
            self._new(None)
        return list(range(len(detections)))

    def followed(self, frame: int, detections: list[Detection2D]) -> list[int]:
        """Who the detections of the next frame are: by name where they have one, else the nearest of the others."""
        boxes = [_box(detection) for detection in detections]
        who = {
            i: self._named[each.name] if each.name in self._named else self._new(each.name)
            for i, each in enumerate(detections)
            if each.name is not None
        }
        waited = {k: box for k, (seen, box) in self._last.items() if frame - seen <= self._waits}
        pairs = sorted(
            (_between(boxes[i], box), i, k)
            for i, detection in enumerate(detections)
            if detection.name is None
            for k, box in waited.items()
        )
        for far, i, k in pairs:
            if far <= _APART and i not in who and k not in who.values():
                who[i] = k
        found = [who[i] if i in who else self._new(None) for i in range(len(detections))]
        for person, box, detection in zip(found, boxes, detections, strict=True):
            if (detection.keypoints[:, 2] > 0).any():
                self._last[person] = (frame, box)
        return found

    def _new(self, name: str | None) -> int:
        if name is None:  # a number that no name of the file has
            number = len(self.names) + 1
            while f"person {number}" in self.names or f"person {number}" in self._reserved:
                number += 1
            self.names.append(f"person {number}")
        else:
            self._named[name] = len(self.names)
            self.names.append(name)
        return len(self.names) - 1


def _box(detection: Detection2D) -> Array:
    """x, y of the middle and the longer side, of the joints that were detected."""
    there = detection.keypoints[detection.keypoints[:, 2] > 0, :2]
    if not len(there):
        return np.zeros(3)
    low, high = there.min(0), there.max(0)
    return np.array([*(low + high) / 2, max(1.0, float((high - low).max()))])


def _between(a: Array, b: Array) -> float:
    return float((np.linalg.norm(a[:2] - b[:2]) + abs(a[2] - b[2])) / max(a[2], b[2]))
