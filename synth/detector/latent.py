"""The normal variables behind every error: shared within a limb, lasting in time, and keyed like every draw.

What a joint does is read off standard normals, so that correlation leaves each joint's own distribution as the
model says. In common to a limb or a pair of limbs: a weighted sum whose squared weights sum to 1. In time: a
value e_i at every keyframe i and cos(f pi / 2) e_i + sin(f pi / 2) e_(i + 1) at the fraction f of the way to the
next, which is standard normal at every frame and needs no frame before it.
"""

from __future__ import annotations

import math

from numba import njit

from synth.core.randomness import unit
from synth.detector.parameters import LIMB, LIMBS, PAIR, PAIRS

OWN = 17
SLOTS = OWN + len(LIMBS) + len(PAIRS)
_STRIDE = 32  # columns of slots a keyframe; two uniforms each
TROUBLE, TYPE, ALONG_X, ALONG_Y, TRUST, FRESH_X, FRESH_Y = range(7)


@njit(cache=True, nogil=True)
def gauss_pair(key, identity, column):  # type: ignore[no-untyped-def]
    """Two independent standard normals (Box and Muller 1958) from the columns `column` and `column + 1`."""
    length = math.sqrt(-2.0 * math.log(1.0 - unit(key, identity, column)))
    angle = 2.0 * math.pi * unit(key, identity, column + 1)
    return length * math.cos(angle), length * math.sin(angle)


@njit(cache=True, nogil=True)
def lasting(key, scene, slot, keyframe, near, far):  # type: ignore[no-untyped-def]
    """Two standard normals that last: `near` and `far` are the weights of this keyframe and of the next."""
    column = 2 * (slot + _STRIDE * keyframe)
    a, b = gauss_pair(key, scene, column)
    if far == 0.0:  # on a keyframe, and wherever there are no tracks
        return a, b
    c, d = gauss_pair(key, scene, column + 2 * _STRIDE)
    return near * a + far * c, near * b + far * d


@njit(cache=True, nogil=True)
def fill_latents(tables, keys, scene, step, base, out):  # type: ignore[no-untyped-def]
    """Standard normals of the 17 joints at one step of a scene: out (17, 7), workspace base (25, 4).

    Columns: whether there is trouble, of which type, along x, along y, confidence, and along x and y again,
    new in every frame.
    """
    keyframe = step // tables.keyframe
    turn = 0.5 * math.pi * (step % tables.keyframe) / tables.keyframe
    near, far = math.cos(turn), math.sin(turn)
    for slot in range(SLOTS):
        base[slot, 0], base[slot, 1] = lasting(keys.kind, scene, slot, keyframe, near, far)
        base[slot, 2], base[slot, 3] = lasting(keys.place, scene, slot, keyframe, near, far)
    own, limb, pair = tables.weights[0], tables.weights[1], tables.weights[2]
    for j in range(OWN):
        for k in range(4):
            out[j, k] = (
                own * base[j, k] + limb * base[OWN + LIMB[j], k] + pair * base[OWN + len(LIMBS) + PAIR[j], k]
            )
        out[j, TRUST] = lasting(keys.confidence, scene, j, keyframe, near, far)[0]
        out[j, FRESH_X], out[j, FRESH_Y] = gauss_pair(keys.fresh, scene, 2 * (j + _STRIDE * step))


@njit(cache=True, nogil=True)
def quantile(normal):  # type: ignore[no-untyped-def]
    """Share of standard normals below this one."""
    return 0.5 * math.erfc(-normal * math.sqrt(0.5))
