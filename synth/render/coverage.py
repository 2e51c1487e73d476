"""The visibility buffer: which face each pixel's centre sees.

Vertices are snapped to 1/4096 of a pixel and edge functions evaluated in whole numbers with the top-left
rule, so that faces that share an edge cover each pixel centre exactly once. Faces that cross the near plane
or leave the guard band are clipped (Sutherland and Hodgman 1974), edges that a lens would bend are halved
until they are straight enough. Nothing here lets the compiler reorder sums or drop a rounding.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from synth.scene.lens import to_screen

Whole = Any  # np.int64: neither an int nor ordered to a type checker

BITS = 12  # binary digits of a pixel
ONE = 1 << BITS
HALF = ONE >> 1
PLANES = 5
STACK = 256  # triangles waiting to be rasterized; halving the longest edge keeps one a level, far below this


@njit(cache=True, nogil=True, error_model="numpy")
def project(
    vertices: NDArray[np.float32],
    rotation: NDArray[np.float64],
    translation: NDArray[np.float64],
    lens: NDArray[np.float64],
    bounds: NDArray[np.float64],
    points: NDArray[np.float32],
    screen: NDArray[np.int32],
    whole: NDArray[np.uint8],
    box: NDArray[np.int64],
) -> None:
    """Vertices (V, 3) of the world to camera points (V, 3), snapped pixels (V, 2) and whether they need no
    clipping (V,); box (4,): least and greatest column and row that the mesh may touch."""
    r, t = rotation, translation
    least_u, least_v = np.int64(1) << 40, np.int64(1) << 40
    most_u, most_v = -least_u, -least_v
    clipped = False
    for i in range(vertices.shape[0]):
        a, b, c = np.float64(vertices[i, 0]), np.float64(vertices[i, 1]), np.float64(vertices[i, 2])
        points[i, 0] = r[0, 0] * a + r[0, 1] * b + r[0, 2] * c + t[0]
        points[i, 1] = r[1, 0] * a + r[1, 1] * b + r[1, 2] * c + t[1]
        points[i, 2] = r[2, 0] * a + r[2, 1] * b + r[2, 2] * c + t[2]
        z = np.float64(points[i, 2])
        x, y = points[i, 0] / z, points[i, 1] / z
        inside = z >= bounds[4] and x >= bounds[0] and y >= bounds[1] and x <= bounds[2] and y <= bounds[3]
        whole[i] = inside
        if inside:
            u, v = _snapped(x, y, lens)
            screen[i, 0], screen[i, 1] = u, v
            least_u, most_u = min(least_u, u), max(most_u, u)
            least_v, most_v = min(least_v, v), max(most_v, v)
        else:
            clipped = True
    if clipped:
        box[:] = 0, 1 << 30, 0, 1 << 30
    else:
        box[:] = least_u >> BITS, most_u >> BITS, least_v >> BITS, most_v >> BITS


@njit(cache=True, nogil=True, error_model="numpy")
def _snapped(x: float, y: float, lens: NDArray[np.float64]) -> tuple[Whole, Whole]:
    u, v = to_screen(x, y, lens)
    return np.int64(np.floor(u * ONE + 0.5)), np.int64(np.floor(v * ONE + 0.5))


@njit(cache=True, nogil=True, error_model="numpy")
def rasterize(
    faces: NDArray[np.int32],
    points: NDArray[np.float32],
    screen: NDArray[np.int32],
    whole: NDArray[np.uint8],
    double_sided: bool,
    first: int,
    lens: NDArray[np.float64],
    bounds: NDArray[np.float64],
    longest: float,
    nearest: NDArray[np.float32],
    owner: NDArray[np.int32],
) -> None:
    """Write faces (F, 3), numbered from `first`, into owner (H, W) where they are nearer than what is there;
    nearest (H, W) holds 1 / z."""
    stack = np.empty((STACK, 9))
    polygon = np.empty((2, 3 + PLANES, 3))
    straight = np.isinf(longest)
    for i in range(faces.shape[0]):
        a, b, c = faces[i, 0], faces[i, 1], faces[i, 2]
        if straight and whole[a] and whole[b] and whole[c]:
            x0, y0 = np.int64(screen[a, 0]), np.int64(screen[a, 1])
            x1, y1 = np.int64(screen[b, 0]), np.int64(screen[b, 1])
            x2, y2 = np.int64(screen[c, 0]), np.int64(screen[c, 1])
            z0, z1, z2 = np.float64(points[a, 2]), np.float64(points[b, 2]), np.float64(points[c, 2])
            _fill(x0, y0, x1, y1, x2, y2, z0, z1, z2, double_sided, first + i, nearest, owner)
            continue
        for k in range(3):
            polygon[0, 0, k], polygon[0, 1, k], polygon[0, 2, k] = points[a, k], points[b, k], points[c, k]
        corners, side = 3, 0
        if not (whole[a] and whole[b] and whole[c]):
            corners, side = _clip(polygon, bounds)
        for k in range(1, corners - 1):
            for axis in range(3):
                stack[0, axis] = polygon[side, 0, axis]
                stack[0, 3 + axis] = polygon[side, k, axis]
                stack[0, 6 + axis] = polygon[side, k + 1, axis]
            _fill_bent(stack, lens, longest, double_sided, first + i, nearest, owner)


@njit(cache=True, nogil=True, error_model="numpy")
def _clip(polygon: Any, bounds: NDArray[np.float64]) -> tuple[int, int]:
    """Clip the triangle in polygon[0] to the bounds; the number of corners left and which half holds them."""
    count, side = 3, 0
    for plane in range(PLANES):
        kept = 0
        for i in range(count):
            p, q = polygon[side, i], polygon[side, (i + 1) % count]
            inside, following = _above(p, plane, bounds), _above(q, plane, bounds)
            if inside >= 0:
                polygon[1 - side, kept] = p
                kept += 1
            if (inside >= 0) != (following >= 0):
                # from the inner end outward, whichever way the edge runs: both faces of it get the same point
                for axis in range(3):
                    if inside >= 0:
                        share = inside / (inside - following)
                        polygon[1 - side, kept, axis] = p[axis] + share * (q[axis] - p[axis])
                    else:
                        share = following / (following - inside)
                        polygon[1 - side, kept, axis] = q[axis] + share * (p[axis] - q[axis])
                kept += 1
        count, side = kept, 1 - side
        if count < 3:
            return 0, side
    return count, side


@njit(cache=True, nogil=True, error_model="numpy")
def _above(p: NDArray[np.float64], plane: int, bounds: NDArray[np.float64]) -> float:
    """How far inside one of the five planes a camera point lies, up to a positive factor."""
    if plane == 0:
        return p[2] - bounds[4]
    if plane == 1:
        return p[0] - bounds[0] * p[2]
    if plane == 2:
        return p[1] - bounds[1] * p[2]
    if plane == 3:
        return bounds[2] * p[2] - p[0]
    return bounds[3] * p[2] - p[1]


@njit(cache=True, nogil=True, error_model="numpy")
def _fill_bent(
    stack: NDArray[np.float64],
    lens: NDArray[np.float64],
    longest: float,
    double_sided: bool,
    face: int,
    nearest: NDArray[np.float32],
    owner: NDArray[np.int32],
) -> None:
    """Fill the triangle of camera points in stack[0], its longest edge halved until none is too long.

    Whether an edge is cut and where depends on that edge alone, so that its two faces meet without a crack.
    """
    waiting = 1
    while waiting > 0:
        waiting -= 1
        triangle = stack[waiting]
        cut, length = 0, 0.0
        if not np.isinf(longest):
            for k in range(3):
                far = _edge_length(triangle, k, lens)
                if far > length:
                    cut, length = k, far
        if length <= longest or waiting + 2 > STACK:
            x0, y0 = _snapped(triangle[0] / triangle[2], triangle[1] / triangle[2], lens)
            x1, y1 = _snapped(triangle[3] / triangle[5], triangle[4] / triangle[5], lens)
            x2, y2 = _snapped(triangle[6] / triangle[8], triangle[7] / triangle[8], lens)
            z0, z1, z2 = triangle[2], triangle[5], triangle[8]
            _fill(x0, y0, x1, y1, x2, y2, z0, z1, z2, double_sided, face, nearest, owner)
            continue
        a, b, c = 3 * cut, 3 * ((cut + 1) % 3), 3 * ((cut + 2) % 3)
        za, zb = triangle[a + 2], triangle[b + 2]
        for axis in range(3):
            start, end, apex = triangle[a + axis], triangle[b + axis], triangle[c + axis]
            # the point that projects halfway between the two ends of the edge
            middle = (start * zb + end * za) / (za + zb)
            stack[waiting, axis], stack[waiting, 3 + axis], stack[waiting, 6 + axis] = start, middle, apex
            stack[waiting + 1, axis], stack[waiting + 1, 3 + axis] = middle, end
            stack[waiting + 1, 6 + axis] = apex
        waiting += 2


@njit(cache=True, nogil=True, error_model="numpy")
def _edge_length(triangle: NDArray[np.float64], k: int, lens: NDArray[np.float64]) -> float:
    """Pixels of the picture without distortion that an edge measures."""
    a, b = 3 * k, 3 * ((k + 1) % 3)
    x = triangle[a] / triangle[a + 2] - triangle[b] / triangle[b + 2]
    y = triangle[a + 1] / triangle[a + 2] - triangle[b + 1] / triangle[b + 2]
    u, v = lens[0] * x + lens[1] * y, lens[3] * x + lens[4] * y
    return np.sqrt(u * u + v * v)


@njit(cache=True, nogil=True, error_model="numpy")
def _fill(
    x0: Whole,
    y0: Whole,
    x1: Whole,
    y1: Whole,
    x2: Whole,
    y2: Whole,
    z0: float,
    z1: float,
    z2: float,
    double_sided: bool,
    face: int,
    nearest: NDArray[np.float32],
    owner: NDArray[np.int32],
) -> None:
    """One triangle of snapped pixels and its corners' depths. Seen from outside its area is negative here,
    since rows run downward."""
    area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
    if area == 0 or (area > 0 and not double_sided):
        return
    height, width = owner.shape
    left = max((min(x0, x1, x2) + HALF - 1) >> BITS, 0)
    right = min((max(x0, x1, x2) - HALF) >> BITS, width - 1)
    top = max((min(y0, y1, y2) + HALF - 1) >> BITS, 0)
    bottom = min((max(y0, y1, y2) - HALF) >> BITS, height - 1)
    if left > right or top > bottom:
        return
    if area < 0:
        x1, y1, z1, x2, y2, z2 = x2, y2, z2, x1, y1, z1
        area = -area
    px, py = (left << BITS) + HALF, (top << BITS) + HALF
    # edge k lies opposite corner k; positive inside; on the line itself only a top or left edge counts
    dx0, dy0, dx1, dy1, dx2, dy2 = x2 - x1, y2 - y1, x0 - x2, y0 - y2, x1 - x0, y1 - y0
    row0 = dx0 * (py - y1) - dy0 * (px - x1)
    row1 = dx1 * (py - y2) - dy1 * (px - x2)
    row2 = dx2 * (py - y0) - dy2 * (px - x0)
    bias0 = 0 if dy0 < 0 or (dy0 == 0 and dx0 > 0) else 1
    bias1 = 0 if dy1 < 0 or (dy1 == 0 and dx1 > 0) else 1
    bias2 = 0 if dy2 < 0 or (dy2 == 0 and dx2 > 0) else 1
    scale, i0, i1, i2 = 1.0 / area, 1 / z0, 1 / z1, 1 / z2
    # 1 / z is linear over the picture; from the corner of the box, where it may well be extrapolated
    start = (row0 * i0 + row1 * i1 + row2 * i2) * scale
    per_column = -(dy0 * i0 + dy1 * i1 + dy2 * i2) * scale * ONE
    per_row = (dx0 * i0 + dx1 * i1 + dx2 * i2) * scale * ONE
    for row in range(top, bottom + 1):
        e0, e1, e2 = row0 - bias0, row1 - bias1, row2 - bias2
        base = start + per_row * (row - top)
        for column in range(left, right + 1):
            if (e0 | e1 | e2) >= 0:
                inverse = np.float32(base + per_column * (column - left))
                if inverse > nearest[row, column]:
                    nearest[row, column] = inverse
                    owner[row, column] = face
            e0 -= dy0 << BITS
            e1 -= dy1 << BITS
            e2 -= dy2 << BITS
        row0 += dx0 << BITS
        row1 += dx1 << BITS
        row2 += dx2 << BITS
