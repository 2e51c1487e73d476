"""What lies between key poses."""

from __future__ import annotations

import numpy as np

from synth.posture.between import least_jerk, path_between


def test_least_jerk_is_flash_and_hogans() -> None:
    share = np.array([0.0, 0.25, 0.5, 1.0])
    np.testing.assert_allclose(least_jerk(share), [0.0, 0.103515625, 0.5, 1.0])


def test_hands_rise_before_they_reach_over() -> None:
    share = np.linspace(0, 1, 101)
    up = path_between(np.zeros(3), np.array([0.0, 0.4, 0.4]), share)
    assert (up[10:60, 2] >= up[10:60, 1]).all()
    down = path_between(np.array([0.0, 0.4, 0.4]), np.zeros(3), share)
    np.testing.assert_allclose(down[[0, -1]], [[0.0, 0.4, 0.4], [0.0, 0.0, 0.0]], atol=1e-12)
    assert (down[10:90, 2] >= down[10:90, 1] - 1e-9).all()
