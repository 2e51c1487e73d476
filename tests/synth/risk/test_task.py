"""Inputs of the scores: defaults, what a task's page gives, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from synth.core.errors import InputError
from synth.risk.task import TaskInputs, inputs_of, with_activity
from synth.scene.work import Load, Work


def test_defaults_are_empty_hands() -> None:
    task = TaskInputs()
    assert task.loads(3).tolist() == [0, 0, 0]
    assert task.coupling_score == 0
    assert not task.supported().any()


def test_loads_one_a_posture() -> None:
    assert TaskInputs(load=np.array([1, np.nan])).loads(2).tolist() == [1, 0]
    with pytest.raises(ValueError, match="broadcast"):
        TaskInputs(load=np.array([1.0, 2.0])).loads(3)


def test_a_page_gives_load_coupling_and_activity() -> None:
    work = Work(
        "lift", "Lifting", "logistics", "male", (), loads=(Load(8, 1, 2), Load(3, 1.5, 4)), coupling="poor",
        activity=("static", "unstable"),
    )  # fmt: skip
    task = inputs_of(work, np.array([0.5, 1, 1.7, 3, 4]))
    assert task.loads(5).tolist() == [0, 8, 11, 3, 0]
    assert (task.coupling_score, task.static, task.repeated, task.unstable) == (2, True, False, True)


@pytest.mark.parametrize("given", [{"load": -1}, {"load": 2000}, {"coupling": "firm"}])
def test_nonsense_is_refused(given: dict) -> None:
    with pytest.raises(InputError):
        TaskInputs(**given)
    with pytest.raises(InputError, match="no activity 'resting'"):
        with_activity(TaskInputs(), ("resting",))  # type: ignore[arg-type]
