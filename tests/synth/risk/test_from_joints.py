"""Angles of a stick figure whose limbs are turned by known angles."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from synth.body.skeleton import JOINTS, joint_index
from synth.risk.angles import KINDS, NAMES, ErgonomicAngles, angles_from_table
from synth.risk.from_joints import angles_from_joints
from tests.synth.risk.figure import joints


def of(**moved: list[float]) -> ErgonomicAngles:
    return angles_from_joints(joints(**moved))


def test_all_are_zero_upright() -> None:
    found = of()
    for kind in KINDS:
        values = getattr(found, kind.name)
        if kind.name == "wrist_out":
            assert values == pytest.approx(np.ones((1, 2)), abs=1e-6)
        elif kind.name in ("lower_arm_twist", "wrist_deviation", "wrist_flexion"):
            assert np.isnan(values).all()  # no rotation, and no hands
        elif kind.name == "shoulder_raise":
            assert np.abs(values).max() < 15  # its rest is SMPL's, not the stick's
        elif kind.name.startswith(("upper_arm", "hip")):
            assert values == pytest.approx(np.zeros((1, 2)), abs=0.1)
        else:
            assert values == pytest.approx(np.zeros_like(values), abs=0.05)


def bent(degrees: float, side: float = 0.0) -> dict[str, list[float]]:
    """The upper body turned about the pelvis, forward, or to the left."""
    turn = Rotation.from_euler("y", degrees, degrees=True) * Rotation.from_euler("x", -side, degrees=True)
    pelvis, moved = np.array([0, 0, 1.0]), {}
    for number, name in enumerate(JOINTS):
        place = joints()[0, number]
        if place[2] > 1.0 or "elbow" in name or "wrist" in name:
            moved[name] = (turn.apply(place - pelvis) + pelvis).tolist()
    return {name: place for name, place in moved.items() if not name.startswith("coco_") or "ear" in name}


@pytest.mark.parametrize("degrees", [-20, 5, 45, 90, 120])
def test_trunk_bent_forward(degrees: float) -> None:
    found = of(**bent(degrees))
    assert found.trunk_flexion == pytest.approx(degrees, abs=0.05)
    assert found.head_inclination == pytest.approx(degrees, abs=0.05)
    assert found.neck_flexion == pytest.approx(0, abs=0.05)
    assert found.upper_arm_flexion == pytest.approx(np.zeros((1, 2)), abs=0.1)  # against the trunk
    assert found.upper_arm_inclination == pytest.approx(np.full((1, 2), abs(degrees)), abs=0.1)


def test_trunk_bent_to_the_left() -> None:
    found = of(**bent(0, 30))
    assert found.trunk_side_bend == pytest.approx(30, abs=0.2)
    assert found.neck_side_bend == pytest.approx(0, abs=0.1)


def test_twist_to_the_left() -> None:
    c, s = 0.2 * np.cos(np.radians(30)), 0.2 * np.sin(np.radians(30))
    found = of(left_shoulder=[-s, c, 1.45], right_shoulder=[s, -c, 1.45])
    assert found.trunk_twist == pytest.approx(30, abs=0.5)
    assert found.neck_twist == pytest.approx(-30, abs=0.5)  # the head still faces ahead


def test_arm_ahead_aside_and_behind() -> None:
    found = of(left_elbow=[0.3, 0.2, 1.45], right_elbow=[0, -0.5, 1.45])
    assert found.upper_arm_flexion == pytest.approx(np.array([[90, 90]]), abs=0.1)
    assert found.upper_arm_abduction == pytest.approx(np.array([[0, 90]]), abs=0.1)
    behind = of(left_elbow=[-0.3 * np.sin(0.5), 0.2, 1.45 - 0.3 * np.cos(0.5)])
    assert behind.upper_arm_flexion[0, 0] == pytest.approx(-np.degrees(0.5), abs=0.1)


def test_elbow_hip_and_knee() -> None:
    found = of(left_wrist=[0.25, 0.2, 1.15], right_knee=[0.45, -0.1, 1.0], right_ankle=[0.45, -0.1, 0.55])
    assert found.lower_arm_flexion == pytest.approx(np.array([[90, 0]]), abs=1e-6)
    assert found.hip_flexion == pytest.approx(np.array([[0, 90]]), abs=0.1)
    assert found.knee_flexion == pytest.approx(np.array([[0, 90]]), abs=1e-6)


def test_wrist_beyond_the_midline_and_out_to_the_side() -> None:
    found = of(left_wrist=[0.3, -0.1, 1.15], right_wrist=[0.0, -0.6, 1.15])
    assert found.wrist_out == pytest.approx(np.array([[-0.5, 3.0]]), abs=1e-6)


def test_heading_size_and_place_do_not_count() -> None:
    moved = bent(40) | {"left_wrist": [0.4, 0.1, 1.3]}
    here = joints(**moved)
    turn = Rotation.from_euler("z", 130, degrees=True)
    there = 1.2 * turn.apply(here.reshape(-1, 3)).reshape(here.shape) + np.array([3.0, -2.0, 0.5])
    assert angles_from_joints(there).table() == pytest.approx(
        angles_from_joints(here).table(), abs=1e-6, nan_ok=True
    )


def test_left_and_right_are_not_mixed_up() -> None:
    here = joints(**(bent(30, 20) | {"left_elbow": [0.3, 0.3, 1.45], "left_wrist": [0.3, 0.1, 1.6]}))
    swap = [
        joint_index(name.replace("left", "?").replace("right", "left").replace("?", "right"))
        for name in JOINTS
    ]
    mirror = angles_from_joints(here[:, swap] * np.array([1, -1, 1]))
    one = angles_from_joints(here)
    assert mirror.upper_arm_flexion[:, ::-1] == pytest.approx(one.upper_arm_flexion)
    for name in ("trunk_side_bend", "trunk_twist", "neck_twist", "neck_side_bend"):
        assert getattr(mirror, name) == pytest.approx(-getattr(one, name), abs=1e-6)


def test_a_table_comes_back() -> None:
    table = of().table()
    assert table.shape == (1, len(NAMES))
    assert angles_from_table(table).table() == pytest.approx(table, nan_ok=True)
    with pytest.raises(ValueError, match="angles must be"):
        angles_from_table(table[:, 1:])
    with pytest.raises(ValueError, match="joints must be"):
        angles_from_joints(np.zeros((3, 17, 3)))
