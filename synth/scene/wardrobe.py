"""What a person wears under plain shading: a colour for each zone of the body."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from synth.body.body import Body
from synth.body.skeleton import SMPL_24, SURFACE
from synth.core.randomness import Draws

ZONES = ("skin", "hair", "shirt", "lower_sleeve", "forearm", "trousers", "shoes", "hands")

# Monk, 'The Monk skin tone scale', 2019: its ten swatches, sRGB; the darkest two lifted, since plain shading
# lacks the gloss that shapes dark skin
SKIN = np.array([
    [246, 237, 228], [243, 231, 219], [247, 234, 208], [234, 218, 186], [215, 189, 150],
    [160, 126, 86], [130, 92, 67], [96, 65, 52], [80, 60, 50], [68, 54, 46],
]) / 255  # fmt: skip
HAIR = np.array(
    [[0.10, 0.08, 0.07], [0.22, 0.15, 0.10], [0.40, 0.28, 0.17], [0.62, 0.50, 0.32], [0.6, 0.59, 0.57]]
)
# workwear as it is sold: navy, royal, greys, green, sand, red, white, EN ISO 20471 orange and yellow
SHIRTS = np.array([
    [0.13, 0.17, 0.30], [0.16, 0.30, 0.58], [0.42, 0.44, 0.47], [0.22, 0.23, 0.25], [0.18, 0.35, 0.26],
    [0.66, 0.60, 0.48], [0.62, 0.16, 0.15], [0.86, 0.86, 0.84], [0.96, 0.45, 0.12], [0.80, 0.90, 0.20],
])  # fmt: skip
TROUSERS = np.array([
    [0.12, 0.15, 0.26], [0.20, 0.21, 0.23], [0.10, 0.10, 0.11], [0.25, 0.33, 0.47], [0.50, 0.45, 0.35],
    [0.40, 0.42, 0.44], [0.90, 0.42, 0.12],
])  # fmt: skip
SHOES = np.array([[0.10, 0.09, 0.09], [0.28, 0.19, 0.12], [0.35, 0.36, 0.38], [0.62, 0.48, 0.28]])
GLOVES = np.array([[0.35, 0.36, 0.38], [0.80, 0.66, 0.40], [0.18, 0.32, 0.55], [0.12, 0.12, 0.12]])

_SHORT, _ELBOW = 0.4, 0.55  # cumulative shares of sleeves that end above the elbow, at it; the rest are long
_GLOVED, _BALD = 0.3, 0.08


def draw_colours(draws: Draws, ids: ArrayLike) -> NDArray[np.float32]:
    """(n, 8, 3) palettes, sRGB in 0..1, one row a zone in the order of ZONES; from the draws `outfit/...`."""

    def pick(name: str, colours: NDArray[np.float64], spread: float) -> NDArray[np.float64]:
        chosen = colours[draws.integers(f"outfit/{name}", ids, len(colours))[:, 0]]
        return chosen + draws.uniform(f"outfit/{name}/tint", ids, columns=3, low=-spread, high=spread)

    skin, shirt = pick("skin", SKIN, 0.01), pick("shirt", SHIRTS, 0.05)
    trousers, shoes, gloves = (
        pick("trousers", TROUSERS, 0.04),
        pick("shoes", SHOES, 0.03),
        pick("gloves", GLOVES, 0.04),
    )
    style = draws.uniform("outfit/style", ids, columns=4)
    overall = style[:, 3:4] < 0.2  # shirt and trousers of one cloth
    sleeve, bald, gloved = style[:, 0:1], style[:, 1:2] < _BALD, style[:, 2:3] < _GLOVED
    palette = [
        skin,
        np.where(bald, skin, np.minimum(pick("hair", HAIR, 0.03), 0.9 * skin)),
        shirt,
        np.where(sleeve < _SHORT, skin, shirt),
        np.where(sleeve < _ELBOW, skin, shirt),
        np.where(overall, shirt, trousers),
        shoes,
        np.where(gloved, gloves, skin),
    ]
    return np.stack(palette, axis=1).clip(0.02, 1).astype(np.float32)


@lru_cache(maxsize=16)
def clothing_zones(body: Body) -> NDArray[np.uint8]:
    """(F,) uint8: the zone in ZONES of each face of a body, by its joint and where it lies at rest."""
    centre = body.template[body.faces].mean(axis=1)
    y, z = centre[:, 1], centre[:, 2]
    zones = np.full(len(body.faces), ZONES.index("skin"), np.uint8)

    def dress(zone: str, *joints: str, where: NDArray[np.bool_] | None = None) -> None:
        chosen = np.isin(body.face_parts, [SMPL_24.index(joint) for joint in joints])
        zones[chosen if where is None else chosen & where] = ZONES.index(zone)

    dress(
        "shirt",
        "spine1",
        "spine2",
        "spine3",
        "left_collar",
        "right_collar",
        "left_shoulder",
        "right_shoulder",
    )
    rest = dict(zip(SMPL_24, body.rest_joints, strict=True))
    dress("shirt", "neck", where=y < rest["neck"][1] + 0.01)
    middle = (abs(rest["left_shoulder"][0]) + abs(rest["left_elbow"][0])) / 2
    dress("lower_sleeve", "left_shoulder", "right_shoulder", where=np.abs(centre[:, 0]) > middle)
    dress("forearm", "left_elbow", "right_elbow")
    dress("hands", "left_wrist", "right_wrist", "left_hand", "right_hand")
    waist = (rest["pelvis"][1] + rest["spine2"][1]) / 2
    dress("trousers", "pelvis", "left_hip", "right_hip", "left_knee", "right_knee")
    dress("trousers", "spine1", "spine2", where=y < waist)
    dress("shirt", "pelvis", where=y > waist)
    dress("shoes", "left_ankle", "right_ankle", "left_foot", "right_foot")
    dress("hair", "head", where=y > hairline(body, z))
    return zones


def hairline(body: Body, z: NDArray[np.float32]) -> NDArray[np.float64]:
    """The height above which a head that reaches as far forward as z has hair, at rest."""
    points = (body.template[body.surface_vertices] * body.surface_weights[..., None]).sum(axis=1)
    at = dict(zip(SURFACE, points, strict=True))
    eye, ear, top = at["coco_left_eye"], at["coco_left_ear"], at["head_top"]
    ahead = [ear[2] - 0.08, ear[2], eye[2] - 0.02]
    return np.interp(z, ahead, [ear[1] - 0.06, ear[1] + 0.02, eye[1] + 0.55 * (top[1] - eye[1])])
