"""Where rays and points meet the props of the stock.

A kernel takes the stock's arrays and a prop by its number in it, with the rotation R (3, 3) and the translation T (3,)
that take the prop to the world. Rays run from the camera, at 0, to a joint, at 1.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from synth.scene.visibility import ray_hit


@njit(cache=True, nogil=True)
def meet_prop(stock, number, R, T, camera, joints, rows, p, nearest, owner):  # type: ignore[no-untyped-def]
    """Where on the way from the camera (3,) to each of the `rows` of joints (J, 3) a prop is met.

    Where the prop is met before `nearest` (J,), writes that there and p in owner (J,). A solid that is a box is
    met at its box, another at its faces.
    """
    bounds, boxes = stock.bounds[number], stock.boxes
    first, last = stock.solid_start[number], stock.solid_start[number + 1]
    ox, oy, oz = turned(R, camera[0] - T[0], camera[1] - T[1], camera[2] - T[2])
    for row in rows:
        dx, dy, dz = turned(
            R, joints[row, 0] - camera[0], joints[row, 1] - camera[1], joints[row, 2] - camera[2]
        )
        enter, leave = cross(ox, oy, oz, dx, dy, dz, bounds)
        if enter > leave or enter >= nearest[row]:
            continue
        for b in range(first, last):
            enter, leave = cross(ox, oy, oz, dx, dy, dz, boxes[b])
            if enter > leave or enter >= nearest[row]:
                continue
            if stock.is_box[b]:
                t = enter
            else:
                t = ray_hit(
                    ox, oy, oz, dx, dy, dz, stock.vertices, stock.faces,
                    stock.face_start[b], stock.face_start[b + 1],
                )  # fmt: skip
            if t < nearest[row]:
                nearest[row], owner[row] = t, p


@njit(cache=True, nogil=True)
def meets_bounds(stock, number, R, T, camera, joint):  # type: ignore[no-untyped-def]
    """Whether the way from the camera (3,) to a joint (3,) meets the box around a whole prop."""
    ox, oy, oz = turned(R, camera[0] - T[0], camera[1] - T[1], camera[2] - T[2])
    dx, dy, dz = turned(R, joint[0] - camera[0], joint[1] - camera[1], joint[2] - camera[2])
    enter, leave = cross(ox, oy, oz, dx, dy, dz, stock.bounds[number])
    return enter <= leave


@njit(cache=True, nogil=True)
def any_inside(boxes, low, high, R, T, points, margin):  # type: ignore[no-untyped-def]
    """Whether a point (n, 3) lies in one of the boxes (B, 2, 3), made larger by `margin`; low and high (3,)
    bound them all. R (3, 3) and T (3,) are the place of their frame."""
    low_x, low_y, low_z = low[0] - margin, low[1] - margin, low[2] - margin
    high_x, high_y, high_z = high[0] + margin, high[1] + margin, high[2] + margin
    # in variables of their own, or each point would load them anew
    xx, yx, zx = R[0, 0], R[0, 1], R[0, 2]
    xy, yy, zy = R[1, 0], R[1, 1], R[1, 2]
    xz, yz, zz = R[2, 0], R[2, 1], R[2, 2]
    tx, ty, tz = T[0], T[1], T[2]
    for i in range(points.shape[0]):
        dx, dy, dz = points[i, 0] - tx, points[i, 1] - ty, points[i, 2] - tz
        x = xx * dx + xy * dy + xz * dz
        y = yx * dx + yy * dy + yz * dz
        z = zx * dx + zy * dy + zz * dz
        if x < low_x or x > high_x or y < low_y or y > high_y or z < low_z or z > high_z:
            continue
        for b in range(boxes.shape[0]):
            if (
                boxes[b, 0, 0] - margin <= x <= boxes[b, 1, 0] + margin
                and boxes[b, 0, 1] - margin <= y <= boxes[b, 1, 1] + margin
                and boxes[b, 0, 2] - margin <= z <= boxes[b, 1, 2] + margin
            ):
                return True
    return False


@njit(cache=True, nogil=True)
def props_overlap(stock, one, R, T, two, S, U):  # type: ignore[no-untyped-def]
    """Whether the boxes around two props' solids share a point; prop `one` is placed by R, T and `two` by S, U."""
    if not boxes_overlap(stock.bounds[one], R, T, stock.bounds[two], S, U):
        return False
    for a in range(stock.solid_start[one], stock.solid_start[one + 1]):
        if boxes_overlap(stock.boxes[a], R, T, stock.bounds[two], S, U):
            for b in range(stock.solid_start[two], stock.solid_start[two + 1]):
                if boxes_overlap(stock.boxes[a], R, T, stock.boxes[b], S, U):
                    return True
    return False


