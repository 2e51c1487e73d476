"""OWAS: codes at each edge, and the class of published codes; the table's cells are in test_tables."""

from __future__ import annotations

import numpy as np
import pytest

from synth.risk.owas import Owas, load_code, owas, owas_of
from synth.risk.task import TaskInputs
from tests.synth.risk.figure import neutral, standing
from tests.synth.risk.test_rula import around


def of(task: TaskInputs | None = None, n: int = 1, stance: dict | None = None, **angles: object) -> Owas:
    return owas(neutral(n, **angles), standing(n, **(stance or {})), task or TaskInputs())


@pytest.mark.parametrize(
    ("angle", "edge", "backs"),
    [
        ("trunk_flexion", 20, (1, 1, 2)),
        ("trunk_flexion", -20, (2, 1, 1)),
        ("trunk_twist", 20, (1, 1, 3)),
        ("trunk_side_bend", -20, (3, 1, 1)),
    ],
)
def test_edges_of_the_back(angle: str, edge: float, backs: tuple[int, ...]) -> None:
    assert of(n=3, **{angle: around(edge)}).code[:, 0].tolist() == list(backs)


def test_back_bent_and_twisted() -> None:
    assert of(trunk_flexion=45, trunk_twist=-30).code[0, 0] == 4


@pytest.mark.parametrize(("up", "code"), [((0, 0), 1), ((1, 0), 2), ((0, 1), 2), ((1, 1), 3)])
def test_arms(up: tuple[int, int], code: int) -> None:
    assert of(stance={"arms_up": np.array([up], bool)}).code[0, 1] == code


@pytest.mark.parametrize(
    ("stance", "knees", "code"),
    [
        ({"sitting": True}, (90, 90), 1),
        ({}, (0, 0), 2),
        ({}, (30, 30), 2),
        ({"left_share": 1.0}, (0, 90), 3),
        ({}, (30.1, 30.1), 4),
        ({}, (0, 30.1), 5),
        ({"left_share": 1.0}, (40, 0), 5),
        ({"left_share": 0.0}, (40, 0), 3),
        ({"kneeling": True}, (90, 90), 6),
        ({"walking": True, "left_share": 1.0}, (10, 60), 7),
    ],
)
def test_legs(stance: dict, knees: tuple[float, float], code: int) -> None:
    assert of(stance=stance, knee_flexion=np.array([knees])).code[0, 2] == code


@pytest.mark.parametrize(("kilograms", "code"), [(0, 1), (9.99, 1), (10, 2), (20, 2), (20.01, 3)])
def test_load(kilograms: float, code: int) -> None:
    assert load_code(np.array([kilograms])) == code
    assert of(TaskInputs(load=kilograms)).code[0, 3] == code


# A laundry's worker at a machine, 4121: class 2 (a published course work on OWAS); upright, arms down, both legs
# straight, under 10 kg: 1, and bent and twisted, both arms up, both knees bent, over 20 kg: 4 (textbook cases, as
# quoted with a public transcription of the table); twisted, one arm up, kneeling, under 10 kg: 3 (a thesis of the
# University of the Witwatersrand, quoted there); 4122: 2 (test data of a public evaluation system).
@pytest.mark.parametrize(
    ("code", "action"), [("4121", 2), ("1121", 1), ("4343", 4), ("3261", 3), ("4122", 2)]
)
def test_published_examples(code: str, action: int) -> None:
    assert owas_of(np.array([[int(digit) for digit in code]])).action[0] == action
