"""Whether poses can be: balance, feet that stay, nothing inside of anything."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from synth.posture import ik
from synth.posture.chain import joints_of
from synth.posture.ik import signed
from synth.posture.keys import MARGIN, Task
from synth.posture.stance import PLANTED, spot_number

Floats = NDArray[np.float64]
DEEPEST = 0.01  # metres that anything may be inside of something else
FALLS = -0.005  # metres that the centre of mass may be off the support drawn in by its margin
SLIPS = 0.008


def faults_of(task: Task, q: Floats, want: ik.Wanted) -> list[str]:
    """What is wrong with each of poses q (n, N) of a task, in numbers; '' where it can be."""
    place, turn = joints_of(q, task.fig.offsets)
    inside = depths(task.problem, place, turn)
    found = []
    for row in range(len(q)):
        over, _ = task._over(place[row], want, row)
        off = max(
            (
                float(np.linalg.norm((place[row, own] + turn[row, own] @ offset
                                      - want.point[row, spot_number(name)]) * (weight >= PLANTED)))
                for name, (_, weight) in task.stand.spots.items()
                for own, offset in [task.fig.spots[name]]
            ),
            default=0.0,
        )  # fmt: skip
        fault = ""
        if over - MARGIN > FALLS:
            fault = f"falls over: centre of mass {100 * (over - MARGIN):.0f} cm off the support"
        elif off > SLIPS:
            fault = f"feet, knees or seat move by {100 * off:.0f} cm"
        elif inside[row, 0] > DEEPEST:
            fault = f"{100 * inside[row, 0]:.0f} cm inside of floor or furniture"
        elif inside[row, 1] > DEEPEST:
            fault = f"body {100 * inside[row, 1]:.0f} cm inside itself"
        found.append(fault)
    return found


@njit(cache=True, nogil=True)
def _depths(p, place, turn, out):  # type: ignore[no-untyped-def]
    balls, way = np.empty((p.ball_joint.shape[0], 3)), np.empty(3)
    for t in range(place.shape[0]):
        out[t, 0] = out[t, 1] = 0.0
        for s in range(p.ball_joint.shape[0]):
            j = p.ball_joint[s]
            for r in range(3):
                balls[s, r] = place[t, j, r]
                for c in range(3):
                    balls[s, r] += turn[t, j, r, c] * p.ball_offset[s, c]
            for b in range(p.centre.shape[0] - 1):
                if p.meets[s, b]:
                    d = p.ball_radius[s] - signed(p, balls[s, 0], balls[s, 1], balls[s, 2], b, way)
                    out[t, 0] = max(out[t, 0], d)
        for k in range(p.pairs.shape[0]):
            a, b = p.pairs[k, 0], p.pairs[k, 1]
            apart = np.sqrt(np.sum((balls[a] - balls[b]) ** 2))
            out[t, 1] = max(out[t, 1], p.ball_radius[a] + p.ball_radius[b] - apart)


def depths(problem: ik.Problem, place: Floats, turn: Floats) -> Floats:
    """(n, 2) metres that spheres of the body are inside of solids, and of each other, at most."""
    out = np.zeros((len(place), 2))
    _depths(problem, place, turn, out)
    return out
