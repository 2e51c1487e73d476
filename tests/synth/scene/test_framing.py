"""Cameras that fill the picture as asked, against projections by hand."""

from __future__ import annotations

import numpy as np
import pytest

from synth.body.skeleton import joint_index
from synth.core.randomness import Draws
from synth.scene.framing import COUNTED, first_term, outline, solve
from tests.synth.staging import staged

N, WIDTH, HEIGHT = 60, 256, 256


def framed(points: np.ndarray, cut: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    count = len(points)
    intrinsics, rotation, translation = np.zeros((count, 3, 3)), np.zeros((count, 3, 3)), np.zeros((count, 3))
    bounds = {
        "sine": (-0.1, 0.5), "log_focal": (np.log(220.0), np.log(420.0)), "fill": (0.6, 0.8), "heights": (0.5, 4.0)
    }  # fmt: skip
    wide = {name: np.tile(value, (count, 1)) for name, value in bounds.items()}
    solve(
        Draws(0).key("test"), np.arange(count), points, COUNTED, np.zeros(count), np.zeros((count, 2)),
        np.zeros(count), np.full(count, cut), np.linspace(0, 6, count), wide["sine"], wide["log_focal"], wide["fill"],
        wide["heights"], WIDTH, HEIGHT, intrinsics, rotation, translation,
    )  # fmt: skip
    return intrinsics, rotation, translation


@pytest.fixture(scope="module")
def points() -> np.ndarray:
    return outline(staged(N)[2]["joints_world"])


def seen(points: np.ndarray, cameras: tuple[np.ndarray, ...]) -> np.ndarray:
    intrinsics, rotation, translation = cameras
    local = np.einsum("nij,nkj->nki", rotation, points) + translation[:, None]
    assert (local[..., 2] > 0).all()
    uv = np.einsum("nij,nkj->nki", intrinsics, local)
    return uv[..., :2] / uv[..., 2:]


def test_the_whole_person_is_in_the_picture(points: np.ndarray) -> None:
    cameras = framed(points, cut=False)
    uv = seen(points, cameras)
    assert uv.min() >= 0
    assert (uv <= (WIDTH, HEIGHT)).all()
    rotation, translation = cameras[1:]
    assert np.allclose(rotation @ rotation.swapaxes(1, 2), np.eye(3), atol=1e-12)
    assert np.allclose(rotation[:, 0, 2], 0, atol=0.35)  # nearly level: no roll was asked for
    heights = -np.einsum("nji,nj->ni", rotation, translation)[:, 2]
    assert heights.min() >= 0.5 - 1e-9
    assert heights.max() <= 4.0 + 1e-9


def test_one_to_be_cut_is_partly_outside(points: np.ndarray) -> None:
    intrinsics, rotation, translation = framed(points, cut=True)
    local = np.einsum("nij,nkj->nki", rotation, points) + translation[:, None]
    uv = np.einsum("nij,nkj->nki", intrinsics, local)
    uv = uv[..., :2] / uv[..., 2:]
    inside = ((uv >= 0) & (uv < WIDTH)).all(-1) & (local[..., 2] > 0)
    whole = inside.all(1)
    assert whole.mean() < 0.2  # where no cut camera could stand, the whole person is shown
    assert (2 * inside[~whole][:, COUNTED].sum(1) >= COUNTED.sum()).all()


def test_an_outline_ends_beyond_the_hands() -> None:
    joints = np.zeros((1, 48, 3))
    joints[0, joint_index("left_hand")] = (1.0, 0, 0)
    joints[0, joint_index("left_wrist")] = (0.9, 0, 0)
    assert outline(joints)[0, -2] == pytest.approx((1.11, 0, 0))
    assert COUNTED.sum() == 17


def test_a_barrel_moves_the_corner_by_its_share() -> None:
    # the corner lies at radius^2 = (w^2 + h^2) / 4 / f^2; k1 r^2 = -barrel there
    k1 = first_term(np.array([0.1]), np.array([300.0]), 640, 480)
    radius2 = (640**2 + 480**2) / 4 / 300**2
    assert k1 * radius2 == pytest.approx(-0.1)
