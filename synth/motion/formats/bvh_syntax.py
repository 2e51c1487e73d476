"""The words of a BVH file: a hierarchy of joints, the header of the motion, and where the values begin.

Format: Biovision Hierarchical Data, as described by Meredith and Maddock, 'Motion capture file formats explained',
2001. It is words, not lines: a statement's values may stand on the next line. Read as programs write it: keywords in
any case, several ROOTs, comments from '#' or '//' on, 'Frames :'.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from synth.core.errors import InputError
from synth.core.text import numbers
from synth.motion.formats.bvh_values import frame_rate, spelled
from synth.motion.recording import MOST_JOINTS, Skeleton

CHANNELS = tuple(f"{axis}{kind}" for kind in ("position", "rotation") for axis in "XYZ")
_SCALES = tuple(
    f"{axis}scale" for axis in "XYZ"
)  # of a rig's joints, which a person's do not have: passed over
_CHANNEL = {name.lower(): name for name in (*CHANNELS, *_SCALES)}
_SLOWEST = 1.0  # seconds between frames: a longer frame time is a rate, or in milliseconds
_KEYWORDS = frozenset(("HIERARCHY", "ROOT", "JOINT", "END", "OFFSET", "CHANNELS", "MOTION", "{", "}"))
_NAMED = frozenset(("ROOT", "JOINT", "END"))
_END_SITES = frozenset(("ENDSITE", "END_SITE"))
_LONGEST_HEADER = 50  # lines


@dataclass(frozen=True, eq=False)
class Tree:
    """A ROOT with its joints, in the order of their channels; offsets in the file's unit."""

    skeleton: Skeleton
    channels: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Header:
    """frames: as stated. rate: frames a second. first: index of the first line of values. notes: what was repaired."""

    frames: float
    rate: float
    first: int
    notes: tuple[str, ...]


def without_comments(lines: Sequence[str]) -> list[str]:
    """The lines without what stands behind a word that begins with '#' or '//', unless that is part of a name."""
    return [_uncommented(line) if "#" in line or "//" in line else line for line in lines]


def _uncommented(line: str) -> str:
    words = line.split()
    if words and words[0].upper() in _NAMED:
        return line
    kept = next((row for row, word in enumerate(words) if word.startswith(("#", "//"))), len(words))
    return " ".join(words[:kept]) if kept < len(words) else line


def trees(lines: Sequence[str], path: Path) -> tuple[list[Tree], int]:
    """The trees of the hierarchy and the index of the line 'MOTION'; InputError, with the line, for a malformed one."""
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    if not lines or [word.upper() for word in lines[first].split()[:1]] != ["HIERARCHY"]:
        raise InputError(
            "does not begin with HIERARCHY", where=f"{path}:{first + 1}", remedy="give a BVH file"
        )
    builder = _Builder(path)
    for words, number in _statements(lines):
        if words[0] == "MOTION":
            return builder.done(number), number - 1
        builder.add(words, number)
    raise InputError(
        "ends before MOTION", where=f"{path}:{len(lines)}", remedy="the file is cut short; get it again"
    )


def _statements(lines: Sequence[str]) -> Iterator[tuple[list[str], int]]:
    """Statements with the number of the line they begin on: a keyword in capitals, and all words up to the next.

    A name is the words behind its keyword on that line, whatever they are, or else on the next.
    """
    words: list[str] = []
    begun = 0
    for number, line in enumerate(lines, 1):
        for at, word in enumerate(line.replace("{", " { ").replace("}", " } ").split()):
            capital = word.upper()
            capital = "END" if capital in _END_SITES else capital
            named = bool(words) and words[0] in _NAMED and (at > 0 or len(words) == 1)
            if capital not in _KEYWORDS or (named and capital not in "{}"):
                words.append(word)
                continue
            if words:
                yield words, begun
            words, begun = [capital], number
            if capital == "MOTION":
                yield words, begun
                return
    if words:
        yield words, begun


