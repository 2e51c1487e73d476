"""The stock of props as flat arrays: the same geometry as the props themselves, and drawn in proportion."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError

from synth.core.randomness import Draws
from synth.scene.props.kinds import HELD_KINDS, PROP_KINDS
from synth.scene.props.stock import BANDS, VARIANTS, PropSpec, Shelf, stock_shelf


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    return stock_shelf(Draws(5), PropSpec())


def test_every_kind_is_there_in_order_of_size(shelf: Shelf) -> None:
    kinds = [prop.kind for prop in shelf.props]
    assert len(kinds) == VARIANTS
    counts = [kinds.count(kind) for kind in (*PROP_KINDS, *HELD_KINDS)]
    assert max(counts) - min(counts) <= 1
    size = [np.ptp(p.vertices[:, 2]) * np.hypot(*np.ptp(p.vertices[:, :2], axis=0)) for p in shelf.props]
    assert np.all(np.diff(size) >= 0)


def test_the_stock_holds_each_props_own_triangles(shelf: Shelf) -> None:
    stock = shelf.stock
    for number, prop in enumerate(shelf.props):
        first, last = stock.solid_start[number], stock.solid_start[number + 1]
        faces = stock.faces[stock.face_start[first] : stock.face_start[last]]
        own = np.sort(prop.vertices[prop.faces].reshape(-1, 9), axis=0)
        assert np.array_equal(np.sort(stock.vertices[faces].reshape(-1, 9), axis=0), own)
        assert np.array_equal(stock.bounds[number], [prop.vertices.min(0), prop.vertices.max(0)])
    assert stock.solid_start[-1] == len(stock.boxes) == len(stock.is_box)
    assert stock.face_start[-1] == len(stock.faces)


def test_boxes_hold_their_solids_and_solids_that_are_boxes_fill_them(shelf: Shelf) -> None:
    stock = shelf.stock
    for solid, (low, high) in enumerate(stock.boxes):
        corners = stock.vertices[stock.faces[stock.face_start[solid] : stock.face_start[solid + 1]]].astype(
            float
        )
        assert np.array_equal(corners.reshape(-1, 3).min(0), low)
        assert np.array_equal(corners.reshape(-1, 3).max(0), high)
        volume = np.linalg.det(corners).sum() / 6  # of a closed solid whose faces turn outward
        filled = volume / np.prod(high - low)
        assert filled == pytest.approx(1, abs=1e-4) if stock.is_box[solid] else filled < 0.999
    assert 0.3 < stock.is_box.mean() < 1


def test_shares_follow_the_weights() -> None:
    spec = PropSpec(kinds={"crate": 1.0, "pole": 3.0}, held_kinds={HELD_KINDS[0]: 2.0})
    shelf = stock_shelf(Draws(5), spec)
    stock = shelf.stock
    each = np.diff(stock.standing_share, prepend=0)
    weight = {
        kind: sum(s for s, p in zip(each, shelf.props, strict=True) if p.kind == kind) for kind in spec.kinds
    }
    assert weight == pytest.approx({"crate": 0.25, "pole": 0.75})
    assert all(s == 0 for s, p in zip(each, shelf.props, strict=True) if p.held)
    assert all(
        (s > 0) == p.held for s, p in zip(np.diff(stock.held_share, prepend=0), shelf.props, strict=True)
    )
    assert [p.kind for p in shelf.props].count("ladder") == 0


def test_the_same_seed_gives_the_same_stock() -> None:
    one, two = (stock_shelf(Draws(5), PropSpec()).stock for _ in range(2))
    assert all(np.array_equal(a, b) for a, b in zip(one, two, strict=True))
    assert not np.array_equal(
        one.vertices, stock_shelf(Draws(6), PropSpec()).stock.vertices[: len(one.vertices)]
    )


def test_bands_cover_every_number_that_can_be_hidden_once() -> None:
    assert [n for low, high in BANDS.values() for n in range(low, high + 1)] == list(range(16))


@pytest.mark.parametrize(
    "wrong",
    [
        {"count": (2, 1)},
        {"count": (0, 9)},
        {"count": (-1, 1)},
        {"kinds": {"unicorn": 1.0}},
        {"kinds": {HELD_KINDS[0]: 1.0}},  # what is held does not stand
        {"held_kinds": {"crate": 1.0}},
        {"kinds": {"crate": 0.0}},
        {"kinds": {}},
        {"bands": {"0": 1.0}},
        {"bands": {"0": 0.5, "1-4": 0.5, "5-8": 0.5, "9+": 0.0}},
        {"held": 1.5},
    ],
)
def test_impossible_props_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        PropSpec.model_validate(wrong)
