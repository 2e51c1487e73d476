"""Our own workwear: shells around the open body, painted; python -m synth.assets.build.build_workwear FOLDER

A shell is a part of the body's surface moved outward, its relief smoothed away as cloth does, and textured by where on
the body it lies: around and along the trunk, each arm and each leg. Helmets, goggles and ear defenders are meshes of
their own around the head. All of it is Posemill's own work, CC0-1.0.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter
from scipy.sparse import coo_array

from synth.body.body import Body
from synth.body.loading import load_body
from synth.body.skeleton import SMPL_24
from synth.wardrobe.binding import bind
from synth.wardrobe.item import Item, write_item

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Paint = Callable[[Floats, Floats, str], Floats]

LICENCE, SOURCE, AUTHOR = "CC0-1.0", "synth/assets/build/build_workwear.py", "Posemill"
_SIZE = 256  # pixels of a strip of texture: one each for trunk, arms and legs, side by side
STRIPS = ("trunk", "arm", "leg")
YELLOW, ORANGE = (0.84, 0.95, 0.16), (1.0, 0.42, 0.10)  # fluorescent colours of EN ISO 20471
SILVER = (0.80, 0.82, 0.84)  # its retroreflective bands
CLOTH = (0.80, 0.80, 0.80)  # to be coloured
_DARK = (0.12, 0.12, 0.13)

_ARM = ("shoulder", "elbow", "wrist", "hand")
_LEG = ("hip", "knee", "ankle", "foot")


def build(folder: Path) -> None:
    """Write an .npz for every item."""
    body = load_body()
    folder.mkdir(parents=True, exist_ok=True)
    for item in (*garments(body), *headgear(body)):
        write_item(folder / f"{item.name}.npz", item)


def garments(body: Body) -> list[Item]:
    """What is made of the body's surface."""
    at = body.template.astype(np.float64)
    x, y, z = np.abs(at[:, 0]), at[:, 1], at[:, 2]
    trunk = (y > -0.36) & (y < 0.285) & (x < 0.2)
    arms = (x >= 0.13) & (y > 0.1)
    legs, feet = y < -0.2, y < -1.09
    vest = (y > -0.30) & (y < 0.275) & (x < 0.165)
    shirt, short = (y > -0.34) & ((x < 0.2) | arms), x < 0.33
    neck, wrist = y < 0.285, x < 0.675
    cover = neck & wrist & ~feet & ~((x > 0.62) & (y < 0))
    face = (z > 0.055) & (y > 0.30)
    return [
        shell(body, "hi_vis_vest_yellow", "over", vest & trunk, 0.026, 40, vest_paint(YELLOW)),
        shell(body, "hi_vis_vest_orange", "over", vest & trunk, 0.026, 40, vest_paint(ORANGE)),
        shell(body, "hi_vis_jacket_yellow", "jacket", shirt & neck & wrist, 0.022, 40, vest_paint(YELLOW)),
        shell(body, "hi_vis_jacket_orange", "jacket", shirt & neck & wrist, 0.022, 40, vest_paint(ORANGE)),
        shell(body, "work_jacket", "jacket", shirt & neck & wrist, 0.020, 40, cloth_paint(zip_line=True), tints=True),
        shell(body, "sweatshirt", "top", shirt & neck & wrist, 0.013, 30, cloth_paint(), tints=True),
        shell(body, "t_shirt", "top", shirt & neck & short, 0.010, 25, cloth_paint(), tints=True),
        shell(body, "polo_shirt", "top", shirt & (y < 0.295) & short, 0.010, 25, cloth_paint(zip_line=True), tints=True),
        shell(body, "work_trousers", "trousers", legs & (y < -0.22) & ~feet & (x < 0.3), 0.018, 25,
              cloth_paint(pockets=True), tints=True),
        shell(body, "hi_vis_trousers", "trousers", legs & (y < -0.22) & ~feet & (x < 0.3), 0.018, 25,
              vest_paint(ORANGE)),
        shell(body, "coveralls", "suit", cover, 0.020, 40, cloth_paint(zip_line=True, pockets=True), tints=True),
        shell(body, "apron", "over", (y > -0.68) & (y < 0.12) & (z > 0.02) & (x < 0.17), 0.030, 40, cloth_paint(),
              tints=True),
        shell(body, "gloves", "gloves", x > 0.645, 0.004, 2, cloth_paint(), tints=True),
        shell(body, "safety_boots", "shoes", y < -0.93, 0.012, 8, boot_paint, tints=True),
        shell(body, "mask", "face", face & (y > 0.345) & (y < 0.405) & (x < 0.055) & (z > 0.06), 0.009, 10,
              cloth_paint()),
    ]  # fmt: skip


