"""From JSON to points: x, y and confidence of joints, flat or nested, with the confidences inside or beside them."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth.core.errors import InputError

Array = NDArray[np.float64]
LARGEST_PICTURE = 1_000_000  # pixels along a side; larger coordinates or sizes are mistakes
_REMEDY = "give x, y, confidence of each joint"


def points_of(
    values: Any, where: str, counts: Collection[int] | None = None, scores: Any = None
) -> tuple[Array, bool]:
    """Joints (k, 3): pixels and confidence, and whether confidences are given; where not, they are 1.

    values: [x, y, c, x, y, c, ...] or [[x, y, c], ...], or both without confidences. scores: those, beside `values`.
    counts: how many joints there may be, which tells triples from pairs in flat lists. A null is NaN.

    Raises InputError for another number of joints and for what is not a number.
    """
    if not isinstance(values, list):
        raise InputError(f"keypoints are {type(values).__name__}, not a list", where=where, remedy=_REMEDY)
    if values and all(isinstance(each, list) for each in values):
        widths = {len(each) for each in values}
        if len(widths) > 1 or not widths <= {2, 3}:
            raise InputError("keypoints are not pairs or triples", where=where, remedy=_REMEDY)
        width, flat = widths.pop(), [number for each in values for number in each]
        if counts is not None and len(values) not in counts:
            raise InputError(f"has {len(values)} joints", where=where, remedy=_expected(counts))
    else:
        width, flat = _width(len(values), where, counts, scores is not None), values
    numbers = _numbers(flat, where).reshape(-1, width)
    if scores is not None:
        scores = [
            each[0] if isinstance(each, list) and len(each) == 1 else each for each in _list(scores, where)
        ]
        if len(scores) != len(numbers):
            raise InputError(
                f"{len(scores)} confidences for {len(numbers)} joints", where=where, remedy=_REMEDY
            )
        return np.column_stack([numbers[:, :2], _numbers(scores, where)]), True
    if width == 3:
        return numbers, True
    return np.column_stack([numbers, np.ones(len(numbers))]), False


def size_of(width: Any, height: Any) -> tuple[int, int] | None:
    """A picture's (width, height) px as a file gives it; None for what cannot be one."""
    try:
        size = (float(width), float(height))
    except (TypeError, ValueError, OverflowError):
        return None
    if isinstance(width, bool) or not all(1 <= side < LARGEST_PICTURE for side in size):  # NaN fails, too
        return None
    return int(size[0]), int(size[1])


def person_name(value: Any) -> str | None:
    """A person's name from an identity in a file, such as 3, 3.0, "3" or [3]; None for none, which -1 is as well."""
    value = value[0] if isinstance(value, list) and value else value
    if isinstance(value, str) and re.fullmatch(r"-?\d{1,15}(\.0+)?", value.strip()):
        value = float(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return f"person {value}" if 0 <= value < 10**15 else None
    return value.strip()[:80] if isinstance(value, str) and value.strip() else None


def _width(length: int, where: str, counts: Collection[int] | None, pairs: bool) -> int:
    """2 or 3 numbers a joint."""
    for width in (2,) if pairs else (3, 2):
        if length % width == 0 and (counts is None or length // width in counts):
            return width
    if counts is not None and len(counts) == 1:
        count = next(iter(counts))
        raise InputError(
            f"keypoints are {length} values, not {3 * count} numbers", where=where, remedy=_REMEDY
        )
    raise InputError(
        f"keypoints are {length} values, which fit no known layout",
        where=where,
        remedy=_expected(counts or ()),
    )


def _expected(counts: Collection[int]) -> str:
    return f"give x, y, confidence of {', '.join(map(str, sorted(counts)))} joints"


def _list(values: Any, where: str) -> list[Any]:
    if not isinstance(values, list):
        raise InputError("confidences are not a list", where=where, remedy=_REMEDY)
    return values


def _numbers(values: list[Any], where: str) -> Array:
    try:
        if any(isinstance(each, bool) or not isinstance(each, int | float | None) for each in values):
            raise ValueError
        return np.array([np.nan if each is None else each for each in values], np.float64)
    except (ValueError, OverflowError) as error:
        raise InputError("a keypoint is not a number", where=where, remedy=_REMEDY) from error