class _Builder:
    """Trees as their statements come."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.names: list[str] = []
        self.parents: list[int] = []
        self.offsets: dict[int, list[float]] = {}
        self.channels: dict[int, tuple[str, ...]] = {}
        self.ends: dict[int, NDArray[np.float64]] = {}
        self.open: list[int] = []  # the joint that each open brace belongs to; an end site repeats its joint
        self.at_end, self.expected = False, -1  # inside an end site; the joint whose opening brace comes next

    def bad(self, what: str, number: int, remedy: str = "") -> InputError:
        remedy = remedy or "correct the hierarchy or export the file again"
        return InputError(what, where=f"{self.path}:{number}", remedy=remedy)

    def add(self, words: list[str], number: int) -> None:
        keyword, rest = words[0], words[1:]
        if keyword == "HIERARCHY" and not self.names and not rest:
            return
        if (self.expected >= 0) != (keyword == "{"):
            wanted = "{" if self.expected >= 0 else "a joint"
            raise self.bad(f"'{keyword[:24]}' where {wanted} is expected", number)
        if keyword == "{":
            self.open.append(self.expected)
            self.expected = -1
            self._no_more(rest, number)
        elif keyword == "}":
            if not self.open:
                raise self.bad("an unmatched closing brace", number)
            self.open.pop()
            self.at_end = False
            self._no_more(rest, number)
        elif keyword in ("ROOT", "JOINT") and not self.at_end:
            self._joint(keyword, " ".join(rest), number)
        elif keyword == "END" and self.open and not self.at_end:
            self.at_end, self.expected = True, self.open[-1]
        elif keyword == "OFFSET" and self.open:
            self._offset(rest, number)
        elif keyword == "CHANNELS" and self.open and not self.at_end:
            self.channels[self.open[-1]] = _channels(rest, self.path, number)
        else:
            raise self.bad(f"'{keyword[:24]}' is not expected here", number)

    def _no_more(self, rest: list[str], number: int) -> None:
        if rest:
            raise self.bad(f"'{rest[0][:24]}' is not expected here", number)

    def _joint(self, keyword: str, name: str, number: int) -> None:
        if not name:
            raise self.bad(f"{keyword} without a name", number)
        if (keyword == "ROOT") != (not self.open):
            raise self.bad(f"{keyword} '{name}' is misplaced", number, "give ROOTs, and JOINTs in them")
        start = self._starts()[-1] if keyword == "JOINT" else len(self.names)
        if name in self.names[start:]:
            raise self.bad(f"a second joint is called '{name}'", number, "give every joint a name of its own")
        if len(self.names) == MOST_JOINTS:
            raise self.bad(f"more than {MOST_JOINTS} joints", number)
        self.parents.append(self.open[-1] if self.open else -1)
        self.names.append(name)
        self.expected = len(self.names) - 1

    def _offset(self, rest: list[str], number: int) -> None:
        values = numbers([spelled(word) for word in rest], f"{self.path}:{number}", finite=True)
        if len(values) != 3:
            raise self.bad(f"OFFSET has {len(values)} numbers, not 3", number)
        if self.at_end:
            self.ends[self.open[-1]] = np.array(values)
        else:
            self.offsets[self.open[-1]] = values

    def _starts(self) -> list[int]:
        return [joint for joint, parent in enumerate(self.parents) if parent < 0]

    def done(self, number: int) -> list[Tree]:
        if self.open or self.expected >= 0 or not self.names:
            raise self.bad("MOTION comes before the hierarchy is closed", number)
        missing = [name for j, name in enumerate(self.names) if j not in self.offsets]
        if missing:
            raise self.bad(f"joint '{missing[0]}' has no OFFSET", number)
        starts = self._starts()
        ends = [*starts[1:], len(self.names)]
        return [self._tree(start, stop) for start, stop in zip(starts, ends, strict=True)]

    def _tree(self, start: int, stop: int) -> Tree:
        skeleton = Skeleton(
            tuple(self.names[start:stop]),
            tuple(max(parent - start, -1) for parent in self.parents[start:stop]),
            np.array([self.offsets[j] for j in range(start, stop)]),
            {self.names[j]: end for j, end in self.ends.items() if start <= j < stop},
        )
        return Tree(skeleton, tuple(self.channels.get(j, ()) for j in range(start, stop)))


def _channels(words: list[str], path: Path, number: int) -> tuple[str, ...]:
    names = tuple(_CHANNEL.get(word.lower(), word) for word in words[1:])
    if (
        words[:1] != [str(len(names))]
        or len(set(names)) != len(names)
        or not set(names) <= set(_CHANNEL.values())
    ):
        raise InputError(
            f"'CHANNELS {' '.join(words)[:60]}' is not a count and that many different channels",
            where=f"{path}:{number}",
            remedy=f"use some of {', '.join(CHANNELS)}",
        )
    return names


def motion_header(lines: Sequence[str], motion: int, path: Path, rate: float | None) -> Header:
    """What stands between 'MOTION', on line index `motion`, and the values.

    rate: frames a second if given, whatever the frame time is.
    """
    words = [
        (word, number)
        for number in range(motion, min(motion + _LONGEST_HEADER, len(lines)))
        for word in _from_motion(lines[number], number == motion).replace(":", " : ").split()
    ]
    (count, counted), at = _labelled("Frames:", words, 0, lines, path)
    (seconds, timed), at = _labelled("Frame Time:", words, at, lines, path)
    frames = numbers([spelled(count)], f"{path}:{counted + 1}", finite=True)[0]
    own, notes = _rate(seconds, path, timed, rate)
    if at < len(words) and words[at][1] == timed:
        raise InputError(
            f"'{words[at][0][:24]}' stands behind the frame time",
            where=f"{path}:{timed + 1}",
            remedy="begin the values on a line of their own",
        )
    return Header(frames, own, timed + 1, notes)


def _labelled(
    label: str, words: list[tuple[str, int]], at: int, lines: Sequence[str], path: Path
) -> tuple[tuple[str, int], int]:
    """The word behind a label, with its line, and where the next one is."""
    for part in label.rstrip(":").split():
        if at >= len(words) or words[at][0].lower() != part.lower():
            line = words[at][1] if at < len(words) else len(lines) - 1
            raise InputError(
                f"'{label}' is missing", where=f"{path}:{line + 1}", remedy="add it, or export the file again"
            )
        at += 1
    at += at < len(words) and words[at][0] == ":"
    if at >= len(words):
        raise InputError(
            f"'{label}' has no value",
            where=f"{path}:{len(lines)}",
            remedy="the file is cut short; get it again",
        )
    return words[at], at + 1


def _from_motion(line: str, first: bool) -> str:
    at = line.upper().find("MOTION")
    return line[at + len("MOTION") :] if first and at >= 0 else line


def _rate(word: str, path: Path, line: int, given: float | None) -> tuple[float, tuple[str, ...]]:
    where = f"{path}:{line + 1}"
    try:
        seconds = numbers([spelled(word)], where, finite=True)[0]
        if not 0 < seconds <= _SLOWEST or 1.0 / seconds > 1e6:
            why = ": frames a second, or milliseconds?" if seconds > _SLOWEST else ""
            raise InputError(
                f"a frame time of {seconds:g} s cannot be{why}",
                where=where,
                remedy="write the true frame time, or give the true rate (`rate` of the source, --rate)",
            )
    except InputError:
        if given is None:
            raise
        return given, (f"the frame time {word[:24]} cannot be; the rate given is taken",)
    return frame_rate(word)
