"""The camera against hand-computed pixels, and its inverses against themselves."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from synth.body.loading import load_body
from synth.body.skeleton import JOINTS, SMPL_24, joint_index
from synth.scene.camera import Camera, look_at
from synth.scene.lens import pixels

K = np.array([[200.0, 0, 128], [0, 200, 120], [0, 0, 1]])
NONE = np.zeros(5)
LENSES = {
    "none": (0, 0, 0, 0, 0),
    "barrel": (-0.25, 0, 0, 0, 0),
    "pincushion": (0.4, 0, 0, 0, 0),
    "strong pincushion": (1.5, 0, 0, 0, 0),
    "all five": (-0.2, 0.05, 0.003, -0.002, -0.01),
}


def camera(
    position: tuple[float, float, float], target: tuple[float, float, float], **kind: object
) -> Camera:
    rotation, translation = look_at(position, target, float(kind.get("roll", 0.0)))  # type: ignore[arg-type]
    distortion = np.array(kind.get("distortion", NONE), dtype=np.float64)
    return Camera(K, rotation, translation, 256, 240, distortion)


def test_pixels_by_hand() -> None:
    # four metres south of the origin, one up, level: east is right of the picture, up is up
    seen = camera((0, -4, 1), (0, 0, 1))
    points = np.array([(0, 0, 1), (1, 0, 1), (0, 0, 2), (-0.5, 1, 0.5), (0, -4, 1), (0, -5, 1)])
    uv, depth = seen.project(points)
    assert np.allclose(uv[:4], [(128, 120), (178, 120), (128, 70), (128 - 20, 120 + 20)])
    assert np.allclose(depth, [4, 4, 4, 5, 0, -1])
    assert np.isnan(uv[4:]).all()
    assert np.allclose(seen.position, (0, -4, 1))


def test_a_known_pose_falls_on_hand_computed_pixels() -> None:
    # the zero pose, turned to stand upright facing south (-y), its pelvis' rest place over the origin
    body = load_body()
    pose = np.zeros((1, 24, 3))
    pose[0, 0] = (np.pi / 2, 0, 0)  # SMPL's y up becomes z up, its z ahead becomes -y
    place = body.rest_joints[0]
    joints = body.posed(pose, trans=-place).joints[0]
    seen = camera((0, -4, 0), (0, 0, 0))
    uv, depth = seen.project(joints)
    for name in ("pelvis", "left_hip", "right_wrist", "head", "left_foot"):
        rest = body.rest_joints[SMPL_24.index(name)] - place
        z = 4 - rest[2]  # what reaches ahead of the pelvis is nearer to the camera
        assert depth[joint_index(name)] == pytest.approx(z, abs=1e-5)
        # the person's left (x) is the viewer's right
        assert uv[joint_index(name)] == pytest.approx(
            (128 + 200 * rest[0] / z, 120 - 200 * rest[1] / z), abs=1e-2
        )
    u = uv[:, 0]
    for left in (name for name in JOINTS if "left" in name):
        assert u[joint_index(left)] > u[joint_index(left.replace("left", "right"))]


def test_positive_roll_turns_the_camera_clockwise() -> None:
    # so the scene turns the other way: what was above the middle goes to the left of it
    seen = camera((0, -4, 1), (0, 0, 1), roll=np.pi / 2)
    uv, _ = seen.project([(0, 0, 2), (1, 0, 1)])
    assert np.allclose(uv, [(128 - 50, 120), (128, 120 - 50)])


@pytest.mark.parametrize("target", [(0, 0, 1), (2, 3, -1), (0, -4, 9), (0, -4, -9)])
def test_look_at_is_a_rotation_with_the_target_in_the_middle(target: tuple[float, float, float]) -> None:
    seen = camera((0, -4, 1), target)
    assert np.allclose(seen.rotation @ seen.rotation.T, np.eye(3))
    assert np.linalg.det(seen.rotation) == pytest.approx(1)
    assert seen.project(target)[0] == pytest.approx((128, 120))
    assert seen.rotation[0, 2] == pytest.approx(0)  # the horizon is level


def test_look_at_needs_two_points() -> None:
    with pytest.raises(ValueError, match="cannot look at the point it stands on"):
        look_at((1, 2, 3), (1, 2, 3))


@pytest.mark.parametrize("lens", LENSES)
def test_round_trips(lens: str) -> None:
    seen = camera((1, -4, 2), (0.3, 0, 1), roll=0.3, distortion=LENSES[lens])
    rng = np.random.default_rng(0)
    points = np.stack([rng.uniform(-1.2, 1.2, 500), rng.uniform(-1.0, 1.0, 500), np.ones(500)], -1)
    points *= rng.uniform(1, 9, (500, 1)) * (1, 1, 1)
    points[:, :2] *= 0.5
    world = seen.to_world(points)
    assert np.allclose(seen.to_camera(world), points, atol=1e-12)
    uv, depth = seen.project(world)
    assert np.allclose(depth, points[:, 2])
    rays = seen.rays(uv)
    assert np.allclose(np.linalg.norm(rays, axis=1), 1)
    assert np.allclose(rays / rays[:, 2:] * depth[:, None], points, atol=1e-7)


def test_skew_and_batches() -> None:
    k: NDArray[np.float64] = K.copy()
    k[0, 1] = 10
    points = np.array([[[0.5, 0.2, 2.0]], [[0.5, 0.2, 2.0]]])
    assert np.allclose(pixels(points, k, NONE), [[[128 + 50 + 1, 120 + 20]]] * 2)
    seen = Camera(k, np.eye(3), np.zeros(3), 256, 240)
    assert np.allclose(seen.rays((179, 140)), np.array([0.25, 0.1, 1]) / np.linalg.norm([0.25, 0.1, 1]))
