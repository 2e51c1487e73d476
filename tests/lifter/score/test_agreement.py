"""Agreement of scores: perfect for the truth, known for a known confusion."""

from __future__ import annotations

import numpy as np
import pytest

from lifter.data.joints import JOINTS3D
from lifter.score.agreement import agreement, weighted_kappa
from lifter.score.evaluate import evaluate
from lifter.score.intervals import Bootstrap
from lifter.score.scoreboard import tables
from tests.lifter.cases import answer, people


def test_the_truth_agrees_with_itself() -> None:
    cases = people(40)
    found = evaluate(answer(cases.truth), cases).facts["risk"]
    for method in ("reba", "rula"):
        assert found[method]["exact"]["mean"] == pytest.approx(100)
        assert found[method]["within_one"]["mean"] == pytest.approx(100)
        assert found[method]["exact"]["count"] == 80  # two sides
        assert found[method]["kappa"] in (None, pytest.approx(1))


def test_a_bent_trunk_is_scored_apart() -> None:
    cases = people(40)
    bent = cases.truth.copy()
    upper = [
        JOINTS3D.index(name) for name in JOINTS3D if not name.endswith(("hip", "knee", "ankle", "pelvis"))
    ]
    bent[:, upper, 2] -= 0.5  # the whole upper body half a metre to the front
    found = evaluate(answer(bent), cases).facts["risk"]["reba"]
    assert found["exact"]["mean"] < 50
    shown = next(
        t for t in tables(evaluate(answer(bent), cases).facts) if t.title.startswith("Scores of risk")
    )
    assert [row[0] for row in shown.rows] == ["REBA", "RULA"]


def test_kappa_of_known_confusions() -> None:
    a = np.array([1, 1, 2, 2])
    assert weighted_kappa(a, a, 2) == pytest.approx(1)
    assert weighted_kappa(a, np.array([2, 2, 1, 1]), 2) == pytest.approx(-1)
    assert weighted_kappa(a, np.array([1, 2, 1, 2]), 2) == pytest.approx(0)
    assert weighted_kappa(np.array([3, 3]), np.array([3, 3]), 7) is None
    # observed (0 + 0 + 1 + 4) / 4, by chance the mean of (a - b)^2 over all pairs: 1 - 1.25 / 3.25
    assert weighted_kappa(np.array([1, 2, 2, 3]), np.array([1, 2, 3, 5]), 5) == pytest.approx(1 - 1.25 / 3.25)


def test_who_is_not_known_does_not_count() -> None:
    cases = people(10)
    truth = cases.truth.copy()
    truth[:4, JOINTS3D.index("left_knee")] = np.nan
    found = agreement(cases.truth, truth, cases.up, Bootstrap(cases.group))
    assert found["reba"]["exact"]["count"] == 12
    assert agreement(cases.truth[:1], truth[:1], cases.up[:1], Bootstrap(cases.group[:1])) == {}
