"""The named surfaces of workplaces lie on their solids."""

from __future__ import annotations

import numpy as np
import pytest

from synth.scene.props.furniture import _WHERE as WHERE
from synth.scene.props.furniture import FURNITURE, piece_of


@pytest.mark.parametrize("kind", WHERE["workplaces"])
def test_surfaces_bear_what_lies_on_them(kind: str) -> None:
    made = piece_of(kind)
    for name in ("top", "front", "seat", "table", "level_1", "level_3"):
        if name in made.grips:
            on = made.grips[name] + np.outer([-0.005, 0.0, 0.005], (0, 0, 1))
            assert made.solids.depth(on) == pytest.approx([0.005, 0, -0.005], abs=1e-6), name


@pytest.mark.parametrize("kind", ["bench", "table", "counter", "conveyor", "bed", "sink"])
def test_a_worker_stands_before_the_edge(kind: str) -> None:
    made = piece_of(kind)
    assert made.grips["edge"][1] == pytest.approx(-made.size[1] / 2)
    assert made.grips["edge"][2] == pytest.approx(made.size[2], abs=0.021)


@pytest.mark.parametrize(("kind", "height"), [("bench", 0.95), ("table", 0.74)])
def test_there_is_room_for_knees(kind: str, height: float) -> None:
    knees = np.array([(x, -0.2, 0.6) for x in (-0.25, 0.0, 0.25)])
    assert piece_of(kind).solids.depth(knees).max() < -0.05
    assert list(FURNITURE.get(kind).sizes.values())[2] == height


def test_who_sits_on_a_chair_faces_y() -> None:
    assert piece_of("chair").grips["back"][1] < -0.2
    assert piece_of("wheelchair").grips["handle_left"][0] < 0  # pushed from -y, the left is at -x
