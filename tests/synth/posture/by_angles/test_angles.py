"""Every angle moves what its direction says, by the degrees it says."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from synth.body.loading import load_body
from synth.body.rotations import world_turns
from synth.body.skeleton import SMPL_24
from synth.posture.by_angles.angles import ANGLES, BOTH, JOINTS, LARGEST, RANGES, smpl_poses

# World: the body faces -Y, its left is +X, up is +Z. Angle -> (joint whose place moves, axis, sign for the left side).
MOVES = {
    ("pelvis", "tilt"): ("head", 1, -1),
    ("pelvis", "bend"): ("head", 0, 1),
    ("trunk", "flexion"): ("head", 1, -1),
    ("trunk", "bend"): ("head", 0, 1),
    ("neck", "flexion"): ("head", 1, -1),
    ("neck", "bend"): ("head", 0, 1),
    ("collar", "raise"): ("shoulder", 2, 1),
    ("collar", "forward"): ("shoulder", 1, -1),
    ("shoulder", "flexion"): ("wrist", 1, -1),
    ("shoulder", "abduction"): ("wrist", 0, 1),
    ("elbow", "flexion"): ("wrist", 1, -1),
    ("wrist", "flexion"): ("hand", 0, -1),
    ("wrist", "deviation"): ("hand", 1, -1),
    ("hip", "flexion"): ("ankle", 1, -1),
    ("hip", "abduction"): ("ankle", 0, 1),
    ("knee", "flexion"): ("ankle", 1, 1),
    ("ankle", "flexion"): ("foot", 2, 1),
}


def posed(angles: dict[tuple[str, str], float], level: float = 0.0) -> NDArray[np.float64]:
    values = {angle: np.array([degrees]) for angle, degrees in angles.items()}
    return smpl_poses(values, {"left": np.array([level]), "right": np.array([level])})


def joints(poses: NDArray[np.float64]) -> NDArray[np.float64]:
    return load_body().proxy().posed(poses).joints[0, :24]


def sides(joint: str) -> list[tuple[str, int]]:
    return [("", 1)] if joint in JOINTS else [("left_", 1), ("right_", -1)]


@pytest.mark.parametrize("angle", MOVES)
def test_positive_is_where_the_list_says(angle: tuple[str, str]) -> None:
    joint, name = angle
    moved, axis, sign = MOVES[angle]
    rest = joints(posed({}))
    for side, mirror in sides(joint):
        own = SMPL_24.index((side if moved != "head" else "") + moved)
        step = joints(posed({(side + joint, name): 20.0}))[own] - rest[own]
        assert step[axis] * sign * (mirror if axis == 0 and side else 1) > 0.01, (side, step)
        assert abs(step[axis]) == pytest.approx(np.abs(step).max(), rel=0.5)


@pytest.mark.parametrize("joint", ["pelvis", "trunk", "neck"])
def test_turns_go_to_the_left(joint: str) -> None:
    name = "turn" if joint == "pelvis" else "rotation"
    nose = world_turns(posed({(joint, name): 30.0}))[0, SMPL_24.index("head")] @ [0, 0, 1]
    assert nose == pytest.approx([np.sin(np.radians(30)), -np.cos(np.radians(30)), 0], abs=1e-6)


def test_inward_rotation_and_pronation_turn_the_front_to_the_middle() -> None:
    for side, out in (("left", 1), ("right", -1)):
        for joint, name, seen in (
            ("hip", "rotation", "knee"),
            ("shoulder", "rotation", "elbow"),
            ("elbow", "pronation", "wrist"),
        ):
            before, after = (
                world_turns(posed(a))[0, SMPL_24.index(f"{side}_{seen}")]
                for a in ({}, {(f"{side}_{joint}", name): 40.0})
            )
            front = after @ before.T @ [0, -1, 0]
            assert front[0] * out == pytest.approx(-np.sin(np.radians(40)), abs=1e-6)


def test_degrees_are_those_of_the_joint() -> None:
    turns = world_turns(posed({("left_knee", "flexion"): 70.0, ("trunk", "flexion"): 45.0}))[0]
    shin, thigh = turns[SMPL_24.index("left_knee")], turns[SMPL_24.index("left_hip")]
    assert np.degrees(np.arccos((np.trace(thigh.T @ shin) - 1) / 2)) == pytest.approx(70)
    chest, pelvis = turns[SMPL_24.index("spine3")], turns[0]
    assert np.degrees(np.arccos((np.trace(pelvis.T @ chest) - 1) / 2)) == pytest.approx(45)


def test_soles_stay_level() -> None:
    angles = {("left_hip", "flexion"): 60.0, ("left_knee", "flexion"): 20.0}
    up = world_turns(posed(angles, level=1.0))[0, SMPL_24.index("left_foot")] @ [0, 1, 0]
    assert up == pytest.approx([0, 0, 1], abs=1e-6)
    assert world_turns(posed(angles))[0, SMPL_24.index("left_foot")] @ [0, 1, 0] != pytest.approx(
        [0, 0, 1], abs=0.1
    )


def test_the_lists_are_of_the_same_angles() -> None:
    assert {(j.removeprefix("left_").removeprefix("right_"), a) for j, a in ANGLES} == {
        (j, a) for j, angles in RANGES.items() for a in angles
    }
    assert set(BOTH) == {f"{joint}s" for joint in RANGES if joint not in JOINTS}
    for angles in RANGES.values():
        for angle in angles.values():
            assert -LARGEST <= angle.low <= 0 < angle.high <= LARGEST
