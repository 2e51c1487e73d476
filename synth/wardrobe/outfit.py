"""Who wears what: outfits by trade, drawn for people of a gender from the wardrobe's table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray
from skimage.color import lab2rgb, rgb2lab

from synth.core.randomness import Draws
from synth.wardrobe.item import Item, read_item

PLAIN = "plain"  # no clothes: colours painted on the body
_LIGHTNESS, _HUE = 6.0, 5.0  # CIELAB units that a dyed cloth varies by, standard deviation
_SKIN_LIGHTNESS, _SKIN_HUE = 4.0, 2.5
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

    weights: how often each trade is drawn.
    """
    if set(weights) == {PLAIN}:
        return [None] * len(ids)
    return [draw_outfit(draws, int(one), gender, weights) for one, gender in zip(ids, genders, strict=True)]


def draw_outfit(draws: Draws, identity: int, gender: str, weights: Mapping[str, float]) -> Outfit | None:
    """The outfit of a scene's person from the draws `wardrobe/...`; None for a plain body.

    weights: how often each trade is drawn.
    """
    one = np.array([identity])
    names = sorted(weights)
    trade = names[_pick(draws, "trade", one, [weights[name] for name in names])]
    if trade == PLAIN:
        return None
    worn, slots = table(), table()["trades"][trade]
    chosen: list[tuple[str, list[str] | None]] = []
    sexes = "male" if gender == "male" else "female"
    for slot, choices in {**slots, "hair": {}, "eyes": worn["eyes"], "eyebrows": worn["eyebrows"]}.items():
        if slot == "hair":
            hatted = any(item(name).slot == "hat" for name, _ in chosen)
            choices = worn["under_hat" if hatted else "hair"][sexes]
        keys = [key for key in choices if gender != "male" or not key.startswith("female_")]
        shares = [choices[key][0] if isinstance(choices[key], list) else choices[key] for key in keys]
        key = keys[_pick(draws, slot, one, shares)]
        if key != "none":
            own = choices[key]
            chosen.append((key, worn[own[1]] if isinstance(own, list) else None))
    items = sorted((item(key) for key, _ in chosen), key=lambda each: (each.layer, each.name))
    dyes = dict(chosen)
    skins = _skins(gender)
    skin = item(skins[int(draws.integers("wardrobe/skin", one, len(skins))[0, 0])])
    return Outfit(
        trade, skin, varied(np.ones(3) * 0.98, draws, "skin", one, (_SKIN_LIGHTNESS, _SKIN_HUE)), tuple(items),
        tuple(_tint(draws, each, dyes[each.name], one) for each in items),
    )  # fmt: skip


def _pick(draws: Draws, name: str, one: NDArray[np.int64], shares: list[float]) -> int:
    ends = np.cumsum(np.array(shares, float))
    at = float(draws.uniform(f"wardrobe/{name}", one)[0, 0]) * ends[-1]
    return int(np.searchsorted(ends, at, side="right").clip(0, len(shares) - 1))


def _tint(draws: Draws, worn: Item, dyes: list[str] | None, one: NDArray[np.int64]) -> NDArray[np.float32]:
    if worn.tints and dyes:
        dye = dyes[int(draws.integers(f"wardrobe/{worn.slot}/dye", one, len(dyes))[0, 0])]
        colour = np.array(table()["colours"][dye])
        return (varied(colour, draws, worn.slot, one, (_LIGHTNESS, _HUE)) / _FIT).astype(np.float32)
    return varied(np.full(3, 0.95), draws, worn.slot, one, (_LIGHTNESS, _HUE))


def varied(
    colour: NDArray[np.float64], draws: Draws, name: str, one: NDArray[np.int64], spread: tuple[float, float]
) -> NDArray[np.float32]:
    """(3,) a colour, sRGB in 0..1, moved in CIELAB by draws of so many units in lightness and in hue."""
    move = draws.normal(f"wardrobe/{name}/shade", one, 3)[0].clip(-2, 2)
    lab = rgb2lab(colour[None, None])[0, 0] + move * [spread[0], spread[1], spread[1]]
    found: NDArray[np.float32] = lab2rgb(lab[None, None])[0, 0].clip(0.01, 1.0).astype(np.float32)
    return found
