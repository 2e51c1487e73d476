"""From a task page and a body to motion: key poses first, then what lies between them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from synth.core.errors import InputError
from synth.core.randomness import Draws
from synth.posture.between import between
from synth.posture.chain import smpl_of
from synth.posture.checks import checks
from synth.posture.figure import figure
from synth.posture.keys import RATE, Task
from synth.posture.setting import Dice
from synth.posture.task import TaskSpec
from synth.scene.work import Work

Floats = NDArray[np.float64]
VERSION = 2  # of what is made of a page and a realisation; raise it when that changes
TRIES = 4  # of a realisation, until one is physically possible
EVERY = 3  # frames from one that is examined to the next, where nothing is close to what is allowed
_DRAWN = (
    "phases",
    "the start",
)  # where draws may be out of reach; what is wrong elsewhere is so in every draw
_REFUSALS = 2  # tries out of reach, after which it is the body that cannot


@dataclass(frozen=True, eq=False)
class Solved:
    """A realisation: poses (T, 24, 3) axis-angle and trans (T, 3) at `rate`, and its task with the body and things.

    angles (T, N): the same in the degrees of freedom of `chain`, radians. failed: why tries before it could not be.
    """

    poses: NDArray[np.float32]
    trans: NDArray[np.float32]
    rate: float
    work: Work
    angles: Floats
    failed: tuple[str, ...] = ()


def draw_body(name: str, seed: int, realisation: int) -> tuple[str, tuple[float, ...]]:
    """The gender and shape of who realises a page: a man or a woman, shapes normal, within two deviations."""
    draws = Draws(seed)
    gender = ("male", "female")[int(draws.integers(f"task/{name}/gender", realisation, 2)[0, 0])]
    shape = np.clip(draws.normal(f"task/{name}/betas", realisation, 10)[0], -2.0, 2.0)
    return gender, tuple(round(float(beta), 4) for beta in shape)


def solve_page(
    page: TaskSpec, name: str, gender: str, betas: tuple[float, ...], seed: int, realisation: int
) -> Solved:
    """One realisation of a page by a body, physically possible by `checks`: drawn again, a few times, where it is not.

    Raises InputError, with the reason of the best try in numbers, where none can be done.
    """
    failed: list[str] = []
    refused: list[InputError] = []
    missed: list[tuple[float, str]] = []
    for attempt in range(TRIES):
        try:
            solved = solve_once(page, name, gender, betas, seed, realisation, attempt)
        except InputError as error:
            if not error.where.startswith(_DRAWN):
                raise
            refused.append(error)
            failed.append(f"{error.where}: {error.what}")
            if len(refused) == _REFUSALS:
                break
            continue
        found = checks(solved, EVERY)
        if not found.fault and found.close:
            found = checks(solved, 1)
        if not found.fault:
            return replace(solved, failed=tuple(failed))
        missed.append((found.excess, found.fault))
        failed.append(found.fault)
    if not missed:
        raise refused[0]
    raise InputError(
        f"{min(missed)[1]} ({gender}, {figure(gender, betas).height['head']:.2f} m tall)",
        where="phases",
        remedy="bring the places nearer, leave the body more room, or let the trunk bend and twist further",
    )


def solve_once(
    page: TaskSpec,
    name: str,
    gender: str,
    betas: tuple[float, ...],
    seed: int,
    realisation: int,
    attempt: int = 0,
) -> Solved:
    """One try at a realisation, with draws of its own, not yet examined. Raises InputError where it is out of reach."""
    dice = Dice(seed, f"{name}/try {attempt}" if attempt else name, realisation)
    task = Task(page, figure(gender, betas), dice)
    q, rolled = between(task, task.key_poses())
    poses, trans = smpl_of(q, task.fig.rest)
    work = Work(
        page=name,
        title=page.title,
        trade=page.trade,
        gender=gender,
        betas=betas,
        furniture=tuple(rolled) + task.script.setting.furniture(),
        loads=tuple(task.script.loads),
        coupling=page.coupling,
        activity=tuple(page.activity),
    )
    return Solved(poses.astype(np.float32), trans.astype(np.float32), RATE, work, q)
