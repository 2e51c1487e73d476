"""How a prop goes with the hands that hold it: where its frame is for a grip, its angle and the person's joints."""

from __future__ import annotations

import numpy as np
from numba import njit

from synth.body.skeleton import joint_index

ON_FLOOR, IN_LEFT, IN_RIGHT, IN_BOTH = 0, 1, 2, 3
BETWEEN, UPRIGHT_LEFT, UPRIGHT_RIGHT = 4, 5, 6  # of furniture: in both hands and turned, or plumb from one
_LEFT_HAND, _RIGHT_HAND = joint_index("left_hand"), joint_index("right_hand")
_LEFT_WRIST, _RIGHT_WRIST = joint_index("left_wrist"), joint_index("right_wrist")
_LEFT_SHOULDER, _RIGHT_SHOULDER = joint_index("left_shoulder"), joint_index("right_shoulder")


@njit(cache=True, nogil=True)
def frame_of(grip, angle, position, joints, rotation, translation):  # type: ignore[no-untyped-def]
    """Write the rotation (3, 3) and translation (3,) that take a prop to the world.

    A standing prop is turned about the vertical. A held one lies between both hands with x from the right to
    the left and z as upright as that allows, turned about z if it is `BETWEEN` them; or in one hand with x along the
    hand and z where the thumb is when an arm hangs or reaches forward or aside, turned about x; or it hangs plumb from
    one hand with x to the person's left, turned about z. joints (48, 3) are the person's at that moment, in the world.
    """
    c, s = np.cos(angle), np.sin(angle)
    if grip == ON_FLOOR:
        rotation[:] = 0.0
        rotation[0, 0] = rotation[1, 1] = c
        rotation[0, 1], rotation[1, 0], rotation[2, 2] = -s, s, 1.0
        translation[:] = position
        return
    if grip >= BETWEEN:
        _of_furniture(grip, c, s, joints, rotation, translation)
        return
    up = np.array([0.0, 0.0, 1.0])
    if grip == IN_BOTH:
        x = _unit(joints[_LEFT_HAND] - joints[_RIGHT_HAND])
        y = np.cross(up, x)
        translation[:] = 0.5 * (joints[_LEFT_HAND] + joints[_RIGHT_HAND])
        c, s = 1.0, 0.0
    else:
        hand, wrist = (_LEFT_HAND, _LEFT_WRIST) if grip == IN_LEFT else (_RIGHT_HAND, _RIGHT_WRIST)
        x = _unit(joints[hand] - joints[wrist])
        # the way the person's left is, bent up or down with an arm held out, changes smoothly as the arm moves
        left = _unit(joints[_LEFT_SHOULDER] - joints[_RIGHT_SHOULDER])
        aside = np.sum(left * x)
        y = left + aside * up
        y -= np.sum(y * x) * x
        translation[:] = joints[hand]
    if np.sum(y**2) < 1e-12:
        y = np.cross(x, np.array([1.0, 0.0, 0.0]) if abs(x[0]) < 0.7 else np.array([0.0, 1.0, 0.0]))
    y = _unit(y)
    z = np.cross(x, y)
    rotation[:, 0] = x
    rotation[:, 1] = c * y + s * z
    rotation[:, 2] = c * z - s * y


@njit(cache=True, nogil=True)
def _of_furniture(grip, c, s, joints, rotation, translation):  # type: ignore[no-untyped-def]
    """Write the frame of furniture between both hands, or plumb from one, turned about z by cosine c and sine s."""
    up = np.array([0.0, 0.0, 1.0])
    if grip == BETWEEN:
        x = _unit(joints[_LEFT_HAND] - joints[_RIGHT_HAND])
        translation[:] = 0.5 * (joints[_LEFT_HAND] + joints[_RIGHT_HAND])
    else:
        x = joints[_LEFT_SHOULDER] - joints[_RIGHT_SHOULDER]
        x[2] = 0.0
        x = _unit(x)
        translation[:] = joints[_LEFT_HAND if grip == UPRIGHT_LEFT else _RIGHT_HAND]
    y = np.cross(up, x)
    if np.sum(y**2) < 1e-12:
        x = np.array([1.0, 0.0, 0.0]) if np.sum(x**2) < 0.5 else x
        y = np.cross(x, np.array([1.0, 0.0, 0.0]) if abs(x[0]) < 0.7 else np.array([0.0, 1.0, 0.0]))
    y = _unit(y)
    rotation[:, 0] = c * x + s * y
    rotation[:, 1] = c * y - s * x
    rotation[:, 2] = np.cross(x, y)


@njit(cache=True, nogil=True)
def _unit(vector):  # type: ignore[no-untyped-def]
    return vector / max(1e-9, np.sqrt(np.sum(vector**2)))
