"""Key moments of a page."""

from __future__ import annotations

import numpy as np
import pytest

from synth.posture.figure import figure
from synth.posture.keys import Task
from synth.posture.setting import Dice
from synth.posture.task import parse_task

PAGE = """
title: a
stance: standing
things: {b: {kind: box, forward: 0.5, height: 0.7, weight: 4}}
phases:
  - {do: reach, both: b, seconds: 1}
  - {do: grip, thing: b, seconds: 0.5}
  - {do: walk, turn: 90, forward: 0, seconds: 2}
  - {do: place, both: {height: 1.0, forward: 0.4, left: 0}, seconds: 1}
"""


def test_a_box_is_gripped_turned_and_placed() -> None:
    script = Task(parse_task(PAGE, "page"), figure("male", (0.0,) * 10), Dice(0, "p", 0)).script
    assert [key.time for key in script.keys] == [0.0, 1.0, 1.5, 3.5, 4.5]
    assert [key.carried for key in script.keys] == ["", "", "b", "b", ""]
    assert script.keys[-1].heading == pytest.approx(np.pi / 2)
    assert [(load.kilograms, load.start, load.stop) for load in script.loads] == [(4.0, 1.5, 4.5)]
    left = script.keys[1].hands["left"]
    assert left is not None
    assert left.target[0] == pytest.approx(-0.2 - 0.03)  # half a box of 0.4 m, and the palm
    placed = script.setting.things["b"].position
    np.testing.assert_allclose(placed[:2], [-0.4, 0.0], atol=1e-6)  # ahead, once turned to the left


@pytest.mark.parametrize(("depth", "ahead"), [(0.3, 0.33), (1.0, 0.1)])
def test_a_load_is_carried_before_the_belly_where_arms_reach(depth: float, ahead: float) -> None:
    text = f"""
title: a
stance: standing
things: {{b: {{kind: box, size: {{depth: {depth}}}, held: both, weight: 4}}}}
phases: [{{do: hold, both: {{height: 1.0, forward: 0.1, left: 0}}, seconds: 1}}]
"""
    script = Task(parse_task(text, "page"), figure("male", (0.0,) * 10), Dice(0, "p", 0)).script
    left, right = script.keys[1].hands["left"], script.keys[1].hands["right"]
    assert left is not None
    assert right is not None
    assert 0.5 * (left.target + right.target)[1] == pytest.approx(ahead, abs=0.005)
