"""What all formats have in common, done once behind their readers: `checked` turns people as found in files into
detections of COCO's 17 joints, or refuses them.

Joints go by name. A joint counts as not detected where its numbers mean nothing, it lies exactly at 0 0, or its
confidence is too low (`lifter.predict.confidence`). Positions that are shares of the picture are refused. Frames get
their places in time (`lifter.predict.numbering`), and people the names that their file gives.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from lifter.predict import confidence
from lifter.predict.layouts import canonical_name, layout_of
from lifter.predict.numbering import with_gaps
from lifter.predict.points import LARGEST_PICTURE, person_name
from lifter.predict.recording import Array, Detection2D, Recording
from synth.body.skeleton import COCO_17
from synth.core.errors import InputError

# coordinates that never exceed this are shares of the picture (0 to 1, -1 to 1, or of its width), not pixels
_SHARES = 2.0
_PERCENT, _LEAST_SIDE = 100.0, 300  # coordinates of such a picture that never exceed this may be percentages
_RATES = (0.01, 10_000.0)  # frames a second
_MOST_SHOWN = 3


def checked(
    recording: Recording, where: Path, layout: str | None = None, floor: float | None = None
) -> Recording:
    """The recording with `detections` in its frames, sorted by time. layout: of joints without names, floor: for
    confidence, as the user asks.

    Raises InputError where nobody could be read, for positions that are shares of the picture, and for a rate that
    cannot be.
    """
    if recording.errors and not recording.found:
        raise recording.errors[0]
    if recording.rate is not None and not _RATES[0] <= recording.rate <= _RATES[1]:
        raise InputError(
            f"has {recording.rate:g} frames a second", where=str(where), remedy="give another file or --rate"
        )
    _note_errors(recording)
    points = _named(recording, where, layout)
    points = _sure(recording, points, floor)
    cleaned_points = [cleaned(each, recording.dropped) for each in points]
    _refuse_shares(recording, cleaned_points, where)
    _note_percent(recording, cleaned_points)
    for person, keypoints, name in zip(recording.found, cleaned_points, _names(recording), strict=True):
        size = person.size or person.frame.size
        person.frame.detections.append(Detection2D(keypoints, name, size, person.intrinsics, person.lens))
    recording.found.clear()
    if recording.moving:
        recording.frames, note = with_gaps(recording.frames)
        recording.notes += [note] if note else []
    return recording


def cleaned(points: Array, dropped: Counter[str]) -> Array:
    """(17, 3) with 0 0 0 for joints that were not detected; counts those whose numbers cannot be positions."""
    finite = np.isfinite(points).all(1)
    near = np.abs(np.nan_to_num(points[:, :2])).max(1) < LARGEST_PICTURE
    dropped["joints that are not finite"] += int((~finite).sum())
    dropped["joints far outside any picture"] += int((finite & ~near).sum())
    detected = finite & near & (np.nan_to_num(points[:, 2]) > 0) & np.nan_to_num(points[:, :2]).any(1)
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


def _note_errors(recording: Recording) -> None:
    if recording.errors:
        shown = ", ".join(
            f"{Path(error.where).name} ({error.what})" for error in recording.errors[:_MOST_SHOWN]
        )
        more = len(recording.errors) - _MOST_SHOWN
        recording.notes.append(f"left out: {shown}" + (f" and {more:,} more" if more > 0 else ""))


def _named(recording: Recording, where: Path, layout: str | None) -> list[Array]:
    """(17, 3) of everybody: COCO's joints by their names."""
    unnamed: dict[int, list[Array]] = defaultdict(list)
    for person in recording.found:
        if person.joints is None:
            unnamed[len(person.points)].append(person.points)
    names: dict[int, tuple[str, ...]] = {}
    for count, every in unnamed.items():
        try:
            names[count], words = layout_of(every, layout)
        except InputError as error:
            raise InputError(error.what, where=str(where), remedy=error.remedy) from None
        recording.notes.append(
            f"joints are read as {words}" if len(unnamed) == 1 else f"{count} joints are {words}"
        )
    canonical: dict[tuple[str, ...], tuple[str, ...]] = {}
    found = []
    for person in recording.found:
        joints = person.joints or names[len(person.points)]
        if joints not in canonical:
            canonical[joints] = _canonical(recording, joints, person.joints is not None)
        found.append(by_name(person.points, canonical[joints]))
    return found


