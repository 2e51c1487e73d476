"""Postures a second scored by RULA, REBA, OWAS, ISO 11226 and EN 1005-4, from rotations and from joints alone.

It also measures how far the two differ.
"""

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
    facts: Facts = {
        "postures": postures,
        **agreement(scores_from_poses(own, joints), scores_from_joints(joints)),
    }
    joints = np.resize(joints, (postures, *joints.shape[1:]))
    with one_core():
        facts["rotations"] = postures / _best(lambda: scores_from_poses(poses, joints), repeats)
        facts["joints"] = postures / _best(lambda: scores_from_joints(joints), repeats)
    facts["memory_peak"] = peak_memory()
    return facts


def agreement(rotations: Scores, joints: Scores) -> Facts:
    """The shares of REBA's and RULA's scores that are the same and within one point, and by how many degrees each angle
    differs on average where joints give it."""
    facts: Facts = {"agreement": {}, "degrees": {}}
    for method in ("reba", "rula"):
        one, two = (getattr(each, method).score.astype(int) for each in (rotations, joints))
        off = np.abs(one - two)
        facts["agreement"][method] = {
            "exact": float((off == 0).mean()),
            "within_one": float((off <= 1).mean()),
        }
    for name in rotations.angles.__dataclass_fields__:
        one, two = (getattr(each.angles, name) for each in (rotations, joints))
        one = np.abs(one) if name == "wrist_flexion" else one  # joints give it without sign
        known = np.isfinite(one) & np.isfinite(two)
        if known.any() and name != "wrist_out":  # which is no angle
            facts["degrees"][name] = float(np.abs(one - two)[known].mean())
    return facts


def _best(score: Callable[[], Scores], repeats: int) -> float:
    taken = []
    for _ in range(repeats):
        start = time.perf_counter()
        score()
        taken.append(time.perf_counter() - start)
    return min(taken)


def describe(facts: Facts) -> list[str]:
    differ = sorted(facts["degrees"].items(), key=lambda item: item[1])
    return [
        f"risk of {facts['postures']:,} postures on one core: {facts['rotations']:,.0f} a second from rotations, "
        f"{facts['joints']:,.0f} from joints alone",
        *(
            f"  {method.upper()} of the two is the same for {100 * found['exact']:.0f} %, within one point for "
            f"{100 * found['within_one']:.0f} %"
            for method, found in facts["agreement"].items()
        ),
        "  angles differ on average by " + ", ".join(f"{name} {value:.1f}°" for name, value in differ),
        f"  memory at most {facts['memory_peak'] / 2**20:,.0f} MiB",
    ]


BENCH = Bench(__doc__, measure, describe)
