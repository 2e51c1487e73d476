"""The wardrobe's list states terms, its sheet shows people, and clothes are added or refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipelines.inspect.wardrobe import add, listed, portrait
from synth.core.errors import InputError
from synth.core.randomness import Draws
from synth.wardrobe.item import SLOTS, read_item
from synth.wardrobe.outfit import draw_outfits
from tests.synth.wardrobe.test_makehuman import patch

__all__ = ["patch"]  # a fixture


def test_every_item_is_listed_with_its_terms() -> None:
    rows = listed()
    assert len(rows) >= 70
    assert all(row["licence"] and row["author"] for row in rows)
    assert [SLOTS.index(row["slot"]) for row in rows] == sorted(SLOTS.index(row["slot"]) for row in rows)
    assert all((row["faces"] == 0) == (row["slot"] == "skin") for row in rows)


def test_a_portrait_shows_a_person_upright() -> None:
    (outfit,) = draw_outfits(Draws(0), np.array([4]), ["male"], {"road": 1.0})
    assert outfit is not None
    picture = portrait(outfit, "male", 4, Draws(0))
    assert picture.shape == (300, 150, 3)
    red, _, blue = picture.astype(int).transpose(2, 0, 1)
    rows, columns = np.nonzero(red - blue > 80)  # hi-vis cloth has no blue
    assert np.ptp(rows) > 1.5 * np.ptp(columns)
    assert 40 < columns.mean() < 110


def test_clothes_are_added(patch: Path, tmp_path: Path) -> None:
    out = add(patch, "top", None, None, tmp_path / "new" / "patch.npz")
    item = read_item(out)
    assert (item.slot, item.licence, item.author, item.source) == ("top", "CC0", "Somebody", "patch.mhclo")
    other = read_item(add(patch, "top", "CC-BY-4.0", "Me", tmp_path / "other.npz"))
    assert (other.licence, other.author) == ("CC-BY-4.0", "Me")


def test_clothes_without_terms_or_slot_are_refused(patch: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not a slot"):
        add(patch, "skin", "CC0", None, tmp_path / "a.npz")
    with pytest.raises(InputError, match="does not end in"):
        add(patch, "top", "CC0", None, tmp_path / "a.zip")
    patch.write_text(patch.read_text().replace("# license: CC0\n", ""))
    with pytest.raises(InputError, match="states no licence"):
        add(patch, "top", None, None, tmp_path / "a.npz")
    assert not (tmp_path / "a.npz").exists()
