"""Rays and points against triangles the slow and plain way, to hold fast kernels against."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def all_hits(origin: Array, direction: Array, triangles: Array) -> tuple[Array, NDArray[np.int64]]:
    """Every t > 0 at which a ray meets one of triangles (F, 3, 3), and which; Moeller and Trumbore 1997."""
    a, e1, e2 = triangles[:, 0], triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0]
    h = np.cross(direction, e2)
    determinant = np.einsum("fi,fi->f", e1, h)
    with np.errstate(divide="ignore", invalid="ignore"):
        s = (origin - a) / determinant[:, None]
        u = np.einsum("fi,fi->f", s, h)
        q = np.cross(s, e1)
        v = q @ direction
        t = np.einsum("fi,fi->f", q, e2)
        hit = (determinant != 0) & (u >= 0) & (v >= 0) & (u + v <= 1) & (t > 0)
    return t[hit], np.flatnonzero(hit)


def first_hit(origin: Array, direction: Array, triangles: Array) -> float:
    """The least t of `all_hits`, infinity for none."""
    return float(min(all_hits(origin, direction, triangles)[0], default=np.inf))


def are_inside(points: Array, triangles: Array) -> NDArray[np.bool_]:
    """(n,) whether points (n, 3) lie in a set of closed solids, by the solid angle; Van Oosterom 1983."""
    a, b, c = np.moveaxis(triangles - points[:, None, None], 2, 0)
    la, lb, lc = (np.sqrt((x**2).sum(-1)) for x in (a, b, c))
    triple = (a * np.cross(b, c)).sum(-1)
    below = la * lb * lc + (a * b).sum(-1) * lc + (b * c).sum(-1) * la + (c * a).sum(-1) * lb
    return np.asarray((2 * np.arctan2(triple, below)).sum(-1) > 2 * np.pi)
