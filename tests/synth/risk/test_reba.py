"""REBA: each band's edge from both sides, each adjustment, every cell, published examples."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from synth.risk.reba import Reba, load_score, reba, reba_of
from synth.risk.tables import table
from synth.risk.task import TaskInputs
from tests.synth.risk.figure import neutral, standing
from tests.synth.risk.test_rula import around


def of(task: TaskInputs | None = None, n: int = 1, stance: dict | None = None, **angles: object) -> Reba:
    return reba(neutral(n, **angles), standing(n, **(stance or {})), task or TaskInputs())


@pytest.mark.parametrize(
    ("angle", "part", "edge", "scores"),
    [
        ("trunk_flexion", "trunk", 5, (1, 1, 2)),
        ("trunk_flexion", "trunk", 20, (2, 2, 3)),
        ("trunk_flexion", "trunk", 60, (3, 3, 4)),
        ("trunk_flexion", "trunk", -5, (2, 1, 1)),
        ("trunk_flexion", "trunk", -20, (3, 2, 2)),
        ("trunk_flexion", "trunk", -60, (3, 3, 3)),
        ("trunk_twist", "trunk", -10, (2, 1, 1)),
        ("trunk_side_bend", "trunk", 10, (1, 1, 2)),
        ("neck_flexion", "neck", 20, (1, 1, 2)),
        ("neck_flexion", "neck", -5, (2, 1, 1)),
        ("neck_twist", "neck", 20, (1, 1, 2)),
        ("neck_side_bend", "neck", 10, (1, 1, 2)),
        ("knee_flexion", "legs", 30, (1, 2, 2)),
        ("knee_flexion", "legs", 60, (2, 2, 3)),
    ],
)
def test_edges_of_the_body(angle: str, part: str, edge: float, scores: tuple[int, ...]) -> None:
    assert getattr(of(n=3, **{angle: around(edge)}), part).tolist() == list(scores)


@pytest.mark.parametrize(
    ("angle", "part", "edge", "scores"),
    [
        ("upper_arm_flexion", "upper_arm", 20, (1, 1, 2)),
        ("upper_arm_flexion", "upper_arm", 45, (2, 2, 3)),
        ("upper_arm_flexion", "upper_arm", 90, (3, 3, 4)),
        ("upper_arm_flexion", "upper_arm", -20, (2, 1, 1)),
        ("upper_arm_flexion", "upper_arm", -45, (2, 2, 2)),
        ("upper_arm_abduction", "upper_arm", 20, (1, 1, 2)),
        ("shoulder_raise", "upper_arm", 20, (1, 1, 2)),
        ("lower_arm_flexion", "lower_arm", 60, (2, 1, 1)),
        ("lower_arm_flexion", "lower_arm", 100, (1, 1, 2)),
        ("wrist_flexion", "wrist", 15, (1, 1, 2)),
        ("wrist_flexion", "wrist", -15, (2, 1, 1)),
        ("wrist_deviation", "wrist", 10, (1, 1, 2)),
        ("lower_arm_twist", "wrist", 45, (1, 1, 2)),
    ],
)
def test_edges_of_the_arm(angle: str, part: str, edge: float, scores: tuple[int, ...]) -> None:
    found = getattr(of(n=3, **{angle: around(edge), "upper_arm_inclination": 90}), part)
    assert found.tolist() == [[score, score] for score in scores]


def test_twist_and_side_bend_add_1_together() -> None:
    found = of(trunk_twist=30, trunk_side_bend=30, neck_twist=30, neck_side_bend=30)
    assert (found.trunk[0], found.neck[0]) == (2, 2)


def test_gravity_assists_an_arm_that_hangs_from_a_bent_trunk() -> None:
    bent = {"trunk_flexion": 70, "upper_arm_flexion": 70}
    assert of(**bent, upper_arm_inclination=around(20).reshape(3), n=3).upper_arm.tolist() == [
        [2, 2],
        [3, 3],
        [3, 3],
    ]
    assert of(TaskInputs(arms_supported="right"), **bent, upper_arm_inclination=60).upper_arm.tolist() == [
        [3, 2]
    ]


def test_legs_on_one_foot_walking_and_sitting() -> None:
    assert of(stance={"left_share": 1.0}).legs[0] == 2
    assert of(stance={"left_share": 1.0, "walking": True}).legs[0] == 1
    assert of(stance={"left_share": 0.0}, knee_flexion=70).legs[0] == 4
    assert of(stance={"sitting": True}, knee_flexion=90).legs[0] == 1
    assert of(knee_flexion=np.array([[0.0, 70.0]])).legs[0] == 3  # the more bent of the two


@pytest.mark.parametrize(("kilograms", "score"), [(0, 0), (4.99, 0), (5, 1), (10, 1), (10.01, 2)])
def test_load(kilograms: float, score: int) -> None:
    assert load_score(np.array([kilograms]), False) == score
    assert load_score(np.array([kilograms]), True) == score + (kilograms > 0)


@pytest.mark.parametrize(("coupling", "score"), [("good", 0), ("fair", 1), ("poor", 2), ("unacceptable", 3)])
def test_coupling_counts_where_there_is_a_load(coupling: str, score: int) -> None:
    assert of(TaskInputs(load=3, coupling=coupling)).coupling[0] == score  # type: ignore[arg-type]
    assert of(TaskInputs(coupling=coupling)).coupling[0] == 0  # type: ignore[arg-type]


def test_activity_adds_1_each() -> None:
    plain = of().score[0, 0]
    assert of(TaskInputs(static=True)).score[0, 0] == plain + 1
    assert of(TaskInputs(static=True, repeated=True, unstable=True)).score[0, 0] == plain + 3


def test_the_score_of_every_combination() -> None:
    body = np.array(list(itertools.product(range(1, 4), range(1, 6), range(1, 5), range(4))))
    arm = np.array(list(itertools.product(range(1, 7), range(1, 3), range(1, 4), range(4))))
    n = len(body) * len(arm)
    a, b = body[np.arange(n) // len(arm)], arm[np.arange(n) % len(arm)]
    found = reba_of(
        neck=a[:, 0], trunk=a[:, 1], legs=a[:, 2], load=a[:, 3], upper_arm=b[:, [0, 0]], lower_arm=b[:, [1, 1]],
        wrist=b[:, [2, 2]], coupling=b[:, 3], activity=np.arange(n) % 4,
    )  # fmt: skip
    score_a = table("reba", "table_a")[tuple(a[:, :3].T - 1)] + a[:, 3]
    score_b = table("reba", "table_b")[b[:, 1] - 1, b[:, 0] - 1, b[:, 2] - 1] + b[:, 3]
    expected = table("reba", "table_c")[score_a - 1, score_b - 1] + np.arange(n) % 4
    assert np.array_equal(found.score[:, 1], expected)
    assert (found.score.min(), found.score.max()) == (1, 15)


# Scores of the parts (neck, trunk, legs, load; upper arm, lower arm, wrist, coupling; activity), then A, B and REBA.
# The README of the public package ergonomics-metrics (rs9000/ergonomics), its test's left and right side; the ground
# truth of the public project AutoREBA (Ellestir/AutoREBA), its 'good posture', whose text adds 2 for the coupling but
# counts 0 in its score B: scored here without a load's coupling, as its score B says. A filled worksheet of a welder
# (scribd.com document 509190964, 2021): tables A 6, B 5 and C 11, its activity left open.
PUBLISHED = [
    ((2, 2, 2, 0), (1, 2, 3, 0), 0, (4, 3, 4)),
    ((2, 2, 2, 0), (1, 2, 2, 0), 0, (4, 2, 4)),
    ((1, 1, 1, 0), (1, 1, 1, 0), 0, (1, 1, 1)),
    ((1, 4, 3, 3), (4, 1, 2, 3), 0, (9, 8, 11)),
]


@pytest.mark.parametrize(("body", "arm", "activity", "scores"), PUBLISHED)
def test_published_examples(
    body: tuple[int, ...], arm: tuple[int, ...], activity: int, scores: tuple[int, ...]
) -> None:
    neck, trunk, legs, load = (np.array([each]) for each in body)
    upper, lower, wrist = (np.array([[each, each]]) for each in arm[:3])
    found = reba_of(
        neck=neck, trunk=trunk, legs=legs, load=load, upper_arm=upper, lower_arm=lower, wrist=wrist,
        coupling=np.array([arm[3]]), activity=np.array([activity]),
    )  # fmt: skip
    assert (found.score_a[0], found.score_b[0, 0], found.score[0, 0]) == scores


def test_published_scores_of_halves() -> None:
    """Two theses of Universitas Sebelas Maret: who unloads sand (text-id.123dok.com 9yn6e58pq) has trunk 4, neck 2,
    legs 1, no load: A 5. Who pushes a water bottle (wyeokwv4q) has upper arm 2, lower arm 1, wrist 2, a fair grip: B 3,
    and with A 5 score C 4."""
    found = reba_of(
        neck=np.array([2]), trunk=np.array([4]), legs=np.array([1]), load=np.array([0]), upper_arm=np.array([[2, 2]]),
        lower_arm=np.array([[1, 1]]), wrist=np.array([[2, 2]]), coupling=np.array([1]), activity=np.array([0]),
    )  # fmt: skip
    assert (found.score_a[0], found.score_b[0, 0], found.score[0, 0]) == (5, 3, 4)
