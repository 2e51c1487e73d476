"""The stock of props as flat arrays: the same geometry as the props themselves, and drawn in proportion."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError

from synth.core.randomness import Draws
from synth.scene.props.kinds import HELD_KINDS, PROP_KINDS
from synth.scene.props.stock import BANDS, VARIANTS, PropSpec, PropStock, make_stock


@pytest.fixture(scope="module")
def stock() -> PropStock:
    return make_stock(Draws(5), PropSpec())


def test_every_kind_is_there_in_order_of_size(stock: PropStock) -> None:
    kinds = [prop.kind for prop in stock.props]
    assert len(kinds) == VARIANTS
    counts = [kinds.count(kind) for kind in (*PROP_KINDS, *HELD_KINDS)]
    assert max(counts) - min(counts) <= 1
    size = [np.ptp(p.vertices[:, 2]) * np.hypot(*np.ptp(p.vertices[:, :2], axis=0)) for p in stock.props]
    assert np.all(np.diff(size) >= 0)


def test_the_stock_holds_each_props_own_triangles(stock: PropStock) -> None:
    arrays = stock.arrays
    for number, prop in enumerate(stock.props):
        first, last = arrays.solid_start[number], arrays.solid_start[number + 1]
        faces = arrays.faces[arrays.face_start[first] : arrays.face_start[last]]
        own = np.sort(prop.vertices[prop.faces].reshape(-1, 9), axis=0)
        assert np.array_equal(np.sort(arrays.vertices[faces].reshape(-1, 9), axis=0), own)
        assert np.array_equal(arrays.bounds[number], [prop.vertices.min(0), prop.vertices.max(0)])
    assert arrays.solid_start[-1] == len(arrays.boxes) == len(arrays.is_box)
    assert arrays.face_start[-1] == len(arrays.faces)


def test_boxes_hold_their_solids_and_solids_that_are_boxes_fill_them(stock: PropStock) -> None:
    arrays = stock.arrays
    for solid, (low, high) in enumerate(arrays.boxes):
        corners = arrays.vertices[
            arrays.faces[arrays.face_start[solid] : arrays.face_start[solid + 1]]
        ].astype(float)
        assert np.array_equal(corners.reshape(-1, 3).min(0), low)
        assert np.array_equal(corners.reshape(-1, 3).max(0), high)
        volume = np.linalg.det(corners).sum() / 6  # of a closed solid whose faces turn outward
        filled = volume / np.prod(high - low)
        assert filled == pytest.approx(1, abs=1e-4) if arrays.is_box[solid] else filled < 0.999
    assert 0.3 < arrays.is_box.mean() < 1


def test_shares_follow_the_weights() -> None:
    spec = PropSpec(kinds={"crate": 1.0, "pole": 3.0}, held_kinds={HELD_KINDS[0]: 2.0})
    stock = make_stock(Draws(5), spec)
    arrays = stock.arrays
    each = np.diff(arrays.standing_share, prepend=0)
    weight = {
        kind: sum(s for s, p in zip(each, stock.props, strict=True) if p.kind == kind) for kind in spec.kinds
    }
    assert weight == pytest.approx({"crate": 0.25, "pole": 0.75})
    assert all(s == 0 for s, p in zip(each, stock.props, strict=True) if p.held)
    assert all(
        (s > 0) == p.held for s, p in zip(np.diff(arrays.held_share, prepend=0), stock.props, strict=True)
    )
    assert [p.kind for p in stock.props].count("ladder") == 0


def test_the_same_seed_gives_the_same_stock() -> None:
    one, two = (make_stock(Draws(5), PropSpec()).arrays for _ in range(2))
    assert all(np.array_equal(a, b) for a, b in zip(one, two, strict=True))
    assert not np.array_equal(
        one.vertices, make_stock(Draws(6), PropSpec()).arrays.vertices[: len(one.vertices)]
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


def test_furniture_comes_after_what_is_drawn_and_is_not_drawn() -> None:
    by_name = {
        name: dict.fromkeys(sorted(kinds), 1.0)
        for name, kinds in (("kinds", PROP_KINDS), ("held_kinds", HELD_KINDS))
    }
    stock = make_stock(Draws(5), PropSpec(**by_name))  # type: ignore[arg-type]
    more = make_stock(
        Draws(5), PropSpec(), [("bench", (1.2, 0.6, 0.9), ""), ("box", (0.4, 0.3, 0.3), "both")]
    )
    assert more.furniture == 2
    assert [prop.kind for prop in more.props[VARIANTS:]] == ["bench", "box"]
    assert [prop.kind for prop in more.drawn] == [prop.kind for prop in stock.props]
    assert all(np.array_equal(a.vertices, b.vertices) for a, b in zip(more.drawn, stock.props, strict=True))
    assert np.array_equal(more.arrays.standing_share, stock.arrays.standing_share)
    assert np.array_equal(more.arrays.held_share, stock.arrays.held_share)
    assert len(more.arrays.bounds) == VARIANTS + 2
    assert np.allclose(more.arrays.bounds[VARIANTS], [[-0.6, -0.3, 0], [0.6, 0.3, 0.9]])
    assert not more.arrays.hanging[VARIANTS:].any()
