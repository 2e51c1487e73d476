"""Posture angles against limbs that are turned by known angles."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from synth.body.skeleton import JOINTS, joint_index
from synth.label.angles import ANGLES, angles_between, posture_angles


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


def by_name(**moved: list[float]) -> dict[str, np.ndarray]:
    return {name: np.array([place], float) for name, place in (upright() | moved).items()}


def test_names_in_any_frame_give_the_same() -> None:
    bent = {"left_wrist": [0.25, 0.2, 1.15], "neck": [0.3, 0, 1.4], "right_knee": [0.4, -0.1, 0.8]}
    turn = Rotation.from_euler("xyz", [100, 20, 30], degrees=True)
    turned = {name: 3 * turn.apply(place) + 7 for name, place in by_name(**bent).items()}
    found = angles_between(turned, turn.apply([0.0, 0.0, 1.0]))
    for name, values in measured(**bent).items():
        assert found[name][0] == pytest.approx(values, abs=1e-6)


def test_middles_stand_in_for_what_is_not_known() -> None:
    joints = by_name(left_ear=[0, 0.1, 1.6], right_ear=[0, -0.1, 1.6])
    for name in ("pelvis", "neck", "head_top", "head"):
        del joints[name]
    for values in angles_between(joints, np.array([0.0, 0.0, 1.0])).values():
        assert values == pytest.approx(0, abs=1e-9)


def test_angles_of_what_is_not_known_are_nan() -> None:
    joints = by_name()
    joints["left_wrist"][:] = np.nan
    for name in ("head_top", "left_ankle", "right_ankle", "right_knee"):
        del joints[name]
    found = angles_between(joints, np.full(3, np.nan))
    assert np.isnan(found["elbow flexion"][0]).tolist() == [True, False]
    assert np.isnan(found["hip flexion"][0]).tolist() == [False, True]
    for name in ("trunk inclination", "neck bend", "knee flexion"):
        assert np.isnan(found[name]).all()
    assert found["trunk twist"] == pytest.approx(0, abs=1e-9)
    with pytest.raises(ValueError):
        angles_between({}, np.zeros(3))
