"""Cells of postures whose angles are set by hand; names and numbers of cells; what counts as reachable."""

from __future__ import annotations

import numpy as np
import pytest

from synth.body.loading import load_body
from synth.body.skeleton import JOINTS, SMPL_24
from synth.posture.explore.space import (
    AXES,
    SHAPE,
    SIZE,
    UNKNOWN,
    axis,
    bands_of,
    cell_of,
    cells,
    possible,
    reachable,
)
from synth.risk.from_poses import angles_from_poses, standing_pose

HANGING = {"left_shoulder": (0.0, 0.0, -1.4), "right_shoulder": (0.0, 0.0, 1.4)}


def posture(**turns: tuple[float, float, float]) -> tuple[np.ndarray, np.ndarray]:
    """Poses (1, 24, 3) and joints (1, 48, 3) of who stands with hanging arms, some joints turned otherwise."""
    pose = standing_pose()
    for name, turn in (HANGING | turns).items():
        pose[SMPL_24.index(name)] = turn
    return pose[None], load_body().proxy().posed(pose[None].astype(np.float32))[1]


def legs(hip: float, knee: float) -> dict[str, tuple[float, float, float]]:
    """Both hips and knees turned about the body's left."""
    joints = {"hip": hip, "knee": knee}
    return {f"{side}_{name}": (turn, 0.0, 0.0) for name, turn in joints.items() for side in ("left", "right")}


def bands(side: int = 0, **turns: tuple[float, float, float]) -> dict[str, str]:
    poses, joints = posture(**turns)
    return bands_of(cells(joints, angles_from_poses(poses))[0, side])


def test_who_stands_with_hanging_arms() -> None:
    for side in (0, 1):
        assert bands(side) == {
            "stance": "standing", "height": "low", "reach": "far", "direction": "ahead", "inclination": "upright",
            "twist": "square", "bend": "straight", "gaze": "level",
        }  # fmt: skip


@pytest.mark.parametrize(
    ("turns", "wanted"),
    [
        ({"left_shoulder": (0.0, 0.0, 0.0)}, {"height": "middle", "direction": "aside"}),
        ({"left_shoulder": (0.0, 0.0, 1.0)}, {"height": "high", "direction": "aside"}),
        ({"left_shoulder": (0.0, -1.57, 0.0)}, {"direction": "ahead", "reach": "far"}),
        ({"left_shoulder": (0.0, -2.4, 0.0)}, {"direction": "across"}),
        ({"left_elbow": (0.0, -2.4, 0.0)}, {"reach": "near"}),
        ({"spine1": (0.7, 0.0, 0.0)}, {"inclination": "bent", "gaze": "down"}),
        ({"spine1": (1.3, 0.0, 0.0)}, {"inclination": "deep"}),
        ({"spine1": (0.0, 0.5, 0.0)}, {"twist": "toward"}),
        ({"spine1": (0.0, -0.5, 0.0)}, {"twist": "away"}),
        ({"spine1": (0.0, 0.0, -0.5)}, {"bend": "toward"}),
        ({"spine1": (0.0, 0.0, 0.5)}, {"bend": "away"}),
        ({"head": (-0.6, 0.0, 0.0)}, {"gaze": "up"}),
        ({"head": (0.8, 0.0, 0.0)}, {"gaze": "down"}),
        ({"left_hip": (-1.6, 0.0, 0.0), "left_knee": (1.6, 0.0, 0.0)}, {"stance": "stepping"}),
        (legs(hip=-1.5, knee=1.5), {"stance": "sitting"}),
        (legs(hip=0.0, knee=1.57), {"stance": "kneeling"}),
        (legs(hip=0.0, knee=1.57) | {"left_hip": (-1.57, 0.0, 0.0)}, {"stance": "half_kneeling"}),
        ({"spine1": (0.8, 0.0, 0.0)} | legs(hip=-1.9, knee=2.5), {"stance": "squatting"}),
        ({"pelvis": (0.0, 0.0, 0.0)}, {"stance": "lying", "inclination": "deep", "gaze": "up"}),
    ],
)  # fmt: skip
def test_a_joint_turned_is_another_band(turns, wanted) -> None:
    found = bands(**turns)
    assert {name: found[name] for name in wanted} == wanted


def test_the_other_hand_is_mirrored() -> None:
    assert bands(1, spine1=(0.0, 0.5, 0.0))["twist"] == "away"
    assert bands(1, right_shoulder=(0.0, 0.0, 0.0))["direction"] == "aside"
    assert bands(1, left_shoulder=(0.0, 0.0, 0.0))["direction"] == "ahead"


def test_cells_and_bands_are_one_to_one() -> None:
    assert np.prod(SHAPE) == SIZE == 10_206
    for cell in (0, 77, SIZE - 1):
        assert cell_of(**bands_of(cell)) == cell
    with pytest.raises(ValueError, match="swimming"):
        cell_of(**(bands_of(0) | {"stance": "swimming"}))
    assert AXES[axis("gaze")].bands == ("up", "level", "down")


def test_bands_part_at_the_edges() -> None:
    for each in AXES[1:]:
        assert len(each.bands) == len(each.edges) + 1
        assert each.unit


def test_too_few_joints_give_no_cell() -> None:
    _, joints = posture()
    smpl = np.array(joints)
    smpl[:, len(SMPL_24) :] = np.nan
    smpl[:, JOINTS.index("head_top")] = joints[:, JOINTS.index("head_top")]
    assert (cells(smpl) == cells(joints)).all()  # SMPL's joints are enough
    smpl[:, SMPL_24.index("left_elbow")] = np.nan
    assert cells(smpl)[0, 0] == UNKNOWN
    assert cells(smpl)[0, 1] != UNKNOWN


def test_what_counts_as_reachable() -> None:
    found = possible()
    upright = bands_of(0) | {"stance": "lying", "inclination": "upright"}
    assert not found[cell_of(**upright)]
    assert not found[cell_of(**(bands_of(0) | {"inclination": "deep", "gaze": "up"}))]
    assert found[cell_of(**(bands_of(0) | {"inclination": "deep", "gaze": "down"}))]
    assert reachable().shape == (2, SIZE)
    assert 0.2 < reachable().mean() < 0.95
