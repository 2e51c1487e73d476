"""The open body that ships: its skeleton, its mesh, how it bends, and its coarse twin."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial import cKDTree
from scipy.spatial.transform import Rotation

from synth.body.body import GENDERS, Body
from synth.body.loading import load_body
from synth.body.skeleton import (
    JOINTS,
    SMPL_24,
    SMPL_PARENTS,
    SURFACE,
    joint_index,
    mirrored,
    smpl_rest_joints,
)
from synth.core.errors import InputError

BONES = np.arange(1, 24)


def directions(joints: np.ndarray) -> np.ndarray:
    bones = joints[BONES] - joints[SMPL_PARENTS[BONES]]
    return bones / np.linalg.norm(bones, axis=1, keepdims=True)


def signed_volume(vertices: np.ndarray, faces: np.ndarray) -> float:
    a, b, c = (vertices[faces[:, k]].astype(float) for k in range(3))
    return float(np.einsum("fi,fi->", a, np.cross(b, c)) / 6)


def random_poses(n: int, spread: float = 0.3) -> np.ndarray:
    poses = np.random.default_rng(11).normal(0, spread, (n, 24, 3))
    poses[:, 0] = Rotation.random(n, random_state=2).as_rotvec()
    return poses


@pytest.mark.parametrize("gender", GENDERS)
def test_bones_point_where_smpls_do_whatever_the_shape(gender: str) -> None:
    model = load_body("open", gender)
    for betas in (np.zeros(10), np.full(10, 1.5), np.random.default_rng(1).normal(0, 2, 10)):
        joints = model.rest_joints + np.einsum("s,sjc->jc", betas, model.joint_shape_dirs)
        cosine = (directions(joints) * directions(smpl_rest_joints())).sum(1)
        assert np.rad2deg(np.arccos(np.clip(cosine, -1, 1))).max() < 0.1


def test_neutral_joint_centres_are_smpls(body: Body) -> None:
    np.testing.assert_allclose(body.rest_joints, smpl_rest_joints(), atol=1e-6)


@pytest.mark.parametrize("gender", GENDERS)
def test_joint_centres_scaled_to_smpls_height_are_within_2_cm(gender: str) -> None:
    model, reference = load_body("open", gender), smpl_rest_joints()
    joints = model.rest_joints * (np.ptp(reference[:, 1]) / np.ptp(model.rest_joints[:, 1]))
    error = np.linalg.norm((joints - joints[0]) - (reference - reference[0]), axis=1)
    assert error.max() < 0.02, dict(zip(SMPL_24, error.round(3), strict=True))


@pytest.mark.parametrize("joint", ["knee", "ankle", "elbow", "wrist", "shoulder"])
def test_limbs_lie_around_their_joint_centres(body: Body, joint: str) -> None:
    centre = body.rest_joints[SMPL_24.index(f"left_{joint}")]
    across = 0 if joint in ("elbow", "wrist", "shoulder") else 1  # arms lie along x, legs along y
    ring = np.abs(body.template[:, across] - centre[across]) < 0.02
    ring &= np.linalg.norm(body.template - centre, axis=1) < 0.13
    section = np.delete(body.template[ring], across, axis=1)
    middle = (section.min(0) + section.max(0)) / 2
    size = np.ptp(section, axis=0)
    assert (np.abs(np.delete(centre, across) - middle) < 0.3 * size).all()


def test_left_is_left_and_the_face_looks_ahead(body: Body) -> None:
    points = body.posed(np.zeros((1, 24, 3))).joints[0]
    for name in JOINTS:
        if "left_" in name:
            assert points[joint_index(name), 0] > 0 > points[joint_index(mirrored(name)), 0]
    assert points[joint_index("coco_nose"), 2] > points[joint_index("head"), 2] + 0.05
    assert points[joint_index("left_big_toe"), 2] > points[joint_index("left_heel"), 2] + 0.15
    assert points[joint_index("head_top"), 1] == pytest.approx(body.template[:, 1].max(), abs=0.005)


def test_genders_differ_in_height_as_adults_do() -> None:
    height = {gender: load_body("open", gender).height() for gender in GENDERS}
    assert 1.60 < height["female"] < height["neutral"] < height["male"] < 1.85
    assert height["male"] - height["female"] > 0.07


@pytest.mark.parametrize("gender", GENDERS)
def test_first_component_is_stature(gender: str) -> None:
    model = load_body("open", gender)
    assert 0.04 < model.height([1.0]) - model.height() < 0.12
    assert model.shape_dirs.shape[0] == 10


@pytest.mark.parametrize("gender", GENDERS)
def test_mesh_is_closed_and_faces_outward(gender: str) -> None:
    model = load_body("open", gender)
    assert model.template.shape == (6890, 3)
    assert (np.unique(model.faces) == np.arange(6890)).all()
    for part in (model, model.proxy()):
        edges = part.faces[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2)
        there = {tuple(edge) for edge in edges.tolist()}
        assert len(there) == len(edges)  # no edge twice in one direction ...
        assert {(b, a) for a, b in there} == there  # ... and every edge once in each: closed, same winding
        assert 0.04 < signed_volume(part.template, part.faces) < 0.1


def test_weights_parts_and_arrays_are_in_order(body: Body) -> None:
    np.testing.assert_allclose(body.weights.sum(1), 1, atol=1e-6)
    assert (np.diff(body.weights, axis=1) <= 0).all()
    assert body.weight_joints.max() < 24
    np.testing.assert_allclose(body.surface_weights.sum(1), 1, atol=1e-6)
    assert set(np.unique(body.face_parts)) == set(range(24))
    assert body.uv is not None
    assert body.face_uv is not None
    assert body.face_uv.shape == body.faces.shape
    assert 0 <= body.uv.min() < body.uv.max() <= 1


def test_a_bent_elbow_carries_the_hand_and_nothing_else(
    body: Body, make_pose: Callable[..., np.ndarray]
) -> None:
    straight, bent = body.posed(np.stack([make_pose(), make_pose(left_elbow=(0, -90, 0))])).joints
    wrist, elbow = joint_index("left_wrist"), joint_index("left_elbow")
    dx, dy, dz = straight[wrist] - straight[elbow]
    np.testing.assert_allclose(bent[wrist] - bent[elbow], [-dz, dy, dx], atol=1e-9)
    moved = {JOINTS[j] for j in np.flatnonzero(np.linalg.norm(bent - straight, axis=1) > 0.03)}
    assert moved == {"left_wrist", "left_hand", "coco_left_wrist"}


def test_surface_points_of_face_and_feet_are_on_the_skin(body: Body) -> None:
    posed = body.posed(random_poses(4))
    on_skin = [
        i for i, n in enumerate(SURFACE) if n.split("_")[-1] in ("nose", "eye", "ear", "toe", "heel", "top")
    ]
    for vertices, joints in zip(posed.vertices, posed.joints, strict=True):
        distance, _ = cKDTree(vertices).query(joints[24:][on_skin])
        assert distance.max() < 1e-6


def test_a_detectors_hips_are_wider_and_higher_than_smpls(body: Body) -> None:
    points = body.posed(np.zeros((1, 24, 3))).joints[0]
    out, up, _ = points[joint_index("coco_left_hip")] - points[joint_index("left_hip")]
    assert 0.01 < out < 0.06
    assert 0.01 < up < 0.06


def test_mirrored_pose_gives_mirrored_joints(body: Body) -> None:
    pose = random_poses(1)[0]
    pose[0] = 0
    twin = [joint_index(mirrored(name)) for name in JOINTS]
    other = pose[twin[:24]] * [1, -1, -1]
    first, second = body.posed(np.stack([pose, other])).joints
    # SMPL's own skeleton is up to 8 mm different on its two sides
    assert np.linalg.norm(second[twin] * [-1, 1, 1] - first, axis=1).max() < 0.03


def test_one_body_is_the_same_alone_and_in_any_batch(body: Body) -> None:
    rng = np.random.default_rng(7)
    poses, betas, trans = random_poses(37), rng.normal(size=(37, 10)), rng.normal(size=(37, 3))
    for model in (body, body.proxy()):
        batch = model.posed(poses, betas, trans)
        for k in (0, 15, 16, 36):
            alone = model.posed(poses[k : k + 1], betas[k], trans[k])
            assert alone.vertices[0].tobytes() == batch.vertices[k].tobytes()
            assert alone.joints[0].tobytes() == batch.joints[k].tobytes()


def test_proxy_is_small_and_has_the_same_joints_and_lowest_point(body: Body) -> None:
    proxy = body.proxy()
    assert proxy is body.proxy()
    assert len(proxy.template) <= 750
    assert len(proxy.faces) <= 1400
    poses = random_poses(60)
    poses[:40, 0] = [np.pi / 2, 0, 0]  # upright
    fine, coarse = body.posed(poses), proxy.posed(poses)
    assert fine.joints.tobytes() == coarse.joints.tobytes()
    gap = coarse.vertices[..., 2].min(1) - fine.vertices[..., 2].min(1)
    assert gap.min() >= 0
    assert gap[:40].max() < 0.005
    assert gap.max() < 0.012  # lying on a shoulder or a little finger


def test_proxy_keeps_the_outline(body: Body) -> None:
    skin = np.unique(body.faces[body.face_parts != SMPL_24.index("head")])  # without the inside of the mouth
    proxy = body.proxy()
    share = np.random.default_rng(0).dirichlet([1, 1, 1], (len(proxy.faces), 60))
    surface = np.einsum("fpk,fkc->fpc", share, proxy.template[proxy.faces].astype(float)).reshape(-1, 3)
    distance, _ = cKDTree(surface).query(body.template[skin])
    assert np.quantile(distance, 0.5) < 0.004
    assert np.quantile(distance, 0.99) < 0.012


def test_real_frames_stand_on_their_soles(body: Body, shared: Path) -> None:
    with np.load(sorted((shared / "data" / "cmu62_amass").glob("*.npz"))[0]) as clip:
        poses = clip["poses"][::200].reshape(-1, 52, 3)[:, :24].copy()
    poses[:, 22:] = 0
    fine, coarse = body.posed(poses), body.proxy().posed(poses)
    gap = coarse.vertices[..., 2].min(1) - fine.vertices[..., 2].min(1)
    assert gap.max() < 0.005
    lowest = fine.vertices[..., 2].argmin(1)
    owners = {SMPL_24[j] for j in body.weight_joints[lowest, 0]}
    assert owners <= {"left_ankle", "right_ankle", "left_foot", "right_foot"}


def test_wrong_arguments_are_named(body: Body) -> None:
    with pytest.raises(ValueError, match=r"\(N, 24, 3\)"):
        body.posed(np.zeros((24, 3)))
    with pytest.raises(ValueError, match="betas"):
        body.posed(np.zeros((1, 24, 3)), np.zeros(11))
    with pytest.raises(InputError, match="'child'"):
        load_body("open", "child")


def test_texture_coordinates_do_not_jump_within_a_face(body: Body) -> None:
    assert body.uv is not None
    corners = body.uv[body.face_uv]
    edges = np.linalg.norm(corners - np.roll(corners, 1, axis=1), axis=2)
    assert edges.max() < 0.1