def shell(
    body: Body,
    name: str,
    slot: str,
    covered: Mask,
    out: float,
    smooth: int,
    paint: Paint,
    tints: bool = False,
) -> Item:
    """The covered (V,) vertices of the body, `out` metres outward and smoothed so many times, as an item."""
    rest = body.template.astype(np.float64)
    chosen = covered[body.faces].all(1) & _largest(body.faces, covered)
    faces = body.faces[chosen]
    normal = normals(rest, body.faces)
    neighbours = _averaging(faces, len(rest))
    moved = rest + out * normal
    for _ in range(smooth):
        moved = 0.5 * moved + 0.5 * np.where(covered[:, None], neighbours @ moved, moved)
        short = out * 0.75 - ((moved - rest) * normal).sum(1)  # cloth lies on the skin, not in it
        moved += np.maximum(short, 0.0)[:, None] * normal
    used, numbered = np.unique(faces, return_inverse=True)
    numbered = numbered.reshape(-1, 3).astype(np.int32)
    uv, face_uv = unwrapped(body, faces)
    return Item(
        name, slot, LICENCE, SOURCE, AUTHOR, texture(paint), tints,
        binding=bind(moved[used], body, np.flatnonzero(chosen)), faces=numbered, uv=uv, face_uv=face_uv,
        hides=_inner(body.faces, chosen),
    )  # fmt: skip


def unwrapped(body: Body, faces: NDArray[np.int32]) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """Texture coordinates by corner: u within the strip of the limb, around it from behind; v along it, 0 to 1."""
    at = body.template.astype(np.float64)
    owner = [SMPL_24[joint].rpartition("_")[2] for joint in body.weight_joints[faces, 0].ravel()]
    side = [SMPL_24[joint].startswith("left") for joint in body.weight_joints[faces, 0].ravel()]
    corner = at[faces].reshape(-1, 3)
    strip = np.array([1 if o in _ARM else 2 if o in _LEG else 0 for o in owner]).reshape(-1, 3)
    strip = np.sort(strip, axis=1)[:, 1].repeat(3)  # a face lies in one strip
    sign = np.where(np.array(side).reshape(-1, 3)[:, :1], 1.0, -1.0).repeat(3)
    x, y, z = corner.T
    around = np.select(
        [strip == 0, strip == 1],
        [np.arctan2(x, z - 0.0), np.arctan2(y - 0.215, -(z + 0.04) * sign)],
        np.arctan2((x - 0.1 * sign), z - 0.0),
    )
    along = np.select(
        [strip == 0, strip == 1], [(y + 0.40) / 0.72, (np.abs(x) - 0.13) / 0.75], (y + 1.2) / 1.05
    )
    around = (around / (2 * np.pi) + 0.5).reshape(-1, 3)
    wide = np.ptp(around, axis=1) > 0.5  # across the seam
    around[wide] = np.where(around[wide] < 0.5, around[wide] + 1.0, around[wide])
    u = (strip + (around.ravel().clip(0.0, 1.0) * 0.98 + 0.01)) / len(STRIPS)
    uv = np.stack([u, along.clip(0.005, 0.995)], 1).astype(np.float32)
    return uv, np.arange(3 * len(faces), dtype=np.int32).reshape(-1, 3)