@njit(cache=True, nogil=True)
def boxes_overlap(one, R, T, two, S, U):  # type: ignore[no-untyped-def]
    """Whether two boxes (2, 3), placed by R, T and by S, U, share a point: no axis separates them (Gottschalk, Lin and
    Manocha, 'OBBTree', 1996: three axes of each and the nine crosswise)."""
    a, b = 0.5 * (one[1] - one[0]), 0.5 * (two[1] - two[0])
    middle, other = 0.5 * (one[0] + one[1]), 0.5 * (two[0] + two[1])
    C, t = np.empty((3, 3)), np.empty(3)
    for i in range(3):
        t[i] = -middle[i]
        for k in range(3):
            reach = U[k] - T[k]
            for j in range(3):
                reach += S[k, j] * other[j]
            t[i] += R[k, i] * reach
        for j in range(3):
            C[i, j] = R[0, i] * S[0, j] + R[1, i] * S[1, j] + R[2, i] * S[2, j]
    for i in range(3):
        if abs(t[i]) > a[i] + b[0] * abs(C[i, 0]) + b[1] * abs(C[i, 1]) + b[2] * abs(C[i, 2]):
            return False
        along = t[0] * C[0, i] + t[1] * C[1, i] + t[2] * C[2, i]
        if abs(along) > b[i] + a[0] * abs(C[0, i]) + a[1] * abs(C[1, i]) + a[2] * abs(C[2, i]):
            return False
    for i in range(3):
        i1, i2 = (i + 1) % 3, (i + 2) % 3
        for j in range(3):
            j1, j2 = (j + 1) % 3, (j + 2) % 3
            ra = a[i1] * abs(C[i2, j]) + a[i2] * abs(C[i1, j])
            rb = b[j1] * abs(C[i, j2]) + b[j2] * abs(C[i, j1])
            if abs(t[i2] * C[i1, j] - t[i1] * C[i2, j]) > ra + rb + 1e-9:
                return False
    return True


@njit(cache=True, nogil=True)
def turned(R, x, y, z):  # type: ignore[no-untyped-def]
    """A direction of the world in the frame of a prop of rotation R."""
    return (
        R[0, 0] * x + R[1, 0] * y + R[2, 0] * z,
        R[0, 1] * x + R[1, 1] * y + R[2, 1] * z,
        R[0, 2] * x + R[1, 2] * y + R[2, 2] * z,
    )


@njit(cache=True, nogil=True)
def cross(ox, oy, oz, dx, dy, dz, box):  # type: ignore[no-untyped-def]
    """Where a ray from 0 to 1 enters and leaves a box (2, 3); enter > leave for a miss."""
    enter, leave = _clip(ox, dx, box[0, 0], box[1, 0], 0.0, 1.0)
    enter, leave = _clip(oy, dy, box[0, 1], box[1, 1], enter, leave)
    return _clip(oz, dz, box[0, 2], box[1, 2], enter, leave)


@njit(cache=True, nogil=True)
def _clip(origin, way, low, high, enter, leave):  # type: ignore[no-untyped-def]
    """The part of a ray's [enter, leave] that lies between two planes; enter > leave for none."""
    if abs(way) < 1e-12:
        return (enter, leave) if low <= origin <= high else (1.0, 0.0)
    a, b = (low - origin) / way, (high - origin) / way
    return max(enter, min(a, b)), min(leave, max(a, b))
