"""Outfits: drawn by identity alone, by the weights of trades, from items that are there."""

from __future__ import annotations

import numpy as np
from skimage.color import rgb2lab

from synth.core.randomness import Draws
from synth.wardrobe.item import LAYERS
from synth.wardrobe.outfit import PLAIN, Outfit, draw_outfits, folder, item, table, trades, varied

IDS = np.arange(240)
EVEN = {trade: 1.0 for trade in trades() if trade != PLAIN}


def drawn(ids: np.ndarray, genders: list[str], weights: dict[str, float]) -> list[Outfit]:
    found = draw_outfits(Draws(5), ids, genders, weights)
    assert None not in found
    return [outfit for outfit in found if outfit is not None]


def test_the_table_names_items_and_colours_that_are_there() -> None:
    worn = table()
    there = {path.stem for path in folder().glob("*.npz")}
    slots = [*worn["hair"].values(), *worn["under_hat"].values(), worn["eyes"], worn["eyebrows"]]
    for trade in worn["trades"].values():
        slots += trade.values()
        assert all(slot in LAYERS for slot in trade)
        for slot, choices in trade.items():
            assert all(item(name).slot == slot for name in choices if name != "none")
    for choices in slots:
        for name, share in choices.items():
            assert name == "none" or name in there
            assert (share[0] if isinstance(share, list) else share) > 0
            if isinstance(share, list):
                assert item(name).tints
                assert set(worn[share[1]]) <= set(worn["colours"])


def test_an_outfit_depends_on_the_identity_alone() -> None:
    genders = ["male", "female", "neutral"] * 80
    together = drawn(IDS, genders, EVEN)
    for row in (3, 100, 239):
        alone = drawn(IDS[row : row + 1], genders[row : row + 1], EVEN)[0]
        assert (alone.trade, alone.skin.name) == (together[row].trade, together[row].skin.name)
        assert [each.name for each in alone.items] == [each.name for each in together[row].items]
        assert np.array_equal(np.array(alone.tints), np.array(together[row].tints))


def test_people_wear_what_their_trade_and_gender_wear() -> None:
    for gender in ("male", "female"):
        for outfit in drawn(IDS, [gender] * len(IDS), EVEN):
            names = [each.name for each in outfit.items]
            assert outfit.skin.name.endswith(f"_{gender}")
            if gender == "male":
                assert not any(name.startswith("female_") for name in names)
            assert {"eyes", "eyebrows", "shoes"} <= {each.slot for each in outfit.items}
            assert [each.layer for each in outfit.items] == sorted(each.layer for each in outfit.items)
            if any(each.slot == "hat" for each in outfit.items):
                assert not {"afro01", "bob01", "bob02", "long01"} & set(names)


def test_trades_are_drawn_by_their_weights() -> None:
    genders = ["male"] * len(IDS)
    found = draw_outfits(Draws(5), IDS, genders, {"road": 3, "office": 1, "farm": 0, PLAIN: 0})
    names = [outfit.trade if outfit else PLAIN for outfit in found]
    assert set(names) == {"road", "office"}
    assert abs(names.count("road") / len(names) - 0.75) < 0.08
    assert draw_outfits(Draws(5), IDS, genders, {PLAIN: 1.0}) == [None] * len(IDS)


def test_colours_move_by_units_of_cielab() -> None:
    colours = np.array([[0.42, 0.44, 0.47], [0.6, 0.3, 0.2]])
    moves = np.array([[6.0, -5, 0], [0, 0, 4]])
    found = varied(colours, moves)
    np.testing.assert_allclose(rgb2lab(found[None])[0] - rgb2lab(colours[None])[0], moves, atol=0.05)
    assert varied(np.ones((1, 3)), np.array([[9.0, 0, 0]])).max() <= 1


def test_cloth_of_one_dye_varies() -> None:
    tints = np.array(
        [
            tint
            for outfit in drawn(IDS, ["male"] * len(IDS), {"road": 1.0})
            for each, tint in zip(outfit.items, outfit.tints, strict=True)
            if each.slot == "eyebrows"
        ]
    )
    lightness = rgb2lab(tints[None])[0][:, 0]
    assert 3 < lightness.std() < 7  # 6, cut at white