def texture(paint: Paint) -> NDArray[np.uint8]:
    """(256, 768, 3) what a paint makes of (around, along) in each strip, with folds and wear."""
    along, around = np.meshgrid(
        1 - (np.arange(_SIZE) + 0.5) / _SIZE, (np.arange(_SIZE) + 0.5) / _SIZE, indexing="ij"
    )
    strips = [paint(around, along, name) for name in STRIPS]
    colours = np.concatenate(strips, 1)
    rng = np.random.default_rng(5)
    folds = sum(
        gaussian_filter(rng.normal(size=colours.shape[:2]), (s, 2.2 * s), mode="wrap") * s * w
        for s, w in ((3, 0.16), (8, 0.2), (20, 0.14))
    )
    weave = rng.normal(scale=0.015, size=colours.shape[:2])
    shade = 1.0 + (0.30 * folds + weave)[..., None]
    return np.rint(255 * (colours * shade).clip(0, 1)).astype(np.uint8)


def _flat(around: Floats, colour: Sequence[float]) -> Floats:
    return np.broadcast_to(np.array(colour), (*around.shape, 3)).copy()


def vest_paint(colour: Sequence[float]) -> Paint:
    """High-visibility cloth with bands around trunk, sleeves and shins, and over the shoulders (EN ISO 20471, class 2)."""

    def paint(around: Floats, along: Floats, strip: str) -> Floats:
        found = _flat(around, colour)
        bands = {
            "trunk": ((0.22, 0.29), (0.42, 0.49)),
            "arm": ((0.30, 0.36), (0.52, 0.58)),
            "leg": ((0.24, 0.29), (0.38, 0.43)),
        }
        for low, high in bands[strip]:
            found[(along > low) & (along < high)] = SILVER
        if strip == "trunk":
            for middle in (0.36, 0.64):
                found[(np.abs(around - middle) < 0.026) & (along > 0.49)] = SILVER
                found[(np.abs(around % 1.0 - (middle + 0.5) % 1.0) < 0.026) & (along > 0.49)] = SILVER
            found[np.abs(around - 0.5) < 0.006] = _DARK
        return found

    return paint


def cloth_paint(zip_line: bool = False, pockets: bool = False) -> Paint:
    """Plain cloth to be coloured, with a zip in front, or pockets."""

    def paint(around: Floats, along: Floats, strip: str) -> Floats:
        found = _flat(around, CLOTH)
        if zip_line and strip == "trunk":
            found[np.abs(around - 0.5) < 0.005] *= 0.35
        if strip == "trunk":
            found[along < 0.07] *= 0.86
        if pockets and strip == "leg":
            edge = (np.abs(np.abs(around - 0.75) - 0.09) < 0.008) & (along > 0.62) & (along < 0.78)
            found[edge | ((np.abs(along - 0.78) < 0.008) & (np.abs(around - 0.75) < 0.09))] *= 0.6
            found[(np.abs(along - 0.47) < 0.07) & (np.abs(around - 0.5) < 0.14)] *= 0.9  # knee pads
        if strip == "leg":
            found[np.abs(around - 0.75) < 0.006] *= 0.75
        return found

    return paint


def boot_paint(around: Floats, along: Floats, strip: str) -> Floats:
    """Boots with a dark sole and laces, to be coloured."""
    found = _flat(around, CLOTH)
    found[along < 0.075] = _DARK
    found[(np.abs(around - 0.5) < 0.05) & (along > 0.1) & ((along * 90).astype(int) % 2 == 0)] *= 0.5
    return found


# -- around the head


