"""The index bench in small."""

import numpy as np
import pytest

from benchmarks import index as index_bench
from lifter.data.joints import HIPS, JOINTS3D


def test_it_measures() -> None:
    facts = index_bench.measure(exemplars=3000, cells=30, asked=40, probes=(2, 30))
    assert facts["exemplars"] == 3000
    assert facts["index_bytes"] == pytest.approx(3000 * 17 * 2 * 4, rel=0.1)
    few, all_cells = facts["probes"]
    assert all_cells["recall"] == 1.0
    assert few["recall"] <= few["nearly"]
    assert few["per_second"] > 0
    assert any("cells probed" in line for line in index_bench.describe(facts))


def test_stick_figures_have_bones_of_one_length() -> None:
    joints = index_bench.stick_figures(50, np.random.default_rng(0))
    arm = joints[:, JOINTS3D.index("left_elbow")] - joints[:, JOINTS3D.index("left_wrist")]
    lengths = np.linalg.norm(arm, axis=1)
    np.testing.assert_allclose(lengths, lengths[0], rtol=1e-4)
    np.testing.assert_allclose(joints[:, HIPS].mean(1), np.tile([0, 0, 4], (50, 1)), atol=1e-5)


def test_exemplars_are_the_poses_first_and_then_seen_from_elsewhere() -> None:
    poses = index_bench.stick_figures(10, np.random.default_rng(0))
    points = index_bench.projected(poses, 30, np.random.default_rng(1))
    assert points.shape == (30, 17, 2)
    np.testing.assert_allclose(points[:10], poses[:, :17, :2] / poses[:, :17, 2:], atol=0.02)
    assert np.abs(points[10:20] - points[:10]).max() > 0.05
