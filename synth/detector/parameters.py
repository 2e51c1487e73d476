"""A detector's parameters as plain arrays and numbers, in the shape that kernels read."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from synth.body.skeleton import COCO_17, mirrored
from synth.core.randomness import Draws
from synth.detector.spec import KINDS, ByKind, DetectorSpec, SeenRow

Array = NDArray[np.float64]
Numbers = NDArray[np.int64]

# Lin et al., 'Microsoft COCO', 2014: the standard deviations of its keypoint evaluation, in COCO_17's order.
SIGMAS: Array = np.array(
    [26, 25, 25, 35, 35, 79, 79, 72, 72, 62, 62, 107, 107, 87, 87, 89, 89], np.float64
) / 1000  # fmt: skip


def _number(name: str) -> int:
    return COCO_17.index(name)


TWIN: Numbers = np.array([_number(mirrored(name)) for name in COCO_17])
KIND: Numbers = np.array([KINDS.index(name.rsplit("_", 1)[-1]) for name in COCO_17])
LIMBS = ("face", "left arm", "right arm", "left leg", "right leg")
PAIRS = ("face", "arm", "leg")


def _limb(name: str) -> str:
    side, _, kind = name.rpartition("_")
    if kind in ("nose", "eye", "ear"):
        return "face"
    return f"{side} {'arm' if kind in ('shoulder', 'elbow', 'wrist') else 'leg'}"


LIMB: Numbers = np.array([LIMBS.index(_limb(name)) for name in COCO_17])
PAIR: Numbers = np.array([PAIRS.index(_limb(name).split()[-1]) for name in COCO_17])

# segments that may hide a joint of the person's own; the first eight are limbs: left, then right of each
_SEGMENTS = [
    (f"{side}_{a}", f"{side}_{b}")
    for a, b in (("shoulder", "elbow"), ("elbow", "wrist"), ("hip", "knee"), ("knee", "ankle"))
    for side in ("left", "right")
] + [
    ("left_shoulder", "right_shoulder"), ("left_hip", "right_hip"), ("left_shoulder", "left_hip"),
    ("right_shoulder", "right_hip"), ("left_ear", "right_ear"),
]  # fmt: skip
BONES: Numbers = np.array([[_number(a), _number(b)] for a, b in _SEGMENTS])


class Tables(NamedTuple):
    """What the kernels need of a `DetectorSpec`. Per-kind tables have a column for each of `KINDS`; rows of
    *_at say up to how many seen joints a row of jitter or miss holds. Causes are in the order of `Visibility`."""

    has_mixture: bool
    jitter_at: Numbers
    jitter: Array
    miss_at: Numbers
    miss: Array
    inversion: Array
    swap: Array  # (2, kinds): else, crowded
    crowded: Numbers  # (c, 2): at most so many seen, at least so much overlap
    hidden: Array  # (3, 5): body, prop, outside x good, jitter, inversion, swap, miss
    silent: Array  # (4,)
    conditional: Array  # toward occluder, spread, reach, factor
    neighbour: Array  # share, offset low and high, size low and high, own
    confidence: Array  # a, b, mean, std, floor
    dimmed: Array  # (4,) factor of each cause
    reach: Array  # (17, 3) radius of good, jitter and miss, times the root of the area
    weights: Array  # (3,) of a joint's own, its limb's and its pair's latent, squares sum to 1
    keyframe: int
    fresh: float
    noise: Array  # (17, 5) mean and std along x and y, share of the normal part
    loose: Array  # uniform_range, per_frame, missed


class Keys(NamedTuple):
    """Keys of the named draws."""

    kind: np.uint64
    place: np.uint64
    fresh: np.uint64
    confidence: np.uint64
    target: np.uint64
    neighbour: np.uint64


def keys_of(draws: Draws) -> Keys:
    return Keys(*(draws.key(f"detection.{name}") for name in Keys._fields))


def radius(similarity: float) -> Array:
    """(17,) distance from a joint at which its keypoint similarity is so, times the root of the box's area."""
    return 2 * SIGMAS * np.sqrt(-2 * np.log(similarity))


def tables_of(spec: DetectorSpec) -> Tables:
    rates, mixture = spec.rates, spec.mixture
    kinds = len(KINDS)
    hidden = spec.hidden
    outside = hidden.outside
    noise, loose = np.zeros((17, 5)), np.zeros(3)
    if mixture:
        joints = [mixture.joints[name] for name in COCO_17]
        noise = np.array([[*joint.mean, *joint.std, joint.gaussian] for joint in joints])
        loose = np.array([mixture.uniform_range, mixture.per_frame, mixture.missed])
    correlation = spec.correlation
    return Tables(
        has_mixture=mixture is not None,
        jitter_at=_upto(rates.jitter) if rates else np.array([17]),
        jitter=_table(*rates.jitter) if rates else np.zeros((1, kinds)),
        miss_at=_upto(rates.miss) if rates else np.array([17]),
        miss=_table(*rates.miss) if rates else np.full((1, kinds), loose[2]),
        inversion=_table(rates.inversion)[0] if rates else np.zeros(kinds),
        swap=_table(rates.swap, rates.swap_crowded) if rates else np.zeros((2, kinds)),
        crowded=np.array([[c.seen, c.overlap] for c in rates.crowded] if rates else [], np.int64).reshape(-1, 2),
        hidden=np.array(
            [
                [by.good, by.jitter, by.inversion, by.swap, by.miss] for by in (hidden.body, hidden.prop)
            ] + [[0, 0, outside.inversion, outside.swap, outside.miss]]
        ),
        silent=np.array([spec.silent.seen, spec.silent.body, spec.silent.prop, spec.silent.outside]),
        conditional=np.array([spec.toward.occluder, spec.toward.spread, spec.overlap.reach, spec.overlap.factor]),
        neighbour=np.array(
            [spec.neighbour.share, *spec.neighbour.offset, *spec.neighbour.size, spec.neighbour.own]
        ),
        confidence=np.array([getattr(spec.confidence, name) for name in ("a", "b", "mean", "std", "floor")]),
        dimmed=np.array([1.0, spec.confidence.body, spec.confidence.prop, spec.confidence.outside]),
        reach=np.stack(
            [radius(similarity) for similarity in (spec.bands.good, spec.bands.jitter, spec.bands.miss)], axis=1
        ),
        weights=np.sqrt([1 - correlation.limb - correlation.pair, correlation.limb, correlation.pair]),
        keyframe=spec.time.keyframe,
        fresh=spec.time.fresh,
        noise=noise,
        loose=loose,
    )  # fmt: skip


def _table(*rows: ByKind) -> Array:
    return np.array([[getattr(row, kind) for kind in KINDS] for row in rows], np.float64)


def _upto(rows: list[SeenRow]) -> Numbers:
    return np.array([row.seen for row in rows])
