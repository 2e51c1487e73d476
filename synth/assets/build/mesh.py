"""Anny's mesh with fewer vertices: the same on both sides, watertight, texture coordinates kept."""

from __future__ import annotations

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
    seam = twin == np.arange(len(shape))
    on_left = ((shape[:, 0] > 0) | seam)[faces].all(1)
    half = faces[on_left]
    locked = seam.copy()
    locked[must_keep] = locked[twin[must_keep]] = True
    # a corner's label stands for its texture coordinates on both sides, so that the seams of both are kept
    both = np.stack([face_uv[on_left], _mirrored_uv(faces, face_uv, twin, half)], -1)
    pairs, labels = np.unique(both.reshape(-1, 2), axis=0, return_inverse=True)
    n_seam = seam[np.unique(half)].sum()
    goal = (target - n_seam) // 2 + n_seam
    half, labels = decimate(
        shape, half, int(goal), locked=locked, importance=importance, labels=labels.reshape(-1, 3)
    )
    whole = np.concatenate([half, twin[half][:, ::-1]])
    whole_uv = np.concatenate([pairs[labels][..., 0], pairs[labels][:, ::-1, 1]])
    kept, numbered = np.unique(whole, return_inverse=True)
    kept_uv, numbered_uv = np.unique(whole_uv, return_inverse=True)
    return Mesh(kept, numbered.reshape(-1, 3), uv[kept_uv], numbered_uv.reshape(-1, 3))


def _mirrored_uv(
    faces: NDArray[np.int32], face_uv: NDArray[np.int32], twin: Indices, chosen: NDArray[np.int32]
) -> Indices:
    """(n, 3) for faces chosen (n, 3): the texture coordinates of the same corners of their mirror images."""
    place = {frozenset(face): row for row, face in enumerate(faces.tolist())}
    other = twin[chosen]
    rows = np.array([place[frozenset(face)] for face in other.tolist()])
    corner = (faces[rows][:, None, :] == other[:, :, None]).argmax(2)
    return np.take_along_axis(face_uv[rows].astype(np.int64), corner, 1)
