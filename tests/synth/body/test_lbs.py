"""The kernels against closed forms."""

from __future__ import annotations

import numpy as np
from scipy.spatial.transform import Rotation

from synth.body import lbs
from synth.body.skeleton import SMPL_24, SMPL_PARENTS, smpl_rest_joints

LEFT_ELBOW, LEFT_WRIST, PELVIS = (SMPL_24.index(name) for name in ("left_elbow", "left_wrist", "pelvis"))


def chain(pose: np.ndarray, trans: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    transforms, joints = np.empty((24, 3, 4)), np.empty((24, 3))
    lbs.skeleton_transforms(pose, smpl_rest_joints(), trans, transforms, joints)
    return transforms, joints


def test_rotation_vectors_agree_with_scipy_from_tiny_to_large() -> None:
    rng = np.random.default_rng(3)
    axes = rng.normal(size=(40, 3))
    axes *= (np.geomspace(1e-12, 6.0, 40) / np.linalg.norm(axes, axis=1))[:, None]
    out = np.empty((3, 3))
    for axis in np.vstack([axes, np.zeros(3)]):
        lbs.rodrigues(axis, out)
        np.testing.assert_allclose(out, Rotation.from_rotvec(axis).as_matrix(), atol=1e-12)


def test_zero_pose_moves_the_rest_skeleton_by_trans() -> None:
    trans = np.array([1.0, -2.0, 0.5])
    transforms, joints = chain(np.zeros((24, 3)), trans)
    np.testing.assert_allclose(joints, smpl_rest_joints() + trans, atol=1e-15)
    np.testing.assert_allclose(transforms[:, :, :3], np.broadcast_to(np.eye(3), (24, 3, 3)))


def test_bent_elbow_puts_the_wrist_where_geometry_says() -> None:
    pose = np.zeros((24, 3))
    pose[LEFT_ELBOW] = [0, -np.pi / 2, 0]  # the left forearm, along +x at rest, swings to the front, +z
    _, joints = chain(pose, np.zeros(3))
    rest = smpl_rest_joints()
    dx, dy, dz = rest[LEFT_WRIST] - rest[LEFT_ELBOW]
    np.testing.assert_allclose(joints[LEFT_WRIST], rest[LEFT_ELBOW] + [-dz, dy, dx], atol=1e-12)
    moved = [name for j, name in enumerate(SMPL_24) if not np.allclose(joints[j], rest[j])]
    assert moved == ["left_wrist", "left_hand"]


def test_root_turns_about_the_pelvis() -> None:
    pose = np.zeros((24, 3))
    pose[PELVIS] = [np.pi / 2, 0, 0]  # y up to z up
    trans = np.array([0.3, 0.2, 0.1])
    _, joints = chain(pose, trans)
    rest = smpl_rest_joints()
    np.testing.assert_allclose(joints[PELVIS], rest[PELVIS] + trans, atol=1e-15)
    offset = rest - rest[PELVIS]
    turned = np.stack([offset[:, 0], -offset[:, 2], offset[:, 1]], 1)
    np.testing.assert_allclose(joints, rest[PELVIS] + trans + turned, atol=1e-12)


def test_bones_keep_their_length_in_any_pose() -> None:
    pose = np.random.default_rng(5).normal(0, 1, (24, 3))
    _, joints = chain(pose, np.zeros(3))
    child, parent = np.arange(1, 24), SMPL_PARENTS[1:]
    before = np.linalg.norm(smpl_rest_joints()[child] - smpl_rest_joints()[parent], axis=1)
    after = np.linalg.norm(joints[child] - joints[parent], axis=1)
    np.testing.assert_allclose(after, before, atol=1e-12)


def test_a_vertex_of_two_joints_lies_between_where_each_would_put_it() -> None:
    transforms = np.zeros((24, 3, 4))
    transforms[:, :, :3] = np.eye(3)
    transforms[1, 0, 3], transforms[2, 1, 3] = 1.0, 4.0  # joint 1 moves by +1 in x, joint 2 by +4 in y
    shaped = np.array([[1, 2, 3], [1, 2, 3]], np.float32)
    joints = np.array([[1, 2], [2, 0]], np.int32)
    weights = np.array([[0.75, 0.25], [1.0, 0.0]], np.float32)
    out = np.empty_like(shaped)
    lbs.skin(shaped, joints, weights, transforms, out)
    np.testing.assert_allclose(out, [[1.75, 3.0, 3.0], [1.0, 6.0, 3.0]])


def test_pose_features_are_what_a_rotation_adds_to_the_identity() -> None:
    rotations = np.broadcast_to(np.eye(3), (24, 3, 3)).copy()
    rotations[2] = Rotation.from_rotvec([0, 0, np.pi / 2]).as_matrix()
    features = np.empty(18, np.float32)
    lbs.pose_features(rotations, features)
    np.testing.assert_allclose(features, [0] * 9 + [-1, -1, 0, 1, -1, 0, 0, 0, 0], atol=1e-7)
    directions = np.zeros((18, 1, 3), np.float32)
    directions[12, 0] = [1, 2, 3]  # follows the entry (1, 0) of joint 2
    out = np.ones((1, 1, 3), np.float32)
    lbs.add_pose_offsets(features[None], directions, out)
    np.testing.assert_allclose(out[0, 0], [2, 3, 4], atol=1e-6)


def test_shape_components_add_up() -> None:
    template = np.arange(6, dtype=np.float32).reshape(2, 3)
    dirs = np.stack([np.ones((2, 3)), np.eye(2, 3)]).astype(np.float32)
    out = np.empty_like(template)
    lbs.shape_vertices(template, dirs, np.array([0.5, -2.0]), out)
    np.testing.assert_allclose(out, template + 0.5 - 2 * np.eye(2, 3))
