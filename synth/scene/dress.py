"""A person in an outfit as meshes: the skin that shows, and each garment, posed as the body is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth.body.body import GENDERS, Body
from synth.body.loading import load_body
from synth.scene.mesh import PERSON, Material, Mesh
from synth.wardrobe.item import Item, worn
from synth.wardrobe.outfit import Outfit

_SUNK = 0.006  # metres that skin near the edge of what covers it lies deeper
_CLOSER = 0.6  # of its distance from the body, by which cloth under cloth is closer to it


def dressed(
    outfit: Outfit, body: Body, gender: int, pose: NDArray[Any], betas: NDArray[Any], trans: NDArray[Any]
) -> tuple[Mesh, ...]:
    """The meshes of a person; pose (24, 3), betas (S,), trans (3,) of the open body.

    gender: the body's number in GENDERS.
    """
    meshes = []
    for item, tint in zip((outfit.skin, *outfit.items), (outfit.skin_tint, *outfit.tints), strict=True):
        own = None if item is outfit.skin else item
        outer = tuple(each for each in outfit.items if each.layer > item.layer and _covers(each, own))
        layer = _layer(own, outer, GENDERS[gender])
        meshes.append(
            Mesh(
                name="skin" if item is outfit.skin else item.name,
                vertices=layer.body.posed(pose[None], betas, trans).vertices[0],
                faces=layer.body.faces,
                instance=PERSON,
                material=Material(tint, texture=item.texture),
                face_parts=layer.body.face_parts,
                uv=body.uv if item.uv is None else item.uv,
                face_uv=layer.face_uv,
                smooth=True,
                double_sided=item is not outfit.skin,
            )
        )
    return tuple(meshes)


@dataclass(frozen=True, eq=False)
class _Layer:
    """What shows of the skin or of an item: its body of those faces alone, and their face_uv (F, 3)."""

    body: Body
    face_uv: NDArray[np.int32]


@lru_cache(maxsize=384)
def _layer(item: Item | None, outer: tuple[Item, ...], gender: str) -> _Layer:
    """The skin (None) or an item without what lies under outer items; what is left near it is sunk."""
    base = load_body(gender=gender)
    own, face_uv = (base, base.face_uv) if item is None else (worn(item, gender), item.face_uv)
    assert face_uv is not None
    if not outer:
        return _Layer(own, face_uv)
    hidden = np.zeros(len(base.faces), bool)
    for other in outer:
        if other.hides is not None:
            hidden |= other.hides
    near = np.zeros(len(base.template), np.float32)
    near[base.faces[hidden]] = 1.0
    if item is None:
        shown = np.flatnonzero(~hidden)
        moved = own.template - _SUNK * near[:, None] * normals(base)
    else:
        assert item.binding is not None
        a, b, c = hidden[item.binding.triangles][own.faces].T
        shown = np.flatnonzero(~(a & b & c))
        depth = near[base.faces[item.binding.triangles]].max(axis=1)
        moved = own.template - (_CLOSER * depth[:, None] * item.binding.offsets).astype(np.float32)
    return _Layer(_only(replace(own, template=moved), shown), np.ascontiguousarray(face_uv[shown]))


def _only(body: Body, faces: NDArray[np.int64]) -> Body:
    """A body of some of its faces, and of the vertices that they need."""
    corners, used = body.faces[faces], np.zeros(len(body.template), bool)
    used[corners] = True
    number = np.cumsum(used, dtype=np.int32) - 1
    return replace(
        body,
        template=body.template[used],
        shape_dirs=np.compress(used, body.shape_dirs, axis=1),
        weight_joints=body.weight_joints[used],
        weights=body.weights[used],
        faces=number[corners],
        face_parts=body.face_parts[faces],
        surface_vertices=np.zeros_like(body.surface_vertices),
        uv=None,
        face_uv=None,
    )


@lru_cache(maxsize=4096)
def _covers(outer: Item, item: Item | None) -> bool:
    """Whether an item hides anything of the skin (None) or of an item."""
    if outer.hides is None:
        return False
    own = slice(None) if item is None or item.binding is None else item.binding.triangles
    return bool(outer.hides[own].any())


@lru_cache(maxsize=4)
def normals(body: Body) -> NDArray[np.float32]:
    """(V, 3) unit normals of the body at rest."""
    corners = body.template[body.faces].astype(np.float64)
    across = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    found = np.zeros_like(body.template, dtype=np.float64)
    for k in range(3):
        np.add.at(found, body.faces[:, k], across)
    unit = found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-12)
    return unit.astype(np.float32)
