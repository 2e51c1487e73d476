"""The soft shadow that meshes cast on the floor: what the light sees of it, flattened along its direction."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from synth.render.buffer import PictureBuffer
from synth.scene.mesh import Mesh

Array = NDArray[np.float64]
Floats = NDArray[np.float32]

CELL = 0.03  # metres of floor that a cell of the map covers, at least
CELLS = 160  # along the longer side of the map, at most
BLUR = 2  # cells to either side over which an edge fades; twice, so that it fades smoothly
LOWEST = 0.2  # the least sine of a light's elevation that casts a shadow


@njit(cache=True, nogil=True, error_model="numpy")
def _widen(vertices: Floats, flat: Array, shift: Array, extent: Array) -> None:
    """Widen extent (4,), least x, y and greatest x, y, by flattened vertices (V, 3)."""
    for i in range(vertices.shape[0]):
        a, b, c = vertices[i, 0], vertices[i, 1], vertices[i, 2]
        for axis in range(2):
            at = flat[axis, 0] * a + flat[axis, 1] * b + flat[axis, 2] * c + shift[axis]
            extent[axis] = min(extent[axis], at)
            extent[2 + axis] = max(extent[2 + axis], at)


@njit(cache=True, nogil=True, error_model="numpy")
def _blur_rows(source: Floats, out: Floats) -> None:
    """Transposed mean over 2 BLUR + 1 cells of each row; cells beyond the edges count as lit."""
    for row in range(source.shape[0]):
        for column in range(source.shape[1]):
            total = np.float32(0)
            for step in range(-BLUR, BLUR + 1):
                inside = 0 <= column + step < source.shape[1]
                total += source[row, column + step] if inside else np.float32(1)
            out[column, row] = total / np.float32(2 * BLUR + 1)


def floor_shadow(
    meshes: tuple[Mesh, ...], direction: Array, turn: Array, centre: Array
) -> tuple[Floats, Array]:
    """The map and its place in the room's frame: the world turned by `turn` (3, 3) about `centre` (2,).

    map (h, w) float32: the share of the directed light that reaches each cell of the floor; place (3,)
    float64: the map's least x and y and its cell, metres.
    """
    x, y, z = turn @ direction
    if z < LOWEST or not meshes:
        return np.ones((0, 0), np.float32), np.array([0.0, 0.0, 1.0])
    flat = np.array([[1.0, 0.0, -x / z], [0.0, 1.0, -y / z], [0.0, 0.0, 0.0]]) @ turn
    shift = turn @ np.array([-centre[0], -centre[1], 0.0]) + (0.0, 0.0, 1.0)
    extent = np.array([np.inf, np.inf, -np.inf, -np.inf])
    for mesh in meshes:
        _widen(mesh.vertices, flat, shift, extent)
    cell = max(CELL, float((extent[2:] - extent[:2]).max()) / CELLS)
    border = 2 * BLUR + 1
    low = extent[:2] - border * cell
    columns, rows = (np.ceil((extent[2:] - extent[:2]) / cell) + 2 * border).astype(int)
    # a picture of the floor without perspective: every flattened point lies at distance 1
    lens = np.array([1 / cell, 0, -low[0] / cell, 0, 1 / cell, -low[1] / cell, 0, 0, 0, 0, 0])
    buffer = PictureBuffer(
        flat, shift, lens, np.array([-1e9, -1e9, 1e9, 1e9, 0.5]), np.inf, int(rows), int(columns)
    )
    for mesh in meshes:
        buffer.rasterize(mesh)
    lit = (buffer.owner < 0).astype(np.float32)
    turned = np.empty(lit.shape[::-1], np.float32)
    for _ in range(2):
        _blur_rows(lit, turned)
        _blur_rows(turned, lit)
    return lit, np.array([low[0], low[1], cell])
