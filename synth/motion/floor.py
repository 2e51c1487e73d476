"""Feet on the floor: how high a body's lowest point is over the floor under it, in every frame.

The motion is given to a body other than the one that was recorded, so the recording's own floor is of little
use. The floor is found under the body that moves now: wherever its lowest point rests for a moment, that is
floor. From one rest to the next the floor runs straight. So terrain is flattened to z = 0, feet that stand
are at 0 in every frame, and a jump keeps its height.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from synth.body.body import Body
from synth.body.loading import load_body
from synth.body.skeleton import SMPL_24
from synth.core.runs import runs
from synth.motion.clip import Clip

Floats = NDArray[np.float64]

# A point at rest. A foot in stance slips, on a body of other proportions, by up to some tenths of a metre a
# second; in flight a body's lowest point moves as slowly only around its apex: under 0.25 m/s for 0.05 s, by
# gravity.
REST_RISE = 0.25  # m/s, up or down
REST_SLIDE = 1.0  # m/s, sideways
REST_TIME = 0.1  # s
STILL_LEGS = frozenset({"left_ankle", "right_ankle"})
_BATCH = 512


@dataclass(frozen=True, eq=False)
class Support:
    """Where the body is lowest in each of T frames, in the recording's own heights.

    height (T,): its z, metres. slide (T,): how fast that point of the skin moves sideways, m/s. NaN for
    frames that are not finite, and for the slide where there is no frame beside to compare with. joints (T, 24, 3):
    SMPL's joint centres.
    """

    height: Floats
    slide: Floats
    joints: Floats


def support(clip: Clip, body: Body | None = None) -> Support:
    """Where the clip's body, in its mean shape or that of its task, is lowest, and how that point moves."""
    coarse = (body or load_body(gender=clip.work.gender if clip.work else "neutral")).proxy()
    betas = clip.work.betas if clip.work else ()
    finite = finite_frames(clip)
    height, slide = np.full(clip.frames, np.nan), np.full(clip.frames, np.nan)
    joints = np.full((clip.frames, len(SMPL_24), 3), np.nan)
    for start in range(0, clip.frames, _BATCH):
        rows = np.arange(max(start - 1, 0), min(start + _BATCH + 1, clip.frames))
        safe = finite[rows]
        vertices, points = coarse.posed(
            np.where(safe[:, None, None], clip.poses[rows], 0.0),
            betas,
            trans=np.where(safe[:, None], clip.trans[rows], 0.0),
        )
        lowest = vertices[..., 2].argmin(axis=1)
        inner = slice(start - rows[0], start - rows[0] + min(_BATCH, clip.frames - start))
        for i in range(inner.start, inner.stop):
            before, after = max(i - 1, 0), min(i + 1, len(rows) - 1)
            if not safe[i]:
                continue
            height[rows[i]] = vertices[i, lowest[i], 2]
            joints[rows[i]] = points[i, : len(SMPL_24)]
            if after > before and safe[before] and safe[after]:
                step = vertices[after, lowest[i], :2] - vertices[before, lowest[i], :2]
                slide[rows[i]] = np.hypot(*step) * clip.rate / (after - before)
    return Support(height, slide, joints)


def finite_frames(clip: Clip) -> NDArray[np.bool_]:
    """(T,) whether a frame's pose and place are all numbers."""
    return np.asarray(np.isfinite(clip.poses).all(axis=(1, 2)) & np.isfinite(clip.trans).all(axis=1))


def resting(found: Support, rate: float, legs_still: bool = False) -> NDArray[np.bool_]:
    """(T,) whether the lowest point rests on something, by how it moves for a while.

    `legs_still`: the recording has no legs, and feet glide wherever the body goes.
    """
    height = found.height
    rise = np.abs(np.gradient(height)) * rate if len(height) > 1 else np.zeros_like(height)
    with np.errstate(invalid="ignore"):
        slow = (rise < REST_RISE) & (legs_still | ~(found.slide > REST_SLIDE)) & np.isfinite(height)
    shortest = max(2, round(REST_TIME * rate))
    for start, stop in runs(slow):
        if stop - start < shortest:
            slow[start:stop] = False
    return slow


def floor_under(found: Support, rate: float, legs_still: bool = False) -> Floats:
    """(T,) height of the floor in the recording's world, metres; NaN only if no frame is finite.

    Before the first rest and after the last it goes down with whatever goes below, as on stairs. Where
    nothing ever rests it is the lowest tenth of all heights.
    """
    rests = np.flatnonzero(resting(found, rate, legs_still))
    if len(rests):
        frames = np.arange(len(found.height))
        floor = np.interp(frames, rests, found.height[rests])
        outside = (frames < rests[0]) | (frames > rests[-1])
        return np.where(outside, np.fmin(floor, found.height), floor)
    finite = found.height[np.isfinite(found.height)]
    return np.full(len(found.height), np.percentile(finite, 10.0) if len(finite) else np.nan)


def put_on_floor(clip: Clip) -> tuple[Clip, Support, Floats]:
    """The clip with its floor at z = 0; its support as it was; and (T,) how high that was over the floor.

    Clearance is filled in, and trans moved up or down so that the lowest point lies at the clearance: never
    under the floor. A clip with a task stays as it is: it was made on its floor, seat or ladder, for its own body.
    """
    found = support(clip)
    if clip.work is not None:
        return clip, found, np.zeros(clip.frames)
    height = found.height - floor_under(found, clip.rate, clip.still >= STILL_LEGS)
    above = np.maximum(height, 0.0)
    trans = clip.trans.astype(np.float64)
    trans[:, 2] += above - found.height
    return replace(clip, trans=trans.astype(np.float32), clearance=above.astype(np.float32)), found, height
