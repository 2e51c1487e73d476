"""Stances of a stick figure: both feet, one, sitting, squatting, kneeling, walking."""

from __future__ import annotations

import numpy as np
import pytest

from synth.body.skeleton import joint_index
from synth.risk.stance import Stance, centre_of_mass, stance_of, walking_from
from tests.synth.risk.figure import joints


def of(**moved: list[float]) -> Stance:
    return stance_of(joints(**moved))


def test_upright_on_both_feet() -> None:
    found = of()
    assert not found.sitting[0]
    assert not found.kneeling.any()
    assert found.left_share[0] == pytest.approx(0.5, abs=0.01)
    assert not found.on_one_foot[0]
    assert not found.arms_up.any()


@pytest.mark.parametrize(("side", "share"), [("left", 0.0), ("right", 1.0)])
def test_a_lifted_foot_carries_nothing(side: str, share: float) -> None:
    other, y = ("right", 0.1) if side == "left" else ("left", -0.1)
    legs = {f"{side}_knee": [0.3, y, 0.7], f"{side}_ankle": [0.1, y, 0.35], f"{other}_ankle": [0.0, 0.0, 0.1]}
    found = of(**legs)
    assert found.left_share[0] == share
    assert found.on_one_foot[0]


def test_a_foot_on_a_step_between_which_the_weight_lies_is_not_lifted() -> None:
    found = of(left_knee=[0.4, 0.1, 0.7], left_ankle=[0.4, 0.1, 0.3], right_ankle=[-0.4, -0.1, 0.1])
    assert not found.on_one_foot[0]


def chair() -> dict[str, list[float]]:
    return {
        name: place
        for side, y in (("left", 0.1), ("right", -0.1))
        for name, place in (
            (f"{side}_knee", [0.45, y, 1.0]), (f"{side}_ankle", [0.45, y, 0.55]),
        )
    }  # fmt: skip


def test_sitting_has_the_weight_behind_the_feet_and_squatting_has_not() -> None:
    assert of(**chair()).sitting[0]
    squat = {
        name: place
        for side, y in (("left", 0.1), ("right", -0.1))
        for name, place in ((f"{side}_knee", [0.4, y, 1.1]), (f"{side}_ankle", [0.0, y, 0.9]))
    }
    assert not of(**squat).sitting[0]
    assert not of(**squat).kneeling.any()


def test_kneeling_on_both_knees_and_on_one() -> None:
    both = {
        name: place
        for side, y in (("left", 0.1), ("right", -0.1))
        for name, place in ((f"{side}_knee", [0.0, y, 0.55]), (f"{side}_ankle", [-0.45, y, 0.58]))
    }
    assert of(**both).kneeling.tolist() == [[True, True]]
    one = of(
        left_knee=[0.0, 0.1, 0.55], left_ankle=[-0.45, 0.1, 0.58],
        right_knee=[0.42, -0.1, 0.95], right_ankle=[0.42, -0.1, 0.55],
    )  # fmt: skip
    assert one.kneeling.tolist() == [[True, False]]
    assert not one.sitting[0]
    assert not one.on_one_foot[0]


def test_arms_at_shoulder_height() -> None:
    assert of(left_elbow=[0.3, 0.2, 1.45]).arms_up.tolist() == [[True, False]]
    assert of(right_wrist=[0.2, -0.2, 1.46]).arms_up.tolist() == [[False, True]]


def test_walking_is_told_by_the_ground_covered() -> None:
    still, pelvis = np.repeat(joints(), 30, axis=0), joint_index("pelvis")
    assert not walking_from(still, 30).any()
    for speed, walks in ((0.4, False), (1.2, True)):
        moved = still.copy()
        moved[:, :, 0] += (np.arange(30) / 30 * speed)[:, None]
        assert walking_from(moved, 30).all() == walks
        assert walking_from(moved, 30).any() == walks
        assert stance_of(moved, walking_from(moved, 30)).walking.all() == walks
    assert np.isfinite(still[:, pelvis]).all()
    assert not stance_of(joints(**chair()), True).walking[0]


def test_the_weight_of_a_symmetric_body_is_in_its_middle() -> None:
    mass = centre_of_mass(joints())[0]
    assert mass[1] == pytest.approx(0, abs=1e-9)
    assert 0.9 < mass[2] < 1.15


def test_other_shapes_are_refused() -> None:
    with pytest.raises(ValueError, match="joints must be"):
        stance_of(np.zeros((2, 24, 3)))
