"""Light, rooms and outfits: keyed draws, plausible ranges, the zones of the body."""

from __future__ import annotations

import numpy as np
import pytest

from synth.body.loading import load_body
from synth.body.skeleton import SMPL_24
from synth.core.randomness import Draws
from synth.scene.background import draw_background
from synth.scene.light import ELEVATION, draw_light
from synth.scene.wardrobe import ZONES, clothing_zones, draw_colours

IDS = np.arange(500)


def test_light_comes_from_above_and_does_not_burn_out() -> None:
    light = draw_light(Draws(0), IDS)
    np.testing.assert_allclose(np.linalg.norm(light.direction, axis=1), 1)
    elevation = np.degrees(np.arcsin(light.direction[:, 2]))
    assert elevation.min() >= ELEVATION[0] - 1e-9
    assert elevation.max() <= ELEVATION[1] + 1e-9
    assert np.all((light.colour > 0.8) & (light.colour <= 1))
    assert np.all(light.colour.max(axis=1) == 1)
    total = light.intensity + light.ambient
    assert np.all((light.intensity > 0.2) & (light.ambient >= 0.4) & (total <= 1.3))
    # every quarter of the compass
    quarter = np.floor(np.arctan2(light.direction[:, 1], light.direction[:, 0]) / (np.pi / 2))
    assert np.all(np.unique(quarter, return_counts=True)[1] > 80)


@pytest.mark.parametrize("draw", [draw_light, draw_background])
def test_a_draw_depends_on_its_identity_alone(draw) -> None:
    whole, few = draw(Draws(3), IDS), draw(Draws(3), [417, 5])
    for name in vars(whole):
        np.testing.assert_array_equal(getattr(whole, name)[[417, 5]], getattr(few, name))
        np.testing.assert_array_equal(getattr(whole[5], name), getattr(few[1], name))


def test_rooms_are_rooms() -> None:
    room = draw_background(Draws(0), IDS, centre=np.stack([IDS, -IDS], axis=-1))
    for name in ("floor", "wall", "dado", "ceiling"):
        colours = getattr(room, name)
        assert colours.shape == (500, 3)
        assert np.all((colours >= 0.2) & (colours <= 1))
    assert np.all((room.half >= 3.5) & (room.half <= 10))
    assert np.all((room.height >= 2.7) & (room.height <= 6))
    assert np.all((room.dado_height == 0) | ((room.dado_height >= 0.9) & (room.dado_height <= 1.5)))
    np.testing.assert_array_equal(room[7].centre, (7, -7))


def test_outfits() -> None:
    outfit = draw_colours(Draws(0), IDS)
    assert outfit.shape == (500, len(ZONES), 3)
    assert outfit.dtype == np.float32
    assert np.all((outfit > 0) & (outfit <= 1))
    np.testing.assert_array_equal(outfit[[3, 400]], draw_colours(Draws(0), [3, 400]))
    zone = {name: outfit[:, row] for row, name in enumerate(ZONES)}
    bare = np.all(zone["forearm"] == zone["skin"], axis=1)
    assert 0.4 < bare.mean() < 0.7
    assert np.all(bare | np.all(zone["forearm"] == zone["shirt"], axis=1))


def test_zones_dress_the_body() -> None:
    body = load_body()
    zones, centre = clothing_zones(body), body.template[body.faces].mean(axis=1)
    assert set(zones.tolist()) == set(range(len(ZONES)))
    of = {name: centre[zones == row] for row, name in enumerate(ZONES)}
    joint = dict(zip(SMPL_24, body.rest_joints, strict=True))
    assert of["hair"][:, 1].min() > joint["neck"][1]
    assert of["shoes"][:, 1].max() < joint["left_knee"][1]
    assert of["trousers"][:, 1].max() < of["shirt"][:, 1].mean()
    assert np.abs(of["hands"][:, 0]).min() > abs(joint["left_elbow"][0])
    # the same on both sides, up to a few faces
    for name, points in of.items():
        assert abs(np.sign(points[:, 0]).sum()) < 0.05 * len(points) + 6, name
