"""The named surfaces of structures lie on their solids."""

from __future__ import annotations

import numpy as np
import pytest

from synth.scene.props.furniture import _WHERE as WHERE
from synth.scene.props.furniture import FURNITURE, piece_of


@pytest.mark.parametrize("kind", ["ladder", "stepladder"])
def test_rungs_are_as_far_apart_as_asked_and_lean_away(kind: str) -> None:
    named = piece_of(kind, (0.45, 2.0, 0.26)).grips
    rungs = np.array([named[f"rung_{k}"] for k in range(1, 7)])
    assert np.diff(rungs[:, 2]) == pytest.approx(np.full(5, 0.26))
    assert (np.diff(rungs[:, 1]) > 0).all()
    for k in (1, 6):
        assert named[f"left_rail_{k}"][0] == pytest.approx(-0.225)
        assert named[f"right_rail_{k}"][2] == pytest.approx(k * 0.26)


@pytest.mark.parametrize("kind", WHERE["structures"])
def test_what_is_named_is_at_a_surface(kind: str) -> None:
    made = piece_of(kind)
    for name in ("top", "step", "deck", "face", "under", "step_2", "edge", "edge_behind"):
        if name in made.grips and kind not in ("heap", "plant_row", "bush"):
            assert made.solids.depth(made.grips[name]) == pytest.approx(0, abs=0.031), (kind, name)


def test_heights_are_those_asked_for() -> None:
    assert piece_of("vehicle", (3.6, 1.6, 0.35)).prop.vertices[:, 2].min() == pytest.approx(0, abs=0.16)
    assert piece_of("overhead", (1, 0.4, 1.9)).solids.depth(
        [[0, 0, 1.95], [0, 0, 1.85]]
    ).tolist() == pytest.approx([0.05, -0.05])
    assert "step" not in piece_of("platform", (0.9, 0.5, 0.2)).grips
    assert piece_of("stairs", (0.8, 0.3, 0.17, 4)).grips["step_4"].tolist() == pytest.approx([0, 1.05, 0.68])
    inside = piece_of("trench", (2.5, 0.9, 0.6)).solids.depth([[0, 0, 0.3], [0, 0.6, 0.3]])
    assert inside[0] < 0 < inside[1]
    assert "ladder" in FURNITURE.names()
