"""Parabolas by hand, and which of them are believed."""

from dataclasses import replace

import numpy as np
import pytest

from synth.body.mass import mass_centre
from synth.body.skeleton import SMPL_24, smpl_rest_joints
from synth.motion.falls import GRAVITY, fall_rate, falls
from tests.synth.motion.test_floor import upright

RATE = 100.0


def flying(accelerations, seconds=0.4):
    """A clip of flights, 0.4 s each and as long on the floor between, and the heights of its centre of mass."""
    frames = round(seconds * RATE)
    time = np.arange(frames) / RATE - seconds / 2
    clearance, centre = [np.zeros(frames)], [np.ones(frames)]
    for acceleration in accelerations:
        clearance += [np.full(frames, 0.2), np.zeros(frames)]
        centre += [1.5 - 0.5 * acceleration * time * time, np.ones(frames)]
    clip = replace(upright(frames * (2 * len(accelerations) + 1)), rate=RATE)
    return replace(clip, clearance=np.concatenate(clearance).astype(np.float32)), np.concatenate(centre)


def test_the_acceleration_of_a_parabola():
    clip, centre = flying([9.81, 5.0])
    assert falls(clip, centre) == pytest.approx([9.81, 5.0])


def test_what_does_not_fall():
    clip, centre = flying([-4.0, 0.0])
    assert falls(clip, centre) == []
    assert fall_rate(clip, centre) is None
    clip, centre = flying([9.81], seconds=0.15)  # 0.11 s without its ends
    assert falls(clip, centre) == []
    clip, centre = flying([9.81])
    centre[45:75:2] += 0.05  # not a parabola
    assert falls(clip, centre) == []


@pytest.mark.parametrize(
    ("accelerations", "rate", "certain"),
    [
        ([9.81] * 3, 100.0, True),
        ([9.81] * 2, 100.0, False),  # too few
        ([9.81 / 1.44] * 3, 120.0, True),  # 120 taken for 100
        ([9.81 / 1.44, 9.81 / 1.4, 9.81 / 1.5, 2.0], 121.0, True),  # three of four agree
        ([9.81 / 1.44, 9.81 / 1.4, 4.0, 2.0], 139.0, False),
        ([9.81 / 0.62] * 3, 78.7, False),  # no rate that is in use
    ],
)
def test_which_falls_are_believed(accelerations, rate, certain):
    found = fall_rate(*flying(accelerations))
    assert found.falls == len(accelerations)
    assert found.rate == pytest.approx(rate, rel=0.01)
    assert found.certain == certain
    assert found.acceleration == pytest.approx(np.median(accelerations))


def test_the_centre_of_mass():
    joints = smpl_rest_joints()[None] + np.zeros((2, 1, 1))
    centre = mass_centre(joints)
    assert centre.shape == (2, 3)
    names = {name: joints[0, SMPL_24.index(name)] for name in SMPL_24}
    assert abs(centre[0, 0]) < 0.02  # in the middle
    assert names["pelvis"][1] < centre[0, 1] < names["spine3"][1]  # in the belly, a little over the hips
    assert mass_centre(joints + 1.0)[0] == pytest.approx(centre[0] + 1.0)
    assert GRAVITY == 9.81
