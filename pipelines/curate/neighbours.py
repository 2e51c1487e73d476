"""A growing set of points and an exact search for the nearest of them within a radius: how near-duplicates are found.

Points are rotated onto their principal axes, and the first few coordinates put each in a cell of a hash grid
twice the radius wide. Two points within the radius are so along every axis too, so the cells beside a query
hold all that may be near; the candidates' full distance then decides, and is abandoned once it is too long.
Memory grows with the points kept, not with those asked about.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

_GRID_AXES = 5  # 32 cells beside a point; more axes leave fewer candidates but more cells to look into
_BITS = 12  # of a cell's number along an axis: beyond 4096 cells they alias, which costs time and no answer
_EMPTY = -1
_FIT_ROWS = 20_000


@dataclass(frozen=True)
class Axes:
    """Principal axes: turn (d, d) orthonormal, about middle (d,). `scale` makes a point's length an RMS."""

    middle: NDArray[np.float64]
    turn: NDArray[np.float64]
    scale: float

    def __call__(self, points: NDArray[Any]) -> NDArray[np.float32]:
        """Points (n, d) as (n, d) float32 coordinates along the axes, distances multiplied by `scale`."""
        return (((points - self.middle) @ self.turn) * self.scale).astype(np.float32)


def fit_axes(points: NDArray[Any], scale: float = 1.0) -> Axes:
    """The principal axes of points (n, d), widest first. They change how fast a RadiusIndex is, never its answers."""
    chosen = points[:: max(1, len(points) // _FIT_ROWS)].astype(np.float64)
    middle = chosen.mean(axis=0)
    _, turn = np.linalg.eigh(np.cov(chosen, rowvar=False) if len(chosen) > 1 else np.eye(points.shape[1]))
    return Axes(middle, np.ascontiguousarray(turn[:, ::-1]), scale)


class RadiusIndex:
    """Points that are no nearer to each other than `spacing` (the radius, if not given), and a search for those within
    `radius` of a query.

    With `view_cosine`, points carry a direction too (unit 3-vectors), and `add` counts two of them as near only
    where the cosine between their directions is at least that. Raises ValueError unless 0 < spacing <= radius.
    """

    def __init__(
        self, radius: float, size: int, view_cosine: float = -2.0, spacing: float | None = None
    ) -> None:
        self.radius, self.view_cosine = float(radius), float(view_cosine)
        self.spacing = float(radius if spacing is None else spacing)
        if not 0 < self.spacing <= radius:
            raise ValueError("the spacing must be above 0 and at most the radius")
        self._count = 0
        self._points = np.empty((1024, size), np.float32)
        self._views = np.empty((1024, 3), np.float32)
        self._labels = np.empty(1024, np.int64)
        self._next = np.empty(1024, np.int64)
        self._slots = np.empty(4096, np.int64)
        self._heads = np.full(4096, _EMPTY, np.int64)

    def __len__(self) -> int:
        return self._count

    @property
    def points(self) -> NDArray[np.float32]:
        """(k, d) the points kept, in the order in which they were added."""
        return self._points[: self._count]

    def add(
        self, points: NDArray[np.float32], labels: NDArray[np.int64], views: NDArray[np.float32] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Add points (n, d) one after another; each is kept unless a kept one is within the spacing.

        Returns for each the label of that nearest kept one, or -1 for a point that was kept, and the distance.
        """
        self._make_room(len(points))
        twins, apart = np.empty(len(points), np.int64), np.empty(len(points), np.float32)
        self._count = _add(
            points, labels, _directions(views, len(points)), self.radius, self.spacing, self.view_cosine,
            self._points, self._views, self._labels, self._next, self._slots, self._heads, self._count,
            twins, apart,
        )  # fmt: skip
        return twins, apart

    def find(self, points: NDArray[np.float32]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """For each point (n, d) the label of the nearest point kept within the radius, or -1, and its distance;
        directions are ignored."""
        twins, apart = np.empty(len(points), np.int64), np.empty(len(points), np.float32)
        _find(
            points, self.radius, self._points, self._labels, self._next, self._slots,
            self._heads, twins, apart,
        )  # fmt: skip
        return twins, apart

    def _make_room(self, more: int) -> None:
        needed = self._count + more
        if needed > len(self._points):
            capacity = max(needed, 2 * len(self._points))
            for name in ("_points", "_views", "_labels", "_next"):
                old = getattr(self, name)
                grown = np.empty((capacity, *old.shape[1:]), old.dtype)
                grown[: self._count] = old[: self._count]
                setattr(self, name, grown)
        if 2 * needed > len(self._slots):
            size = 1 << int(np.ceil(np.log2(4 * needed)))
            self._slots, self._heads = np.empty(size, np.int64), np.full(size, _EMPTY, np.int64)
            _rehash(self._points, self.radius, self._next, self._slots, self._heads, self._count)


def _directions(views: NDArray[np.float32] | None, n: int) -> NDArray[np.float32]:
    return np.zeros((n, 3), np.float32) if views is None else views.astype(np.float32, copy=False)


@njit(cache=True, nogil=True)
def _key(point, corner, base, cell):  # type: ignore[no-untyped-def]
    """The number of the cell `corner` steps (one bit an axis) above `base`, or of the point's own if base < 0."""
    key = np.int64(0)
    for axis in range(min(_GRID_AXES, len(point))):
        if base:
            number = np.int64(np.floor(point[axis] / cell - 0.5)) + ((corner >> axis) & 1)
        else:
            number = np.int64(np.floor(point[axis] / cell))
        key = (key << _BITS) | (number & ((1 << _BITS) - 1))
    return key


@njit(cache=True, nogil=True)
def _slot(key, slots, heads):  # type: ignore[no-untyped-def]
    """Where a cell is in the table, or the free place where it would go. Open addressing, linear probing."""
    mask = len(slots) - 1
    mixed = np.uint64(key) * np.uint64(0x9E3779B97F4A7C15)
    place = np.int64(mixed >> np.uint64(20)) & mask
    while heads[place] != _EMPTY and slots[place] != key:
        place = (place + 1) & mask
    return place


@njit(cache=True, nogil=True)
def _insert(row, point, cell, links, slots, heads):  # type: ignore[no-untyped-def]
    key = _key(point, 0, False, cell)
    place = _slot(key, slots, heads)
    links[row] = heads[place]
    slots[place], heads[place] = key, row


@njit(cache=True, nogil=True)
def _rehash(points, radius, links, slots, heads, count):  # type: ignore[no-untyped-def]
    for row in range(count):
        _insert(row, points[row], 2.0 * radius, links, slots, heads)


@njit(cache=True, nogil=True)
def _nearest(point, view, cosine, cell, reach, points, views, links, slots, heads):  # type: ignore[no-untyped-def]
    """Row of the nearest point within `reach`, or -1, and its squared distance; ties go to the earliest row."""
    best, limit = np.int64(-1), reach * reach
    for corner in range(1 << min(_GRID_AXES, len(point))):
        row = heads[_slot(_key(point, corner, True, cell), slots, heads)]
        while row != _EMPTY:
            total = 0.0
            for axis in range(len(point)):
                step = np.float64(point[axis]) - points[row, axis]
                total += step * step
                if total > limit:
                    break
            if total <= limit and (best < 0 or total < limit or row < best):
                alike = True
                if cosine >= -1.0:
                    other = views[row]
                    alike = view[0] * other[0] + view[1] * other[1] + view[2] * other[2] >= cosine
                if alike:
                    best, limit = row, total
            row = links[row]
    return best, limit


@njit(cache=True, nogil=True)
def _add(  # type: ignore[no-untyped-def]
    new, new_labels, new_views, radius, spacing, cosine,
    points, views, labels, links, slots, heads, count, twins, apart,
):  # fmt: skip
    for n in range(len(new)):
        best, squared = _nearest(
            new[n], new_views[n], cosine, 2.0 * radius, spacing, points, views, links, slots, heads
        )
        if best >= 0:
            twins[n], apart[n] = labels[best], np.sqrt(squared)
            continue
        twins[n], apart[n] = -1, np.inf
        points[count], views[count], labels[count] = new[n], new_views[n], new_labels[n]
        _insert(count, new[n], 2.0 * radius, links, slots, heads)
        count += 1
    return count


@njit(cache=True, nogil=True)
def _find(new, radius, points, labels, links, slots, heads, twins, apart):  # type: ignore[no-untyped-def]
    nowhere = np.zeros(3, np.float32)
    views = np.zeros((1, 3), np.float32)
    for n in range(len(new)):
        best, squared = _nearest(
            new[n], nowhere, -2.0, 2.0 * radius, radius, points, views, links, slots, heads
        )
        twins[n], apart[n] = (labels[best], np.sqrt(squared)) if best >= 0 else (-1, np.inf)
