import numpy as np
import pytest

from synth.body.rotations import SMPL_TO_WORLD, world_turns
from synth.body.skeleton import SMPL_24, smpl_rest_joints
from synth.motion.figure import posed, smpl_at_rest, smpl_figure, unposed
from synth.motion.geometry import angle_between
from tests.synth.motion.rigs import MAPPING, random_axes, recorded, walking


def test_smpl_at_rest_has_its_own_joints():
    figure = smpl_at_rest()
    assert np.stack([figure.places[name][0] for name in SMPL_24]) == pytest.approx(smpl_rest_joints())
    assert angle_between(figure.line("hip"), np.array([1.0, 0, 0]))[0] < 2.0
    trunk = figure.trunk()
    assert trunk is not None
    assert angle_between(trunk[0, :, 1], np.array([0.0, 1, 0])) < 5.0
    assert figure.bends("left_hip", "left_knee")[0] < 12.0


def test_a_figure_does_not_depend_on_the_axes_of_the_joints():
    poses = walking()
    first = posed(recorded(poses), MAPPING, np.arange(40))
    second = posed(recorded(poses, random_axes()), MAPPING, np.arange(40))
    for name in ("left_hip", "right_elbow", "left_ankle"):
        assert second.bone(name) == pytest.approx(first.bone(name))
    assert second.hand("left") == pytest.approx(first.hand("left"))
    assert second.end("head") == pytest.approx(first.end("head"))
    assert second.upright() == pytest.approx(first.upright())


def test_places_are_those_of_smpls_own_kinematics():
    poses = walking()
    figure = posed(recorded(poses, random_axes(), world=np.eye(3)), MAPPING, np.arange(40))
    own = smpl_figure(world_turns(poses), figure.places["pelvis"])
    assert own.places["left_wrist"] == pytest.approx(figure.places["left_wrist"])
    turned = figure.turned(SMPL_TO_WORLD)
    assert turned.places["head"] == pytest.approx(figure.places["head"] @ SMPL_TO_WORLD.T)


def test_what_a_rig_lacks_is_none():
    figure = posed(recorded(walking()), MAPPING, np.arange(3))
    for name in ("left_hip", "left_foot", "left_hand", "left_wrist", "left_shoulder"):
        del figure.places[name]
    assert figure.line("hip") is None
    assert figure.middle("hip") is None
    assert figure.bone("left_hip") is None
    assert figure.bone("left_ankle") == pytest.approx(figure.end("left_ankle"))  # to the end of its own bone
    assert figure.bone("left_foot") is None
    assert figure.hand("left") == pytest.approx(figure.end("left_wrist"))
    assert np.isnan(figure.bends("left_hip", "left_knee")).all()
    assert figure.base() is figure.places["pelvis"]
    assert figure.top() is figure.places["neck"]


def test_the_pose_with_all_channels_at_0_shows_the_axes():
    rest = unposed(recorded(walking(3)), MAPPING)
    assert rest.bone("left_hip") == pytest.approx(smpl_at_rest().bone("left_hip"))
    assert len(unposed(recorded(walking(3), random_axes()), MAPPING).places["head"]) == 1
