"""What may become of each joint, and how likely: the model's shares, conditioned on what the sample shows.

A joint's outcomes are good, jitter, inversion, swap, a reported miss and a silent one. What a scene does not
allow (an inversion without a twin in the picture or with one at the same place, a swap without a joint to take)
has no share, and the rest is scaled up, as in PoseFix.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from synth.core.randomness import unit
from synth.detector.parameters import BONES, KIND, LIMB, TWIN
from synth.scene.visibility import COCO_ROWS

GOOD, JITTER, INVERSION, SWAP, MISS, SILENT = range(6)
JOINTS = 17
FIRST = int(COCO_ROWS[0])  # COCO's rows of JOINTS follow one another
_LIMB_BONES = 8


@njit(cache=True, nogil=True)
def clipped(box, width, height, out):  # type: ignore[no-untyped-def]
    """The box within the picture into out (4,); returns whether any of it is, the root of its area and half its
    longer side, both at least 4 pixels."""
    out[0], out[1] = max(0.0, box[0]), max(0.0, box[1])
    out[2], out[3] = min(float(width), box[2]), min(float(height), box[3])
    w, h = out[2] - out[0], out[3] - out[1]
    if not (w > 0 and h > 0):  # NaN and infinity too
        return False, 4.0, 4.0
    return True, max(4.0, math.sqrt(w * h)), max(4.0, 0.5 * max(w, h))


@njit(cache=True, nogil=True)
def place_neighbour(tables, key, scene, image, box, width, height, out):  # type: ignore[no-untyped-def]
    """A second person's joints (17, 2) beside the person, NaN where there are none or outside the picture.

    The person's own pose at another size, mirrored in half the scenes, feet on the box's lower edge. Returns how
    many of its joints lie in the person's box.
    """
    out[:] = np.nan
    share, low, high, small, large = tables.neighbour[:5]
    if unit(key, scene, 0) >= share:
        return 0
    offset = (low + (high - low) * unit(key, scene, 1)) * (box[2] - box[0])
    if unit(key, scene, 2) < 0.5:
        offset = -offset
    size = small + (large - small) * unit(key, scene, 3)
    mirror = unit(key, scene, 4) < 0.5
    middle, overlap = 0.5 * (box[0] + box[2]), 0
    for j in range(JOINTS):
        source = TWIN[j] if mirror else j
        dx = image[source, 0] - middle
        x = middle + offset + size * (-dx if mirror else dx)
        y = box[3] + size * (image[source, 1] - box[3])
        if 0 <= x <= width and 0 <= y <= height:
            out[j, 0], out[j, 1] = x, y
            if box[0] <= x <= box[2] and box[1] <= y <= box[3]:
                overlap += 1
    return overlap


@njit(cache=True, nogil=True)
def nearest_on(px, py, ax, ay, bx, by):  # type: ignore[no-untyped-def]
    """How far along a segment, 0 to 1, its nearest point to p lies, and the distance."""
    dx, dy = bx - ax, by - ay
    square = dx * dx + dy * dy
    along = min(1.0, max(0.0, ((px - ax) * dx + (py - ay) * dy) / square)) if square > 0 else 0.0
    return along, math.hypot(px - ax - along * dx, py - ay - along * dy)


@njit(cache=True, nogil=True)
def _meet(image, a, b, c, d, within):  # type: ignore[no-untyped-def]
    """Whether the bones from joint a to b and from c to d cross or come within a distance."""
    ax, ay, bx, by = image[a, 0], image[a, 1], image[b, 0], image[b, 1]
    cx, cy, dx, dy = image[c, 0], image[c, 1], image[d, 0], image[d, 1]
    if max(ax, bx) + within < min(cx, dx) or max(cx, dx) + within < min(ax, bx):
        return False
    if max(ay, by) + within < min(cy, dy) or max(cy, dy) + within < min(ay, by):
        return False
    one = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
    two = (bx - ax) * (dy - ay) - (by - ay) * (dx - ax)
    three = (dx - cx) * (ay - cy) - (dy - cy) * (ax - cx)
    four = (dx - cx) * (by - cy) - (dy - cy) * (bx - cx)
    if one * two < 0 and three * four < 0:
        return True
    return (
        nearest_on(ax, ay, cx, cy, dx, dy)[1] < within
        or nearest_on(bx, by, cx, cy, dx, dy)[1] < within
        or nearest_on(cx, cy, ax, ay, bx, by)[1] < within
        or nearest_on(dx, dy, ax, ay, bx, by)[1] < within
    )


@njit(cache=True, nogil=True)
def find_overlaps(image, within, out):  # type: ignore[no-untyped-def]
    """Mark in out (17,) the joints of bones that overlap a bone of the limb on the other side."""
    out[:] = False
    for left in range(0, _LIMB_BONES, 2):
        other = 1 if left < _LIMB_BONES // 2 else 1 + _LIMB_BONES // 2
        for right in range(other, other + _LIMB_BONES // 2, 2):
            a, b, c, d = BONES[left, 0], BONES[left, 1], BONES[right, 0], BONES[right, 1]
            if _meet(image, a, b, c, d, within):
                out[a] = out[b] = out[c] = out[d] = True


@njit(cache=True, nogil=True)
def _swap_target(key, scene, j, image, visibility, others, least, most, out):  # type: ignore[no-untyped-def]
    """What joint j could be swapped with into out[j]: returns 2 for a neighbour's joint, which goes first, 1 for
    the person's own nearest seen joint of another limb, 0 for none. At least and at most so far off."""
    x, y = image[j, 0], image[j, 1]
    twin = TWIN[j]
    has_same = math.hypot(others[j, 0] - x, others[j, 1] - y) > least  # false for NaN
    has_twin = twin != j and math.hypot(others[twin, 0] - x, others[twin, 1] - y) > least
    if has_same or has_twin:
        taken = j if has_same and (not has_twin or unit(key, scene, j) < 0.5) else twin
        out[j, 0], out[j, 1] = others[taken, 0], others[taken, 1]
        return 2
    nearest, found = most * most, 0
    for k in range(JOINTS):
        if LIMB[k] == LIMB[j] or k == twin or visibility[k] != 0:
            continue
        square = (image[k, 0] - x) ** 2 + (image[k, 1] - y) ** 2
        if least * least < square < nearest:
            nearest, found = square, 1
            out[j, 0], out[j, 1] = image[k, 0], image[k, 1]
    return found


