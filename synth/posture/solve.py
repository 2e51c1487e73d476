"""From a task page and a body to motion: key poses first, then what lies between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synth.core.randomness import Draws
from synth.posture.between import between
from synth.posture.chain import smpl_of
from synth.posture.figure import figure
from synth.posture.keys import RATE, Task
from synth.posture.setting import Dice
from synth.posture.task import TaskSpec
from synth.scene.work import Work

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Solved:
    """A realisation: poses (T, 24, 3) axis-angle and trans (T, 3) at `rate`, and its task with the body and things.

    angles (T, N): the same in the degrees of freedom of `chain`, radians.
    """

    poses: NDArray[np.float32]
    trans: NDArray[np.float32]
    rate: float
    work: Work
    angles: Floats


def draw_body(name: str, seed: int, realisation: int) -> tuple[str, tuple[float, ...]]:
    """The gender and shape of who realises a page: a man or a woman, shapes normal, within two deviations."""
    draws = Draws(seed)
    gender = ("male", "female")[int(draws.integers(f"task/{name}/gender", realisation, 2)[0, 0])]
    shape = np.clip(draws.normal(f"task/{name}/betas", realisation, 10)[0], -2.0, 2.0)
    return gender, tuple(round(float(beta), 4) for beta in shape)


def solve_page(
    page: TaskSpec, name: str, gender: str, betas: tuple[float, ...], seed: int, realisation: int
) -> Solved:
    """One realisation of a page by a body. Raises InputError, with the reason in numbers, where it cannot be done."""
    dice = Dice(seed, name, realisation)
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
