from dataclasses import replace

import numpy as np
import pytest

from synth.body.skeleton import SMPL_24
from synth.motion.figure import posed, unposed
from synth.motion.geometry import about, turn_angle
from synth.motion.neutral import Neutral, bone
from synth.motion.rest_pose import rest_axes
from tests.synth.motion.rigs import MAPPING, hanging_axes, random_axes, recorded, walking


def neutral(axes=None, poses=None, mapping=MAPPING) -> Neutral:
    recording = recorded(walking() if poses is None else poses, axes)
    rest = unposed(recording, mapping)
    frames = posed(recording, mapping, np.arange(len(recording.root)))
    return Neutral(frames, rest, rest_axes(rest), mapping)


def off(found: Neutral, axes: np.ndarray) -> dict[str, float]:
    """Degrees from the true A of each joint: the joints' axes, taken back."""
    return {name: float(turn_angle(axes[SMPL_24.index(name)] @ turn)) for name, turn in found.turns.items()}


def test_bones_are_directions():
    assert np.linalg.norm(bone("left_elbow")) == pytest.approx(1.0)


@pytest.mark.parametrize("axes", [None, hanging_axes()])
def test_a_figure_at_rest_is_taken_at_its_word(axes):
    errors = off(neutral(axes), np.tile(np.eye(3), (24, 1, 1)) if axes is None else axes)
    assert max(errors[name] for name in ("pelvis", "spine1", "head", "left_collar")) < 1e-6
    assert max(errors[name] for name in ("left_shoulder", "right_hip", "left_knee")) < 6.0
    assert max(errors[name] for name in ("left_elbow", "left_wrist", "right_hand", "left_foot")) < 6.0


@pytest.mark.parametrize("seed", range(3))
def test_any_axes_are_found_from_the_frames(seed):
    errors = off(neutral(random_axes(seed)), random_axes(seed))
    hinged = ("left_shoulder", "right_shoulder", "left_hip", "right_hip", "left_elbow", "right_knee")
    assert max(errors[name] for name in hinged) < 6.0
    assert max(errors[name] for name in ("pelvis", "spine2", "spine3", "left_collar", "neck")) < 8.0
    assert max(errors[name] for name in ("head", "left_foot", "left_ankle")) < 15.0
    assert max(errors[name] for name in ("left_wrist", "right_wrist")) < 10.0


def test_a_trunk_that_leans_all_the_time_does_not_change_what_upright_is():
    poses = walking()
    lean = np.array([0.3, 0.0, 0.0])
    poses[:, 0] = 0.0
    poses[:, [3, 6]] = lean / 2.0
    errors = off(neutral(random_axes(), poses), random_axes())
    assert errors["pelvis"] < 20.0
    assert errors["spine3"] < 20.0


def test_arms_that_hardly_bend_take_the_rest_pose():
    errors = off(neutral(poses=walking(bend=0.005)), np.tile(np.eye(3), (24, 1, 1)))
    assert errors["left_shoulder"] < 10.0
    assert errors["left_hip"] < 12.0  # feet point outwards


def test_a_stated_twist_is_kept():
    links = MAPPING.links | {"left_shoulder": replace(MAPPING.links["left_shoulder"], twist=-30.0)}
    turn = neutral(mapping=replace(MAPPING, links=links)).turns["left_shoulder"]
    assert turn == pytest.approx(about(bone("left_shoulder"), np.radians([-30.0]))[0], abs=1e-6)


def test_upper_arms_whose_twist_was_not_recorded_are_found():
    recording = recorded(walking(80))
    assert neutral().lost_twist == []
    rng = np.random.default_rng(0)
    joint = SMPL_24.index("left_shoulder")
    spun = about(recording.rotations[:, joint] @ bone("left_shoulder"), rng.uniform(-np.pi, np.pi, 80))
    frames = posed(recording, MAPPING, np.arange(80))
    frames.turns["left_shoulder"] = spun @ frames.turns["left_shoulder"]
    rest = unposed(recording, MAPPING)
    assert Neutral(frames, rest, rest_axes(rest), MAPPING).lost_twist == ["left"]
