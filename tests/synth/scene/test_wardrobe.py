"""Clothes: shares as they are documented, zones where a body has them."""

from __future__ import annotations

import numpy as np

from synth.body.loading import load_body
from synth.body.skeleton import SMPL_24
from synth.core.randomness import Draws
from synth.scene.wardrobe import ZONES, clothing_zones, draw_colours


def zone(palettes: np.ndarray, name: str) -> np.ndarray:
    return palettes[:, ZONES.index(name)]


def test_outfits_are_worn_in_their_shares() -> None:
    palettes = draw_colours(Draws(3), np.arange(4000))
    assert palettes.shape == (4000, len(ZONES), 3)
    assert palettes.min() >= np.float32(0.02)
    assert palettes.max() <= 1

    def share(a: str, b: str) -> float:
        return float(np.isclose(zone(palettes, a), zone(palettes, b)).all(1).mean())

    assert abs(share("lower_sleeve", "skin") - 0.4) < 0.03  # sleeves that end above the elbow
    assert abs(share("forearm", "skin") - 0.55) < 0.03  # those, and the ones that end at it
    assert abs(share("hands", "skin") - 0.7) < 0.03  # without gloves
    assert abs(share("trousers", "shirt") - 0.2) < 0.03  # overalls
    assert np.array_equal(draw_colours(Draws(3), [17])[0], palettes[17])


def test_zones_lie_where_the_body_has_them() -> None:
    body = load_body()
    zones = clothing_zones(body)
    assert zones.shape == (len(body.faces),)

    def of(*joints: str) -> set[str]:
        faces = np.isin(body.face_parts, [SMPL_24.index(joint) for joint in joints])
        return {ZONES[number] for number in np.unique(zones[faces])}

    assert of("left_foot", "right_foot") == {"shoes"}
    assert of("left_hand", "right_wrist") == {"hands"}
    assert of("left_elbow") == {"forearm"}
    assert of("left_knee") == {"trousers"}
    assert of("head") == {"skin", "hair"}
    top = body.template[body.faces].mean(1)[:, 1].argmax()
    assert ZONES[zones[top]] == "hair"
