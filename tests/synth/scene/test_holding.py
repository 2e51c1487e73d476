"""Frames of held and standing props, by hand."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from synth.body.skeleton import JOINTS, joint_index
from synth.scene.holding import (
    BETWEEN,
    IN_BOTH,
    IN_LEFT,
    IN_RIGHT,
    ON_FLOOR,
    UPRIGHT_LEFT,
    UPRIGHT_RIGHT,
    frame_of,
)

Array = NDArray[np.float64]


def standing_joints(**at: tuple[float, float, float]) -> Array:
    """Joints (48, 3) of somebody who faces -y, so that their left is +x; only what is named is set."""
    joints = np.zeros((len(JOINTS), 3))
    joints[joint_index("left_shoulder")], joints[joint_index("right_shoulder")] = (
        (0.2, 0, 1.4),
        (-0.2, 0, 1.4),
    )
    for name, place in at.items():
        joints[joint_index(name)] = place
    return joints


def frame(grip: int, angle: float, position: Array, joints: Array) -> tuple[Array, Array]:
    rotation, translation = np.empty((3, 3)), np.empty(3)
    frame_of(grip, angle, position, joints, rotation, translation)
    return rotation, translation


def test_frames_by_hand() -> None:
    rotation, translation = frame(ON_FLOOR, np.pi / 2, np.array([1.0, 2, 0]), standing_joints())
    assert np.allclose(rotation @ (1, 0, 0), (0, 1, 0))
    assert translation.tolist() == [1, 2, 0]
    # a box between the hands: x from right to left, upright
    joints = standing_joints(left_hand=(0.3, -0.4, 1), right_hand=(-0.3, -0.4, 1))
    rotation, translation = frame(IN_BOTH, 0.7, np.zeros(3), joints)
    assert np.allclose(rotation, np.eye(3))
    assert np.allclose(translation, (0, -0.4, 1))
    # an arm that hangs: x down along the hand, z ahead where the thumb is
    joints = standing_joints(right_hand=(-0.25, 0, 0.7), right_wrist=(-0.25, 0, 0.8))
    rotation, translation = frame(IN_RIGHT, 0.0, np.zeros(3), joints)
    assert np.allclose(rotation.T, [(0, 0, -1), (1, 0, 0), (0, -1, 0)])
    assert np.allclose(translation, (-0.25, 0, 0.7))
    # an arm that reaches ahead: z up
    joints = standing_joints(left_hand=(0.2, -0.6, 1.4), left_wrist=(0.2, -0.5, 1.4))
    rotation, _ = frame(IN_LEFT, 0.0, np.zeros(3), joints)
    assert np.allclose(rotation.T, [(0, -1, 0), (1, 0, 0), (0, 0, 1)])
    turned, _ = frame(IN_LEFT, np.pi / 2, np.zeros(3), joints)
    assert np.allclose(turned @ (0, 1, 0), rotation @ (0, 0, 1))
    # both arms out to the sides: z ahead
    for side, sign, grip in (("left", 1, IN_LEFT), ("right", -1, IN_RIGHT)):
        joints = standing_joints(
            **{f"{side}_hand": (sign * 0.8, 0, 1.4), f"{side}_wrist": (sign * 0.7, 0, 1.4)}
        )
        rotation, _ = frame(grip, 0.0, np.zeros(3), joints)
        assert np.allclose(rotation @ (0, 0, 1), (0, -1, 0))


@pytest.mark.parametrize("grip", [IN_LEFT, IN_BOTH, BETWEEN, UPRIGHT_LEFT])
def test_frames_are_rotations_even_where_the_hand_says_nothing(grip: int) -> None:
    for at in ((0, 0, 1), (0, 0, 0), (1, 0, 0), (0.786151, 0, 0.618034)):
        rotation, _ = frame(grip, 0.3, np.zeros(3), standing_joints(left_hand=at))
        assert np.isfinite(rotation).all()
        if any(at):
            assert np.allclose(rotation @ rotation.T, np.eye(3), atol=1e-6)


def test_furniture_goes_between_both_hands_and_hangs_plumb_from_one() -> None:
    joints = standing_joints(left_hand=(0.3, -0.4, 1), right_hand=(-0.3, -0.4, 1))
    rotation, translation = frame(BETWEEN, 0.0, np.zeros(3), joints)
    assert np.allclose(rotation, np.eye(3))
    assert np.allclose(translation, (0, -0.4, 1))
    turned, _ = frame(BETWEEN, np.pi, np.zeros(3), joints)
    assert np.allclose(turned, np.diag([-1, -1, 1]))  # its ends have changed hands
    # a shaft that slants: x from the right hand down to the left, z as upright as can be
    joints = standing_joints(left_hand=(0, -0.3, 0.7), right_hand=(0, 0, 1.1))
    rotation, _ = frame(BETWEEN, 0.0, np.zeros(3), joints)
    assert np.allclose(rotation[:, 0], (0, -0.6, -0.8))
    assert np.allclose(rotation[:, 2], (0, -0.8, 0.6))
    # a bucket hangs straight down however the arm is held, x to the person's left
    joints = standing_joints(
        left_hand=(0.3, -0.5, 0.9), left_wrist=(0.3, -0.4, 1.0), right_hand=(-0.3, 0, 0.7)
    )
    for grip, at in ((UPRIGHT_LEFT, (0.3, -0.5, 0.9)), (UPRIGHT_RIGHT, (-0.3, 0, 0.7))):
        rotation, translation = frame(grip, 0.0, np.zeros(3), joints)
        assert np.allclose(rotation, np.eye(3))
        assert np.allclose(translation, at)
    turned, _ = frame(UPRIGHT_LEFT, np.pi / 2, np.zeros(3), joints)
    assert np.allclose(turned @ (1, 0, 0), (0, 1, 0))
