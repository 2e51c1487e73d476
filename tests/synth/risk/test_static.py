"""Zones of ISO 11226 and EN 1005-4 at each edge from both sides, and holding times."""

from __future__ import annotations

import numpy as np
import pytest

from synth.risk.static import EN_PARTS, ISO_PARTS, en_1005_4, holding_minutes, iso_11226, static_zones
from synth.risk.task import TaskInputs
from tests.synth.risk.figure import neutral, standing
from tests.synth.risk.test_rula import around


def iso(part: int, task: TaskInputs | None = None, n: int = 3, **angles: object) -> list[int]:
    return iso_11226(neutral(n, **angles), standing(n), task or TaskInputs())[:, part].tolist()


def en(part: int, use: str = "static", **angles: object) -> list[int]:
    return en_1005_4(neutral(3, **angles), standing(3), TaskInputs(), use)[:, part].tolist()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("part", "angle", "edge", "zones"),
    [
        (0, "trunk_flexion", 20, [0, 0, 1]),
        (0, "trunk_flexion", 60, [1, 1, 2]),
        (0, "trunk_flexion", -5, [2, 0, 0]),
        (0, "trunk_twist", 10, [0, 0, 2]),
        (0, "trunk_side_bend", -10, [2, 0, 0]),
        (1, "head_inclination", 25, [0, 0, 1]),
        (1, "head_inclination", 85, [1, 1, 2]),
        (1, "neck_side_bend", 10, [0, 0, 2]),
        (2, "head_inclination", 25, [0, 0, 2]),
        (2, "head_inclination", -5, [2, 0, 0]),
        (3, "upper_arm_inclination", 20, [0, 0, 1]),
        (4, "upper_arm_inclination", 60, [1, 1, 2]),
        (3, "shoulder_raise", 20, [0, 0, 2]),
    ],
)
def test_edges_of_iso_11226(part: int, angle: str, edge: float, zones: list[int]) -> None:
    assert iso(part, **{angle: around(edge)}) == zones


def test_an_upper_arm_behind_the_body_is_not_recommended() -> None:
    assert iso(3, upper_arm_inclination=30, upper_arm_flexion=-30) == [2, 2, 2]


def test_support_makes_the_middle_zone_acceptable() -> None:
    arms = TaskInputs(arms_supported="left")
    found = iso_11226(neutral(1, upper_arm_inclination=40), standing(1), arms)
    assert found[0, 3:].tolist() == [0, 1]
    back = TaskInputs(back_supported=True)
    for sitting, zone in ((True, 0), (False, 1)):
        stance = standing(1, sitting=sitting)
        assert iso_11226(neutral(1, trunk_flexion=40), stance, back)[0, 0] == zone
        assert en_1005_4(neutral(1, trunk_flexion=40), stance, back)[0, 0] == zone


@pytest.mark.parametrize(
    ("part", "angle", "edge", "zones"),
    [
        (0, "trunk_flexion", -5, [1, 1, 0]),
        (0, "trunk_flexion", 20, [0, 0, 1]),
        (0, "trunk_flexion", 60, [1, 1, 2]),
        (1, "trunk_side_bend", 10, [0, 0, 2]),
        (1, "trunk_twist", -10, [2, 0, 0]),
        (2, "head_inclination", 40, [0, 0, 2]),
        (2, "head_inclination", -5, [2, 2, 0]),
        (3, "neck_side_bend", 10, [0, 0, 2]),
        (3, "neck_twist", 45, [0, 0, 2]),
        (4, "upper_arm_inclination", 20, [0, 0, 1]),
        (5, "upper_arm_inclination", 60, [1, 1, 2]),
    ],
)
def test_edges_of_en_1005_4(part: int, angle: str, edge: float, zones: list[int]) -> None:
    assert en(part, **{angle: around(edge)}) == zones


def test_movements_are_judged_by_how_often() -> None:
    assert [
        en(0, use, trunk_flexion=40)[0] for use in ("static", "under 2 a minute", "2 a minute or more")
    ] == [1, 0, 2]
    assert [
        en(4, use, upper_arm_inclination=40)[0] for use in ("under 2 a minute", "2 a minute or more")
    ] == [0, 1]
    assert en(1, "under 2 a minute", trunk_twist=20)[0] == 1


def test_holding_times_fall_along_the_zone() -> None:
    assert holding_minutes("trunk", np.array([20, 20.001, 40, 60, 61])) == pytest.approx(
        [np.inf, 4, 2.5, 1, 0], abs=1e-3
    )
    assert holding_minutes("head", np.array([25.001, 85])) == pytest.approx([8, 1], abs=1e-3)
    assert holding_minutes("upper_arm", np.array([20.001, 60])) == pytest.approx([3, 1], abs=1e-3)


def test_both_together() -> None:
    found = static_zones(neutral(2), standing(2), TaskInputs())
    assert (found.iso.shape, found.en.shape) == ((2, len(ISO_PARTS)), (2, len(EN_PARTS)))
    assert not found.iso.any()
    assert not found.en.any()
