"""The named surfaces of loads lie on their solids."""

from __future__ import annotations

import numpy as np
import pytest

from synth.scene.props.furniture import _WHERE as WHERE
from synth.scene.props.furniture import FURNITURE, piece_of


@pytest.mark.parametrize("kind", [kind for kind in WHERE["loads"] if FURNITURE.get(kind).hold == "load"])
def test_hands_are_at_both_ends_of_a_load_at_one_height(kind: str) -> None:
    made = piece_of(kind)
    left, right = made.grips["left"], made.grips["right"]
    assert left[0] < 0 < right[0]
    assert left * (-1, 1, 1) == pytest.approx(right)
    held = piece_of(kind, (), "both")
    assert held.grips["left"] + held.grips["right"] == pytest.approx((0, 0, 0))
    assert held.grips["left"][0] > 0


@pytest.mark.parametrize("kind", ["bucket", "canister", "toolbox"])
def test_what_hangs_hangs_below_its_handle(kind: str) -> None:
    held = piece_of(kind, (), "left").prop.vertices
    assert held[:, 2].max() < 0.03
    assert np.abs(held[:, :2].max(0) + held[:, :2].min(0)).max() < 0.02


def test_a_cable_is_as_long_as_asked() -> None:
    axis = piece_of("cable", (1.2, 0.02)).solids
    links = 2 * axis.half[axis.round, 2]
    assert links.sum() == pytest.approx(1.2, rel=0.05)
