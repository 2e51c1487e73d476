"""Who wears what: outfits by trade, drawn for people of a gender from the wardrobe's table."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray
from skimage.color import lab2rgb, rgb2lab

from synth.core.randomness import Draws
from synth.wardrobe.item import SLOTS, Item, read_item

PLAIN = "plain"  # no clothes: colours painted on the body
_CLOTH = (6.0, 5.0, 5.0)  # CIELAB units that cloth varies by in lightness and in hue, standard deviation
_SKIN = (4.0, 2.5, 2.5)
_FIT = 0.8  # brightness of cloth that is to be dyed, in its texture


@dataclass(frozen=True, eq=False)
class Outfit:
    """What a person wears: a skin, items from the skin outward, and the colour (3,) that each item's texture is
    multiplied by; None for the plain body."""

    trade: str
    skin: Item
    skin_tint: NDArray[np.float32]
    items: tuple[Item, ...]
    tints: tuple[NDArray[np.float32], ...]


@lru_cache(maxsize=1)
def folder() -> Path:
    """Where the items that ship are."""
    with resources.as_file(resources.files("synth") / "assets" / "wardrobe") as path:
        return path


@lru_cache(maxsize=1)
def table() -> dict[str, Any]:
    """The table of trades that ships."""
    found: dict[str, Any] = yaml.safe_load((folder() / "trades.yaml").read_text(encoding="utf-8"))
    return found


@lru_cache(maxsize=256)
def item(name: str) -> Item:
    """An item that ships."""
    return read_item(folder() / f"{name}.npz")


def trades() -> tuple[str, ...]:
    """The trades that there are outfits of, and 'plain'."""
    return (PLAIN, *table()["trades"])


@lru_cache(maxsize=4)
def _skins(gender: str) -> tuple[str, ...]:
    paths = sorted(folder().glob("skin_*.npz"))
    names = [path.stem for path in paths]
    return tuple(name for name in names if gender == "neutral" or name.endswith(f"_{gender}"))


def draw_outfits(
    draws: Draws, ids: NDArray[np.int64], genders: Sequence[str], weights: Mapping[str, float]
) -> list[Outfit | None]:
    """The outfits of scenes of identities ids (s,), of people of genders; None for a plain body.

    Drawn from `wardrobe/...`. weights: how often each trade is drawn.
    """
    if set(weights) == {PLAIN}:
        return [None] * len(ids)
    units: dict[str, NDArray[np.float64]] = {}

    def choose(name: str, row: int, shares: Sequence[float]) -> int:
        if name not in units:
            units[name] = draws.uniform(f"wardrobe/{name}", ids)[:, 0]
        ends = list(accumulate(shares))
        return min(bisect_right(ends, float(units[name][row]) * ends[-1]), len(ends) - 1)

    names, found = sorted(weights), []
    for row, gender in enumerate(genders):
        trade = names[choose("trade", row, [weights[name] for name in names])]
        found.append(None if trade == PLAIN else _dressing(trade, row, gender, choose))
    return _coloured(draws, ids, found)


Choose = Callable[[str, int, Sequence[float]], int]  # draw's name, row, shares -> which


@dataclass(frozen=True)
class _Dressing:
    """What is worn before its cloth is dyed: items and their colours (n, 3), the skin's first."""

    trade: str
    items: list[Item]
    colours: list[NDArray[np.float64]]


def _dressing(trade: str, row: int, gender: str, choose: Choose) -> _Dressing:
    worn, slots = table(), table()["trades"][trade]
    sexes, hatted = "male" if gender == "male" else "female", False
    skins = _skins(gender)
    chosen = [(item(skins[choose("skin", row, [1.0] * len(skins))]), np.full(3, 0.98))]
    for slot, named in {**slots, "hair": {}, "eyes": worn["eyes"], "eyebrows": worn["eyebrows"]}.items():
        choices = worn["under_hat" if hatted else "hair"][sexes] if slot == "hair" else named
        keys = [key for key in choices if gender != "male" or not key.startswith("female_")]
        shares = [choices[key][0] if isinstance(choices[key], list) else choices[key] for key in keys]
        key = keys[choose(slot, row, shares)]
        if key == "none":
            continue
        hatted |= slot == "hat"
        colour = np.full(3, 0.95)
        if isinstance(choices[key], list):
            dyes = worn[choices[key][1]]
            colour = np.array(worn["colours"][dyes[choose(f"{slot}/dye", row, [1.0] * len(dyes))]])
        chosen.append((item(key), colour))
    chosen.sort(key=lambda each: (each[0].layer, each[0].name))
    return _Dressing(trade, [each for each, _ in chosen], [colour for _, colour in chosen])


def _coloured(
    draws: Draws, ids: NDArray[np.int64], dressings: Sequence[_Dressing | None]
) -> list[Outfit | None]:
    """The outfits, with every colour varied by the draws `wardrobe/SLOT/shade`."""
    moves = {slot: draws.normal(f"wardrobe/{slot}/shade", ids, 3).clip(-2, 2) for slot in SLOTS}
    rows = [(row, each) for row, one in enumerate(dressings) if one for each in one.items]
    if not rows:
        return [None] * len(dressings)
    spread = [_SKIN if each.slot == "skin" else _CLOTH for _, each in rows]
    colours = varied(
        np.concatenate([one.colours for one in dressings if one]),
        np.array([moves[each.slot][row] for row, each in rows]) * spread,
    )
    fit = np.array([[_FIT if each.tints else 1.0] for _, each in rows])
    tints = iter((colours / fit).astype(np.float32))
    found: list[Outfit | None] = []
    for one in dressings:
        if one is None:
            found.append(None)
            continue
        own = [next(tints) for _ in one.items]
        found.append(Outfit(one.trade, one.items[0], own[0], tuple(one.items[1:]), tuple(own[1:])))
    return found


def varied(colours: NDArray[np.float64], moves: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, 3) colours, sRGB in 0..1, moved in CIELAB by moves (n, 3) of its units."""
    lab = rgb2lab(colours[None])[0] + moves
    found: NDArray[np.float64] = lab2rgb(lab[None])[0].clip(0.01, 1.0)
    return found
