"""Shells: a part of the body's surface, cut along smooth lines, moved outward and relaxed as cloth is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import ConvexHull

from synth.assets.build.paints import STRIPS, Paint, texture
from synth.body.body import Body
from synth.body.skeleton import SMPL_24
from synth.wardrobe.binding import bind
from synth.wardrobe.item import Item

Floats = NDArray[np.float64]
Faces = NDArray[np.int64]
Mask = NDArray[np.bool_]

LICENCE, SOURCE, AUTHOR = "CC0-1.0", "synth/assets/build/build_workwear.py", "Posemill"
_ARM = ("shoulder", "elbow", "wrist", "hand")
_LEG = ("hip", "knee", "ankle", "foot")
_SLIVER = 0.02  # share of an edge: cuts nearer to a corner are moved away from it


def inside(*fields: Floats) -> Floats:
    """The field that is above 0 where all fields are."""
    return np.minimum.reduce(fields)


def shell(
    body: Body,
    name: str,
    slot: str,
    field: Floats,
    out: float | Floats,
    smooth: int,
    paint: Paint,
    tints: bool = False,
    loose: int = 0,
    bridge: bool = False,
    foot: bool = False,
    flat: int = 0,
) -> Item:
    """The body's surface where field (V,), metres, is above 0, as an item.

    It lies `out` metres outward, of all or of each (V,) vertex, and is smoothed so many times. loose: as in `Item`.
    bridge: it spans the hollows of chest and belly. foot: it closes over the toes. flat: how many times the skin under
    it is smoothed first.
    """
    rest = body.template.astype(np.float64)
    skin = np.flatnonzero(largest(body.faces, len(rest)))
    points, faces, owner, mixed = cut(rest, body.faces[skin].astype(np.int64), field)
    owner = skin[owner]
    normal = mixed @ normals(rest, body.faces)
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-12)
    away = mixed @ np.broadcast_to(np.asarray(out, float), (len(rest),))
    averaging = averages(faces, len(points))
    if bridge:
        points = _bridged(points, rest)
    if foot:
        points = _closed_toes(points)
    for _ in range(flat):
        points = 0.5 * points + 0.5 * (averaging @ points)
    if foot or flat:
        normal = normals(points, faces)
    moved = points + away[:, None] * normal
    for _ in range(smooth):
        moved = 0.5 * moved + 0.5 * (averaging @ moved)
        short = away * 0.6 - ((moved - points) * normal).sum(1)  # cloth lies on the skin, not in it
        moved += np.maximum(short, 0.0)[:, None] * normal
    whole = (field[body.faces] > 0).all(1) & np.isin(np.arange(len(body.faces)), skin)
    uv, face_uv = unwrapped(body, points[faces], owner)
    return Item(
        name, slot, LICENCE, SOURCE, AUTHOR, texture(paint), tints,
        binding=bind(moved, body, np.unique(owner)), faces=faces.astype(np.int32), uv=uv, face_uv=face_uv,
        hides=inner(body.faces, whole), loose=loose,
    )  # fmt: skip


def _bridged(points: Floats, rest: Floats) -> Floats:
    """The points with those of the front of the trunk moved ahead to the convex outline of their height."""
    front = np.abs(points[:, 0]) < 0.15
    front &= (points[:, 2] > 0.0) & (points[:, 1] < 0.2)
    out = points.copy()
    for row in np.flatnonzero(front):
        out[row, 2] = max(points[row, 2], ahead(rest, points[row, 0], points[row, 1]))
    return out


def _closed_toes(points: Floats) -> Floats:
    """The points of both feet moved away from the foot's axis to the convex hull of the foot."""
    out = points.copy()
    for side in (-1.0, 1.0):
        rows = np.flatnonzero((points[:, 0] * side > 0) & (points[:, 1] < -1.09))
        hull = ConvexHull(points[rows]).equations
        axis = points[rows].mean(0)
        axis[1] = -1.15
        spoke = (points[rows] - axis) * [1.0, 1.0, 0.0]
        spoke /= np.maximum(np.linalg.norm(spoke, axis=1, keepdims=True), 1e-9)
        ahead_of = spoke @ hull[:, :3].T
        room = -(points[rows] @ hull[:, :3].T + hull[:, 3])
        reach = np.where(ahead_of > 1e-6, room / np.maximum(ahead_of, 1e-6), np.inf).min(1)
        ahead_toes = ((points[rows, 2] - 0.04) / 0.04).clip(0.0, 1.0)
        out[rows] += (reach * ahead_toes).clip(0.0, 0.03)[:, None] * spoke
    return out


