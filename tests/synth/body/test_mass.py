"""The centre of mass from joints."""

from __future__ import annotations

import numpy as np
import pytest

from synth.body.mass import joint_masses, mass_centre
from synth.body.skeleton import SMPL_24


def test_masses_are_shares() -> None:
    assert joint_masses().sum() == pytest.approx(1.0)
    # de Leva's thigh lies between hip and knee: 0.1416 of the mass, 41 % of the way; the shank adds to the knee
    whole = 0.0694 + 0.4346 + 2 * (0.0271 + 0.0162 + 0.0061 + 0.1416 + 0.0433 + 0.0137)
    knee = (0.1416 * 0.41 + 0.0433 * (1 - 0.446)) / whole
    assert joint_masses()[SMPL_24.index("left_knee")] == pytest.approx(knee)


def test_the_centre_moves_with_the_body() -> None:
    joints = np.random.default_rng(0).normal(size=(5, 24, 3))
    np.testing.assert_allclose(
        mass_centre(joints + np.array([1.0, 2.0, 3.0])), mass_centre(joints) + np.array([1.0, 2.0, 3.0])
    )
