"""A person in an outfit as meshes: the skin that shows, and each garment, posed as the body is."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth.body.body import GENDERS, Body
from synth.body.loading import load_body
from synth.scene.mesh import PERSON, Material, Mesh
from synth.wardrobe.item import Item, worn
from synth.wardrobe.outfit import Outfit

_SUNK = 0.006  # metres that skin at the edge of what covers it, and cloth under cloth, lies deeper


def dressed(
    outfit: Outfit, body: Body, gender: int, pose: NDArray[Any], betas: NDArray[Any], trans: NDArray[Any]
) -> tuple[Mesh, ...]:
    """The meshes of a person; pose (24, 3), betas (S,), trans (3,) of the open body.

    gender: the body's number in GENDERS.
    """
    layers = _layers(outfit.items, GENDERS[gender])
    meshes = []
    for item, tint, (own, faces) in zip(
        (outfit.skin, *outfit.items), (outfit.skin_tint, *outfit.tints), layers, strict=True
    ):
        uv, face_uv = (body.uv, body.face_uv) if item.uv is None else (item.uv, item.face_uv)
        assert face_uv is not None
        meshes.append(
            Mesh(
                name=item.slot if item is outfit.skin else item.name,
                vertices=own.posed(pose[None], betas, trans).vertices[0],
                faces=own.faces[faces],
                instance=PERSON,
                material=Material(tint, texture=item.texture),
                face_parts=own.face_parts[faces],
                uv=uv,
                face_uv=face_uv[faces],
                smooth=True,
                double_sided=item is not outfit.skin,
            )
        )
    return tuple(meshes)


@lru_cache(maxsize=128)
def _layers(items: tuple[Item, ...], gender: str) -> tuple[tuple[Body, NDArray[np.int64]], ...]:
    """Of the skin and of each item: its body, with what is under outer items sunk, and the faces that show."""
    base = load_body(gender=gender)
    found: list[tuple[Body, NDArray[np.int64]]] = []
    for item in (None, *items):
        own = base if item is None else worn(item, gender)
        hidden = _hidden(items, 0 if item is None else item.layer, len(base.faces))
        if not hidden.any():
            found.append((own, np.arange(len(own.faces))))
            continue
        near = np.zeros(len(base.template), np.float32)
        near[base.faces[hidden]] = 1.0
        if item is None:
            gone, depth = hidden, _SUNK * near
            inward = -normals(base)
        else:
            assert item.binding is not None
            gone = np.asarray(hidden[item.binding.triangles][own.faces].all(axis=1))
            depth = near[base.faces[item.binding.triangles]].max(1)
            inward = (-0.6 * item.binding.offsets).astype(np.float32)
        sunk = replace(own, template=own.template + depth[:, None] * inward)
        found.append((sunk, np.flatnonzero(~gone)))
    return tuple(found)


def _hidden(items: tuple[Item, ...], layer: int, count: int) -> NDArray[np.bool_]:
    """(F_body,) the faces of the body that lie under items of higher layers."""
    hidden = np.zeros(count, bool)
    for other in items:
        if other.layer > layer and other.hides is not None:
            hidden |= other.hides
    return hidden


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