def ahead(rest: Floats, x: float, y: float) -> float:
    """How far ahead the convex outline of the body's trunk and thighs is at (x, y)."""
    near = rest[(np.abs(rest[:, 1] - y) < 0.02) & (np.abs(rest[:, 0]) < 0.18)]
    hull = near[ConvexHull(near[:, [0, 2]]).vertices]
    upper = hull[(hull[:, 2] > np.median(near[:, 2]))]
    upper = upper[np.argsort(upper[:, 0])]
    return float(np.interp(x, upper[:, 0], upper[:, 2]))


def sheet(
    body: Body, name: str, width: Floats, heights: Floats, out: float, paint: Paint, loose: int
) -> Item:
    """Cloth that hangs before trunk and legs, as an item: half as wide as width (n,) at heights (n,), from the top."""
    rest = body.template.astype(np.float64)
    across = np.linspace(-1.0, 1.0, 15)
    x = width[:, None] * across
    y = np.broadcast_to(heights[:, None], x.shape)
    middle = x.clip(-0.12, 0.12)
    z = np.array([[ahead(rest, *at) for at in zip(*row, strict=True)] for row in zip(middle, y, strict=True)])
    z = gaussian_filter(z, (2.0, 1.0), mode="nearest") + out - 0.15 * np.maximum(np.abs(x) - 0.12, 0.0)
    number = np.arange(x.size).reshape(x.shape)
    a, b, c, d = number[:-1, :-1], number[1:, :-1], number[1:, 1:], number[:-1, 1:]
    faces = np.concatenate([np.stack([a, b, c], -1).reshape(-1, 3), np.stack([a, c, d], -1).reshape(-1, 3)])
    points = np.stack([x, y, z], -1).reshape(-1, 3)
    u = (0.5 + 0.3 * across / 2)[None].repeat(len(heights), 0)
    v = np.linspace(0.98, 0.02, len(heights))[:, None].repeat(len(across), 1)
    uv = np.stack([u.ravel() / len(STRIPS), v.ravel()], 1).astype(np.float32)
    corners = faces.astype(np.int32)
    nothing = np.zeros(len(body.faces), bool)
    trunk = np.flatnonzero(np.abs(rest[body.faces].mean(1)[:, 0]) < 0.25)
    return Item(
        name, "over", LICENCE, SOURCE, AUTHOR, texture(paint), True, binding=bind(points, body, trunk), faces=corners,
        uv=uv, face_uv=corners, hides=nothing, loose=loose,
    )  # fmt: skip


def cut(points: Floats, faces: Faces, field: Floats) -> tuple[Floats, Faces, Faces, csr_array]:
    """What of a mesh has a field (V,) above 0, cut along the line where it is 0.

    Returns its points (P, 3), faces (F, 3), which face each of them is of (F,), and (P, V) how points mix vertices.
    """
    within = field > 0
    inner = np.flatnonzero(within)
    number = np.full(len(points), -1)
    number[inner] = np.arange(len(inner))
    edges: dict[tuple[int, int], int] = {}
    rows: list[tuple[int, int, float]] = []

    def crossing(one: int, other: int) -> int:
        key = (min(one, other), max(one, other))
        if key not in edges:
            edges[key] = len(inner) + len(rows)
            share = float(field[key[0]] / (field[key[0]] - field[key[1]]))
            rows.append((*key, min(max(share, _SLIVER), 1 - _SLIVER)))
        return edges[key]

    out, owner = [], []
    for face in np.flatnonzero(within[faces].any(1)):
        corners = [int(v) for v in faces[face]]
        ring = []
        for k in range(3):
            one, other = corners[k], corners[(k + 1) % 3]
            if within[one]:
                ring.append(int(number[one]))
            if within[one] != within[other]:
                ring.append(crossing(one, other))
        for k in range(1, len(ring) - 1):
            out.append([ring[0], ring[k], ring[k + 1]])
            owner.append(face)
    ones, others, share = (np.array(column) for column in zip(*rows, strict=True))
    new = len(inner) + np.arange(len(rows))
    mixed = coo_array(
        (
            np.concatenate([np.ones(len(inner)), 1 - share, share]),
            (np.concatenate([np.arange(len(inner)), new, new]), np.concatenate([inner, ones, others])),
        ),
        (len(inner) + len(rows), len(points)),
    ).tocsr()
    used, renumbered = np.unique(np.array(out), return_inverse=True)
    mixed = mixed[used]
    return mixed @ points, renumbered.reshape(-1, 3), np.array(owner), mixed


