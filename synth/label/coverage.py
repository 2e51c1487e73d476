"""How much of the space of work postures, of REBA's scores and of OWAS' codes is covered, and what is lacking."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth.posture.explore.space import AXES, SHAPE, SIZE, UNKNOWN, cells, reachable
from synth.risk.angles import SIDES, ErgonomicAngles

Array = NDArray[np.float64]
REBA = range(1, 13)  # scores that postures of work are to cover; 13 to 15 take a heavy load held badly
_MOST_REBA = 15
OWAS_SHAPE = (4, 3, 7)  # back, arms, legs; the load is none of the posture's
_MOST_LACKING = 12
# the pairs of axes whose bands are looked for together where something is lacking
_PAIRS = tuple(combinations(("stance", "height", "direction", "inclination", "twist"), 2))


@dataclass(frozen=True, eq=False)
class Coverage:
    """Weighted counts of postures. cells (2, SIZE) by hand; reba (16,) by score; owas (4, 3, 7) by code.

    reba and owas are of postures whose scores were given.
    """

    cells: Array
    reba: Array
    owas: Array

    def __add__(self, other: Coverage) -> Coverage:
        return Coverage(self.cells + other.cells, self.reba + other.reba, self.owas + other.owas)

    @property
    def postures(self) -> float:
        """How many have a cell, of the hand that is known more often."""
        return float(self.cells.sum(axis=1).max())

    @property
    def filled(self) -> NDArray[np.bool_]:
        """(2, SIZE) the reachable cells that hold a posture."""
        return np.asarray((self.cells > 0) & reachable())

    @property
    def share(self) -> float:
        """Of the reachable cells, those that hold a posture."""
        return float(self.filled.sum() / reachable().sum())

    def table(self, rows: str, columns: str) -> Array:
        """(bands of one axis, bands of another): the share of their reachable cells that is filled; NaN for none."""
        filled, there = (_over(each, rows, columns) for each in (self.filled, reachable()))
        return np.where(there > 0, filled / np.maximum(there, 1), np.nan)


def nothing() -> Coverage:
    """The coverage of no posture."""
    return Coverage(np.zeros((len(SIDES), SIZE)), np.zeros(_MOST_REBA + 1), np.zeros(OWAS_SHAPE))


def coverage(
    joints: NDArray[Any],
    *,
    angles: ErgonomicAngles | None = None,
    reba: NDArray[Any] | None = None,
    owas: NDArray[Any] | None = None,
    weight: NDArray[Any] | None = None,
) -> Coverage:
    """The coverage of postures with joints (n, 48, 3), metres, Z up.

    angles: measured from the joints unless given. reba: scores (n, 2), of which the higher counts. owas: codes (n, 4).
    weight (n,): what each posture counts; one unless given.
    """
    counts = np.ones(len(joints)) if weight is None else np.asarray(weight, np.float64)
    found = nothing()
    for side, own in enumerate(cells(joints, angles).T):
        known = own != UNKNOWN
        found.cells[side] += np.bincount(own[known], counts[known], SIZE)
    if reba is not None:
        found.reba[:] += np.bincount(np.max(reba, axis=1), counts, _MOST_REBA + 1)
    if owas is not None:
        code = np.ravel_multi_index(tuple(np.asarray(owas, np.int64)[:, :3].T - 1), OWAS_SHAPE)
        found.owas[:] += np.bincount(code, counts, int(np.prod(OWAS_SHAPE))).reshape(OWAS_SHAPE)
    return found


def facts(found: Coverage) -> dict[str, Any]:
    """The coverage in numbers: of cells, of REBA 1 to 12 and of OWAS' codes; and what is lacking."""
    known = found.reba.sum() > 0
    return {
        "postures": round(found.postures),
        "cells": int(found.filled.sum()),
        "reachable": int(reachable().sum()),
        "share": found.share,
        "axes": {
            axis.name: {band: float(share) for band, share in zip(axis.bands, _shares(found, axis.name), strict=True)}
            for axis in AXES
        },
        "lacking": lacking(found),
        "reba": {str(score): float(found.reba[score] / found.reba.sum()) for score in range(1, _MOST_REBA + 1)}
        if known
        else None,
        "reba_scores": int(sum(found.reba[score] > 0 for score in REBA)) if known else None,
        "owas_codes": int((found.owas > 0).sum()) if known else None,
        "owas_of": int(np.prod(OWAS_SHAPE)),
    }  # fmt: skip


def _shares(found: Coverage, axis: str) -> Array:
    """Of each band of an axis, the share of its reachable cells that is filled."""
    filled, there = (_over(each, axis) for each in (found.filled, reachable()))
    return np.asarray(filled / np.maximum(there, 1))


def lacking(found: Coverage, most: int = _MOST_LACKING) -> list[str]:
    """Bands, and pairs of them, that no posture has although a body can reach them: 'kneeling', 'sitting, height high'.

    The widest gaps first; a pair is left out where one of the two is named already.
    """
    gaps: list[tuple[float, str]] = []
    missing: set[tuple[str, str]] = set()
    for axis in AXES:
        filled, there = (_over(each, axis.name) for each in (found.filled, reachable()))
        for band, has, size in zip(axis.bands, filled, there, strict=True):
            if size and not has:
                missing.add((axis.name, band))
                gaps.append((-float(size), _named(axis.name, band)))
    for first, second in _PAIRS:
        filled, there = (_over(each, first, second) for each in (found.filled, reachable()))
        for row, column in np.argwhere((there > 0) & (filled == 0)):
            pair = [(name, _bands(name)[at]) for name, at in ((first, row), (second, column))]
            if not missing & set(pair):
                gaps.append((-float(there[row, column]), ", ".join(_named(*each) for each in pair)))
    return [name for _, name in sorted(gaps)[:most]]


def _named(axis: str, band: str) -> str:
    return band.replace("_", " ") if axis == "stance" else f"{axis} {band}"


def _bands(axis: str) -> tuple[str, ...]:
    return next(each.bands for each in AXES if each.name == axis)


def _over(flags: NDArray[Any], *axes: str) -> Array:
    """Cells (2, SIZE) summed over all but some axes, in the order given."""
    names = [axis.name for axis in AXES]
    kept = [names.index(name) + 1 for name in axes]
    others = tuple(k for k in range(len(SHAPE) + 1) if k not in kept)
    summed = flags.reshape(len(SIDES), *SHAPE).sum(axis=others, dtype=np.float64)
    return np.asarray(summed if kept == sorted(kept) else summed.T)
