"""A root whose positions are in another unit than the bones, found from the feet that stand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from synth.body.rotations import world_turns
from synth.body.skeleton import SMPL_24
from synth.motion.figure import posed, smpl_figure
from synth.motion.recording import Recording
from synth.motion.retarget import retarget
from synth.motion.travel import travel_ratio, with_travel
from tests.synth.motion.rigs import MAPPING, Y_UP, recorded, walking

RATIOS = (100.0, 0.01, 1000.0, 0.001, 39.37, 2.54)


def walker(high: float = 0.0) -> Recording:
    """Somebody who walks: the lower foot of each frame stays where it is; the ground is `high` metres up."""
    poses = walking(60)
    figure = smpl_figure(world_turns(poses), np.zeros((len(poses), 3)))
    feet = np.stack([figure.places[f"{side}_foot"] for side in ("left", "right")])
    way = np.zeros((len(poses), 3))
    for frame in range(1, len(poses)):
        stands = int(np.argmin(feet[:, frame, 2]))
        way[frame] = way[frame - 1] - (feet[stands, frame] - feet[stands, frame - 1])
    way[:, 2] = high - feet[..., 2].min(axis=0)
    return replace(recorded(poses), root=way @ Y_UP.T, rate=30.0)


def seen(recording: Recording) -> float:
    rows = np.arange(len(recording.root))
    return travel_ratio(posed(recording, MAPPING, rows), recording.rate)


def test_one_unit_stays() -> None:
    assert seen(walker()) == 1.0
    assert seen(walker(high=5.0)) == 1.0


@pytest.mark.parametrize("ratio", RATIOS)
def test_root_in_another_unit(ratio: float) -> None:
    assert seen(with_travel(walker(), SMPL_24[0], 1.0 / ratio)) == pytest.approx(ratio)


def test_person_who_is_carried_keeps_their_way() -> None:
    still = recorded(np.tile(walking(1), (60, 1, 1)))
    way = np.linspace([0.0, 0.9, 0.0], [3.0, 0.9, 0.0], 60)
    assert seen(replace(still, root=way)) == 1.0


def test_retargeted_travels_as_far_and_says_so() -> None:
    plain = walker()
    mixed = with_travel(plain, SMPL_24[0], 0.01)
    known, found = retarget(plain, MAPPING), retarget(mixed, MAPPING)
    np.testing.assert_allclose(found.pelvis, known.pelvis, atol=1e-6)
    np.testing.assert_allclose(found.poses, known.poses, atol=1e-6)
    assert any("multiplied by 100," in note for note in found.notes)
    assert not any("multiplied" in note for note in known.notes)


def test_moves_above_the_pelvis_are_travel_too() -> None:
    """Of a joint below the pelvis they are the bone's length."""
    plain = walker()
    moves = {1: np.ones((60, 3)), 0: np.ones((60, 3))}
    changed = with_travel(replace(plain, moves=moves), SMPL_24[0], 10.0)
    np.testing.assert_allclose(changed.moves[0], 10.0)
    np.testing.assert_allclose(changed.moves[1], 1.0)
    np.testing.assert_allclose(changed.root, plain.root * 10.0)