def unwrapped(body: Body, corners: Floats, owner: Faces) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """Texture coordinates of each corner (F, 3, 3) of faces that are of the body's faces owner (F,).

    u within the strip of the limb, around it from behind; v along it, 0 to 1.
    """
    joints = [SMPL_24[part] for part in body.face_parts[owner]]
    limbs = [joint.rpartition("_")[2] for joint in joints]
    strip = np.array([1 if o in _ARM else 2 if o in _LEG else 0 for o in limbs]).repeat(3)
    sign = np.where([joint.startswith("left") for joint in joints], 1.0, -1.0).repeat(3)
    x, y, z = corners.reshape(-1, 3).T
    angle = np.select(
        [strip == 0, strip == 1],
        [np.arctan2(x, z), np.arctan2(y - 0.215, -(z + 0.04) * sign)],
        np.arctan2((x - 0.1 * sign), z),
    )
    along = np.select(
        [strip == 0, strip == 1], [(y + 0.40) / 0.72, (np.abs(x) - 0.13) / 0.75], (y + 1.2) / 1.05
    )
    around = (angle / (2 * np.pi) + 0.5).reshape(-1, 3)
    wide = np.ptp(around, axis=1) > 0.5  # across the seam
    around[wide] = np.where(around[wide] < 0.5, around[wide] + 1.0, around[wide])
    u = (strip + (around.ravel().clip(0.0, 1.0) * 0.98 + 0.01)) / len(STRIPS)
    uv = np.stack([u, along.clip(0.005, 0.995)], 1).astype(np.float32)
    return uv, np.arange(3 * len(corners), dtype=np.int32).reshape(-1, 3)


def normals(points: Floats, faces: NDArray[np.integer]) -> Floats:
    """(V, 3) unit normals, weighted by area."""
    a, b, c = (points[faces[:, k]] for k in range(3))
    found = np.zeros_like(points)
    for k in range(3):
        np.add.at(found, faces[:, k], np.cross(b - a, c - a))
    return found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-12)


def averages(faces: Faces, count: int) -> csr_array:
    """(V, V) the mean of a vertex' neighbours; at an edge, of those along it, so that hems stay."""
    one, other = faces.ravel(), np.roll(faces, -1, 1).ravel()
    links = coo_array((np.ones(len(one)), (one, other)), (count, count)).tocsr()
    links.data[:] = 1.0
    open_edges = links - links.multiply(links.T)  # a directed edge without its twin
    border = (open_edges + open_edges.T).tocsr()
    border.eliminate_zeros()
    both = (links + links.T).tocsr()
    both.data[:] = 1.0
    at_edge = np.asarray(border.sum(1)).ravel() > 0
    keep = coo_array((~at_edge).astype(float)[:, None]).tocsr()
    chosen = (both.multiply(keep) + border).tocsr()
    return csr_array(chosen.multiply(1.0 / np.maximum(np.asarray(chosen.sum(1)).reshape(-1, 1), 1.0)))


def largest(faces: NDArray[np.int32], count: int) -> Mask:
    """(F,) whether a face is of the skin rather than of the eyeballs, which lie apart."""
    links = coo_array(
        (np.ones(3 * len(faces)), (faces.ravel(), np.roll(faces, 1, 1).ravel())), (count, count)
    )
    _, piece = connected_components(links, directed=False)
    return np.asarray(piece[faces[:, 0]] == np.bincount(piece).argmax())


def inner(faces: NDArray[np.int32], chosen: Mask) -> Mask:
    """(F,) the chosen faces without the ring along their edge: what lies under cloth wherever it is seen from."""
    edge = np.zeros(int(faces.max()) + 1, bool)
    edge[faces[~chosen]] = True
    return np.asarray(chosen & ~edge[faces].any(axis=1))