def headgear(body: Body) -> list[Item]:
    """What is worn on the head."""
    at = body.template.astype(np.float64)
    head = at[(at[:, 1] > 0.40) & (np.abs(at[:, 0]) < 0.1)]
    low, high = head.min(0), head.max(0)
    centre = np.array([0.0, 0.445, (low[2] + head[head[:, 1] > 0.45][:, 2].max()) / 2])
    radii = np.array([0.095, 0.122, 0.118])
    scalp = (at[:, 1] > 0.455 + 0.25 * (at[:, 2] - centre[2]).clip(-0.1, 0.1)) & (np.abs(at[:, 0]) < 0.12)
    under = scalp[body.faces].all(1)
    nothing = np.zeros(len(body.faces), bool)
    dome = _dome(centre, radii)
    brim = _brim(centre, radii)
    hat = _joined(dome, brim)
    ears = _joined(
        *(
            _ellipsoid(np.array([s * 0.085, 0.415, 0.012]), np.array([0.022, 0.036, 0.030]))
            for s in (1.0, -1.0)
        ),
        _band(np.array([0.0, 0.415, 0.012]), 0.092, 0.142),
    )
    goggles = _visor(body, at, (0.412, 0.456), 0.016)
    cap = _joined(_dome(centre, radii * [0.93, 0.88, 0.93]), _peak(centre, radii))
    return [
        _rigid(body, "hard_hat", "hat", hat, under, CLOTH, tints=True),
        _rigid(body, "bump_cap", "hat", cap, under, CLOTH, tints=True),
        _rigid(body, "ear_defenders", "ears", ears, nothing, CLOTH, tints=True),
        _rigid(body, "goggles", "face", goggles, nothing, (0.30, 0.34, 0.38)),
    ]


_Solid = tuple[Floats, NDArray[np.int64]]


def _rigid(
    body: Body, name: str, slot: str, solid: _Solid, hides: Mask, colour: Sequence[float], tints: bool = False
) -> Item:
    points, faces = solid
    uv = np.array([[0.5, 0.5]], np.float32)
    picture = np.rint(255 * np.broadcast_to(np.array(colour), (8, 8, 3))).astype(np.uint8)
    return Item(
        name, slot, LICENCE, SOURCE, AUTHOR, picture, tints, binding=bind(points, body), rigid="head",
        faces=faces.astype(np.int32), uv=uv, face_uv=np.zeros((len(faces), 3), np.int32), hides=hides,
    )  # fmt: skip


def _grid(points: Floats) -> _Solid:
    """Faces between the points (n, m, 3) of a grid, seen from the side that i x j points to."""
    n, m = points.shape[:2]
    number = np.arange(n * m).reshape(n, m)
    a, b, c, d = number[:-1, :-1], number[1:, :-1], number[1:, 1:], number[:-1, 1:]
    faces = np.concatenate([np.stack([a, b, c], -1).reshape(-1, 3), np.stack([a, c, d], -1).reshape(-1, 3)])
    return points.reshape(-1, 3), faces


def _dome(centre: Floats, radii: Floats) -> _Solid:
    turn, up = np.meshgrid(
        np.linspace(0, 2 * np.pi, 33), np.linspace(0.0, np.pi / 2 - 0.02, 9), indexing="ij"
    )
    ridge = 1.0 + 0.03 * np.exp(-((np.cos(turn) / 0.35) ** 2)) * np.cos(up)
    unit = np.stack(
        [np.cos(turn) * np.cos(up) * ridge, np.sin(up) ** 0.85, np.sin(turn) * np.cos(up) * ridge], -1
    )
    return _grid(centre + radii * unit)


def _brim(centre: Floats, radii: Floats) -> _Solid:
    turn, out = np.meshgrid(np.linspace(0, 2 * np.pi, 33), np.array([0.97, 1.16]), indexing="ij")
    ahead = np.maximum(np.sin(turn), 0.0) ** 2
    wide = 1.0 + (out - 1.0) * (0.55 + 1.5 * ahead)
    unit = np.stack([np.cos(turn) * wide, -0.14 * (out - 0.97) * (1 + ahead), np.sin(turn) * wide], -1)
    return _grid(centre + radii * unit)


def _peak(centre: Floats, radii: Floats) -> _Solid:
    turn, out = np.meshgrid(
        np.linspace(0.18 * np.pi, 0.82 * np.pi, 17), np.linspace(0.9, 1.5, 4), indexing="ij"
    )
    wide = 1.0 + (out - 1.0) * np.maximum(np.sin(turn), 0.0) ** 1.5
    unit = np.stack([np.cos(turn) * 0.95, -0.25 * (out - 0.9), np.sin(turn) * wide], -1)
    return _grid(centre + radii * [0.95, 1.0, 1.0] * unit)