@njit(cache=True, nogil=True)
def _row_of(rows, seen):  # type: ignore[no-untyped-def]
    row = 0
    while seen > rows[row]:
        row += 1
    return row


@njit(cache=True, nogil=True)
def fill_shares(  # type: ignore[no-untyped-def]
    tables, keys, scene, image, visibility, width, height, box, root, others, near, swap, out,
):  # fmt: skip
    """Shares out (17, 6) of the outcomes of each joint, and swap (17, 2) what it would be swapped with.

    image (17, 2) pixels and visibility (17,) of the joints; box (4,) within the picture, root of its
    area; workspace others (17, 2) and near (17,).
    """
    seen = 0
    for j in range(JOINTS):
        seen += visibility[j] == 0
    overlap = place_neighbour(tables, keys.neighbour, scene, image, box, width, height, others)
    crowded = 0
    for c in range(len(tables.crowded)):
        if seen <= tables.crowded[c, 0] and overlap >= tables.crowded[c, 1]:
            crowded = 1
    find_overlaps(image, tables.conditional[2] * root, near)
    jitter_row, miss_row = _row_of(tables.jitter_at, seen), _row_of(tables.miss_at, seen)
    for j in range(JOINTS):
        cause, kind, p = visibility[j], KIND[j], out[j]
        for k in range(6):
            p[k] = 0.0
        x, y = image[j, 0], image[j, 1]
        if not (math.isfinite(x) and math.isfinite(y)):
            p[SILENT] = 1.0
            continue
        if cause == 0:
            p[JITTER], p[MISS] = tables.jitter[jitter_row, kind], tables.miss[miss_row, kind]
            p[INVERSION] = tables.inversion[kind] * (tables.conditional[3] if near[j] else 1.0)
            p[SWAP] = tables.swap[crowded, kind]
        else:
            for k in range(5):
                p[k] = tables.hidden[cause - 1, k]
        least, most = tables.reach[j, 0] * root, tables.reach[j, 2] * root
        if p[SWAP] > 0:
            whose = _swap_target(keys.target, scene, j, image, visibility, others, least, most, swap)
            p[SWAP] *= 0.0 if whose == 0 else (tables.neighbour[5] if whose == 1 else 1.0)
        if cause == 0:
            p[GOOD] = max(0.0, 1.0 - p[JITTER] - p[MISS] - p[INVERSION] - p[SWAP])
        twin, allowed = TWIN[j], False
        if twin != j and visibility[twin] != 3 and (cause == 0 or visibility[twin] == 0):
            allowed = (image[twin, 0] - x) ** 2 + (image[twin, 1] - y) ** 2 > least * least
        if not allowed:
            p[INVERSION] = 0.0
        silent = tables.silent[cause]
        if cause == 3 and math.hypot(x - min(max(x, 0.0), width), y - min(max(y, 0.0), height)) > most:
            silent = 1.0  # nothing in the picture is near enough to be a miss of it
        p[SILENT], p[MISS] = silent * p[MISS], (1.0 - silent) * p[MISS]
        total = p[GOOD] + p[JITTER] + p[INVERSION] + p[SWAP] + p[MISS] + p[SILENT]
        if total > 0:
            for k in range(6):
                p[k] /= total
        else:
            p[SILENT] = 1.0
