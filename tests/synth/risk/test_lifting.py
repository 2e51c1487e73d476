"""Lifts found in a stick figure's motion, and measured."""

from __future__ import annotations

import numpy as np
import pytest

from synth.body.skeleton import joint_index
from synth.risk.lifting import find_lifts
from tests.synth.risk.figure import joints

RATE = 20.0


def lifting(heights: np.ndarray, reach: float = 0.4, apart: float = 0.3, aside: float = 0.0) -> np.ndarray:
    """The figure with both hands at heights (n,), so far ahead of the ankles, the load turned aside by degrees."""
    frames = np.repeat(joints(), len(heights), axis=0)
    turn = np.radians(aside)
    ahead = np.array([np.cos(turn), np.sin(turn)]) * reach
    across = np.array([-np.sin(turn), np.cos(turn)]) * apart / 2
    for side, sign in (("left", 1), ("right", -1)):
        for name in (f"{side}_wrist", f"coco_{side}_wrist"):
            frames[:, joint_index(name), :2] = ahead + sign * across
            frames[:, joint_index(name), 2] = heights
    return frames


UP = np.concatenate([np.full(20, 0.5), np.linspace(0.5, 1.2, 30), np.full(20, 1.2)])


def test_a_lift_is_measured_in_the_manuals_terms() -> None:
    (found,) = find_lifts(lifting(UP, aside=30), RATE)
    assert found.vertical == pytest.approx((0.5, 1.2), abs=0.02)
    assert found.travel == pytest.approx(0.7, abs=0.03)
    assert found.horizontal == pytest.approx((0.4, 0.4), abs=0.01)
    assert found.angle == pytest.approx((30, 30), abs=1)
    assert 15 <= found.start <= 25
    origin, end = found.weights(15, coupling="fair")
    assert origin.limit == pytest.approx(
        23 * 25 / 40 * (1 - 0.003 * 25) * (0.82 + 4.5 / 70) * 0.904 * 0.95, rel=0.05
    )
    assert end.coupling == 1.0
    assert origin.index == pytest.approx(15 / origin.limit)


def test_lifting_and_lowering_are_two() -> None:
    there_and_back = np.concatenate([UP, UP[::-1]])
    found = find_lifts(lifting(there_and_back), RATE)
    assert [lift.vertical[1] > lift.vertical[0] for lift in found] == [True, False]


def test_what_is_not_a_lift() -> None:
    assert find_lifts(lifting(np.full(60, 0.9)), RATE) == []
    assert find_lifts(lifting(0.9 + 0.1 * np.sin(np.arange(80) / 5)), RATE) == []
    assert find_lifts(lifting(UP, apart=1.2), RATE) == []  # the hands are further apart than one load
    one_hand = lifting(UP)
    for name in ("left_wrist", "coco_left_wrist"):
        one_hand[:, joint_index(name), 2] = 0.9
    assert find_lifts(one_hand, RATE) == []
    assert find_lifts(lifting(UP), RATE, loads=np.zeros(len(UP))) == []
    assert len(find_lifts(lifting(UP), RATE, loads=np.full(len(UP), 5.0))) == 1
    assert find_lifts(lifting(UP)[:1], RATE) == []


def test_of_hands_over_the_feet_the_angle_is_measured_from_the_hips() -> None:
    """Hands 10 cm behind the ankles of who bends: from the ankles they would be turned by 180 degrees."""
    frames = lifting(UP, reach=-0.1)
    for side in ("left", "right"):
        for name in (f"{side}_hip", f"coco_{side}_hip"):
            frames[:, joint_index(name), 0] -= 0.4
    (found,) = find_lifts(frames, RATE)
    assert found.horizontal == pytest.approx((0.1, 0.1), abs=0.01)
    assert found.angle == pytest.approx((0, 0), abs=1)
