"""The NIOSH lifting equation: multipliers in closed form at each limit, and the manual's worked examples."""

from __future__ import annotations

from dataclasses import replace

import pytest

from synth.core.errors import InputError
from synth.risk.niosh import METRIC, US, Lift, composite_index, frequency_multiplier, recommended_weight

IDEAL = Lift(load=10, horizontal=25, vertical=75, travel=25)


def test_the_ideal_lift_is_the_load_constant() -> None:
    found = recommended_weight(IDEAL)
    assert found.limit == pytest.approx(23)
    assert found.index == pytest.approx(10 / 23)
    us = recommended_weight(Lift(load=51, horizontal=10, vertical=30, travel=10), US)
    assert (us.limit, us.index) == (pytest.approx(51), pytest.approx(1))


@pytest.mark.parametrize(
    ("field", "value", "multiplier", "expected"),
    [
        ("horizontal", 24.9, "horizontal", 1), ("horizontal", 50, "horizontal", 0.5),
        ("horizontal", 63, "horizontal", 25 / 63), ("horizontal", 63.1, "horizontal", 0),
        ("vertical", 0, "vertical", 0.775), ("vertical", 175, "vertical", 0.7), ("vertical", 175.1, "vertical", 0),
        ("travel", 10, "travel", 1), ("travel", 45, "travel", 0.92), ("travel", 175, "travel", 0.82 + 4.5 / 175),
        ("travel", 175.1, "travel", 0), ("angle", 90, "asymmetry", 0.712), ("angle", 135, "asymmetry", 0.568),
        ("angle", 135.1, "asymmetry", 0), ("frequency", 0, "frequency", 1), ("frequency", 1, "frequency", 0.94),
        ("hours", 1.01, "frequency", 0.95), ("hours", 2.01, "frequency", 0.85),
    ],
)  # fmt: skip
def test_multipliers(field: str, value: float, multiplier: str, expected: float) -> None:
    found = recommended_weight(replace(IDEAL, **{field: value}))
    assert getattr(found, multiplier) == pytest.approx(expected)
    if not expected:
        assert (found.limit, found.index) == (0, float("inf"))


@pytest.mark.parametrize(
    ("coupling", "low", "high"), [("good", 1.0, 1.0), ("fair", 0.95, 1.0), ("poor", 0.9, 0.9)]
)
def test_coupling(coupling: str, low: float, high: float) -> None:
    for vertical, expected in ((74.9, low), (75, high)):
        lift = replace(IDEAL, coupling=coupling, vertical=vertical)  # type: ignore[arg-type]
        assert recommended_weight(lift).coupling == expected


def test_frequency_is_linear_between_rows_and_0_beyond_the_last() -> None:
    assert frequency_multiplier(2.4, 1, True) == pytest.approx(0.91 - 0.4 * 0.03)
    assert frequency_multiplier(12, 1, False) == pytest.approx(0.37)
    assert frequency_multiplier(12.1, 1, False) == 0
    assert frequency_multiplier(15, 1, True) == pytest.approx(0.28)
    assert frequency_multiplier(15.1, 1, True) == 0


def test_the_frequency_goes_with_the_height_at_the_origin() -> None:
    at_destination = Lift(10, 25, 100, 60, frequency=14, origin_vertical=40)
    assert recommended_weight(at_destination).frequency == 0
    assert recommended_weight(replace(at_destination, origin_vertical=None)).frequency == pytest.approx(0.31)


# The manual's worksheets, pounds and inches, as far as a source of their numbers is at hand; it multiplies multipliers
# of two places. Example 4, package inspection (figure 14): 3 lifts a minute for 45 minutes, fair, origin and
# destination. Example 5, dish-washing machine unloading (figures 16, 17): 5 a minute for up to an hour, good.
EXAMPLES = [
    ("4 origin", Lift(26, 10, 22, 37, 0, 3, 0.75, "fair"), 34.9, 0.7),
    ("4 destination", Lift(26, 20, 59, 37, 0, 3, 0.75, "fair", 22), 15.2, 1.7),
    ("5 origin", Lift(20, 20, 44, 37, 30, 5, 1, "good"), 14.4, 1.4),
    ("5 destination", Lift(20, 20, 7, 37, 30, 5, 1, "good", 44), 13.3, 1.5),
]


@pytest.mark.parametrize(("name", "lift", "limit", "index"), EXAMPLES)
def test_worked_examples_of_the_manual(name: str, lift: Lift, limit: float, index: float) -> None:
    found = recommended_weight(lift, US, rounded=True)
    assert found.limit == pytest.approx(limit, abs=0.05), name
    assert found.index == pytest.approx(index, abs=0.06), name
    assert recommended_weight(lift, US).limit == pytest.approx(limit, abs=0.15), name  # the equation itself


def test_a_published_lift_in_kilograms() -> None:
    """Loads of 12 kg from 55 to 150 cm, 3 a minute for 45 minutes, fair: 15.7 kg, 0.76 (a public solution of it)."""
    found = recommended_weight(Lift(12, 25, 55, 95, 0, 3, 0.75, "fair"), METRIC, rounded=True)
    assert (found.limit, found.index) == (pytest.approx(15.7), pytest.approx(0.76, abs=0.005))


def test_the_composite_index_in_closed_form() -> None:
    one = Lift(10, 30, 75, 25, frequency=2)
    two = Lift(8, 25, 75, 25, frequency=1)
    first, second = recommended_weight(one), recommended_weight(two)
    expected = first.index + second.strength_index * (1 / 0.88 - 1 / 0.91)  # FM of 3 a minute, and of 2
    assert composite_index([two, one]) == pytest.approx(expected)
    assert composite_index([one]) == pytest.approx(first.index)
    heavier = composite_index([two, one], heaviest=[16, 10])
    assert heavier == pytest.approx(expected + second.strength_index * (1 / 0.88 - 1 / 0.91))
    fast = replace(one, frequency=14)
    assert composite_index([fast, replace(two, frequency=2)]) == float("inf")


@pytest.mark.parametrize(
    "wrong", [{"load": -1}, {"angle": float("nan")}, {"hours": 9}, {"hours": 0}, {"coupling": "firm"}]
)
def test_what_the_equation_is_not_for_is_refused(wrong: dict) -> None:
    with pytest.raises(InputError):
        replace(IDEAL, **wrong)
    with pytest.raises(InputError):
        composite_index([])
