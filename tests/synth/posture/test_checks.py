"""The checks find what is wrong with a motion that was right."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest

from synth.posture.chain import joints_of, reference, smpl_of
from synth.posture.checks import checks
from synth.posture.figure import figure, joint
from synth.scene.work import Furniture, Work

MEAN = (0.0,) * 10


@dataclass(frozen=True)
class Still:
    poses: np.ndarray
    trans: np.ndarray
    rate: float
    work: Work | None


def standing(**degrees: float) -> Still:
    fig = figure("male", MEAN)
    q = np.tile(reference(**({"shoulder_abduction": 12} | degrees)), (30, 1))
    poses, _ = smpl_of(q, fig.rest)
    low = fig.body.posed(poses[:1], MEAN).vertices[0, :, 2].min()
    trans = np.tile([0.0, 0.0, -low], (30, 1))
    return Still(poses.astype(np.float32), trans.astype(np.float32), 30.0, Work("p", "t", "", "male", MEAN))


def test_standing_upright_passes() -> None:
    found = checks(standing())
    assert all(found.passes.values()), found


def test_what_is_wrong_is_measured() -> None:
    upright = standing()
    sunk = checks(replace(upright, trans=upright.trans - np.array([0, 0, 0.05], np.float32)))
    assert sunk.inside == pytest.approx(0.05, abs=1e-3)
    assert sunk.inside_of == "the floor"
    wall = Furniture("box", (0.4, 0.4, 0.4), (0.0, 0.1, 0.8))
    assert checks(replace(upright, work=replace(upright.work, furniture=(wall,)))).inside_of == "box"
    assert checks(standing(left_knee_flexion=160)).beyond == pytest.approx(160 - 153 - 0.5, abs=0.05)
    assert checks(standing(pelvis_tilt=30)).over > 0.05
    slid = upright.trans + np.linspace(0, 0.04, 30)[:, None] * np.array([1.0, 0, 0])
    assert checks(replace(upright, trans=slid.astype(np.float32))).slide == pytest.approx(0.02, abs=0.003)


def test_motion_without_a_task_is_refused() -> None:
    with pytest.raises(ValueError, match="task"):
        checks(replace(standing(), work=None))


def test_joints_are_named() -> None:
    fig = figure("male", MEAN)
    place, _ = joints_of(reference()[None], fig.offsets)
    assert place[0, joint("left_hip"), 0] < 0 < place[0, joint("right_hip"), 0]


@pytest.mark.parametrize(
    ("inside", "over", "close"), [(0.003, -0.05, False), (0.009, -0.05, True), (0.0, -0.001, True)]
)
def test_what_is_near_its_bound_is_close(inside: float, over: float, close: bool) -> None:
    found = replace(checks(standing()), inside=inside, folded=0.0, over=over)
    assert found.close is close
    assert found.fault == ""
