"""Helmets, goggles and ear defenders: meshes of their own around the head of the open body."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from synth.assets.build.paints import CLOTH
from synth.assets.build.shells import AUTHOR, LICENCE, SOURCE, Floats, Mask, largest
from synth.body.body import Body
from synth.wardrobe.binding import bind
from synth.wardrobe.item import Item


def headgear(body: Body) -> list[Item]:
    """What is worn on the head."""
    at = body.template.astype(np.float64)
    head = at[(at[:, 1] > 0.40) & (np.abs(at[:, 0]) < 0.1)]
    low = head.min(0)
    centre = np.array([0.0, 0.445, (low[2] + head[head[:, 1] > 0.45][:, 2].max()) / 2])
    radii = np.array([0.095, 0.122, 0.118])
    under = under_hat(body)
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
        _eyes(body),
        _rigid(body, "goggles", "face", goggles, nothing, (0.30, 0.34, 0.38)),
    ]


def under_hat(body: Body) -> Mask:
    """(F,) the faces of the scalp that a hat covers, and with them the hair there."""
    at = body.template.astype(np.float64)
    head = at[(at[:, 1] > 0.40) & (np.abs(at[:, 0]) < 0.1)]
    middle = (head[:, 2].min() + head[head[:, 1] > 0.45][:, 2].max()) / 2
    scalp = (at[:, 1] > 0.455 + 0.25 * (at[:, 2] - middle).clip(-0.1, 0.1)) & (np.abs(at[:, 0]) < 0.12)
    return np.asarray(scalp[body.faces].all(axis=1))


def _eyes(body: Body) -> Item:
    """Eyeballs with iris and pupil, over those of the body."""
    rest = body.template.astype(np.float64)
    ball = np.flatnonzero(~largest(body.faces, len(rest)) & (np.abs(rest[body.faces].mean(1)[:, 0]) < 0.06))
    used, corners = np.unique(body.faces[ball], return_inverse=True)
    points, uv = rest[used].copy(), np.zeros((len(used), 2), np.float32)
    for side in (-1.0, 1.0):
        own = points[:, 0] * side > 0
        middle = (points[own].min(0) + points[own].max(0)) / 2
        radius = np.ptp(points[own][:, 0]) / 2
        uv[own] = 0.5 + (points[own] - middle)[:, :2] / (2.2 * radius)
        points[own] += 0.0003 * (points[own] - middle) / radius
    across, up = np.meshgrid(np.linspace(-1.1, 1.1, 64), np.linspace(1.1, -1.1, 64))
    away = np.hypot(across, up)[..., None]
    white, iris = np.array([214, 208, 202]), np.array([70, 46, 30])
    picture = np.where(away < 0.17, 12, np.where(away < 0.42, iris, white)).astype(np.uint8)
    faces = corners.reshape(-1, 3).astype(np.int32)
    return Item(
        "eyes", "eyes", LICENCE, SOURCE, AUTHOR, picture, binding=bind(points, body, ball), rigid=None, faces=faces,
        uv=uv, face_uv=faces, hides=np.zeros(len(body.faces), bool),
    )  # fmt: skip


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
