"""Nearest exemplars of 2D poses whose joints may be missing: an inverted file, scanned by one numba kernel.

How far an exemplar e (j, 2) is from a query q (j, 2) with weights w (j,), 0 for a missing joint, is what the best
scale and shift of e leaves over (no turn, no mirroring):

    min over s >= 0 and t of  sum w |s e + t - q|^2 / sum w |q - mean q|^2     in 0..1

so that it matters not by which joints a picture was centred and scaled, and a missing joint counts for nothing.
Exemplars lie in cells (k-means over full projections); a query scans the cells whose centres are least far by the
same measure. With every cell probed the answer is exact. Exemplars are stored joint after joint in blocks, so the
kernel walks along exemplars and skips a missing joint whole.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numba import njit
from numpy.typing import NDArray

from lifter.models.clusters import cluster, nearest

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
_BLOCK = 256  # exemplars whose five sums stay in a core's first cache


@dataclass(frozen=True)
class Index:
    """Exemplars' 2D in cells: `plane` (2 j, n) float32 x and y of each joint, `starts` (cells + 1,) where each
    cell begins along n, `centres` (2 j, cells). Rows are in the order of `order` of `build`."""

    plane: Floats
    starts: Ints
    centres: Floats

    @property
    def bytes(self) -> int:
        return self.plane.nbytes + self.starts.nbytes + self.centres.nbytes

    def find(
        self, points: Floats, weight: Floats, count: int = 1, probes: int | None = None
    ) -> tuple[Ints, Floats]:
        """(n, count) rows of the exemplars nearest to points (n, j, 2) with weight (n, j), best first, and how far
        they are; -1 and infinitely far where there are fewer. `probes`: cells that are scanned, all unless given."""
        probes = len(self.starts) - 1 if probes is None else min(probes, len(self.starts) - 1)
        rows, far = (
            np.full((len(points), count), -1, np.int64),
            np.full((len(points), count), np.inf, np.float32),
        )
        queries, shares = _centred(points, weight)
        _find(self.plane, self.starts, self.centres, queries, shares, probes, rows, far)
        return rows, far


def normalised(points: Floats) -> Floats:
    """(n, j, 2) points, all known, about their middle and with a root mean square of 1 over their joints."""
    about = points - points.mean(1, keepdims=True)
    size = np.sqrt((about**2).sum((1, 2), keepdims=True) / points.shape[1])
    return np.asarray(about / np.maximum(size, 1e-9), np.float32)


def _centred(points: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """Queries (n, 2 j) about their weighted middle, of a weighted sum of squares of 1, and weights (n, j) of a sum
    of 1; zeros where a query is nothing but a point."""
    share = np.maximum(weight, 0) / np.maximum(np.maximum(weight, 0).sum(1, keepdims=True), 1e-12)
    about = np.where(share[..., None] > 0, points - (share[..., None] * points).sum(1, keepdims=True), 0.0)
    squares = (share[..., None] * about**2).sum((1, 2), keepdims=True)
    query = np.where(squares > 1e-12, about / np.sqrt(np.maximum(squares, 1e-12)), 0.0)
    return query.reshape(len(points), -1).astype(np.float32), np.ascontiguousarray(share, np.float32)


def build(points: Floats, cells: int, seed: int) -> tuple[Ints, Ints]:
    """How exemplars (n, j, 2), all joints known, fall into cells: `order` (n,), which exemplar each row of the
    index holds, and `starts` (cells + 1,), where the rows of each cell begin."""
    flat = torch.from_numpy(normalised(points).reshape(len(points), -1))
    centres = cluster(flat, cells, seed)
    own = nearest(flat, centres)[0].numpy()
    order = np.argsort(own, kind="stable")
    members = np.bincount(own, minlength=len(centres))
    return order, np.concatenate([[0], members.cumsum()]).astype(np.int64)


def index_of(points: Floats, starts: Ints) -> Index:
    """An index of exemplars (n, j, 2) that lie in their cells' order."""
    flat = normalised(points).reshape(len(points), -1)
    used = starts[np.r_[True, np.diff(starts) > 0]]  # no empty cells
    centres = np.add.reduceat(flat, used[:-1], axis=0) / np.diff(used)[:, None]
    return Index(np.ascontiguousarray(flat.T), used, np.ascontiguousarray(centres.T, np.float32))


@njit(cache=True, nogil=True, fastmath=True)
def _far(plane, start, stop, query, weight, sums, out):  # type: ignore[no-untyped-def]
    """How far exemplars start..stop, at most a block, are from a query that is centred and has a sum of squares
    of 1 under its weights, which have a sum of 1."""
    n = stop - start
    mx, my, ee, eq = sums[0], sums[1], sums[2], sums[3]
    sums[:, :n] = 0.0
    for joint in range(len(weight)):
        w = weight[joint]
        if w > 0:
            xs, ys = plane[2 * joint, start:stop], plane[2 * joint + 1, start:stop]
            qx, qy = w * query[2 * joint], w * query[2 * joint + 1]
            for i in range(n):
                x, y = xs[i], ys[i]
                mx[i] += w * x
                my[i] += w * y
                ee[i] += w * (x * x + y * y)
                eq[i] += qx * x + qy * y
    for i in range(n):
        spread = max(ee[i] - mx[i] * mx[i] - my[i] * my[i], np.float32(1e-9))
        both = max(eq[i], np.float32(0))
        out[i] = np.float32(1) - both * both / spread


@njit(cache=True, nogil=True)
def _keep(far, n, start, rows, best):  # type: ignore[no-untyped-def]
    """Put those of n exemplars that are nearer than the worst of the best in their places."""
    last = len(best) - 1
    for i in range(n):
        if far[i] < best[last]:
            at = last
            while at > 0 and best[at - 1] > far[i]:
                best[at], rows[at] = best[at - 1], rows[at - 1]
                at -= 1
            best[at], rows[at] = far[i], start + i


@njit(cache=True, nogil=True)
def _find(plane, starts, centres, queries, shares, probes, rows, best):  # type: ignore[no-untyped-def]
    cells = len(starts) - 1
    sums, far = np.empty((4, _BLOCK), np.float32), np.empty(_BLOCK, np.float32)
    to_cell = np.empty(cells, np.float32)
    for n in range(len(queries)):
        query, share = queries[n], shares[n]
        if not query.any():
            continue
        for first in range(0, cells, _BLOCK):
            last = min(first + _BLOCK, cells)
            _far(centres, first, last, query, share, sums, far)
            to_cell[first:last] = far[: last - first]
        for cell in np.argsort(to_cell)[:probes]:
            for first in range(starts[cell], starts[cell + 1], _BLOCK):
                last = min(first + _BLOCK, starts[cell + 1])
                _far(plane, first, last, query, share, sums, far)
                _keep(far, last - first, first, rows[n], best[n])
