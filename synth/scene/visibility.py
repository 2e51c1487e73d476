"""Whether each joint is seen, and by what it is hidden if it is not.

A joint lies inside the body, so the first surface along its ray is skin, a little nearer than the joint. It
counts as seen while that skin is no nearer than `SKIN_DEPTH` allows; a nearer part of the body hides it, and
so does a prop in front of it. The same rule, `classify`, reads two sources: rays against a coarse body and
the props (`body_depths`, `ray_hit`: every sample has these labels), and the z-buffer of a picture
(`from_zbuffer`: only samples with pixels). They agree on at least 98% of joints; `posemill info` shows it.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numba import njit
from numpy.typing import NDArray

from synth.body.skeleton import COCO_17, JOINTS, joint_index


class Visibility(IntEnum):
    """The codes of the `visibility` label."""

    SEEN = 0
    SELF = 1  # hidden by the person's own body
    PROP = 2  # hidden by a prop; `hidden_by` says which
    OUTSIDE = 3  # beyond the picture's edge or behind the camera


# How far under the skin a joint may lie, metres. Over random views of random poses the depth from the first
# skin to a joint has two heaps, one of skin over the joint and one of other parts of the body before it; these
# are the valleys between, on the shipped body. Eyes and the top of the head turn away gradually and have no
# valley: an eye is hidden by as much head as lies between the two, 6 cm.
_SKIN_DEPTH: dict[str, float] = {
    "pelvis": 0.24, "hip": 0.18, "knee": 0.14, "ankle": 0.12, "foot": 0.11,
    "spine1": 0.24, "spine2": 0.23, "spine3": 0.20, "neck": 0.15, "head": 0.20,
    "collar": 0.17, "shoulder": 0.15, "elbow": 0.13, "wrist": 0.11, "hand": 0.11,
    "nose": 0.04, "eye": 0.06, "ear": 0.06, "toe": 0.06, "heel": 0.07, "head_top": 0.07,
}  # fmt: skip


def _skin_depth(name: str) -> float:
    for key in (name, name.rsplit("_", 1)[-1]):
        if key in _SKIN_DEPTH:
            return _SKIN_DEPTH[key]
    raise KeyError(f"no skin depth is known for joint '{name}'")


SKIN_DEPTH: NDArray[np.float64] = np.array([_skin_depth(name) for name in JOINTS])
# metres a prop must stand in front of a joint to hide it: a hand is not hidden by what it holds
_CLEAR = 0.02
COCO_ROWS: NDArray[np.int64] = np.array([joint_index(f"coco_{name}") for name in COCO_17])
NO_PROP = -1
_BINS = 128
# Leiserson, Prokop and Randall, 'Using de Bruijn sequences to index a 1 in a computer word', 1998
_DE_BRUIJN = np.uint64(0x03F79D71B4CB0A89)
_BIT_NUMBER = np.zeros(64, np.int64)
for _bit in range(64):
    _BIT_NUMBER[((1 << _bit) * int(_DE_BRUIJN) & (2**64 - 1)) >> 58] = _bit


@njit(cache=True, nogil=True)
def classify(outside, depth, skin_depth, body_depth, prop_depth):  # type: ignore[no-untyped-def]
    """The code of one joint from the depths (metres along z, or infinity) of what its ray meets first."""
    if outside:
        return 3
    if prop_depth < body_depth:
        return 2 if prop_depth < depth - _CLEAR else 0
    return 1 if body_depth < depth - skin_depth else 0


@njit(cache=True, nogil=True)
def body_depths(joints, vertices, faces, workspace, bins, out):  # type: ignore[no-untyped-def]
    """Depth at which each joint's ray first meets the body's outside.

    joints (J, 3) with J <= 64 and vertices (V, 3), both in the camera frame; faces (F, 3); workspace (V, 3)
    float and bins (V, 2) int; out (J,), infinity where the ray meets nothing. Works in the undistorted image
    plane, where a point in a triangle is one whatever the lens. Faces that reach behind the camera are left out.
    """
    px, py = np.empty(len(joints)), np.empty(len(joints))
    low_x = low_y = np.inf
    high_x = high_y = -np.inf
    for j in range(len(joints)):
        out[j] = np.inf
        z = joints[j, 2]
        if z > 1e-6:
            px[j], py[j] = joints[j, 0] / z, joints[j, 1] / z
            low_x, high_x = min(low_x, px[j]), max(high_x, px[j])
            low_y, high_y = min(low_y, py[j]), max(high_y, py[j])
    if low_x > high_x:
        return
    # which joints lie in the bins up to, and from, each bin of a row and of a column: bit j is joint j
    scale_x = _BINS / max(1e-9, (high_x - low_x) * 1.0001)
    scale_y = _BINS / max(1e-9, (high_y - low_y) * 1.0001)
    upto, since = np.zeros((2, _BINS), np.uint64), np.zeros((2, _BINS), np.uint64)
    for j in range(len(joints)):
        if joints[j, 2] > 1e-6:
            bit = np.uint64(1) << np.uint64(j)
            for axis, bin in ((0, int((px[j] - low_x) * scale_x)), (1, int((py[j] - low_y) * scale_y))):
                upto[axis, bin] |= bit
                since[axis, bin] |= bit
    for b in range(1, _BINS):
        for axis in range(2):
            upto[axis, b] |= upto[axis, b - 1]
            since[axis, _BINS - 1 - b] |= since[axis, _BINS - b]

    for v in range(len(vertices)):
        z = vertices[v, 2]
        if z > 1e-2:
            x, y = vertices[v, 0] / z, vertices[v, 1] / z
            workspace[v, 0], workspace[v, 1], workspace[v, 2] = x, y, 1.0 / z
            bins[v, 0] = int(min(max((x - low_x) * scale_x, 0.0), _BINS - 1.0))
            bins[v, 1] = int(min(max((y - low_y) * scale_y, 0.0), _BINS - 1.0))
        else:
            workspace[v, 2] = -1.0
            bins[v, 0] = bins[v, 1] = 0
    for f in range(len(faces)):
        a, b, c = faces[f, 0], faces[f, 1], faces[f, 2]
        ba, bb, bc = bins[a, 0], bins[b, 0], bins[c, 0]
        held = since[0, min(ba, bb, bc)] & upto[0, max(ba, bb, bc)]
        ba, bb, bc = bins[a, 1], bins[b, 1], bins[c, 1]
        held &= since[1, min(ba, bb, bc)] & upto[1, max(ba, bb, bc)]
        if held == 0:
            continue
        za, zb, zc = workspace[a, 2], workspace[b, 2], workspace[c, 2]
        if za < 0 or zb < 0 or zc < 0:
            continue
        ax, ay = workspace[a, 0], workspace[a, 1]
        bx, by = workspace[b, 0], workspace[b, 1]
        cx, cy = workspace[c, 0], workspace[c, 1]
        area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay)
        if area >= 0:  # y points down, so the outside of a face runs clockwise here
            continue
        while held:
            lowest = held & (~held + np.uint64(1))
            held ^= lowest
            j = _BIT_NUMBER[(lowest * _DE_BRUIJN) >> np.uint64(58)]
            x, y = px[j], py[j]
            wa = (bx - x) * (cy - y) - (cx - x) * (by - y)
            wb = (cx - x) * (ay - y) - (ax - x) * (cy - y)
            wc = area - wa - wb
            if wa <= 0 and wb <= 0 and wc <= 0:
                out[j] = min(out[j], area / (wa * za + wb * zb + wc * zc))


@njit(cache=True, nogil=True)
def body_depths_many(joints, moment, vertices, rotation, translation, faces, out):  # type: ignore[no-untyped-def]
    """`body_depths` for s scenes over F frames.

    joints (s, F, J, 3) in the camera frames; moment (s,) rows of vertices (m, F, V, 3) in the world; rotation
    (s, 3, 3) and translation (s, 3) of the cameras; out (s, F, J).
    """
    seen = np.empty((vertices.shape[2], 3))
    workspace = np.empty((vertices.shape[2], 3))
    bins = np.empty((vertices.shape[2], 2), np.int64)
    for i in range(joints.shape[0]):
        R, t = rotation[i], translation[i]
        for f in range(joints.shape[1]):
            person = vertices[moment[i], f]
            for v in range(person.shape[0]):
                x, y, z = person[v, 0], person[v, 1], person[v, 2]
                seen[v, 0] = R[0, 0] * x + R[0, 1] * y + R[0, 2] * z + t[0]
                seen[v, 1] = R[1, 0] * x + R[1, 1] * y + R[1, 2] * z + t[1]
                seen[v, 2] = R[2, 0] * x + R[2, 1] * y + R[2, 2] * z + t[2]
            body_depths(joints[i, f], seen, faces, workspace, bins, out[i, f])


@njit(cache=True, nogil=True)
def ray_hit(ox, oy, oz, dx, dy, dz, vertices, faces, first, last):  # type: ignore[no-untyped-def]
    """Smallest t in (0, 1) at which origin + t direction meets a triangle, either side; infinity for none.

    Moeller and Trumbore, 'Fast, minimum storage ray/triangle intersection', 1997, over faces[first:last].
    """
    nearest = np.inf
    for f in range(first, last):
        a, b, c = faces[f, 0], faces[f, 1], faces[f, 2]
        ax, ay, az = float(vertices[a, 0]), float(vertices[a, 1]), float(vertices[a, 2])
        ex, ey, ez = vertices[b, 0] - ax, vertices[b, 1] - ay, vertices[b, 2] - az
        gx, gy, gz = vertices[c, 0] - ax, vertices[c, 1] - ay, vertices[c, 2] - az
        hx, hy, hz = dy * gz - dz * gy, dz * gx - dx * gz, dx * gy - dy * gx
        determinant = ex * hx + ey * hy + ez * hz
        if -1e-14 < determinant < 1e-14:
            continue
        inverse = 1.0 / determinant
        sx, sy, sz = ox - ax, oy - ay, oz - az
        u = (sx * hx + sy * hy + sz * hz) * inverse
        if u < 0 or u > 1:
            continue
        qx, qy, qz = sy * ez - sz * ey, sz * ex - sx * ez, sx * ey - sy * ex
        v = (dx * qx + dy * qy + dz * qz) * inverse
        if v < 0 or u + v > 1:
            continue
        t = (gx * qx + gy * qy + gz * qz) * inverse
        if 0 < t < 1:
            nearest = min(nearest, t)
    return nearest


def from_zbuffer(
    joints: NDArray[np.float64],
    uv: NDArray[np.float64],
    outside: NDArray[np.bool_],
    instance: NDArray[np.uint8],
    depth: NDArray[np.float32],
) -> tuple[NDArray[np.uint8], NDArray[np.int8]]:
    """Visibility (48,) and hiding prop (48,) of one sample from its picture's z-buffer.

    joints (48, 3) in the camera frame; uv (48, 2) pixels; outside (48,); instance (H, W) with 0 nothing,
    1 the person and 2 + p the prop of row p; depth (H, W) metres along z.
    """
    visibility = np.empty(len(joints), np.uint8)
    hidden_by = np.full(len(joints), NO_PROP, np.int8)
    for j in range(len(joints)):
        body = prop = np.inf
        owner = 0
        if not outside[j]:
            # the last pixel for one at the edge that lost its fraction as float32
            column, row = min(int(uv[j, 0]), depth.shape[1] - 1), min(int(uv[j, 1]), depth.shape[0] - 1)
            owner = int(instance[row, column])
            if owner == 1:
                body = float(depth[row, column])
            elif owner > 1:
                prop = float(depth[row, column])
        visibility[j] = classify(outside[j], joints[j, 2], SKIN_DEPTH[j], body, prop)
        if visibility[j] == Visibility.PROP:
            hidden_by[j] = owner - 2
    return visibility, hidden_by
