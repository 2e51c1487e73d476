"""A walk in other units and worlds."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from synth.body.skeleton import smpl_rest_joints
from synth.core.errors import InputError
from synth.motion import ASSETS
from synth.motion.formats.amass import read_amass
from synth.motion.formats.format import ReadOptions
from synth.motion.formats.smpl_layouts import Parameters
from synth.motion.formats.smpl_world import in_metres_z_up


@pytest.fixture(scope="module")
def walk() -> Parameters:
    path = max(
        (ASSETS / "motion").rglob("*.npz"), key=lambda p: np.linalg.norm(np.ptp(np.load(p)["trans"], axis=0))
    )
    poses, trans, rate, _ = read_amass(path)
    return Parameters(poses, trans, rate, amass=True)


def turned(walk: Parameters, turn: Rotation, amass: bool, scale: float = 1.0) -> Parameters:
    poses = walk.poses.copy()
    poses[:, 0] = (turn * Rotation.from_rotvec(poses[:, 0])).as_rotvec()
    rest = smpl_rest_joints()[0]
    return Parameters(poses, (turn.apply(walk.trans + rest) - rest) * scale, walk.rate, amass)


def test_metres_and_z_up_stay_as_they_are(walk: Parameters) -> None:
    poses, pelvis, notes = in_metres_z_up(walk, walk.rate or 0, ReadOptions(), "x")
    assert poses is walk.poses
    assert np.array_equal(pelvis, walk.trans + smpl_rest_joints()[0])
    assert notes == ()


Y_UP = Rotation.from_euler("x", -90, degrees=True)  # takes z to y


def test_another_up_is_found_and_said_but_refused_of_amass(walk: Parameters) -> None:
    poses, pelvis, notes = in_metres_z_up(turned(walk, Y_UP, amass=False), walk.rate or 0, ReadOptions(), "x")
    assert poses == pytest.approx(walk.poses, abs=1e-9)
    assert pelvis == pytest.approx(walk.trans + smpl_rest_joints()[0])
    assert notes == ("the world's up is y: the person stands along it; `up` of the source changes that",)
    lying = turned(walk, Y_UP, amass=True)
    with pytest.raises(InputError, match=r"lies all the time, along y: is y up.*`up: y`.*`up: z`"):
        in_metres_z_up(lying, walk.rate or 0, ReadOptions(), "x")
    poses, _, notes = in_metres_z_up(lying, walk.rate or 0, ReadOptions(up="y"), "x")
    assert poses == pytest.approx(walk.poses, abs=1e-9)
    assert notes == ()
    assert in_metres_z_up(lying, walk.rate or 0, ReadOptions(up="z"), "x")[0] is lying.poses


@pytest.mark.parametrize(
    ("unit", "scale", "said"), [("cm", 100, "a hundred times"), ("mm", 1000, "a thousand times")]
)
def test_another_unit_is_refused_with_its_cause(walk: Parameters, unit: str, scale: float, said: str) -> None:
    large = Parameters(walk.poses, walk.trans * scale, walk.rate, amass=True)
    with pytest.raises(InputError, match=f"moves {said} too far.*`units: {unit}`"):
        in_metres_z_up(large, walk.rate or 0, ReadOptions(), "x")
    _, pelvis, _ = in_metres_z_up(large, walk.rate or 0, ReadOptions(units=unit), "x")  # type: ignore[arg-type]
    assert pelvis == pytest.approx(walk.trans + smpl_rest_joints()[0])
