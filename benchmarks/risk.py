"""Postures a second scored by RULA, REBA, OWAS, ISO 11226 and EN 1005-4, from rotations and from joints alone."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from benchmarks.bench import Bench, Facts, one_core, peak_memory
from synth.body.open import open_body
from synth.motion.library import ASSETS, find, read
from synth.risk.scores import Scores, scores_from_joints, scores_from_poses

_POSTURES = 40_000


def measure(postures: int = _POSTURES, repeats: int = 3) -> Facts:
    """The built-in motion over and over, until there are `postures`; the best of `repeats`."""
    clips = [read(path) for path in find(ASSETS / "motion")]
    own = np.concatenate([clip.poses for clip in clips]).astype(np.float64)
    poses = np.resize(own, (postures, *own.shape[1:]))
    joints = open_body("neutral").proxy().posed(own, (), np.zeros((len(own), 3))).joints
    joints = np.resize(joints, (postures, *joints.shape[1:]))
    facts: Facts = {"postures": postures}
    with one_core():
        facts["rotations"] = postures / _best(lambda: scores_from_poses(poses, joints), repeats)
        facts["joints"] = postures / _best(lambda: scores_from_joints(joints), repeats)
    facts["memory_peak"] = peak_memory()
    return facts


def _best(score: Callable[[], Scores], repeats: int) -> float:
    taken = []
    for _ in range(repeats):
        start = time.perf_counter()
        score()
        taken.append(time.perf_counter() - start)
    return min(taken)


def describe(facts: Facts) -> list[str]:
    return [
        f"risk of {facts['postures']:,} postures on one core: {facts['rotations']:,.0f} a second from rotations, "
        f"{facts['joints']:,.0f} from joints alone",
        f"  memory at most {facts['memory_peak'] / 2**20:,.0f} MiB",
    ]


BENCH = Bench(__doc__, measure, describe)
