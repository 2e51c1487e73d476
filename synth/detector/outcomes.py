"""What the detector reports of each joint: an outcome by its shares, a place within the outcome's band, confidence."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from synth.core.randomness import unit
from synth.detector.latent import (
    ALONG_X,
    ALONG_Y,
    FRESH_X,
    FRESH_Y,
    SLOTS,
    TROUBLE,
    TRUST,
    TYPE,
    fill_latents,
    quantile,
)
from synth.detector.parameters import BONES, TWIN
from synth.detector.shares import (
    FIRST,
    GOOD,
    INVERSION,
    JITTER,
    JOINTS,
    MISS,
    SILENT,
    SWAP,
    clipped,
    fill_shares,
    nearest_on,
)

_TRIES = 16
_GOLDEN = math.pi * (3 - math.sqrt(5))
_COS, _SIN = math.cos(_GOLDEN), math.sin(_GOLDEN)


@njit(cache=True, nogil=True)
def _length(x, y):  # type: ignore[no-untyped-def]
    return math.sqrt(x * x + y * y)  # several times faster than hypot, and pixels do not overflow


@njit(cache=True, nogil=True)
def _pick(shares, z, j):  # type: ignore[no-untyped-def]
    """An outcome, and a uniform value that is left over where it is good. Trouble or none first, then of which
    type, so that a trouble lasts as one type while its latents move."""
    first = quantile(z[j, TROUBLE])
    if first < shares[j, GOOD]:
        return GOOD, first / shares[j, GOOD]
    left = quantile(z[j, TYPE]) * (1.0 - shares[j, GOOD])
    last = SILENT
    for outcome in (JITTER, MISS, SILENT, INVERSION, SWAP):
        if shares[j, outcome] > 0:
            last = outcome
            left -= shares[j, outcome]
            if left < 0:
                break
    return last, 0.0


@njit(cache=True, nogil=True)
def _put(x, y, r, dx, dy, ax, ay, clear, width, height):  # type: ignore[no-untyped-def]
    """A point at distance r of (x, y) in the direction (dx, dy), turned until it lies in the picture and farther
    than `clear` from (ax, ay); NaN for nothing to keep clear of. Failing that, away from it or into the picture."""
    for _ in range(_TRIES):
        px, py = x + r * dx, y + r * dy
        if 0 <= px <= width and 0 <= py <= height and not (_length(px - ax, py - ay) <= clear):
            return px, py
        dx, dy = _COS * dx - _SIN * dy, _SIN * dx + _COS * dy
    length = _length(x - ax, y - ay)
    if length > 0:
        px, py = x + r * (x - ax) / length, y + r * (y - ay) / length
        if 0 <= px <= width and 0 <= py <= height:
            return px, py
    cx = width - x if 2 * x < width else -x
    cy = height - y if 2 * y < height else -y
    length = _length(cx, cy)
    return x + r * cx / length, y + r * cy / length


@njit(cache=True, nogil=True)
def _own_occluder(j, image, depth):  # type: ignore[no-untyped-def]
    """The nearest point, in the picture, of a bone of the person's own that lies in front of joint j; NaN if none
    does."""
    x, y = image[j, 0], image[j, 1]
    best, bx, by = np.inf, np.nan, np.nan
    for bone in range(len(BONES)):
        a, b = BONES[bone, 0], BONES[bone, 1]
        if j in (a, b):
            continue
        ax, ay, cx, cy = image[a, 0], image[a, 1], image[b, 0], image[b, 1]
        along, distance = nearest_on(x, y, ax, ay, cx, cy)
        if distance < best and depth[a] + along * (depth[b] - depth[a]) < depth[j]:
            best, bx, by = distance, ax + along * (cx - ax), ay + along * (cy - ay)
    return bx, by


@njit(cache=True, nogil=True, inline="always")
def _missed(  # type: ignore[no-untyped-def]
    tables, key, scene, j, cause, image, depth, middles, by, inner, outer, x, y, dx, dy, q, width, height,
):  # fmt: skip
    """Where a miss is reported: `inner` to `outer` from the joint, or at the edge for a joint beyond it."""
    if cause == 3:
        ex, ey = min(max(x, 0.0), width), min(max(y, 0.0), height)
        room = max(0.0, outer - _length(x - ex, y - ey))
        return _put(ex, ey, q * min(room, inner), dx, dy, np.nan, np.nan, 0.0, width, height)
    twin = TWIN[j]
    tx, ty = (image[twin, 0], image[twin, 1]) if TWIN[j] != j else (np.nan, np.nan)
    if cause != 0:
        gx, gy = np.nan, np.nan
        if unit(key, scene, JOINTS + j) < tables.conditional[0] or math.isnan(tx):
            if cause == 1:
                gx, gy = _own_occluder(j, image, depth)
            else:
                gx, gy = middles[by, 0], middles[by, 1]
        if math.isnan(gx):
            gx, gy = tx, ty
        if _length(gx - x, gy - y) > 0:  # false for NaN
            angle = math.atan2(gy - y, gx - x) + tables.conditional[1] * math.atan2(dy, dx)
            dx, dy = math.cos(angle), math.sin(angle)
        tx = ty = np.nan
    return _put(x, y, inner + q * (outer - inner), dx, dy, tx, ty, inner, width, height)


@njit(cache=True, nogil=True, inline="always")
def _loose(tables, j, left, half, z):  # type: ignore[no-untyped-def]
    """A displacement in pixels from the mixture of a normal and a uniform part."""
    noise, span, per_frame = tables.noise, tables.loose[0], tables.loose[1]
    if left < noise[j, 4]:
        dx, dy = noise[j, 0] + noise[j, 2] * z[j, ALONG_X], noise[j, 1] + noise[j, 3] * z[j, ALONG_Y]
    else:
        dx, dy = (quantile(z[j, ALONG_X]) - 0.5) * span, (quantile(z[j, ALONG_Y]) - 0.5) * span
    return half * (dx + per_frame * z[j, FRESH_X]), half * (dy + per_frame * z[j, FRESH_Y])


@njit(cache=True, nogil=True)
def trust(confidence, distance, normal):  # type: ignore[no-untyped-def]
    """Confidence of a seen joint at a distance in half the box's longer side."""
    a, b, mean, std, floor = confidence
    if b > 0:
        distance = min(distance, max(0.0, math.sqrt(a / b) - a))
    return min(1.0, max(floor, a / (distance + a) + b * distance + mean + std * normal))


