"""The named surfaces of tools lie on their solids."""

from __future__ import annotations

import numpy as np
import pytest

from synth.scene.props.furniture import _WHERE as WHERE
from synth.scene.props.furniture import FURNITURE, piece_of


@pytest.mark.parametrize("kind", WHERE["tools"])
def test_a_tool_is_gripped_where_it_is_and_points_where_its_tip_is(kind: str) -> None:
    both = FURNITURE.get(kind).hold == "shaft"
    made = piece_of(kind, (), "both" if both else "right")
    grips = [made.grips["left"], made.grips["right"]] if both else [np.zeros(3)]
    beside = kind in ("pen", "tablet", "cloth", "secateurs", "trowel")
    assert made.solids.depth(grips).min() > (-0.06 if beside else -1e-9)
    tip = made.grips["tip"]
    assert made.solids.depth(tip) == pytest.approx(0, abs=0.02)
    assert max(tip[0], tip[2]) > 0 or kind == "cloth"


@pytest.mark.parametrize("kind", [kind for kind in WHERE["tools"] if FURNITURE.get(kind).hold == "shaft"])
def test_hands_on_a_shaft_are_as_far_apart_as_asked(kind: str) -> None:
    names = list(FURNITURE.get(kind).sizes)
    size = [value if name != "grip" else 0.5 for name, value in FURNITURE.get(kind).sizes.items()]
    assert "grip" in names
    made = piece_of(kind, size, "both")
    assert (made.grips["left"] - made.grips["right"]).tolist() == pytest.approx([0.5, 0, 0])
    assert made.grips["tip"][0] > made.grips["left"][0]
