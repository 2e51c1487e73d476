"""A person in an outfit as meshes: the skin that shows, and each garment, posed as the body is."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth.body.body import GENDERS, Body
from synth.scene.mesh import PERSON, Material, Mesh
from synth.wardrobe.item import Item, worn
from synth.wardrobe.outfit import Outfit


def dressed(
    outfit: Outfit, body: Body, gender: int, pose: NDArray[Any], betas: NDArray[Any], trans: NDArray[Any]
) -> tuple[Mesh, ...]:
    """The meshes of a person. pose (24, 3), betas (S,), trans (3,) of the open body of `gender`, its number in GENDERS."""
    shown = _shown(outfit.items, GENDERS[gender])
    skin = _mesh(
        "skin",
        body,
        body.faces[shown[0]],
        outfit.skin,
        outfit.skin_tint,
        (pose, betas, trans),
        body.face_parts[shown[0]],
    )
    meshes = [_textured(skin, body.uv, body.face_uv, shown[0])]
    for each, tint, faces in zip(outfit.items, outfit.tints, shown[1:], strict=True):
        own = worn(each, GENDERS[gender])
        mesh = _mesh(
            each.name, own, own.faces[faces], each, tint, (pose, betas, trans), own.face_parts[faces]
        )
        meshes.append(_textured(mesh, each.uv, each.face_uv, faces))
    return tuple(meshes)


def _mesh(
    name: str,
    body: Body,
    faces: NDArray[Any],
    item: Item,
    tint: NDArray[Any],
    pose: tuple[Any, Any, Any],
    parts: Any,
) -> dict[str, Any]:
    posed = body.posed(pose[0][None], pose[1], pose[2])
    return {
        "name": name, "vertices": posed.vertices[0], "faces": faces, "instance": PERSON,
        "material": Material(tint, texture=item.texture), "face_parts": parts, "smooth": True,
        "double_sided": item.slot != "skin",
    }  # fmt: skip


def _textured(fields: dict[str, Any], uv: Any, face_uv: Any, faces: NDArray[np.int64]) -> Mesh:
    return Mesh(**fields, uv=uv, face_uv=face_uv[faces])


@lru_cache(maxsize=512)
def _shown(items: tuple[Item, ...], gender: str) -> tuple[NDArray[np.int64], ...]:
    """Of the skin and of each item the faces that are under nothing: what lies under outer items is left out."""
    out = []
    for layer, item in ((0, None), *((item.layer, item) for item in items)):
        over = [other.hides for other in items if other.layer > layer and other.hides is not None]
        hidden = np.logical_or.reduce(over) if over else np.zeros(0, bool)
        if item is None:
            count = len(items[0].hides) if items and items[0].hides is not None else 0
            out.append(np.flatnonzero(~hidden) if over else np.arange(count))
        else:
            assert item.binding is not None and item.faces is not None
            gone = (
                hidden[item.binding.triangles][item.faces].all(1) if over else np.zeros(len(item.faces), bool)
            )
            out.append(np.flatnonzero(~gone))
    return tuple(out)