def _ellipsoid(centre: Floats, radii: Floats) -> _Solid:
    turn, up = np.meshgrid(
        np.linspace(0, 2 * np.pi, 17), np.linspace(-np.pi / 2, np.pi / 2, 9), indexing="ij"
    )
    unit = np.stack([np.cos(turn) * np.cos(up), np.sin(up), np.sin(turn) * np.cos(up)], -1)
    return _grid(centre + radii * unit)


def _band(centre: Floats, half: float, height: float) -> _Solid:
    turn, wide = np.meshgrid(np.linspace(0, np.pi, 21), np.array([-0.012, 0.012]), indexing="ij")
    unit = np.stack([half * np.cos(turn), height * np.sin(turn), wide], -1)
    return _grid(centre + unit)


def _visor(body: Body, at: Floats, heights: tuple[float, float], out: float) -> _Solid:
    """A curved pane in front of the face between two heights."""
    face = at[(at[:, 1] > heights[0] - 0.01) & (at[:, 1] < heights[1] + 0.01) & (at[:, 2] > 0.0)]
    x = np.linspace(-0.07, 0.07, 15)
    depth = np.array([face[np.abs(face[:, 0] - each) < 0.012][:, 2].max() for each in x])
    depth = np.maximum.accumulate(np.maximum(depth, depth[::-1]))  # from the temples to the nose and back
    depth = np.minimum(depth, depth[::-1]).clip(max=0.118) + out
    y = np.linspace(*heights, 4)
    return _grid(np.stack(np.broadcast_arrays(x[:, None], y[None], depth[:, None]), -1))


def _joined(*solids: _Solid) -> _Solid:
    starts = np.cumsum([0, *(len(points) for points, _ in solids)])
    faces = [faces + start for (_, faces), start in zip(solids, starts, strict=False)]
    return np.concatenate([points for points, _ in solids]), np.concatenate(faces)


# -- meshes


def normals(points: Floats, faces: NDArray[np.int32]) -> Floats:
    """(V, 3) unit normals, weighted by area."""
    a, b, c = (points[faces[:, k]] for k in range(3))
    found = np.zeros_like(points)
    for k in range(3):
        np.add.at(found, faces[:, k], np.cross(b - a, c - a))
    return found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-12)


def _averaging(faces: NDArray[np.int32], count: int) -> coo_array:
    """(V, V) the mean of a vertex' neighbours."""
    one, other = faces.ravel(), np.roll(faces, 1, 1).ravel()
    rows, columns = np.concatenate([one, other]), np.concatenate([other, one])
    links = coo_array((np.ones(len(rows)), (rows, columns)), (count, count)).tocsr()
    links.data[:] = 1.0
    return coo_array((1.0 / np.maximum(links.sum(1), 1.0))[:, None] * links.tocoo()).tocsr()


def _largest(faces: NDArray[np.int32], covered: Mask) -> Mask:
    """(F,) whether a face is of the skin rather than of the eyeballs, which lie apart."""
    from scipy.sparse.csgraph import connected_components

    count = len(covered)
    links = coo_array(
        (np.ones(3 * len(faces)), (faces.ravel(), np.roll(faces, 1, 1).ravel())), (count, count)
    )
    _, piece = connected_components(links, directed=False)
    return np.asarray(piece[faces[:, 0]] == np.bincount(piece).argmax())


def _inner(faces: NDArray[np.int32], chosen: Mask) -> Mask:
    """(F,) the chosen faces without the ring along their edge: what lies under cloth wherever it is seen from."""
    edge = np.zeros(int(faces.max()) + 1, bool)
    edge[faces[~chosen]] = True
    return chosen & ~edge[faces].any(1)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    build(Path(sys.argv[1]))
