"""The chain of joint angles against SMPL's kinematics and the angles of posture pages."""

from __future__ import annotations

import numpy as np
import pytest

from synth.body.loading import load_body
from synth.posture.chain import (
    FREEDOMS,
    HIGH,
    LOW,
    NAMES,
    PLACE,
    N,
    angles_of,
    freedom,
    joints_of,
    offsets_of,
    reference,
    smpl_of,
)


def _some(count: int) -> np.ndarray:
    q = np.random.default_rng(3).uniform(0.6 * LOW, 0.6 * HIGH, (count, N))
    q[:, :PLACE] = 0.5
    return q


def test_joints_are_where_the_body_has_them() -> None:
    body = load_body(gender="female")
    q = _some(6)
    poses, trans = smpl_of(q, body.rest_joints)
    places, _ = joints_of(q, offsets_of(body.rest_joints))
    np.testing.assert_allclose(places, body.posed(poses, trans=trans).joints[:, :24], atol=1e-9)


def test_angles_are_found_again() -> None:
    body = load_body()
    q = _some(8)
    poses, trans = smpl_of(q, body.rest_joints)
    np.testing.assert_allclose(angles_of(poses, trans, body.rest_joints), q, atol=1e-7)


def test_arms_beyond_the_side_are_found_again() -> None:
    body = load_body()
    q = reference(left_shoulder_abduction=140, left_shoulder_flexion=30)[None]
    poses, trans = smpl_of(q, body.rest_joints)
    np.testing.assert_allclose(angles_of(poses, trans, body.rest_joints), q, atol=1e-7)


def test_a_flexed_knee_is_flexed() -> None:
    rest = load_body().rest_joints
    place, _ = joints_of(reference(left_knee_flexion=90)[None], offsets_of(rest))
    shank = np.linalg.norm(rest[7] - rest[4])
    assert place[0, 7, 1] < place[0, 4, 1] - 0.95 * shank  # the ankle is behind the knee of who faces +y


def test_limits_enclose_standing() -> None:
    assert (LOW <= 0).all()
    assert (HIGH >= 0).all()
    assert len(NAMES) == N == PLACE + len(FREEDOMS)
    with pytest.raises(ValueError, match="no degree of freedom"):
        reference(left_tail_flexion=3)
    assert NAMES[freedom("right wrist flexion")] == "right wrist flexion"
