"""RULA: each band's edge from both sides, each adjustment, every cell by the sum of the parts, published examples."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from synth.risk.rula import Rula, force, rula, rula_of
from synth.risk.tables import table
from synth.risk.task import TaskInputs
from tests.synth.risk.figure import neutral, standing

NEXT, LAST = np.nextafter, np.array([0.0])


def of(task: TaskInputs | None = None, n: int = 1, stance: dict | None = None, **angles: object) -> Rula:
    return rula(neutral(n, **angles), standing(n, **(stance or {})), task or TaskInputs())


def around(edge: float) -> np.ndarray:
    """Just below an edge, on it, just above."""
    return np.array([NEXT(edge, -np.inf), edge, NEXT(edge, np.inf)])


@pytest.mark.parametrize(
    ("angle", "part", "edge", "scores"),
    [
        ("upper_arm_flexion", "upper_arm", 20, (1, 1, 2)),
        ("upper_arm_flexion", "upper_arm", 45, (2, 2, 3)),
        ("upper_arm_flexion", "upper_arm", 90, (3, 4, 4)),
        ("upper_arm_flexion", "upper_arm", -20, (2, 1, 1)),
        ("upper_arm_flexion", "upper_arm", -45, (2, 2, 2)),
        ("upper_arm_abduction", "upper_arm", 20, (1, 1, 2)),
        ("shoulder_raise", "upper_arm", 20, (1, 1, 2)),
        ("lower_arm_flexion", "lower_arm", 60, (2, 1, 1)),
        ("lower_arm_flexion", "lower_arm", 100, (1, 1, 2)),
        ("wrist_out", "lower_arm", 0, (2, 1, 1)),
        ("wrist_out", "lower_arm", 2, (1, 1, 2)),
        ("wrist_flexion", "wrist", 5, (1, 1, 2)),
        ("wrist_flexion", "wrist", 15, (2, 3, 3)),
        ("wrist_flexion", "wrist", -5, (2, 1, 1)),
        ("wrist_flexion", "wrist", -15, (3, 3, 2)),
        ("wrist_deviation", "wrist", 10, (1, 1, 2)),
        ("wrist_deviation", "wrist", -10, (2, 1, 1)),
        ("lower_arm_twist", "wrist_twist", 45, (1, 1, 2)),
        ("lower_arm_twist", "wrist_twist", -45, (2, 1, 1)),
    ],
)
def test_edges_of_the_arm(angle: str, part: str, edge: float, scores: tuple[int, ...]) -> None:
    found = getattr(of(n=3, **{angle: around(edge)}), part)
    assert found.tolist() == [[score, score] for score in scores]


@pytest.mark.parametrize(
    ("angle", "part", "edge", "scores"),
    [
        ("neck_flexion", "neck", 10, (1, 1, 2)),
        ("neck_flexion", "neck", 20, (2, 3, 3)),
        ("neck_flexion", "neck", -5, (4, 1, 1)),
        ("neck_twist", "neck", 20, (1, 1, 2)),
        ("neck_side_bend", "neck", -10, (2, 1, 1)),
        ("trunk_flexion", "trunk", 20, (2, 2, 3)),
        ("trunk_flexion", "trunk", 60, (3, 4, 4)),
        ("trunk_twist", "trunk", 10, (2, 2, 3)),
        ("trunk_side_bend", "trunk", -10, (3, 2, 2)),
    ],
)
def test_edges_of_the_body(angle: str, part: str, edge: float, scores: tuple[int, ...]) -> None:
    assert getattr(of(n=3, **{angle: around(edge)}), part).tolist() == list(scores)


def test_twist_and_side_bend_add_up() -> None:
    found = of(
        neck_flexion=-30,
        neck_twist=30,
        neck_side_bend=30,
        trunk_flexion=70,
        trunk_twist=30,
        trunk_side_bend=30,
    )
    assert (found.neck[0], found.trunk[0]) == (6, 6)


def test_a_trunk_scores_1_only_sitting_and_supported() -> None:
    back = TaskInputs(back_supported=True)
    assert of().trunk[0] == 2
    assert of(back).trunk[0] == 2
    assert of(back, stance={"sitting": True}).trunk[0] == 1


def test_a_supported_arm_scores_1_less_but_never_under_1() -> None:
    found = of(TaskInputs(arms_supported="left"), upper_arm_flexion=60)
    assert found.upper_arm.tolist() == [[2, 3]]
    assert of(TaskInputs(arms_supported="both")).upper_arm.tolist() == [[1, 1]]


def test_legs() -> None:
    assert of().legs[0] == 1
    assert of(stance={"left_share": 0.84}).legs[0] == 1
    assert of(stance={"left_share": 0.85}).legs[0] == 2
    assert of(stance={"left_share": 1.0, "sitting": True}).legs[0] == 1
    assert of(stance={"kneeling": True}).legs[0] == 2


@pytest.mark.parametrize(
    ("kilograms", "moving", "held"),
    [(0, 0, 0), (1.99, 0, 0), (2, 1, 2), (10, 1, 2), (10.01, 2, 3)],
)
def test_force_follows_the_paper(kilograms: float, moving: int, held: int) -> None:
    load = np.array([kilograms])
    assert force(load, TaskInputs()) == moving
    assert force(load, TaskInputs(static=True)) == held
    assert force(load, TaskInputs(repeated=True)) == held
    assert force(load, TaskInputs(shock=True)) == (3 if kilograms else 0)


def test_muscle_use_counts_in_both_groups() -> None:
    plain, held = of(), of(TaskInputs(static=True, repeated=True))
    assert held.arm_and_wrist[0, 0] == plain.arm_and_wrist[0, 0] + 1
    assert held.body[0] == plain.body[0] + 1


def test_what_is_not_known_counts_as_neutral() -> None:
    unknown = of(
        **dict.fromkeys(("wrist_flexion", "wrist_deviation", "lower_arm_twist", "neck_twist"), np.nan)
    )
    assert unknown.score.tolist() == of().score.tolist()
    assert of(lower_arm_flexion=np.nan).lower_arm.tolist() == [[1, 1]]


def parts(**given: int) -> Rula:
    names = dict.fromkeys(("upper_arm", "lower_arm", "wrist", "wrist_twist"), 1)
    names |= dict.fromkeys(("neck", "trunk", "legs"), 1) | {"muscle": 0, "force": 0} | given
    arms = ("upper_arm", "lower_arm", "wrist", "wrist_twist")
    return rula_of(**{k: np.array([[v, v]] if k in arms else [v]) for k, v in names.items()})


def test_the_grand_score_of_every_combination() -> None:
    arms = np.array(list(itertools.product(range(1, 7), range(1, 4), range(1, 5), (1, 2))))
    bodies = np.array(list(itertools.product(range(1, 7), range(1, 7), (1, 2))))
    for extra in range(4):
        n = len(arms) * len(bodies)
        arm, body = arms[np.arange(n) // len(bodies)], bodies[np.arange(n) % len(bodies)]
        found = rula_of(
            upper_arm=arm[:, [0, 0]], lower_arm=arm[:, [1, 1]], wrist=arm[:, [2, 2]], wrist_twist=arm[:, [3, 3]],
            neck=body[:, 0], trunk=body[:, 1], legs=body[:, 2], muscle=np.full(n, extra % 2), force=np.full(n, extra),
        )  # fmt: skip
        c = np.minimum(table("rula", "table_a")[tuple(arm.T - 1)] + extra % 2 + extra, 8)
        d = np.minimum(table("rula", "table_b")[tuple(body.T - 1)] + extra % 2 + extra, 7)
        assert np.array_equal(found.score[:, 0], table("rula", "table_c")[c - 1, d - 1])
        assert set(np.unique(found.score)) <= set(range(1, 8))


def test_a_published_posture_of_the_arm_and_the_body() -> None:
    """A solved exercise for students (studylib.es document 9445509): in a carton factory the right shoulder is bent to
    about 45 degrees, the elbow nearly straight, wrist, neck and trunk neutral, a carton of 250 g every 10 seconds: A 3,
    B 1, C 4, D 2, grand score 3. It gives the trunk 1, as the worksheets do."""
    found = parts(upper_arm=2, lower_arm=2, wrist=1, wrist_twist=1, neck=1, trunk=1, legs=1, muscle=1)
    assert (found.arm_and_wrist[0, 1], found.body[0], found.score[0, 1]) == (4, 2, 3)
    exercise = of(TaskInputs(load=0.25, repeated=True), upper_arm_flexion=45, lower_arm_flexion=30)
    assert (exercise.arm_and_wrist[0, 1], exercise.force[0]) == (4, 0)


def test_a_published_posture_in_angles() -> None:
    """Torik, 'Analisa postur dengan metode RULA untuk kerja administrasi', Universitas Mercu Buana: documents of 3 kg
    carried 20 m at upper arm 18, lower arm 45, wrist 80, neck 12, trunk 22 degrees: 7. The load is held: static."""
    found = of(
        TaskInputs(load=3, static=True),
        upper_arm_flexion=18,
        lower_arm_flexion=45,
        wrist_flexion=80,
        neck_flexion=12,
        trunk_flexion=22,
    )
    assert found.score[0].tolist() == [7, 7]


def test_published_scores_of_halves() -> None:
    """A worker whose trunk scores 3, 1 more each for twist and side bend, on both legs: posture score B 6, as a case
    study says (which adds 2 for static and repeated work, where the paper adds 1). A thesis of Universitas Sebelas
    Maret (text-id.123dok.com nzw0r4ngy): postures A and B 4, both with 1 for muscles and 0 for force: grand score 6."""
    assert parts(trunk=5, legs=1).body[0] == 6
    assert parts(trunk=5, legs=1, muscle=1).body[0] == 7
    four = parts(upper_arm=3, lower_arm=1, wrist=3, wrist_twist=1, neck=2, trunk=3, legs=1, muscle=1)
    assert (four.arm_and_wrist[0, 0], four.body[0], four.score[0, 0]) == (5, 5, 6)
