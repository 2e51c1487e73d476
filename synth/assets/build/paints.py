"""What cloth looks like: textures painted along and around trunk, arms and legs."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

Floats = NDArray[np.float64]
Paint = Callable[[Floats, Floats, str], Floats]

_SIZE = 256  # pixels of a strip of texture: one each for trunk, arms and legs, side by side
STRIPS = ("trunk", "arm", "leg")
YELLOW, ORANGE = (0.84, 0.95, 0.16), (1.0, 0.42, 0.10)  # fluorescent colours of EN ISO 20471
SILVER = (0.80, 0.82, 0.84)  # its retroreflective bands
CLOTH = (0.80, 0.80, 0.80)  # to be coloured
_DARK = (0.12, 0.12, 0.13)


def texture(paint: Paint) -> NDArray[np.uint8]:
    """(256, 768, 3) what a paint makes of (around, along) in each strip, with folds and wear."""
    along, around = np.meshgrid(
        1 - (np.arange(_SIZE) + 0.5) / _SIZE, (np.arange(_SIZE) + 0.5) / _SIZE, indexing="ij"
    )
    strips = [paint(around, along, name) for name in STRIPS]
    colours = np.concatenate(strips, 1)
    rng = np.random.default_rng(5)
    folds = sum(
        gaussian_filter(rng.normal(size=colours.shape[:2]), (s, 2.2 * s), mode="wrap") * s * w
        for s, w in ((3, 0.16), (8, 0.2), (20, 0.14))
    )
    weave = rng.normal(scale=0.015, size=colours.shape[:2])
    shade = 1.0 + (0.30 * folds + weave)[..., None]
    return np.rint(255 * (colours * shade).clip(0, 1)).astype(np.uint8)


def _flat(around: Floats, colour: Sequence[float]) -> Floats:
    return np.broadcast_to(np.array(colour), (*around.shape, 3)).copy()


def vest_paint(colour: Sequence[float]) -> Paint:
    """High-visibility cloth with bands around trunk, sleeves and shins, over the shoulders (EN ISO 20471)."""

    def paint(around: Floats, along: Floats, strip: str) -> Floats:
        found = _flat(around, colour)
        bands = {
            "trunk": ((0.22, 0.29), (0.42, 0.49)),
            "arm": ((0.30, 0.36), (0.52, 0.58)),
            "leg": ((0.24, 0.29), (0.38, 0.43)),
        }
        for low, high in bands[strip]:
            found[(along > low) & (along < high)] = SILVER
        if strip == "trunk":
            for middle in (0.36, 0.64):
                found[(np.abs(around - middle) < 0.026) & (along > 0.49)] = SILVER
                found[(np.abs(around % 1.0 - (middle + 0.5) % 1.0) < 0.026) & (along > 0.49)] = SILVER
            found[np.abs(around - 0.5) < 0.006] = _DARK
        return found

    return paint


def cloth_paint(zip_line: bool = False, pockets: bool = False) -> Paint:
    """Plain cloth to be coloured, with a zip in front, or pockets."""

    def paint(around: Floats, along: Floats, strip: str) -> Floats:
        found = _flat(around, CLOTH)
        if zip_line and strip == "trunk":
            found[np.abs(around - 0.5) < 0.005] *= 0.35
        if strip == "trunk":
            found[along < 0.07] *= 0.86
        if pockets and strip == "leg":
            edge = (np.abs(np.abs(around - 0.75) - 0.09) < 0.008) & (along > 0.62) & (along < 0.78)
            found[edge | ((np.abs(along - 0.78) < 0.008) & (np.abs(around - 0.75) < 0.09))] *= 0.6
            found[(np.abs(along - 0.47) < 0.07) & (np.abs(around - 0.5) < 0.14)] *= 0.9  # knee pads
        if strip == "leg":
            found[np.abs(around - 0.75) < 0.006] *= 0.75
        return found

    return paint


def boot_paint(around: Floats, along: Floats, strip: str) -> Floats:
    """Boots with a dark sole and laces, to be coloured."""
    found = _flat(around, CLOTH)
    found[along < 0.035] = _DARK
    found[(np.abs(around - 0.5) < 0.05) & (along > 0.1) & ((along * 90).astype(int) % 2 == 0)] *= 0.5
    return found
