"""Fewer vertices for a triangle mesh: half-edge collapses in order of quadric error.

After Garland and Heckbert, 'Surface simplification using quadric error metrics', 1997. A collapse moves one
vertex onto a neighbour, so those that are left are the mesh's own and whatever was known of them still holds:
shape directions, weights, texture coordinates.
"""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

Array = NDArray[Any]

MAX_VALENCE = 64
# Squared edge length enters the cost with this factor: it keeps flat regions regular.
_REGULARITY = 3e-3
# A face may turn by at most acos of this in one collapse.
_MIN_TURN = 0.2


def decimate(
    vertices: NDArray[np.floating],
    faces: NDArray[np.integer],
    target: int,
    *,
    locked: NDArray[np.bool_] | None = None,
    importance: NDArray[np.floating] | None = None,
    labels: NDArray[np.integer] | None = None,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Collapse edges of a manifold mesh until `target` vertices are in use, or no collapse is allowed.

    vertices (V, 3), faces (F, 3). locked (V,) vertices stay. importance (V,) scales a vertex's cost.
    labels (F, 3) number each face corner (such as its texture coordinate): a vertex with several labels moves
    only along an edge where both sides agree what becomes of each. Returns faces (G, 3) in the numbering of
    `vertices` and their labels (G, 3). Topology, closed or with a locked border, is kept.
    """
    points = np.ascontiguousarray(vertices, dtype=np.float64)
    still = np.zeros(len(points), np.bool_) if locked is None else locked
    scale = np.ones(len(points)) if importance is None else np.ascontiguousarray(importance, dtype=np.float64)
    corners = np.array(faces, dtype=np.int64)
    marks = corners.copy() if labels is None else np.array(labels, dtype=np.int64)
    alive = _collapse(points, corners, marks, still, scale, int(target))
    return corners[alive], marks[alive]


@njit(cache=True)
def _normal(a: Array, b: Array, c: Array) -> tuple[float, float, float]:
    ux, uy, uz = b[0] - a[0], b[1] - a[1], b[2] - a[2]
    vx, vy, vz = c[0] - a[0], c[1] - a[1], c[2] - a[2]
    return uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx


@njit(cache=True)
def _quadrics(points: Array, faces: Array) -> Array:
    """(V, 4, 4) sum over a vertex's faces of the squared distance to their planes, weighted by area."""
    out = np.zeros((len(points), 4, 4))
    plane = np.empty(4)
    for f in range(len(faces)):
        a = points[faces[f, 0]]
        x, y, z = _normal(a, points[faces[f, 1]], points[faces[f, 2]])
        size = np.sqrt(x * x + y * y + z * z)
        if size == 0:
            continue
        plane[0], plane[1], plane[2] = x / size, y / size, z / size
        plane[3] = -(plane[0] * a[0] + plane[1] * a[1] + plane[2] * a[2])
        for corner in range(3):
            for i in range(4):
                for j in range(4):
                    out[faces[f, corner], i, j] += 0.5 * size * plane[i] * plane[j]
    return out


@njit(cache=True)
def _cost(quadrics: Array, points: Array, scale: Array, u: int, v: int) -> float:
    """Error of moving vertex u onto v."""
    total = 0.0
    p = points[v]
    for i in range(4):
        row = quadrics[u, i, 3] + quadrics[v, i, 3]
        for j in range(3):
            row += (quadrics[u, i, j] + quadrics[v, i, j]) * p[j]
        total += row * (p[i] if i < 3 else 1.0)
    d = points[u] - p
    square = d[0] * d[0] + d[1] * d[1] + d[2] * d[2]
    return scale[u] * (max(total, 0.0) + _REGULARITY * square * square)


@njit(cache=True)
def _neighbours(faces: Array, around: Array, count: Array, u: int, out: Array) -> int:
    n = 0
    for i in range(count[u]):
        for corner in range(3):
            w = faces[around[u, i], corner]
            known = w == u
            for k in range(n):
                known = known or out[k] == w
            if not known and n < len(out):
                out[n] = w
                n += 1
    return n


@njit(cache=True)
def _corner(faces: Array, f: int, v: int) -> int:
    for corner in range(3):
        if faces[f, corner] == v:
            return corner
    return -1


@njit(cache=True)
def _allowed(
    points: Array,
    faces: Array,
    labels: Array,
    around: Array,
    count: Array,
    locked: Array,
    u: int,
    v: int,
    ring_u: Array,
    ring_v: Array,
    moved: Array,
) -> bool:
    """Whether u may move onto v; fills moved (2, 2), the labels of u and what they become."""
    n_u, n_v = _neighbours(faces, around, count, u, ring_u), _neighbours(faces, around, count, v, ring_v)
    common = 0
    for i in range(n_u):
        for j in range(n_v):
            common += ring_u[i] == ring_v[j]
    if common != 2 or n_u + n_v - 4 >= MAX_VALENCE // 2 or n_u == 3:
        return False
    side = 0
    for i in range(count[u]):  # the two faces that vanish say what becomes of each label
        f = around[u, i]
        at = _corner(faces, f, v)
        if at >= 0:
            moved[side, 0], moved[side, 1] = labels[f, _corner(faces, f, u)], labels[f, at]
            side += 1
    if side != 2 or (moved[0, 0] == moved[1, 0] and moved[0, 1] != moved[1, 1]):
        return False
    for i in range(count[u]):
        f = around[u, i]
        if _corner(faces, f, v) >= 0:
            continue
        at = _corner(faces, f, u)
        label = labels[f, at]
        if label != moved[0, 0] and label != moved[1, 0]:
            return False
        b, c = faces[f, (at + 1) % 3], faces[f, (at + 2) % 3]
        if locked[v] and locked[b] and locked[c]:
            return False
        x, y, z = _normal(points[u], points[b], points[c])
        nx, ny, nz = _normal(points[v], points[b], points[c])
        old, new = np.sqrt(x * x + y * y + z * z), np.sqrt(nx * nx + ny * ny + nz * nz)
        if x * nx + y * ny + z * nz <= _MIN_TURN * old * new:
            return False
    return True


@njit(cache=True)
def _collapse(points: Array, faces: Array, labels: Array, locked: Array, scale: Array, target: int) -> Array:
    """Collapse in place; (F,) says which faces are left."""
    n_vertices = len(points)
    alive = np.ones(len(faces), np.bool_)
    around = np.zeros((n_vertices, MAX_VALENCE), np.int64)
    count = np.zeros(n_vertices, np.int64)
    for f in range(len(faces)):
        for corner in range(3):
            v = faces[f, corner]
            around[v, count[v]] = f
            count[v] += 1
    quadrics = _quadrics(points, faces)
    left = 0
    heap = [(0.0, 0, 0, 0)]
    heap.pop()
    version = np.zeros(n_vertices, np.int64)
    ring_u, ring_v = np.empty(MAX_VALENCE, np.int64), np.empty(MAX_VALENCE, np.int64)
    moved = np.empty((2, 2), np.int64)
    for u in range(n_vertices):
        left += count[u] > 0
        if not locked[u]:
            for i in range(_neighbours(faces, around, count, u, ring_u)):
                heap.append((_cost(quadrics, points, scale, u, ring_u[i]), u, ring_u[i], 0))
    heapify(heap)
    while left > target and len(heap) > 0:
        _, u, v, stamp = heappop(heap)
        if count[u] == 0 or count[v] == 0 or stamp != version[u] + version[v]:
            continue
        if not _allowed(points, faces, labels, around, count, locked, u, v, ring_u, ring_v, moved):
            continue
        for i in range(count[u]):
            f = around[u, i]
            if _corner(faces, f, v) >= 0:
                alive[f] = False
                for corner in range(3):
                    w = faces[f, corner]
                    if w != u:
                        _drop(around, count, w, f)
                continue
            at = _corner(faces, f, u)
            faces[f, at] = v
            labels[f, at] = moved[0, 1] if labels[f, at] == moved[0, 0] else moved[1, 1]
            around[v, count[v]] = f
            count[v] += 1
        count[u] = 0
        quadrics[v] += quadrics[u]
        left -= 1
        n = _neighbours(faces, around, count, v, ring_u)
        version[v] += 1
        for i in range(n):
            w = ring_u[i]
            if not locked[v]:
                heappush(heap, (_cost(quadrics, points, scale, v, w), v, w, version[v] + version[w]))
            if not locked[w]:
                heappush(heap, (_cost(quadrics, points, scale, w, v), w, v, version[v] + version[w]))
    return alive


@njit(cache=True)
def _drop(around: Array, count: Array, v: int, f: int) -> None:
    for i in range(count[v]):
        if around[v, i] == f:
            count[v] -= 1
            around[v, i] = around[v, count[v]]
            return
