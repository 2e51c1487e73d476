"""From a batch of scenes to what a renderer takes: full meshes, clothes, light and room of one sample."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth.body.body import GENDERS, Body
from synth.core.randomness import Draws
from synth.scene.background import Background, draw_background
from synth.scene.camera import Camera
from synth.scene.dress import dressed
from synth.scene.light import Light, draw_light
from synth.scene.mesh import PERSON, Material, Mesh, RenderScene
from synth.scene.scenes import Scenes
from synth.scene.wardrobe import clothing_zones, draw_colours
from synth.wardrobe.outfit import PLAIN, Outfit, draw_outfits


@dataclass(frozen=True)
class Looks:
    """How s scenes look: their light, room, the person's outfit, and the colours (s, zones, 3) of who has none."""

    light: Light
    background: Background
    outfits: list[Outfit | None]
    colours: NDArray[np.float32]


def draw_looks(
    draws: Draws, ids: NDArray[np.int64], genders: NDArray[np.integer], wardrobe: Mapping[str, float]
) -> Looks:
    """The looks of scenes of identities ids (s,), of people of genders (s,); wardrobe: weights of trades."""
    named = [GENDERS[gender] for gender in genders]
    outfits = draw_outfits(draws, ids, named, wardrobe or {PLAIN: 1.0})
    return Looks(draw_light(draws, ids), draw_background(draws, ids), outfits, draw_colours(draws, ids))


def picture(
    scenes: Scenes, bodies: list[Body], looks: Looks, labels: dict[str, NDArray[Any]], row: int
) -> tuple[RenderScene, Camera]:
    """The scene and camera of sample `row` of `labels`, which `synth.label.compute.label` made of `scenes`."""
    frames = len(labels["pose"]) // len(scenes.ids)
    at = row // frames
    gender = int(labels["gender"][row])
    body, outfit = bodies[gender], looks.outfits[at]
    pose, betas, trans = (labels[name][row] for name in ("pose", "betas", "trans"))
    if outfit is None:
        person: tuple[Mesh, ...] = (_plain(body, looks.colours[at], pose, betas, trans),)
    else:
        person = dressed(outfit, body, gender, pose, betas, trans)
    props = [
        scenes.stock.props[number].placed(
            labels["prop_rotation"][row, p], labels["prop_translation"][row, p], p + 2
        )
        for p, number in enumerate(labels["prop"][row])
        if number >= 0
    ]
    scene = RenderScene((*person, *props), looks.light[at], looks.background[at])
    return scene, scenes.viewpoints.camera(at)


def _plain(
    body: Body, colours: NDArray[np.float32], pose: NDArray[Any], betas: NDArray[Any], trans: NDArray[Any]
) -> Mesh:
    """A body with clothes painted on its skin."""
    return Mesh(
        name="person",
        vertices=body.posed(pose[None], betas, trans).vertices[0],
        faces=body.faces,
        instance=PERSON,
        material=Material(colours[0], colours),
        face_parts=body.face_parts,
        face_zones=clothing_zones(body),
        uv=body.uv,
        face_uv=body.face_uv,
        smooth=True,
        double_sided=False,
    )
