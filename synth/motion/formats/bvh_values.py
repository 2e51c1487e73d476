"""The numbers of a BVH file: frames that are wrapped, cut short or of another count, and words that stand for numbers.

Every repair is a note. What would need a guess of which value belongs to which channel is refused.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from synth.core.errors import InputError
from synth.core.text import LONGEST_NUMBER, MOST_SURPLUS, number_block, numbers

Floats = NDArray[np.float64]

# C libraries print '-nan(ind)', '1.#QNAN', '-1.#IND', '1.#INF' and the like for what is not a finite number
_NOT_A_NUMBER = re.compile(r"[+-]?(nan(\(\w*\))?|\d\.\d*#(qnan|snan|ind|nan)\d*)", re.IGNORECASE)
_INFINITE = re.compile(r"[+-]?\d\.\d*#inf\d*", re.IGNORECASE)
# Frames a second in use: film, television, video and the rates of capture systems
_RATES = (
    12,
    15,
    24,
    25,
    30,
    48,
    50,
    60,
    72,
    75,
    90,
    100,
    120,
    128,
    144,
    150,
    180,
    200,
    240,
    250,
    300,
    360,
    480,
    500,
)
_CLOSE = 3e-3  # share by which a rate may be off, by rounding, without being worth a note


def spelled(word: str) -> str:
    """A word as Python writes numbers: words for not-a-number, a decimal comma, a comma or semicolon behind it."""
    word = word.rstrip(",;")
    if _NOT_A_NUMBER.fullmatch(word):
        return "nan"
    if _INFINITE.fullmatch(word):
        return "-inf" if word.startswith("-") else "inf"
    return word.replace(",", ".") if word.count(",") == 1 and "." not in word else word


def frame_values(
    lines: Sequence[str], columns: int, frames: float, path: Path, first_line: int
) -> tuple[Floats, tuple[str, ...]]:
    """(T, columns) values and what was repaired. `frames`: how many the header says; lines[0] is line `first_line`.

    Raises InputError, with the line, where values cannot be assigned to channels.
    """
    try:
        values, surplus = number_block(lines, columns, path, first_line)
        notes: list[str] = []
    except InputError as refusal:
        values, surplus, notes = _repaired(lines, columns, frames, path, first_line, refusal)
    if not len(values):
        raise InputError(
            "has no frames", where=f"{path}:{first_line}", remedy="give a recording with frames in it"
        )
    if surplus.shape[1]:
        _refuse_numbered(values, surplus.shape[1], path, first_line)
        notes.append(_surplus_note(surplus, columns))
    if len(values) != frames:
        notes.append(f"the header says {frames:g} frames, {len(values)} follow: {len(values)} are taken")
    return values, tuple(notes)


def _repaired(
    lines: Sequence[str], columns: int, frames: float, path: Path, first_line: int, refusal: InputError
) -> tuple[Floats, Floats, list[str]]:
    """Values, surplus and notes of lines that are not one frame each, or not written as Python writes numbers."""
    rows, notes = _rows(lines, columns, path, first_line)
    widths = [len(row) for row in rows]
    flat = np.concatenate(rows) if rows else np.empty(0)
    width = _frame_width(widths, columns, frames, len(flat))
    if width is None or columns == 0:
        raise refusal
    count, left = divmod(len(flat), width)
    if any(each != width for each in widths[:count]):
        notes.append("frames are wrapped over several lines, which is read as it is meant")
    if left:
        notes.append(f"the last frame is cut short, at {left} of {width} values, and left out")
    values = flat[: count * width].reshape(count, width)
    return np.ascontiguousarray(values[:, :columns]), values[:, columns:], notes


def _frame_width(widths: list[int], columns: int, frames: float, values: int) -> int | None:
    """How many values a frame has: `columns` if every frame then ends where a line ends, the last one perhaps short.

    Else `columns`, or a few more, if the header's number of frames confirms it; None where nothing does.
    """
    filled = 0
    for each in widths:
        filled += each
        if filled > columns:
            break
        filled = filled if filled < columns else 0
    else:
        if values >= columns:
            return columns
    wider = range(columns, columns + MOST_SURPLUS + 1)
    return next((width for width in wider if values == frames * width), None)


def _rows(lines: Sequence[str], columns: int, path: Path, first_line: int) -> tuple[list[Floats], list[str]]:
    """The numbers of every line that has any, and what had to be respelled."""
    rows, commas, other = [], 0, 0
    between = _comma_separates(lines, columns)
    for number, line in enumerate(lines, first_line):
        words = [spelled(word) for word in (line.replace(",", " ") if between else line).split()]
        if not words:
            continue
        where = f"{path}:{number}"
        if any(len(word) > LONGEST_NUMBER for word in words):
            raise InputError("a word is too long for a number", where=where, remedy="get the file again")
        rows.append(np.array(numbers(words, where, finite=False)))
        commas += "," in line and not between
        other += any("nan" in word or "inf" in word for word in words)
    notes = ["commas stand for decimal points, and are read as such"] if commas else []
    if other:
        notes.append(f"{other} lines hold words for not-a-number, whose frames are dropped")
    return rows, notes


def _comma_separates(lines: Sequence[str], columns: int) -> bool:
    """Whether commas stand between numbers: where points are decimal, or as many commas as columns without spaces."""
    line = next((line for line in lines if line.strip()), "")
    if "," not in line:
        return False
    words = len(line.split())
    return "." in line or words == 1 or (words != columns == line.count(",") + 1)


def _refuse_numbered(values: Floats, surplus: int, path: Path, first_line: int) -> None:
    """Raise InputError where what is too much is not at the end: a frame's number before its values."""
    first = values[:, 0]
    if len(values) > 2 and (np.diff(first) == 1).all() and (first == first.round()).all():
        raise InputError(
            f"every frame has {surplus} values more than channels, and the first counts the frames",
            where=f"{path}:{first_line}",
            remedy="remove the frames' numbers from the lines, or export the file again",
        )


def _surplus_note(surplus: Floats, channels: int) -> str:
    finite = surplus[np.isfinite(surplus)]
    held = "nan" if not finite.size else f"{finite.min():g}"
    if finite.size and finite.min() < finite.max():
        held += f" to {finite.max():g}"
    return f"every frame ends with {surplus.shape[1]} more than its {channels} channels ({held}), which is passed over"


def frame_rate(word: str) -> tuple[float, tuple[str, ...]]:
    """Frames a second of a frame time as it is written, and a note where it was rounded.

    Programs write 0.033 for 1/30 and 0.0083 for 1/120: a rate in use whose frame time, rounded or cut to as many
    digits, is what is written is taken. A time that is a whole rate as it stands is left alone.
    """
    seconds = float(spelled(word))
    rate = 1.0 / seconds
    digits = len(spelled(word).partition(".")[2]) if "e" not in word.lower() else 17
    if abs(rate - round(rate)) < 1e-9 * rate:
        return float(round(rate)), ()
    step = 10.0**-digits
    fitting = [each for each in _RATES if -step / 2 <= 1.0 / each - seconds + 1e-12 < step]
    nearest = min(fitting, key=lambda each: abs(each - rate), default=None)
    if nearest is None or abs(nearest - rate) > 0.06 * nearest:
        return rate, ()
    if abs(nearest - rate) < _CLOSE * nearest:
        return float(nearest), ()
    return float(nearest), (
        f"the frame time {word} is 1/{nearest} rounded: {nearest} frames a second are taken",
    )
