"""Metrics against values worked out by hand, and the alignment against scipy's."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.linalg import orthogonal_procrustes
from scipy.spatial.transform import Rotation

from lifter.score.metrics import (
    AUC_AT,
    LEVELS,
    aligned,
    auc,
    coverage,
    distances,
    mpjpe,
    n_mpjpe,
    pa_mpjpe,
    pck,
)


def people(n: int = 20, k: int = 12, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 0.4, (n, k, 3))


def by_scipy(joints: np.ndarray, truth: np.ndarray) -> float:
    """PA-MPJPE of one person in mm with scipy's orthogonal Procrustes, which may mirror: undone here."""
    a, b = joints - joints.mean(0), truth - truth.mean(0)
    turn, _ = orthogonal_procrustes(a, b)
    if np.linalg.det(turn) < 0:
        u, _, v = np.linalg.svd(a.T @ b)
        turn = u @ np.diag([1.0, 1.0, -1.0]) @ v
    moved = a @ turn
    moved = moved * ((moved * b).sum() / (moved * moved).sum())
    return float(1000 * np.linalg.norm(moved - b, axis=1).mean())


def test_mpjpe_by_hand() -> None:
    truth = np.zeros((2, 3, 3))
    joints = np.array([[[0.03, 0.04, 0], [0, 0, 0.1], [0, 0, 0]], [[0, 0.02, 0]] * 3])
    assert distances(joints, truth) == pytest.approx(np.array([[50, 100, 0], [20, 20, 20]]))
    assert mpjpe(joints, truth) == pytest.approx([50, 20])


def test_what_is_not_known_does_not_count() -> None:
    truth, joints = np.zeros((3, 4, 3)), np.zeros((3, 4, 3))
    joints[..., 0] = [0.01, 0.02, 0.03, 0.1]
    truth[0, 3], truth[1, 2:], truth[2] = np.nan, np.nan, np.nan
    with np.errstate(all="raise"):
        assert mpjpe(joints, truth) == pytest.approx([20, 15, np.nan], nan_ok=True)
        assert np.isnan(pa_mpjpe(joints, truth)[1:]).all()
        assert pck(distances(joints, truth), 15) == pytest.approx([100 / 3, 50, np.nan], nan_ok=True)


def test_n_mpjpe_finds_the_scale_and_nothing_else() -> None:
    truth = people()
    assert n_mpjpe(1.7 * truth, truth) == pytest.approx(0, abs=1e-9)
    one = np.array([[[1.0, 0, 0], [0, 1.0, 0]]])
    other = np.array([[[2.0, 0, 0], [0, 1.0, 0]]])  # the best scale is 3 / 2
    assert n_mpjpe(one, other) == pytest.approx([500])
    assert mpjpe(one, other) == pytest.approx([500])
    assert n_mpjpe(one, 2 * one) == pytest.approx([0], abs=1e-9)


def test_pa_mpjpe_sees_through_a_similarity() -> None:
    truth = people()
    turns = Rotation.random(20, rng=np.random.default_rng(1)).as_matrix()
    moved = 0.6 * np.einsum("nab,nkb->nka", turns, truth) + [1.0, -2.0, 3.0]
    assert pa_mpjpe(moved, truth) == pytest.approx(0, abs=1e-9)
    assert aligned(moved, truth) == pytest.approx(truth)


def test_pa_mpjpe_agrees_with_scipy() -> None:
    truth = people()
    joints = truth + people(seed=1) * 0.3
    assert pa_mpjpe(joints, truth) == pytest.approx(
        [by_scipy(a, b) for a, b in zip(joints, truth, strict=True)]
    )


def test_a_mirrored_person_is_not_mirrored_back() -> None:
    truth = people()
    joints = truth * [-1.0, 1.0, 1.0]
    found = pa_mpjpe(joints, truth)
    assert found == pytest.approx([by_scipy(a, b) for a, b in zip(joints, truth, strict=True)])
    assert found.min() > 20


def test_alignment_uses_the_known_joints_alone() -> None:
    truth, joints = people(), people(seed=1)
    truth[:, 9:] = np.nan
    assert pa_mpjpe(joints, truth) == pytest.approx(pa_mpjpe(joints[:, :9], truth[:, :9]))
    joints[:, 10] = 1e6
    assert pa_mpjpe(joints, truth) == pytest.approx(pa_mpjpe(joints[:, :9], truth[:, :9]))
    assert np.isnan(aligned(joints, truth)[:, 9:]).all()


def test_joints_on_one_spot_or_line_are_scored() -> None:
    truth = people(3)
    assert np.isfinite(pa_mpjpe(np.zeros_like(truth), truth)).all()
    line = np.zeros_like(truth)
    line[..., 0] = np.arange(12)
    assert np.isfinite(pa_mpjpe(line, truth)).all()


def test_nobody_is_no_error() -> None:
    none = np.zeros((0, 12, 3))
    for metric in (mpjpe, pa_mpjpe, n_mpjpe):
        assert metric(none, none).shape == (0,)


def test_pck_and_auc_by_hand() -> None:
    errors = np.array([[0.0, 149.0, 151.0, np.nan], [75.0, 75.0, 75.0, 75.0]])
    assert pck(errors) == pytest.approx([200 / 3, 100])
    # above 0 lie 30 of the 31 thresholds, above 149 one, above 151 none; above 75 fifteen
    assert auc(errors) == pytest.approx([100 * (30 + 1) / 31 / 3, 100 * 15 / 31])
    brute = [100 * np.mean([(row[np.isfinite(row)] < at).mean() for at in AUC_AT]) for row in errors]
    assert auc(errors) == pytest.approx(brute)


def test_coverage_of_a_true_sigma_is_the_level() -> None:
    rng = np.random.default_rng(0)
    sigma = rng.uniform(0.01, 0.2, (20_000, 3))
    errors = 1000 * np.linalg.norm(rng.normal(0, 1, (20_000, 3, 3)) * sigma[..., None], axis=-1)
    assert coverage(errors, sigma) == pytest.approx(LEVELS, abs=0.01)
    assert (coverage(errors, sigma / 2) < LEVELS).all()
    errors[:, 0] = np.nan
    assert coverage(errors, sigma) == pytest.approx(LEVELS, abs=0.01)
    assert np.isnan(coverage(errors[:0], sigma[:0])).all()
