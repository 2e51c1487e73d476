"""When a frame was: numbers from the names of files and pictures, and gaps between them as frames without people."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np

from lifter.predict.recording import Frame
from synth.core.errors import InputError

_DIGITS = re.compile(r"([0-9]+)")
_MOST_NUMBER = 10**15
MOST_FRAMES = 200_000  # of a recording with its gaps
_SHOWN = 4


def numbers_of(names: Sequence[str], where: str) -> tuple[list[int] | None, list[int]]:
    """The frames' numbers by their names, None where names have none, and which names do not fit and are left out.

    The number is the last run of digits that differs between the names; what else differs are names of videos.
    Raises InputError where the names are those of several videos.
    """
    split = [_DIGITS.split(name) for name in names]
    usual, count = Counter(_text(each) for each in split).most_common(1)[0]
    odd = [n for n, each in enumerate(split) if _text(each) != usual]
    alike = [each for each in split if _text(each) == usual]
    if odd and count > 2 * len(odd) and not _repeated([split[n] for n in odd]):
        found, _ = numbers_of(["".join(each) for each in alike], where)
        return found, odd
    if odd:
        return _of_videos(split, where), []
    varying = [at for at in range(1, len(alike[0]), 2) if len({each[at] for each in alike}) > 1]
    if len(varying) > 1:
        return _of_videos(split, where, varying[-1]), []
    if not varying:
        return ([0] if len(names) == 1 else None), []
    numbers = [int(each[varying[0]][-18:]) for each in alike]
    plain = len(set(numbers)) == len(numbers) and max(numbers) < _MOST_NUMBER
    return (numbers if plain else None), []


def stem_of(name: str) -> tuple[str, int | None]:
    """A name without its last number, and that number."""
    found = list(_DIGITS.finditer(name))
    if not found:
        return name, None
    return name[: found[-1].start()] + "#" + name[found[-1].end() :], int(found[-1][0][-18:])


def with_gaps(frames: list[Frame]) -> tuple[list[Frame], str | None]:
    """Frames in the order of their numbers, with frames without people where numbers are missing, and a note of that.

    Frames that do not all have a number of their own stay as they are.
    """
    numbers = [frame.number for frame in frames if frame.number is not None]
    if not frames or len(numbers) < len(frames) or len(set(numbers)) < len(frames):
        return frames, None
    first, last = min(numbers), max(numbers)
    missing = last - first + 1 - len(numbers)
    by_number = {frame.number: frame for frame in frames}
    ordered = [by_number[number] for number in sorted(numbers)]
    if not missing:
        return ordered, None
    what = f"{missing:,} of the {last - first + 1:,} frame numbers from {first} to {last} are missing"
    if last - first >= MOST_FRAMES + 100 * len(frames):
        return ordered, f"{what}, too many for frames of one video: the frames are taken one after another"
    filled = [
        by_number.get(number) or Frame(f"frame {number}", number=number, missing=True)
        for number in range(first, last + 1)
    ]
    return filled, f"{what}: time goes on over them, and nobody is in them"


def is_video(numbers: Sequence[int]) -> bool:
    """Whether pictures with such numbers are likely a video's frames: at least two, and steps of mostly one length."""
    steps = np.diff(np.sort(np.array(numbers, np.int64)))
    if not len(steps) or (steps == 0).any():
        return False
    usual = int(np.median(steps))
    return usual == 1 or (usual <= 100 and len(steps) > 1 and bool((steps == usual).all()))


def _of_videos(split: list[list[str]], where: str, at: int | None = None) -> list[int] | None:
    """None for names without an order; InputError where several names number their frames from their own start."""
    videos: dict[str, set[int]] = defaultdict(set)
    for each in split:
        name = "".join(each)
        if at is not None:
            stem, number = "".join([*each[:at], "#", *each[at + 1 :]]), int(each[at][-18:])
        else:
            stem, number = stem_of(name)[0], stem_of(name)[1] or 0
        videos[stem].add(number)
    several = [stem for stem, numbers in videos.items() if len(numbers) > 1]
    alike = len(videos) > 1 and len(set.union(*videos.values())) < sum(map(len, videos.values()))
    if len(several) > 1 or (at is not None and alike):
        shown = [stem.replace("#", "*") for stem in sorted(videos)]
        names = ", ".join(shown[:_SHOWN]) + (", …" if len(shown) > _SHOWN else "")
        raise InputError(
            f"holds frames of {len(videos)} videos: {names}",
            where=where,
            remedy="give a folder for each of them",
        )
    return None


def _text(split: list[str]) -> tuple[str, ...]:
    return tuple(split[::2])


def _repeated(split: list[list[str]]) -> bool:
    """Whether some names are a series of their own."""
    return max(Counter(_text(each) for each in split).values()) > 1
