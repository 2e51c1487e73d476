"""Joint sets pick, and average where a joint of the set is the mean of others."""

from __future__ import annotations

import numpy as np
import pytest

from pipelines.corpus.joint_sets import JointSet
from synth.body.skeleton import JOINT_SETS, JOINTS, joint_index, joint_map


@pytest.mark.parametrize("name", JOINT_SETS)
def test_points_are_those_of_the_joint_map(name: str) -> None:
    points = np.random.default_rng(0).normal(size=(5, len(JOINTS), 3))
    assert np.allclose(JointSet(name).apply(points), np.einsum("ij,njk->nik", joint_map(name), points))


def test_of_codes_the_largest_is_taken() -> None:
    codes = np.zeros((1, len(JOINTS)), np.uint8)
    codes[0, joint_index("left_hip")], codes[0, joint_index("right_hip")] = 3, 1
    assert JointSet("h36m17").apply(codes)[0, 0] == 3  # h36m's hip is between the two


def test_nan_does_not_spread() -> None:
    points = np.zeros((1, len(JOINTS), 2))
    points[0, joint_index("left_wrist")] = np.nan
    found = JointSet("h36m17").apply(points)
    wrist = list(JOINT_SETS["h36m17"]).index("left_wrist")
    assert np.isnan(found[0, wrist]).all()
    assert np.isfinite(np.delete(found[0], wrist, axis=0)).all()


def test_an_unknown_set_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown joint set 'coco'"):
        JointSet("coco")
