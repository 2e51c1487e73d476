"""Clothes on a body: each vertex of a garment is a point of one of the body's triangles, and an offset from it.

All bodies stand in the same zero pose at rest, so an offset is the same vector for each of them; what changes with
gender and shape is where the triangle is. Skinning weights are those of the triangle's corners.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.spatial import cKDTree

from synth.body.body import Body, majority
from synth.body.skeleton import SMPL_24

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_CANDIDATES = 12  # vertices whose triangles are tried for the nearest point of the surface
_INFLUENCES = 4


@dataclass(frozen=True, eq=False)
class Binding:
    """How G vertices follow a body: faces triangles (G,), barycentric shares (G, 3), offsets (G, 3), metres."""

    triangles: Ints
    shares: Floats
    offsets: Floats


def bind(points: Floats, body: Body, faces: Ints | None = None) -> Binding:
    """Bind points (G, 3), metres, of the body's rest frame to the nearest of its surface, or of some of its faces."""
    chosen = np.arange(len(body.faces)) if faces is None else np.asarray(faces)
    template = body.template.astype(np.float64)
    corners = body.faces[chosen].astype(np.int64)
    near = np.unique(corners)
    _, rows = cKDTree(template[near]).query(points, min(_CANDIDATES, len(near)))
    found = near[np.asarray(rows).reshape(len(points), -1)]
    around = _faces_of(corners, len(template))
    best = np.full(len(points), np.inf)
    triangles, shares = np.zeros(len(points), np.int64), np.zeros((len(points), 3))
    for column in range(found.shape[1]):
        for slot in range(around.shape[1]):
            row = around[found[:, column], slot]
            own = np.maximum(row, 0)
            weights = nearest_in(points, template[corners[own]])
            away = np.linalg.norm((weights[:, :, None] * template[corners[own]]).sum(1) - points, axis=1)
            better = (row >= 0) & (away < best)
            best[better], triangles[better], shares[better] = (
                away[better],
                chosen[own[better]],
                weights[better],
            )
    surface = (shares[:, :, None] * template[body.faces[triangles]]).sum(1)
    return Binding(triangles, shares, points - surface)


def nearest_in(points: Floats, triangles: Floats) -> Floats:
    """(n, 3) barycentrics of the point of each triangle (n, 3, 3) that is nearest to each point (n, 3).

    Ericson, 'Real-time collision detection', 2005, section 5.1.5, by the three edges where the foot lies outside.
    """
    a, b, c = triangles[:, 0], triangles[:, 1], triangles[:, 2]
    normal = np.cross(b - a, c - a)
    area = np.maximum((normal * normal).sum(1), 1e-18)
    inner = np.stack(
        [
            (np.cross(c - b, points - b) * normal).sum(1),
            (np.cross(a - c, points - c) * normal).sum(1),
            (np.cross(b - a, points - a) * normal).sum(1),
        ],
        1,
    ) / area[:, None]  # fmt: skip
    best = np.where((inner >= 0).all(1)[:, None], inner, 0.0)
    least = np.where((inner >= 0).all(1), 0.0, np.inf)
    for i, j in ((0, 1), (1, 2), (2, 0)):
        start, along = triangles[:, i], triangles[:, j] - triangles[:, i]
        t = ((points - start) * along).sum(1) / np.maximum((along * along).sum(1), 1e-18)
        t = t.clip(0.0, 1.0)
        away = ((start + t[:, None] * along - points) ** 2).sum(1)
        edge = np.zeros_like(best)
        edge[:, i], edge[:, j] = 1.0 - t, t
        better = (away < least) & (least > 0)
        least = np.where(better, away, least)
        best = np.where(better[:, None], edge, best)
    return best


def fitted(
    binding: Binding,
    body: Body,
    faces: NDArray[np.int32],
    name: str,
    rigid: str | None = None,
    loose: tuple[Body, int] | None = None,
) -> Body:
    """A garment as a body of its own, posed as the body that wears it is: its rest vertices, shapes and weights.

    faces (F, 3) of the garment. rigid: the joint that all of it moves with, as a helmet with the head.
    loose: the body that it was cut for, and how many times what differs between the bodies is smoothed over the
    garment, as cloth that hangs does not follow each hollow.
    """
    corners = body.faces[binding.triangles]
    shares = binding.shares.astype(np.float32)
    template = (shares[:, :, None] * body.template[corners]).sum(1) + binding.offsets.astype(np.float32)
    shape_dirs = np.einsum("gk,sgkd->sgd", shares, body.shape_dirs[:, corners])
    if rigid is not None:
        joints = np.full((len(template), 1), SMPL_24.index(rigid), np.int32)
        weights = np.ones((len(template), 1), np.float32)
        shape_dirs = np.broadcast_to(shape_dirs.mean(1, keepdims=True), shape_dirs.shape)
    else:
        joints, weights = _blended(body, corners, shares)
        if loose is not None and loose[1] > 0:
            average = _averages(faces, len(template))
            cut_for = (shares[:, :, None] * loose[0].template[corners]).sum(1) + binding.offsets
            change = np.concatenate([(template - cut_for)[None], shape_dirs])
            for _ in range(loose[1]):
                change = 0.5 * change + 0.5 * np.stack([average @ each for each in change])
            template, shape_dirs = cut_for + change[0], change[1:]
            joints, weights = _blended(body, corners, shares, average, loose[1] // 4)
    return replace(
        body, name=name, template=template.astype(np.float32),
        shape_dirs=np.ascontiguousarray(shape_dirs, dtype=np.float32), pose_dirs=None, faces=faces,
        weight_joints=joints, weights=weights, surface_vertices=np.zeros_like(body.surface_vertices),
        face_parts=majority(joints[faces, 0]), uv=None, face_uv=None,
    )  # fmt: skip


def _averages(faces: NDArray[np.int32], count: int) -> csr_array:
    """(V, V) the mean of a vertex' neighbours."""
    one, other = faces.ravel(), np.roll(faces, 1, 1).ravel()
    pairs = (np.concatenate([one, other]), np.concatenate([other, one]))
    links = coo_array((np.ones(2 * len(one)), pairs), (count, count)).tocsr()
    return csr_array(links.multiply(1.0 / np.maximum(np.asarray(links.sum(1)).reshape(-1, 1), 1.0)))


def _blended(
    body: Body,
    corners: NDArray[np.int32],
    shares: NDArray[np.float32],
    average: csr_array | None = None,
    times: int = 0,
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    whole = np.zeros((len(body.template), len(SMPL_24)), np.float32)
    np.add.at(whole, (np.arange(len(whole))[:, None], body.weight_joints), body.weights)
    own = (shares[:, :, None] * whole[corners]).sum(1)
    for _ in range(times):
        own = 0.5 * own + 0.5 * (average @ own)
    joints = np.argsort(-own, axis=1, kind="stable")[:, :_INFLUENCES]
    weights = np.take_along_axis(own, joints, 1)
    return joints.astype(np.int32), np.ascontiguousarray(weights / weights.sum(1, keepdims=True))


def _faces_of(corners: Ints, count: int) -> Ints:
    """(V, n) the faces around each vertex, -1 where there are fewer."""
    vertices, faces = corners.ravel(), np.repeat(np.arange(len(corners)), 3)
    order = np.argsort(vertices, kind="stable")
    vertices, faces = vertices[order], faces[order]
    first = np.searchsorted(vertices, np.arange(count))
    rank = np.arange(len(vertices)) - first[vertices]
    out = np.full((count, int(rank.max()) + 1), -1, np.int64)
    out[vertices, rank] = faces
    return out
