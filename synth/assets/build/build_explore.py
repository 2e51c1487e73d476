"""Find which cells of the space of work postures the solver reaches: synth/assets/space/reachable.npz.

    python -m synth.assets.build.build_explore [TRIES]

Goals in every cell that no rule excludes, TRIES of them (3 unless given) each with another body. A cell is reachable
that a posture lies in which passes the checks, by either hand. For the others the file says why: `reasons`, and `why`
(SIZE,) the number of the one met most often, -1 for reachable cells and those that a rule excludes.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from multiprocessing import Pool

import numpy as np

from synth.assets.build.build_space import reached, write
from synth.posture.explore import try_goals
from synth.posture.goals import POSES, STANCES, Goal, goals
from synth.posture.space import SHAPE, SIZE, UNKNOWN, possible

SEED = 0
Job = tuple[str, int, list[Goal]]


def jobs(tries: int) -> list[Job]:
    """Goals by clips: stance, number and goals."""
    found: list[Job] = []
    for stance in STANCES:
        cells = int(possible().reshape(SHAPE)[STANCES.index(stance)].sum())
        wanted = goals(stance, SEED, tries * cells, anywhere=True)
        starts = range(0, len(wanted), POSES)
        found += [(stance, len(found) + k, wanted[at : at + POSES]) for k, at in enumerate(starts)]
    return found


def attempt(job: Job) -> tuple[list[tuple[int, int]], list[tuple[int, str]]]:
    """The cells that postures for a job's goals lie in, and the cells of goals that none did, with the reason."""
    stance, number, wanted = job
    own, faults = try_goals(stance, wanted, SEED, number)
    there = [(int(a), int(b)) for (a, b), fault in zip(own, faults, strict=True) if not fault]
    why = []
    for goal, cells, fault in zip(wanted, own, faults, strict=True):
        for side in (0, 1):
            if goal.cells[side] != UNKNOWN and (fault or goal.cells[side] != cells[side]):
                cell = goal.cells[side]  # of the left hand: as able as the right
                why.append((cell, re.sub(r":? *-?\d+.*", "", fault) or "comes to lie in another cell"))
    return there, why


def main(tries: int) -> None:
    cells: set[tuple[int, int]] = set()
    met: dict[int, Counter[str]] = {}
    work = jobs(tries)
    with Pool() as pool:
        for done, (there, why) in enumerate(pool.imap_unordered(attempt, work, 8)):
            cells.update(there)
            for cell, reason in why:
                met.setdefault(cell, Counter())[reason] += 1
            if done % 200 == 0:
                print(f"{done:,} of {len(work):,} clips", flush=True)
    found = reached(np.array(sorted(cells)))
    reasons = sorted({reason for each in met.values() for reason in each})
    why_ = np.full(SIZE, -1, np.int8)
    for cell, each in met.items():
        if not found[0, cell]:
            why_[cell] = reasons.index(min(each, key=lambda name: (-each[name], name)))
    write(found, f"solved, {tries} tries", why=why_, reasons=np.array(reasons))
    for reason, number in Counter(reasons[k] for k in why_ if k >= 0).most_common():
        print(f"  {number:,} cells: {reason}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
