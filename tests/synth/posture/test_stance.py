"""Stances: what is on the floor, and what bears the body."""

from __future__ import annotations

import numpy as np
import pytest

from synth.posture.figure import figure
from synth.posture.setting import Dice, Setting
from synth.posture.stance import support, take_stance
from synth.posture.task import STANCES, parse_task

MEAN = (0.0,) * 10


def test_the_support_is_the_hull_drawn_in() -> None:
    square = [np.array(v) for v in ((-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0), (0.0, 0.0))]
    edges, middle = support(square, 0.1)
    inside = lambda x, y: bool((edges[:, 0] * x + edges[:, 1] * y <= edges[:, 2]).all())  # noqa: E731
    assert inside(0.89, 0.89)
    assert not inside(0.91, 0.0)
    np.testing.assert_allclose(middle, [0, 0], atol=1e-12)


@pytest.mark.parametrize("stance", STANCES)
def test_every_stance_bears_a_body(stance: str) -> None:
    page = parse_task(f"title: a\nstance: {stance}\nphases: [{{do: hold, seconds: 1}}]", "page")
    setting = Setting()
    stand = take_stance(page, figure("female", MEAN), setting, Dice(0, "p", 0))
    support(stand.ground, 0.02)
    floor = [target[2] for name, (target, _) in stand.spots.items() if "heel" in name]
    assert all(height == pytest.approx(floor[0], abs=1e-6) for height in floor)
    assert set(setting.things) == {"sitting": {"seat"}, "on_ladder": {"ladder"}}.get(stance, set())


@pytest.mark.parametrize("beta", [-1.645, 0.0, 1.645])
def test_heels_are_before_the_base_of_a_stool(beta: float) -> None:
    text = "title: a\nstance: sitting\nfeet: {apart: [0.1, 0.1]}\nphases: [{do: hold, seconds: 1}]"
    setting = Setting()
    stand = take_stance(
        parse_task(text, "page"), figure("female", (beta, *(0.0,) * 9)), setting, Dice(0, "p", 0)
    )
    seat = setting.things["seat"]
    base = 0.45 * seat.size[0] + 0.05
    for side in ("left", "right"):
        heel = stand.spots[f"{side} heel"][0]
        assert np.linalg.norm(heel[:2] - seat.position[:2]) > base + 0.015  # skin behind the spot
