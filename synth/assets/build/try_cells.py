"""How many of the cells that count as reachable the solver reaches, by trying a sample; `make coverage` writes it.

`synth/assets/space/reachable.npz` has all cells that no rule of anatomy excludes. Of a random sample of them each gets
several goals, by another body each time; a cell is reached that a hand of any posture lies in which passes the checks
of balance, contacts and penetration. What is not reached may be out of reach for bodies, or for the stances of task
pages alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from multiprocessing import Pool
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth.posture.explore.clips import try_goals
from synth.posture.explore.goals import STANCES, Goal, goals_in
from synth.posture.explore.space import SHAPE, reachable

CELLS, TRIES = 300, 4
_SEED, _AT_ONCE = 0, 10
Job = tuple[str, int, list[Goal]]


def sample(cells: int) -> NDArray[np.int64]:
    """So many of the cells that count as reachable, in order."""
    there = np.flatnonzero(reachable()[0])
    return np.sort(np.random.default_rng(_SEED).choice(there, cells, replace=False))


def jobs(cells: NDArray[np.int64], tries: int) -> Iterator[Job]:
    """Goals in each cell, as many as one body tries together: stance, number, goals."""
    number = 0
    each = int(np.prod(SHAPE[1:]))
    for row, stance in enumerate(STANCES):
        own = cells[cells // each == row]
        wanted = [goals_in(int(cell), _SEED, tries) for cell in own]
        for take in range(tries):
            for start, stop in pairwise([*range(0, len(own), _AT_ONCE), len(own)] if len(own) else []):
                yield stance, number, [goals[take] for goals in wanted[start:stop]]
                number += 1


def attempt(job: Job) -> set[int]:
    """The cells that hands of postures for a job's goals lie in."""
    stance, number, wanted = job
    own, faults = try_goals(stance, wanted, _SEED, number)
    return {int(cell) for row, fault in zip(own, faults, strict=True) if not fault for cell in row}


def measure(cells: int = CELLS, tries: int = TRIES) -> dict[str, Any]:
    """Of a sample of cells, how many are reached, for each stance and for all."""
    tried = sample(cells)
    with Pool() as pool:
        found = set().union(*pool.imap_unordered(attempt, jobs(tried, tries)))
    reached = np.isin(tried, list(found))
    stance = tried // int(np.prod(SHAPE[1:]))
    return {
        "cells": cells,
        "tries": tries,
        "reached": int(reached.sum()),
        "share": float(reached.mean()),
        "percent": round(100 * float(reached.mean())),
        "stances": {
            name: {"cells": int((stance == row).sum()), "reached": int(reached[stance == row].sum())}
            for row, name in enumerate(STANCES)
        },
    }
