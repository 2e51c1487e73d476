"""Posture angles against limbs that are turned by known angles."""

from __future__ import annotations

import numpy as np
import pytest

from synth.body.skeleton import JOINTS, joint_index
from synth.label.angles import ANGLES, posture_angles


def upright() -> dict[str, list[float]]:
    """A stick figure that faces +x with hanging arms, metres."""
    figure = {"pelvis": [0, 0, 1.0], "neck": [0, 0, 1.5], "head": [0, 0, 1.65], "head_top": [0, 0, 1.8]}
    for side, y in (("left", 1), ("right", -1)):
        figure |= {
            f"{side}_hip": [0, 0.1 * y, 1.0], f"{side}_knee": [0, 0.1 * y, 0.5], f"{side}_ankle": [0, 0.1 * y, 0],
            f"{side}_shoulder": [0, 0.2 * y, 1.45], f"{side}_elbow": [0, 0.2 * y, 1.15],
            f"{side}_wrist": [0, 0.2 * y, 0.9],
        }  # fmt: skip
    return figure


def measured(**moved: list[float]) -> dict[str, np.ndarray]:
    joints = np.zeros((1, len(JOINTS), 3))
    for name, place in (upright() | moved).items():
        joints[0, joint_index(name)] = place
    return {name: values[0] for name, values in posture_angles(joints).items()}


def test_all_are_zero_upright() -> None:
    assert set(measured()) == {angle.name for angle in ANGLES}
    for values in measured().values():
        assert values == pytest.approx(0, abs=1e-9)


def test_elbow_bent_at_a_right_angle() -> None:
    found = measured(left_wrist=[0.25, 0.2, 1.15])
    assert found["elbow flexion"] == pytest.approx([90, 0])
    assert found["upper arm elevation"] == pytest.approx([0, 0], abs=1e-9)


def test_arm_raised_forward_then_overhead() -> None:
    level = measured(right_elbow=[0.3, -0.2, 1.45], right_wrist=[0.55, -0.2, 1.45])
    assert level["upper arm elevation"] == pytest.approx([0, 90], abs=1e-9)
    above = measured(right_elbow=[0, -0.2, 1.75], right_wrist=[0, -0.2, 2.0])
    assert above["upper arm elevation"] == pytest.approx([0, 180], abs=1e-9)


def test_sitting() -> None:
    found = measured(left_knee=[0.5, 0.1, 1.0], left_ankle=[0.5, 0.1, 0.5])
    assert found["hip flexion"] == pytest.approx([90, 0])
    assert found["knee flexion"] == pytest.approx([90, 0])


def test_trunk_inclined_by_sixty_degrees() -> None:
    tip = [0.5 * np.sin(np.pi / 3), 0, 1 + 0.5 * np.cos(np.pi / 3)]
    assert measured(neck=tip)["trunk inclination"] == pytest.approx([60])


def test_twist_to_the_left_is_positive() -> None:
    c, s = 0.2 * np.cos(np.radians(30)), 0.2 * np.sin(np.radians(30))
    found = measured(left_shoulder=[-s, c, 1.45], right_shoulder=[s, -c, 1.45])
    assert found["trunk twist"] == pytest.approx([30])
