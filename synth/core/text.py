"""Reading text that people and programs wrote, with the line at hand when something is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from synth.core.errors import InputError

LONGEST_NUMBER = 64  # characters; longer tokens are garbage, and would cost memory to look at


def read_text(path: Path) -> str:
    """A UTF-8 text file; InputError where it is missing, binary or in another encoding."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(
            f"cannot be read ({error.strerror})", where=str(path), remedy="check the path and its permissions"
        ) from error
    if b"\0" in raw:
        raise InputError("is binary, not text", where=str(path), remedy="get the file again from its source")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"byte 0x{raw[error.start]:02x} is not UTF-8",
            where=f"{path}:{line}",
            remedy="save the file as UTF-8 text, or get it again",
        ) from error


def numbers(words: Sequence[str], where: str, *, finite: bool) -> list[float]:
    """The words as floats; InputError at `where` for one that is no number or, if asked, is not finite."""
    values = []
    for word in words:
        try:
            value = float(word) if len(word) <= LONGEST_NUMBER else None
        except ValueError:
            value = None
        if value is None:
            raise InputError(
                f"'{word[:24]}' is not a number", where=where, remedy="correct or re-export the file"
            )
        if finite and not np.isfinite(value):
            raise InputError(f"'{word}' is not finite", where=where, remedy="correct or re-export the file")
        values.append(value)
    return values


def number_block(lines: Sequence[str], columns: int, path: Path, first_line: int) -> NDArray[np.float64]:
    """(rows, columns) from whitespace-separated lines; blank ones are skipped.

    `first_line` is the number of lines[0] in the file. Not-a-number and infinite values pass: the gate drops
    their frames with a reason. InputError, with the line, for a line that is too short, too long or not
    numeric.
    """
    rows = [words for words in (line.split() for line in lines) if words]
    try:
        if any(len(words) != columns or max(map(len, words)) > LONGEST_NUMBER for words in rows):
            raise ValueError
        return np.array(rows, dtype=np.float64).reshape(len(rows), columns)
    except ValueError:
        raise _first_bad_line(lines, columns, path, first_line) from None


def _first_bad_line(lines: Sequence[str], columns: int, path: Path, first_line: int) -> InputError:
    for number, line in enumerate(lines, first_line):
        words = line.split()
        try:
            numbers(words, f"{path}:{number}", finite=False)
        except InputError as error:
            return error
        if words and len(words) != columns:
            return InputError(
                f"{len(words)} values in a frame where the skeleton has {columns} channels",
                where=f"{path}:{number}",
                remedy="the file is cut short or damaged; get it again",
            )
    return InputError("holds no table of numbers", where=str(path), remedy="correct or re-export the file")
