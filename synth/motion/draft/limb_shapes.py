"""Arms, legs and trunk of a skeleton by its shape alone: equal pairs of chains, and SMPL's proportions in them.

The two pairs of chains with the longest reach are the legs and the arms; legs hang nearer to the root. Which joint of a
chain is the knee or the elbow, whatever twists and helpers lie in it, is the choice that comes nearest to SMPL's
proportions. Left is where a person's left is who looks where the feet point.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from synth.body.skeleton import SMPL_REST_OFFSET
from synth.motion.draft.names import JointName
from synth.motion.recording import Skeleton

Floats = NDArray[np.float64]
Found = dict[str, tuple[str, str, str]]
Chains = tuple[list[int], list[int]]

_EQUAL = 0.15  # by how much two chains of a pair may differ in length, as a share
_LEG, _ARM = ("hip", "knee", "ankle"), ("shoulder", "elbow", "wrist")
_FOOT_BENT = 30.0  # degrees from shin to foot, from which on the foot shows the way ahead
_NEARER = 0.5  # legs hang so much nearer to where trunk and legs part than arms do, as a share
_AGREED = 0.8  # share of frames that have to agree on which side is left
_WHY = "by shape: a chain of a pair, in SMPL's proportions"


def _smpl_length(joints: tuple[str, ...]) -> float:
    return sum(float(np.linalg.norm(SMPL_REST_OFFSET[f"left_{name}"])) for name in joints)


_ARM_TO_LEG = _smpl_length(_ARM[1:]) / _smpl_length(_LEG[1:])
_LEG_OF_ALL = _smpl_length(_LEG[1:]) / _smpl_length((*_LEG[1:], "foot"))


def by_shape(skeleton: Skeleton, places: Floats, words: tuple[JointName, ...]) -> tuple[Found, list[str]]:
    """(joint, how sure, why) by SMPL joint, and what is in doubt. places (T, J, 3): joints in some frames.

    Nothing found by shape is called sure: its sides may be exchanged in a mirrored recording.
    """
    pairs = _pairs(skeleton, places, words)
    if len(pairs) < 2:
        return {}, ["no two pairs of equal chains that could be legs and arms"]
    (first, one), (second, other) = pairs
    near, far = (_below_branch(skeleton, a, b, places) for a, b in ((first, second), (second, first)))
    if near <= _NEARER * far:
        pelvis, legs, chest, arms = first, one, second, other
    elif far <= _NEARER * near:
        pelvis, legs, chest, arms = second, other, first, one
    else:
        return {}, ["which chains are legs and which are arms cannot be told from the tree"]
    doubts = ["which chains are legs cannot be told: both pairs hang on one joint"] if pelvis == chest else []
    found: Found = {"pelvis": (skeleton.names[pelvis], "likely", "the two lower chains hang on it")}
    lefts, agreed = _left_first(legs, arms, pelvis, chest, places)
    if agreed < _AGREED:
        doubts.append("left and right cannot be told from the way the feet point")
    if any(len(pair[0]) != len(pair[1]) for pair in (legs, arms)):
        doubts.append("a limb has more joints than its twin")
    sure = "unsure" if doubts else "likely"
    length: float | None = None
    for pair, joints, left in ((legs, _LEG, lefts[0]), (arms, _ARM, lefts[1])):
        rows = _rows(pair[left], joints, length, places)
        for side, chain in (("left", pair[left]), ("right", pair[1 - left])):
            for name, row in rows.items():
                if row < len(chain):
                    found[f"{side}_{name}"] = (skeleton.names[chain[row]], sure, _WHY)
        if joints is _LEG and rows:
            steps = np.cumsum([0.0, *_steps(pair[left], places)])
            length = float(steps[rows["ankle"]] - steps[rows["hip"]])
    return found, doubts


def _pairs(skeleton: Skeleton, places: Floats, words: tuple[JointName, ...]) -> list[tuple[int, Chains]]:
    """The two longest pairs of chains that start from one joint and do not cross, as (joint, chains)."""
    found: list[tuple[float, int, Chains]] = []
    for joint in range(len(skeleton.names)):
        chains = [_longest(skeleton, child, places, words) for child in skeleton.children(joint)]
        chains = [[joint, *chain] for chain in chains if len(chain) >= 3]
        for a, b in combinations(chains, 2):
            one, other = _length(a, places), _length(b, places)
            equal = abs(one - other) <= _EQUAL * max(one, other)
            if equal and abs(len(a) - len(b)) <= 1 and _apart(a, b, places) > 1e-3 * one:
                found.append((one + other, joint, (a, b)))
    found.sort(key=lambda each: -each[0])
    kept: list[tuple[int, Chains]] = []
    for _, joint, pair in found:
        taken = {j for _, chains in kept for chain in chains for j in chain[1:]}
        if not taken & {j for chain in pair for j in chain[1:]}:
            kept.append((joint, pair))
    return kept[:2]


def _below_branch(skeleton: Skeleton, joint: int, other: int, places: Floats) -> float:
    """How far along the bones a joint is from where its way up the tree meets that of another one."""
    above = skeleton.above(other)
    own = skeleton.above(joint)
    return _length(own[sum(each in above for each in own) - 1 :], places)


def _longest(skeleton: Skeleton, joint: int, places: Floats, words: tuple[JointName, ...]) -> list[int]:
    """From a joint down to the end that is farthest along the bones, fingers and twists left aside where named."""
    further = [
        _longest(skeleton, child, places, words)
        for child in skeleton.children(joint)
        if not words[child].helper
    ]
    best = max(further, key=lambda chain: _length([joint, *chain], places), default=[])
    return [joint, *best]


def _steps(chain: list[int], places: Floats) -> Floats:
    """(n - 1,): how long each bone of a chain is, the median of the frames."""
    return np.asarray(np.nanmedian(np.linalg.norm(np.diff(places[:, chain], axis=1), axis=2), axis=0))


def _length(chain: list[int], places: Floats) -> float:
    return float(_steps(chain, places).sum()) if len(chain) > 1 else 0.0


def _apart(a: list[int], b: list[int], places: Floats) -> float:
    return float(np.nanmedian(np.linalg.norm(places[:, a[-1]] - places[:, b[-1]], axis=1)))


def _left_first(
    legs: Chains, arms: Chains, pelvis: int, chest: int, places: Floats
) -> tuple[tuple[int, int], float]:
    """Which of each pair is the left one, and the share of frames that agree: 0 where no foot points ahead."""
    up = places[:, chest] - places[:, pelvis]
    if pelvis == chest:
        up = places[:, pelvis] - places[:, [chain[-1] for chain in legs]].mean(axis=1)
    ahead = np.mean([places[:, chain[-1]] - places[:, chain[-2]] for chain in legs], axis=0)
    left = _unit(np.cross(up, ahead))
    votes = []
    for one, other in (legs, arms):
        across = places[:, one[1]] - places[:, other[1]]
        if np.nanmedian(np.linalg.norm(across, axis=1)) < 1e-3 * _length(one, places):
            across = places[:, one[2]] - places[:, other[2]]
        votes.append(np.nan_to_num(np.sum(_unit(across) * left, axis=1)))
    shares = [float((vote > 0.3).mean()) for vote in votes]
    against = [float((vote < -0.3).mean()) for vote in votes]
    firsts = (0 if shares[0] >= against[0] else 1, 0 if shares[1] >= against[1] else 1)
    shins = np.mean([places[:, chain[-2]] - places[:, chain[-3]] for chain in legs], axis=0)
    straight = np.nanmedian(np.sum(_unit(shins) * _unit(ahead), axis=1))
    if straight > np.cos(np.radians(_FOOT_BENT)):
        return firsts, 0.0
    return firsts, min(max(pair) for pair in zip(shares, against, strict=True))


def _unit(vectors: Floats) -> Floats:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9))


def _rows(
    chain: list[int], joints: tuple[str, str, str], leg: float | None, places: Floats
) -> dict[str, int]:
    """Where in a chain the joints of a limb are: the two bones that come nearest to SMPL's proportions.

    leg: how long the leg is from hip to ankle, with which arms are compared; None for the legs themselves, which have
    but a foot beyond them.
    """
    steps = np.cumsum([0.0, *_steps(chain, places)])
    upper, lower = (float(np.linalg.norm(SMPL_REST_OFFSET[f"left_{name}"])) for name in joints[1:])
    best: tuple[float, tuple[int, ...]] | None = None
    for rows in combinations(range(1, len(chain)), 3):
        a, b, c = steps[list(rows)]
        if b - a <= 0 or c - b <= 0:
            continue
        reach = (c - a) / leg / _ARM_TO_LEG if leg else (c - a) / (steps[-1] - a) / _LEG_OF_ALL
        cost = abs((b - a) / (c - a) - upper / (upper + lower)) + abs(np.log(reach))
        if best is None or cost < best[0] - 1e-9:
            best = (cost, rows)
    if best is None:
        return {}
    found = dict(zip(joints, best[1], strict=True))
    if joints is _LEG and found["ankle"] + 1 < len(chain):
        found["foot"] = found["ankle"] + 1
    if joints is _ARM and found["shoulder"] > 1:
        found["collar"] = 1
    return found
