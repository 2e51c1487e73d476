"""Where a head can be turned to."""

from __future__ import annotations

import numpy as np
import pytest

from synth.posture.sight import within_sight

# of a body that looks along y: its left is -x, up z, ahead y
CHEST = np.array([[-1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, 1.0, 0.0]])


def test_what_is_within_reach_of_the_neck_is_looked_at() -> None:
    np.testing.assert_allclose(within_sight(np.array([0.0, 3.0, 0.0]), CHEST), [0, 1, 0])
    np.testing.assert_allclose(within_sight(np.array([1.0, 1.0, 0.0]), CHEST), [0.5**0.5, 0.5**0.5, 0])


@pytest.mark.parametrize(
    ("way", "degrees", "axis"),
    [((2.0, -1.0, 0.0), 75.0, 0), ((0.0, -1.0, 1.0), 42.0, 2), ((0.0, -0.1, -1.0), -65.0, 2)],
)
def test_what_is_behind_is_looked_at_as_far_as_it_goes(
    way: tuple[float, float, float], degrees: float, axis: int
) -> None:
    found = within_sight(np.array(way), CHEST)
    assert np.linalg.norm(found) == pytest.approx(1.0)
    assert np.degrees(np.arctan2(found[axis], found[1])) == pytest.approx(degrees)
