"""Dressed people: what is hidden is left out, what shows near a garment's edge is sunk, and nothing is far off."""

from __future__ import annotations

import numpy as np

from synth.body.body import GENDERS
from synth.body.loading import load_body
from synth.scene.dress import dressed, normals
from synth.scene.mesh import PERSON
from synth.wardrobe.outfit import Outfit, item

ONE = np.ones(3, np.float32)
STILL = (np.zeros((24, 3)), np.zeros(10), np.zeros(3))


def outfit(*names: str) -> Outfit:
    items = tuple(sorted((item(name) for name in names), key=lambda each: (each.layer, each.name)))
    return Outfit("test", item("skin_young_asian_male"), ONE, items, (ONE,) * len(items))


def test_skin_under_cloth_is_left_out_and_sunk_at_its_edge() -> None:
    body = load_body(gender="male")
    bare, *_ = dressed(outfit(), body, GENDERS.index("male"), *STILL)
    assert len(bare.faces) == len(body.faces)
    skin, shirt = dressed(outfit("t_shirt"), body, GENDERS.index("male"), *STILL)
    hides = item("t_shirt").hides
    assert hides is not None
    kept = body.faces[~hides]
    assert skin.faces.shape == kept.shape
    inward = bare.vertices[kept] - skin.vertices[skin.faces]
    depth = (inward * normals(body)[kept]).sum(2)
    under = np.zeros(len(body.template), bool)
    under[body.faces[hides]] = True
    np.testing.assert_allclose(depth[under[kept]], 0.006, atol=1e-5)
    np.testing.assert_allclose(depth[~under[kept]], 0, atol=1e-6)
    assert skin.instance == shirt.instance == PERSON
    assert skin.face_parts is not None
    assert shirt.face_parts is not None
    assert len(shirt.face_parts) == len(shirt.faces)


def test_cloth_under_cloth_is_left_out() -> None:
    body = load_body()
    plain = {mesh.name: mesh for mesh in dressed(outfit("t_shirt"), body, 0, *STILL)}
    vest = {mesh.name: mesh for mesh in dressed(outfit("t_shirt", "hi_vis_vest_orange"), body, 0, *STILL)}
    assert len(vest["t_shirt"].faces) < 0.7 * len(plain["t_shirt"].faces)
    assert len(vest["hi_vis_vest_orange"].faces) == len(item("hi_vis_vest_orange").faces)  # type: ignore[arg-type]


def test_clothes_move_with_the_body() -> None:
    rng = np.random.default_rng(0)
    pose, betas, trans = rng.normal(scale=0.3, size=(24, 3)), rng.normal(size=10), np.array([1.0, 2, 3])
    for gender in range(len(GENDERS)):
        body = load_body(gender=GENDERS[gender])
        surface = body.posed(pose[None], betas, trans).vertices[0]
        clothes = outfit("coveralls", "safety_boots", "gloves", "eyes")
        for mesh in dressed(clothes, body, gender, pose, betas, trans)[1:]:
            points = mesh.vertices[np.unique(mesh.faces)][::10]
            away = np.linalg.norm(points[:, None] - surface[None], axis=2).min(1)
            assert away.max() < 0.08, mesh.name
