"""Key poses: where the worker is, what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from synth.core.errors import InputError
from synth.posture.chain import freedom
from synth.posture.figure import figure
from synth.posture.keys import Task
from synth.posture.setting import Dice
from synth.posture.task import parse_task


def _task(phases: str) -> Task:
    page = parse_task(f"title: a\nstance: standing\nphases: {phases}", "page")
    return Task(page, figure("female", (0.0,) * 10), Dice(0, "p", 0))


def test_a_pose_goes_along_with_the_worker() -> None:
    task = _task("[{do: walk, turn: 90, forward: 0, seconds: 2}]")
    q = task.stand.q.copy()
    q[:2] = (0.0, 0.1)
    moved = task.turned(q, task.script.keys[1])
    np.testing.assert_allclose(moved[:2], [-0.1, 0.0], atol=1e-9)
    assert moved[freedom("pelvis turn")] == pytest.approx(np.pi / 2)


def test_what_is_too_far_is_refused() -> None:
    with pytest.raises(InputError, match="left hand: out of reach by"):
        _task("[{do: reach, left: {height: 1, forward: 1.9}, seconds: 1}]").key_poses()
