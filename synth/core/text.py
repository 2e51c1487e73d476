"""Reading text and tables of numbers, with the line number in every error."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from synth.core.errors import InputError

MOST_BYTES = 1 << 28  # of a text file: over half an hour of 130 channels at 120 Hz
LONGEST_NUMBER = 64  # characters; longer tokens are not numbers
MOST_SURPLUS = 6  # values behind a line's columns; more are a joint that the columns lack
_PADDING = b"\0\x1a"  # what old programs and copies fill the last block of a file with
_BLOCK = 4096  # lines that are split into words at a time


def read_text(path: Path, most_bytes: int = MOST_BYTES) -> str:
    """A UTF-8 text file; InputError where it is missing, too long, binary or in another encoding."""
    raw = _read_bytes(path, most_bytes)
    _refuse_binary(raw, path)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"byte 0x{raw[error.start]:02x} is not UTF-8",
            where=f"{path}:{line}",
            remedy="save the file as UTF-8 text, or get it again",
        ) from error


def read_text_of_any(path: Path, most_bytes: int = MOST_BYTES) -> tuple[str, tuple[str, ...]]:
    """A text file in UTF-8, UTF-16 or else Latin-1, and a note where it is not UTF-8.

    For formats whose syntax is ASCII, where only names may hold other letters. InputError where it is missing, too
    long or binary.
    """
    raw = _read_bytes(path, most_bytes)
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            return raw.decode("utf-16"), ("the file is in UTF-16",)
        except UnicodeDecodeError:
            pass
    raw = raw.rstrip(_PADDING)
    _refuse_binary(raw, path)
    try:
        return raw.decode("utf-8-sig"), ()
    except UnicodeDecodeError:
        return raw.decode("latin-1"), ("the file is not in UTF-8: its names are read as Latin-1",)


def _read_bytes(path: Path, most_bytes: int) -> bytes:
    try:
        with path.open("rb") as stream:
            raw = stream.read(most_bytes + 1)
    except OSError as error:
        raise InputError(
            f"cannot be read ({error.strerror or error})",
            where=str(path),
            remedy="check the path and its permissions",
        ) from error
    if len(raw) > most_bytes:
        raise InputError(
            f"is too long: at most {most_bytes:,} bytes are read",
            where=str(path),
            remedy="split the file, or check that it is the right one",
        )
    return raw


def _refuse_binary(raw: bytes, path: Path) -> None:
    if b"\0" in raw:
        raise InputError("is binary, not text", where=str(path), remedy="get the file again from its source")


def numbers(words: Sequence[str], where: str, *, finite: bool) -> list[float]:
    """The words as floats; InputError at `where` for one that is not a number or, if asked, not finite."""
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


def number_block(
    lines: Sequence[str], columns: int, path: Path, first_line: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(rows, columns) from whitespace-separated lines, blank ones skipped, and (rows, n) of a surplus.

    The surplus is what stands behind the columns where every line has the same number of values more; n is 0 for a
    table as it should be. `first_line` is the number of lines[0] in the file. Not-a-number and infinite values pass:
    the gate drops their frames with a reason. Raises InputError, with the line, for a line that is too short, too long
    or not numeric.
    """
    width = next((len(line.split()) for line in lines if line.strip()), columns)
    width = width if columns <= width <= columns + MOST_SURPLUS else columns
    blocks = [np.empty((0, width))]
    for start in range(0, len(lines), _BLOCK):  # words take ten times the memory of their numbers
        rows = [words for words in map(str.split, lines[start : start + _BLOCK]) if words]
        try:
            if any(len(words) != width or max(map(len, words)) > LONGEST_NUMBER for words in rows):
                raise ValueError
            blocks.append(np.array(rows, dtype=np.float64).reshape(len(rows), width))
        except ValueError:
            raise _first_bad_line(lines, columns, path, first_line) from None
    values = np.concatenate(blocks)
    return np.ascontiguousarray(values[:, :columns]), values[:, columns:]


def _first_bad_line(lines: Sequence[str], columns: int, path: Path, first_line: int) -> InputError:
    for number, line in enumerate(lines, first_line):
        words = line.split()
        try:
            numbers(words, f"{path}:{number}", finite=False)
        except InputError as error:
            return error
        if words and len(words) != columns:
            surplus = len(words) - columns
            what = f"{len(words)} values in a frame where the skeleton has {columns} channels"
            remedy = "the file is cut short or damaged; get it again"
            if surplus > MOST_SURPLUS:
                what += f": {surplus} more than the channels"
                remedy = "the hierarchy lacks joints or channels; export the file again"
            elif surplus > 0:
                what += f": {surplus} more ({' '.join(words[columns:])[:60]}), which not every line has"
            return InputError(what, where=f"{path}:{number}", remedy=remedy)
    return InputError("holds no table of numbers", where=str(path), remedy="correct or re-export the file")
