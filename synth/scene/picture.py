"""From a batch of scenes to what a renderer takes: full meshes, clothes, light and room of one sample."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth.body.body import Body
from synth.core.randomness import Draws
from synth.scene.background import Background, draw_background
from synth.scene.camera import Camera
from synth.scene.light import Light, draw_light
from synth.scene.mesh import PERSON, Material, Mesh, RenderScene
from synth.scene.scenes import Scenes
from synth.scene.wardrobe import clothing_zones, draw_outfit


@dataclass(frozen=True)
class Looks:
    """How s scenes look: their light, room and the person's colours (s, zones, 3)."""

    light: Light
    background: Background
    outfit: NDArray[np.float32]


def draw_looks(draws: Draws, ids: NDArray[np.int64]) -> Looks:
    """The looks of scenes of identities ids (s,)."""
    return Looks(draw_light(draws, ids), draw_background(draws, ids), draw_outfit(draws, ids))


def picture(
    scenes: Scenes, bodies: list[Body], looks: Looks, labels: dict[str, NDArray[Any]], row: int
) -> tuple[RenderScene, Camera]:
    """The scene and camera of sample `row` of `labels`, which `synth.label.compute.label` made of `scenes`."""
    frames = len(labels["pose"]) // len(scenes.ids)
    at = row // frames
    body = bodies[int(labels["gender"][row])]
    posed = body.posed(labels["pose"][row][None], labels["betas"][row], labels["trans"][row])
    person = Mesh(
        name="person",
        vertices=posed.vertices[0],
        faces=body.faces,
        instance=PERSON,
        material=Material(looks.outfit[at][0], looks.outfit[at]),
        face_parts=body.face_parts,
        face_zones=clothing_zones(body),
        uv=body.uv,
        face_uv=body.face_uv,
        smooth=True,
        double_sided=False,
    )
    props = [
        scenes.stock.props[number].placed(
            labels["prop_rotation"][row, p], labels["prop_translation"][row, p], p + 2
        )
        for p, number in enumerate(labels["prop"][row])
        if number >= 0
    ]
    scene = RenderScene((person, *props), looks.light[at], looks.background[at])
    return scene, scenes.viewpoints.camera(at)
