"""Solids as boxes and cylinders: depths by hand."""

from __future__ import annotations

import numpy as np
import pytest

from synth.scene.props.pieces import Shapes, piece


def test_depth_of_points_by_hand() -> None:
    s = Shapes()
    s.box((0, 0, 0), (2, 1, 1))
    s.round((5, 0, 0), 0.5, 2.0)
    boxes = s.boxes()
    assert boxes.depth((1, 0.5, 0.7)) == pytest.approx(0.3)
    assert boxes.depth((1, 0.5, 1.2)) == pytest.approx(-0.2)
    assert boxes.depth((3, 2, 1)) == pytest.approx(-np.sqrt(2))
    assert boxes.depth((5.4, 0, 1)) == pytest.approx(0.1)  # round: 0.4 from the axis
    assert boxes.depth((5.45, 0.45, 1)) == pytest.approx(0.5 - 0.45 * np.sqrt(2))  # a box would hold it
    assert boxes.depth(np.zeros((4, 3, 3))).shape == (4, 3)


def test_a_slanting_beam_is_a_box_along_it() -> None:
    s = Shapes()
    s.beam((0, 0, 0), (0, 1, 1), 0.1 * np.sqrt(2))  # a square beam is 0.2 across
    depth = s.boxes().depth
    assert depth((0, 0.5, 0.5)) == pytest.approx(0.1)
    assert depth((0.15, 0.5, 0.5)) == pytest.approx(-0.05)
    assert depth((0, 1, 0)) == pytest.approx(-(np.sqrt(0.5) - 0.1))


def test_a_kind_knows_its_sizes_in_order() -> None:
    made = piece((1, 0, 0), hold="load", length=1.0, height=0.5)(
        lambda s, length, height: {"top": (0, 0, height)}
    )
    assert list(made.sizes.items()) == [("length", 1.0), ("height", 0.5)]
    assert (made.colours, made.hold) == (((1, 0, 0),), "load")