def _canonical(recording: Recording, joints: tuple[str, ...], from_file: bool) -> tuple[str, ...]:
    """Names as COCO has them, with a note of joints that the file names and that are left out."""
    names = joints if set(COCO_17) <= set(joints) else tuple(map(canonical_name, joints))
    others = [name for name in joints if canonical_name(name) not in COCO_17]
    if from_file and others:
        shown = ", ".join(each[:20] for each in others[:4]) + (", …" if len(others) > 4 else "")
        recording.notes.append(f"{len(others)} joints that are not COCO's are left out: {shown}")
    return names


def _sure(recording: Recording, points: list[Array], floor: float | None) -> list[Array]:
    """Everybody's joints with confidences from 0 to 1."""
    if not points or recording.lifted_before:
        return points
    given = [person.has_confidence for person in recording.found]
    absent = [_absent(each) for each in points]
    expected = np.array([bool(each.any()) for each in np.swapaxes(points, 0, 1)])  # joints of these layouts
    every = np.array([np.where(gone, 0.0, each[:, 2]) for each, gone in zip(points, absent, strict=True)])
    scale = confidence.scale_of(every[np.array(given)][:, expected].ravel(), any(given), floor)
    if any(given) and not all(given):
        recording.notes.append("some people come without confidences: their joints count as seen, with 1")
    below = confidence.counted_below(scale, every[np.array(given)], recording.dropped)
    joints = int((every > 0).sum())
    said = (scale.note, confidence.note_of_floor(scale, below, joints, floor is not None))
    recording.notes += [note for note in said if note]
    found = []
    for each, has in zip(points, given, strict=True):
        own = scale if has else confidence.Scale()
        found.append(np.column_stack([each[:, :2], own.read(each[:, 2])]))
    return found


def _absent(points: Array) -> Array:
    """(17,) bool: joints that are nowhere."""
    return np.asarray(~np.isfinite(points).all(1) | ~np.nan_to_num(points[:, :2]).any(1))


def _refuse_shares(recording: Recording, every: list[Array], where: Path) -> None:
    """Shares of the picture's size say nothing of pixels, and look like a person of one pixel."""
    there = [each[each[:, 2] > 0, :2] for each in every]
    judged = [n for n, each in enumerate(there) if len(each)]
    shares = [n for n in judged if np.abs(there[n]).max() <= _SHARES]
    if shares and 2 * len(shares) >= len(judged):
        raise InputError(
            "positions are shares of the picture, not pixels", where=str(where),
            remedy="write pixels (OpenPose: --keypoint_scale 0)",
        )  # fmt: skip
    for n in shares:
        every[n][:] = 0.0
    if shares:
        recording.dropped["people in shares of the picture"] += len(shares)


def _note_percent(recording: Recording, every: list[Array]) -> None:
    """Say where positions are such as percentages of the picture would be; small pictures have the same."""
    there = [each[each[:, 2] > 0, :2] for each in every]
    found = np.concatenate(there) if there else np.zeros((0, 2))
    sizes = [person.size or person.frame.size for person in recording.found]
    large = all(size is None or min(size) >= _LEAST_SIDE for size in sizes)
    if len(found) and large and (found >= 0).all() and found.max() <= _PERCENT:
        recording.notes.append(
            "no joint lies beyond 100 in x or y: pixels are needed; are these percentages of the picture?"
        )


def _names(recording: Recording) -> list[str | None]:
    """Who everybody is by their file; None for all in a frame in which two have one name."""
    names = [person_name(person.track) for person in recording.found]
    twice = Counter(
        (id(person.frame), name) for person, name in zip(recording.found, names, strict=True) if name
    )
    frames = {frame for (frame, _), count in twice.items() if count > 1}
    return [
        None if id(person.frame) in frames else name
        for person, name in zip(recording.found, names, strict=True)
    ]