@njit(cache=True, nogil=True, inline="always")
def _report_joint(  # type: ignore[no-untyped-def]
    tables, keys, scene, j, shares, z, image, depth, visibility, middles, by, swap, root, half, width, height, out,
):  # fmt: skip
    """Fill out[j] with x, y and confidence; returns the code of the error."""
    outcome, left = _pick(shares, z, j)
    if outcome == SILENT:
        out[j, 0] = out[j, 1] = out[j, 2] = 0.0
        return MISS
    cause = visibility[j]
    good, jitter, miss = tables.reach[j, 0] * root, tables.reach[j, 1] * root, tables.reach[j, 2] * root
    x, y = image[j, 0], image[j, 1]
    tx, ty = (image[TWIN[j], 0], image[TWIN[j], 1]) if TWIN[j] != j else (np.nan, np.nan)
    slow, fast = math.sqrt(1.0 - tables.fresh), math.sqrt(tables.fresh)
    dx, dy = slow * z[j, ALONG_X] + fast * z[j, FRESH_X], slow * z[j, ALONG_Y] + fast * z[j, FRESH_Y]
    square = max(1e-30, dx * dx + dy * dy)
    q = -math.expm1(-0.5 * square)  # uniform, and independent of the direction
    dx, dy = dx / math.sqrt(square), dy / math.sqrt(square)
    from_x, from_y = x, y
    if outcome == GOOD and tables.has_mixture:
        ox, oy = _loose(tables, j, left, half, z)
        px, py = min(max(x + ox, 0.0), width), min(max(y + oy, 0.0), height)
        distance = _length(px - x, py - y)
        outcome = GOOD if distance <= good else (JITTER if distance <= jitter else MISS)
    elif outcome == GOOD:
        px, py = _put(x, y, q * good, dx, dy, tx, ty, q * good, width, height)
    elif outcome == JITTER:
        r = good + q * (jitter - good)
        px, py = _put(x, y, r, dx, dy, tx, ty, r, width, height)
    elif outcome == MISS:
        px, py = _missed(tables, keys.target, scene, j, cause, image, depth, middles, by, jitter, miss,
                         x, y, dx, dy, q, width, height)  # fmt: skip
    else:
        from_x, from_y = (tx, ty) if outcome == INVERSION else (swap[j, 0], swap[j, 1])
        px, py = _put(from_x, from_y, q * jitter, dx, dy, x, y, q * jitter, width, height)
    out[j, 0], out[j, 1] = px, py
    distance = _length(px - from_x, py - from_y) / half
    out[j, 2] = tables.dimmed[cause] * trust(tables.confidence, distance, z[j, TRUST])
    return outcome


