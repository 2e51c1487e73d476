"""The library of task pages, solved for small and large bodies: what of it holds, and how unlike its tasks are.

python -m benchmarks.library docs/results/postures.json [--realisations 3]

Every page is solved for the 5th, 50th and 95th percentile of stature of both sexes. A realisation whose first try is
not physically possible is drawn again, a few times, by a look at every third frame; what comes of it is checked here in
every frame, and what is refused counts as not passing. Two tasks are as far apart as a
pose of one is, on average, from the nearest pose of the other, in millimetres of `synth.label.pose_space`; the larger
of both directions counts, since a sequence may pass through another task's pose.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from benchmarks.bench import machine
from docs.record import write_key
from synth.body.loading import load_body
from synth.core.errors import InputError
from synth.label.pose_space import POSE_JOINTS, standard_poses
from synth.motion import ASSETS
from synth.posture.checks import checks
from synth.posture.solve import Solved, solve_page
from synth.posture.task import TaskSpec, is_task, parse_task
from synth.risk.scores import scores_from_poses
from synth.risk.task import inputs_of

Floats = NDArray[np.float64]
_PERCENTILE = (
    1.645  # standard deviations of the body's first shape, which is stature, to the 5th and the 95th
)
BODIES: tuple[tuple[str, tuple[float, ...]], ...] = tuple(
    (gender, (size, *(0.0,) * 9))
    for size in (-_PERCENTILE, 0.0, _PERCENTILE)
    for gender in ("female", "male")
)
_SEED = 0
_SUFFIX = ".posture.yaml"
_EVERY = 10  # frames between the poses that tasks are compared by
_AT_WORK = 0.2  # share of a clip after which it is at work
NEAR = 50.0  # millimetres within which the poses of two tasks count as near-duplicates
_CHECKS = ("balance", "penetration", "limits", "slide")
_CHANGES = ("grip", "carry", "place", "walk")  # what makes a page a sequence


@dataclass(frozen=True)
class LibraryPage:
    """A task page that ships."""

    name: str
    spec: TaskSpec

    @property
    def sequence(self) -> bool:
        """Whether it is a sequence of different phases rather than one activity."""
        return any(phase.do in _CHANGES for phase in self.spec.phases)


def library(folder: Path = ASSETS / "postures") -> list[LibraryPage]:
    """The task pages that ship, by name."""
    texts = {path: path.read_text(encoding="utf-8") for path in sorted(folder.rglob(f"*{_SUFFIX}"))}
    found = [
        LibraryPage(path.name.removesuffix(_SUFFIX), parse_task(text, str(path)))
        for path, text in texts.items()
        if is_task(text)
    ]
    return sorted(found, key=lambda page: page.name)


def reba_scores(motion: Solved, every: int = _EVERY) -> NDArray[np.int8]:
    """The REBA score of each `every`-th frame, of the side that has the higher one."""
    frames = np.arange(0, len(motion.poses), every)
    joints = _joints(motion, frames)
    given = inputs_of(motion.work, frames / motion.rate)
    found: NDArray[np.int8] = scores_from_poses(motion.poses[frames], joints, given).reba.score.max(axis=1)
    return found


def _joints(motion: Solved, frames: NDArray[np.int64]) -> Floats:
    body = load_body(gender=motion.work.gender).proxy()
    return body.posed(motion.poses[frames], motion.work.betas, motion.trans[frames]).joints


def apart(poses: Sequence[Floats]) -> Floats:
    """(n, n) millimetres between tasks, each a list of poses (k, 63); 0 of a task to itself."""
    found = np.zeros((len(poses), len(poses)))
    for i, one in enumerate(poses):
        for j in range(i):
            away = cdist(one, poses[j]) / np.sqrt(len(POSE_JOINTS))
            found[i, j] = found[j, i] = max(away.min(axis=1).mean(), away.min(axis=0).mean())
    return found


def nearest(names: Sequence[str], away: Floats) -> dict[str, Any]:
    """Each task's distance to its nearest other, as percentiles, and the nearest pairs of all; {} of one task."""
    if len(names) < 2:
        return {}
    others = away + np.diag(np.full(len(names), np.inf))
    pairs = sorted((away[i, j], names[j], names[i]) for i in range(len(names)) for j in range(i))
    return {
        **{f"p{q}_mm": round(float(np.percentile(others.min(axis=1), q))) for q in (0, 10, 50, 90)},
        "near_duplicates": sum(bool(distance < NEAR) for distance, _, _ in pairs),
        "nearest_pairs": [{"mm": round(d), "one": one, "other": other} for d, one, other in pairs[:8]],
    }


def measure(pages: Sequence[LibraryPage], realisations: int) -> dict[str, Any]:
    """The statistics of pages; each is solved `realisations` times for each body."""
    passed: Counter[str] = Counter()
    refused: list[dict[str, str]] = []
    levels: Counter[int] = Counter()
    poses: dict[str, list[Floats]] = defaultdict(list)
    wholly = solved = at_once = 0
    clip_seconds = solving = 0.0
    for page in pages:
        whole = True
        for number in range(realisations * len(BODIES)):
            gender, betas = BODIES[number % len(BODIES)]
            began = time.process_time()
            try:
                motion = solve_page(page.spec, page.name, gender, betas, _SEED, number)
            except InputError as error:
                refused.append({"page": page.name, "why": f"{error.where}: {error.what}"})
                whole = False
                continue
            solving += time.process_time() - began
            clip_seconds += (len(motion.poses) - 1) / motion.rate
            solved += 1
            at_once += not motion.failed
            verdict = checks(motion, every=1).passes
            passed.update(name for name, good in verdict.items() if good)
            passed["all"] += all(verdict.values())
            levels.update(reba_scores(motion).tolist())
            poses[page.name].append(_at_work(motion))
        wholly += whole
    total = realisations * len(BODIES) * len(pages)
    names = list(poses)
    return {
        "tasks": sum(not page.sequence for page in pages),
        "sequences": sum(page.sequence for page in pages),
        "trades": dict(sorted(Counter(page.spec.trade for page in pages).items())),
        "stances": dict(sorted(Counter(page.spec.stance for page in pages).items())),
        "bodies": len(BODIES),
        "realisations": total,
        "solved_percent": round(100 * solved / total, 1),
        "first_tries_that_pass_percent": round(100 * at_once / total, 1),
        "realisations_that_pass_percent": round(100 * passed["all"] / total, 1),
        "pages_that_solve_for_every_body": wholly,
        "pass_percent": {name: round(100 * passed[name] / max(1, solved), 1) for name in (*_CHECKS, "all")},
        "clip_seconds": round(clip_seconds),
        "clip_seconds_a_second": round(clip_seconds / max(1e-9, solving), 1),
        "reba_percent": {str(k): round(100 * levels[k] / max(1, levels.total()), 1) for k in range(1, 16)},
        "nearest_task": nearest(names, apart([np.concatenate(poses[name]) for name in names])),
        "refused": refused[:20],
    }


def _at_work(motion: Solved) -> Floats:
    """Poses of a clip at work, in the space where poses are compared."""
    start = round(_AT_WORK * len(motion.poses))
    return standard_poses(_joints(motion, np.arange(start, len(motion.poses), _EVERY)))


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path, help="the result file, of which `library` is written anew")
    parser.add_argument("--realisations", type=int, default=3, help="of each page for each body")
    given = parser.parse_args()
    found = measure(library(), given.realisations)
    write_key(given.out, "library", "make library", found, machine())
    print(json.dumps(found, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
