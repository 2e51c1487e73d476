from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch")

from scipy.spatial.transform import Rotation

from lifter.data.joints import HIPS
from lifter.data.views import guessed_intrinsics, plane_of, straightened, views_of
from synth.scene.lens import distort
from tests.lifter.models import made


def test_points_are_the_virtual_cameras_tangents_over_the_size() -> None:
    given = made.samples(50)
    views = views_of(given.keypoints, given.intrinsics)
    joints = np.einsum("nab,njb->nja", views.turn, given.truth[:, :17])
    tangents = joints[..., :2] / joints[..., 2:]
    assert views.points * views.size[:, None, None] == pytest.approx(tangents, abs=1e-5)
    assert np.abs(views.points).max((1, 2)) == pytest.approx(np.ones(50))
    assert np.abs(tangents[:, HIPS].mean(1)).max() < 0.01  # to the change of perspective within the hips
    assert views.turn @ views.turn.transpose(0, 2, 1) == pytest.approx(
        np.repeat(np.eye(3)[None], 50, 0), abs=1e-6
    )
    assert np.linalg.det(views.turn) == pytest.approx(np.ones(50))
    assert views.turn[:, 0, 1] == pytest.approx(np.zeros(50))  # x stays level


def test_neither_focal_length_nor_crop_nor_panning_matters() -> None:
    given = made.samples(20)
    camera = given.intrinsics.copy()
    camera[:, [0, 1], [0, 1]] *= 3
    camera[:, :2, 2] += 77
    pixels = given.keypoints.copy()
    pixels[..., :2] = (pixels[..., :2] - 500) * 3 + 577
    one, two = views_of(given.keypoints, given.intrinsics), views_of(pixels, camera)
    assert two.points == pytest.approx(one.points, abs=1e-4)
    assert two.size == pytest.approx(one.size, abs=1e-4)
    panned = given.truth[:, :17] @ Rotation.from_rotvec([0, 0.3, 0]).as_matrix().T
    pixels[..., :2] = made.FOCAL * panned[..., :2] / panned[..., 2:] + 500
    three = views_of(pixels, given.intrinsics)
    turned = np.einsum("nab,njb->nja", three.turn, panned)
    assert three.size == pytest.approx(
        one.size, rel=0.02
    )  # x is level in another picture, so a little rolled
    assert np.linalg.norm(turned, axis=-1) == pytest.approx(
        np.linalg.norm(given.truth[:, :17], axis=-1), abs=1e-4
    )


def test_missing_joints_are_zeros_and_may_be_the_hips() -> None:
    given = made.samples(4)
    keypoints = given.keypoints
    keypoints[:, 9] = 0
    keypoints[1, HIPS] = 0
    keypoints[2, HIPS[0]] = 0
    keypoints[3] = 0
    views = views_of(keypoints, given.intrinsics)
    assert all(np.isfinite(each).all() for each in (views.points, views.size, views.turn))
    assert (views.points[:, 9] == 0).all()
    assert (views.points[3] == 0).all()
    assert (views.confidence[3] == 0).all()
    assert np.abs(views.points[2, HIPS[1]]).max() < 1e-5  # the one hip that is there is the middle
    assert np.abs(views.points[1][keypoints[1, :, 2] > 0].mean(0)).max() < 0.1


def test_straightened_undoes_the_lens() -> None:
    given = made.samples(3)
    lenses = np.array([[-0.2, 0.05, 0.001, -0.001, 0.0], [0.1, 0, 0, 0, 0], [0, 0, 0, 0, 0]])
    plane = plane_of(given.keypoints[..., :2], given.intrinsics)
    bent = np.stack([distort(row, lens) for row, lens in zip(plane, lenses, strict=True)])
    pixels = bent * made.FOCAL + 500
    assert np.abs(pixels - given.keypoints[..., :2])[:2].max() > 1
    assert straightened(pixels, given.intrinsics, lenses) == pytest.approx(given.keypoints[..., :2], abs=0.01)


def test_guessed_intrinsics_see_60_degrees() -> None:
    found = guessed_intrinsics(np.array([[1920, 1080], [480, 640]]))
    half = np.degrees(np.arctan([1920 / 2 / found[0, 0, 0], 640 / 2 / found[1, 1, 1]]))
    assert half == pytest.approx([30, 30])
    assert found[1, :2, 2].tolist() == [240, 320]