@njit(cache=True, nogil=True)
def _occluders(rows, number, rotation, translation, R, t, K, centres, out):  # type: ignore[no-untyped-def]
    """Pixels out (props, 2) of the middles of a scene's props, NaN for none."""
    for p in range(rows):
        out[p] = np.nan
        if number[p] < 0 or number[p] >= len(centres):
            continue
        cx = cy = cz = 0.0
        for i in range(3):
            middle = float(translation[p, i])
            for k in range(3):
                middle += rotation[p, i, k] * centres[number[p], k]
            cx, cy, cz = cx + R[0, i] * middle, cy + R[1, i] * middle, cz + R[2, i] * middle
        cx, cy, cz = cx + t[0], cy + t[1], cz + t[2]
        if cz > 1e-6:
            out[p, 0], out[p, 1] = K[0, 0] * cx / cz + K[0, 2], K[1, 1] * cy / cz + K[1, 2]


@njit(cache=True, nogil=True)
def report_all(  # type: ignore[no-untyped-def]
    tables, keys, scene, step, image, camera, visibility, hidden_by, size, box, prop, prop_rotation,
    prop_translation, rotation, translation, intrinsics, centres, detection, error,
):  # fmt: skip
    """Detections (n, 17, 3) and codes (n, 17) of n samples, from the labels of the same names."""
    base, z = np.empty((SLOTS, 4)), np.empty((JOINTS, 7))
    shares, swap, others = np.empty((JOINTS, 6)), np.empty((JOINTS, 2)), np.empty((JOINTS, 2))
    near, inner = np.empty(JOINTS, np.bool_), np.empty(4)
    pixels, depth = np.empty((JOINTS, 2)), np.empty(JOINTS)
    middles = np.empty((prop.shape[1], 2))
    for n in range(len(scene)):
        width, height = float(size[n, 0]), float(size[n, 1])
        for j in range(JOINTS):
            pixels[j, 0], pixels[j, 1] = image[n, FIRST + j, 0], image[n, FIRST + j, 1]
            depth[j] = camera[n, FIRST + j, 2]
        seen = visibility[n, FIRST : FIRST + JOINTS]
        there, root, half = clipped(box[n], width, height, inner)
        if not there:
            detection[n] = 0.0
            error[n] = MISS
            continue
        fill_shares(tables, keys, scene[n], pixels, seen, width, height, inner, root, others, near,
                    swap, shares)  # fmt: skip
        fill_latents(tables, keys, scene[n], step[n], base, z)
        _occluders(prop.shape[1], prop[n], prop_rotation[n], prop_translation[n], rotation[n], translation[n],
                   intrinsics[n], centres, middles)  # fmt: skip
        for j in range(JOINTS):
            by = hidden_by[n, FIRST + j]
            error[n, j] = _report_joint(
                tables, keys, scene[n], j, shares, z, pixels, depth, seen,
                middles, by, swap, root, half, width, height, detection[n],
            )  # fmt: skip


@njit(cache=True, nogil=True)
def shares_all(tables, keys, scene, image, visibility, size, box, out):  # type: ignore[no-untyped-def]
    """Shares (n, 17, 6) of the outcomes of n samples."""
    swap, others = np.empty((JOINTS, 2)), np.empty((JOINTS, 2))
    near, inner = np.empty(JOINTS, np.bool_), np.empty(4)
    pixels = np.empty((JOINTS, 2))
    for n in range(len(scene)):
        width, height = float(size[n, 0]), float(size[n, 1])
        pixels[:] = image[n, FIRST : FIRST + JOINTS]
        seen = visibility[n, FIRST : FIRST + JOINTS]
        there, root, _ = clipped(box[n], width, height, inner)
        if there:
            fill_shares(tables, keys, scene[n], pixels, seen, width, height, inner, root, others, near,
                        swap, out[n])  # fmt: skip
        else:
            out[n] = 0.0
            out[n, :, SILENT] = 1.0
