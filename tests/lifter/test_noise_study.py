"""The stand-in lifter's geometry and score; that it learns at all. The study itself is run by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")

from lifter.noise_study import (
    BODY,
    COLUMNS,
    HIPS,
    NOISES,
    Benchmark,
    aligned,
    predict,
    read_benchmark,
    score,
    straightened,
    table,
    train,
    views_of,
    without_a_limb,
)
from synth.body.skeleton import COCO_17
from synth.errors import InputError
from synth.scene.camera import distort

_K = np.array([[500.0, 0, 320], [0, 500.0, 240], [0, 0, 1]])


def _people(n: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """(n, 17, 3) joints in the camera's frame and their (n, 17, 3) pixels with confidence 1."""
    rng = np.random.default_rng(seed)
    joints = rng.normal(size=(n, 17, 3)) * [0.3, 0.6, 0.2] + [0, 0, 5] + 0.5 * rng.normal(size=(n, 1, 3))
    uvw = joints @ _K.T
    return joints, np.concatenate([uvw[..., :2] / uvw[..., 2:], np.ones((n, 17, 1))], -1)


def test_the_body_joints_are_the_twelve() -> None:
    names = [COCO_17[j] for j in BODY]
    assert len(names) == 12
    assert names[0] == "left_shoulder"
    assert names[-1] == "right_ankle"


def test_views_look_at_the_mid_hip() -> None:
    _, keypoints = _people(50)
    views = views_of(keypoints, np.repeat(_K[None], 50, 0))
    flat = views.inputs.reshape(50, 17, 3)
    assert np.abs(flat[:, HIPS, :2].mean(1)).max() < 0.05  # to the change of perspective within the hips
    assert np.abs(flat[..., :2]).max(axis=(1, 2)) == pytest.approx(np.ones(50), abs=1e-6)
    assert views.turn @ views.turn.transpose(0, 2, 1) == pytest.approx(np.repeat(np.eye(3)[None], 50, 0))
    assert np.linalg.det(views.turn) == pytest.approx(np.ones(50))


def test_missing_joints_are_zeros_and_may_be_the_hips() -> None:
    _, keypoints = _people(4)
    keypoints[:, 9] = 0
    keypoints[1, HIPS] = 0
    keypoints[2, HIPS[0]] = 0
    keypoints[3] = 0
    flat = views_of(keypoints, np.repeat(_K[None], 4, 0)).inputs.reshape(4, 17, 3)
    assert np.isfinite(flat).all()
    assert (flat[:, 9] == 0).all()
    assert (flat[3] == 0).all()
    assert np.abs(flat[2, HIPS[1], :2]).max() < 1e-6  # the one hip that is there is the middle


def test_straightened_undoes_the_lens() -> None:
    plane = np.random.default_rng(1).uniform(-0.5, 0.5, (3, 17, 2))
    lenses = np.array([[-0.2, 0.05, 0.001, -0.001, 0.0], [0.1, 0, 0, 0, 0], [0, 0, 0, 0, 0]])
    bent = np.stack([distort(row, lens) for row, lens in zip(plane, lenses, strict=True)])
    assert straightened(bent, lenses) == pytest.approx(plane, abs=1e-5)


def test_alignment_takes_out_rotation_scale_and_place() -> None:
    rng = np.random.default_rng(2)
    truth = rng.normal(size=(12, 3))
    turn, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    turn *= np.sign(np.linalg.det(turn))
    assert aligned(0.3 * truth @ turn + [1, 2, 3], truth) == pytest.approx(truth)
    mirrored = truth * [-1, 1, 1]  # a mirror image is no rotation
    assert np.linalg.norm(aligned(mirrored, truth) - truth, axis=1).mean() > 0.1


def test_the_score_leaves_out_what_is_not_known() -> None:
    truth = np.random.default_rng(3).normal(size=(4, 12, 3))
    joints = truth + np.array([0.03, 0.04, 0.0])
    truth[0, 5] = np.nan
    joints[0, 5] = 99
    found = score(joints, truth, np.array(["a", "a", "b", "b"]))
    assert found["mpjpe"] == pytest.approx(50)
    assert found["pa_mpjpe"] == pytest.approx(0, abs=1e-6)
    assert set(found["groups"]) == {"a", "b"}


def test_the_lifter_learns() -> None:
    joints, keypoints = _people(2048)
    joints[..., 2] = 5 + 0.5 * joints[..., 0]  # depth that 2D tells
    uvw = joints @ _K.T
    keypoints[..., :2] = uvw[..., :2] / uvw[..., 2:]
    views = views_of(keypoints, np.repeat(_K[None], len(joints), 0))
    targets = joints[:, BODY] - joints[:, HIPS].mean(1, keepdims=True)
    turned = np.einsum("nab,njb->nja", views.turn, targets).astype(np.float32)
    group = np.zeros(len(joints), int)
    before = score(predict(train(views.inputs, turned, 0, 0), views), targets, group)["mpjpe"]
    after = score(predict(train(views.inputs, turned, 30, 0), views), targets, group)["mpjpe"]
    assert after < 0.7 * before


def test_a_limb_is_taken_away_from_every_frame() -> None:
    keypoints = np.ones((8, 17, 3))
    found = without_a_limb(Benchmark(keypoints, np.zeros((8, 3, 3)), np.zeros((8, 12, 3)), np.zeros(8)))
    assert ((found == 0).all(-1).sum(1) == 3).all()
    assert (found[0] == 0).all(-1).nonzero()[0].tolist() == [5, 7, 9]  # the left arm
    assert (keypoints == 1).all()


def test_the_table_has_a_row_a_noise() -> None:
    rows = [{"noise": noise, **dict.fromkeys(COLUMNS, 100.0 + seed)} for noise in NOISES for seed in range(3)]
    lines = table(rows)
    assert [line.split()[0] for line in lines[1:]] == list(NOISES)
    assert "101.0 (100.0, 101.0, 102.0)" in lines[1]


def test_a_benchmark_is_read_or_refused(tmp_path: Path, shared: Path) -> None:
    benchmark = read_benchmark(shared / "benchmarks" / "pose2sim.npz")
    assert benchmark.truth.shape == (400, 12, 3)
    np.savez(tmp_path / "other.npz", a=np.zeros(3))
    with pytest.raises(InputError, match="no benchmark"):
        read_benchmark(tmp_path / "other.npz")
