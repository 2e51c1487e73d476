"""Walking: feet that stay where they stand, and arrive."""

from __future__ import annotations

import numpy as np

from synth.posture.figure import figure
from synth.posture.gait import Footing, walk


def test_feet_stand_still_or_swing_and_arrive() -> None:
    fig = figure("male", (0.0,) * 10)
    start = {"left": Footing(np.array([-0.1, 0, 0.0]), 0.1), "right": Footing(np.array([0.1, 0, 0.0]), -0.1)}
    stop = {side: Footing(each.arch + np.array([0, 2.0, 0]), each.yaw) for side, each in start.items()}
    found = walk(fig, start, stop, (0.0, 0.0), 91)
    for side in ("left", "right"):
        ball = found.spots[f"{side} inner ball"]
        np.testing.assert_allclose(ball[-1] - ball[0], [0, 2.0, 0], atol=1e-9)
        assert ball[:, 2].min() > -0.012
        still = np.linalg.norm(np.diff(ball[:, :2], axis=0), axis=1) < 0.002
        assert 0.3 < still.mean() < 0.9
    both = [
        np.linalg.norm(np.diff(found.spots[f"{side} heel"], axis=0), axis=1) > 0.01
        for side in ("left", "right")
    ]
    assert not (both[0] & both[1]).any()  # one foot swings at a time
    np.testing.assert_allclose(found.middle[-1], [0, 2.0], atol=0.01)
