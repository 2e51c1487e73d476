"""Whether a solved motion is physically possible: balance, penetration, joint limits and planted feet, in numbers.

All is found again from poses, body and furniture alone, whatever the solver believed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import ConvexHull, QhullError

from synth.body.mass import joint_masses
from synth.posture.chain import HIGH, LOW, NAMES, PLACE, angles_of, joints_of
from synth.posture.figure import Figure, figure, joint
from synth.scene.props.furniture import standing
from synth.scene.work import Furniture, Work

Floats = NDArray[np.float64]
MOST_INSIDE = 0.01  # metres that the skin may be inside of something: flesh gives way
MOST_SLIDE = 0.01  # metres that what is planted may move
MOST_OVER = 0.0  # metres that the centre of mass may be off the support
_SLACK = np.radians(0.5)  # of limits: poses are stored in single precision


class Motion(Protocol):
    """Motion with a task; a `Clip` and a `Solved` are such."""

    @property
    def poses(self) -> NDArray[np.float32]: ...
    @property
    def trans(self) -> NDArray[np.float32]: ...
    @property
    def rate(self) -> float: ...
    @property
    def work(self) -> Work | None: ...


@dataclass(frozen=True)
class Checks:
    """The worst moment of a motion by each check, and the share of its frames that pass each.

    over: metres that the centre of mass is off the support (below 0: inside by so much). inside: metres that the skin,
    but for hands, is inside of furniture or floor; folded: that parts of the body are inside each other. beyond:
    degrees that an angle is past its limit, beyond_of: which. slide: metres that something planted moves.
    """

    over: float
    inside: float
    inside_of: str
    folded: float
    folded_of: str
    beyond: float
    beyond_of: str
    slide: float
    share: dict[str, float]

    @property
    def passes(self) -> dict[str, bool]:
        """Whether the whole motion passes each check."""
        return {
            "balance": self.over <= MOST_OVER,
            "penetration": max(self.inside, self.folded) <= MOST_INSIDE,
            "limits": self.beyond <= 0.0,
            "slide": self.slide <= MOST_SLIDE,
        }


def checks(motion: Motion, every: int = 3) -> Checks:
    """The checks of every `every`-th frame of a motion. Raises ValueError for motion without a task."""
    work = motion.work
    if work is None:
        raise ValueError("only motion that was solved for a task can be checked")
    fig = figure(work.gender, tuple(work.betas))
    frames = np.arange(0, len(motion.poses), every)
    q = angles_of(motion.poses, motion.trans, fig.rest)
    places, turns = joints_of(q, fig.offsets)
    posed = fig.body.posed(motion.poses[frames], work.betas, motion.trans[frames])
    paces = [_pace(places[:, joint(name), :2], motion.rate) / pace for name, pace in _STEPPING]
    moving = np.max(paces, axis=0)[frames] > 1.0
    over, inside, inside_of = _surroundings(
        fig, work, posed.vertices.astype(np.float64), places, frames, motion.rate
    )
    over = np.where(moving, -1.0, over)
    over = _lasting(over, max(1, round(_FALLS * motion.rate / every)))
    folded, folded_of = _folded(fig, places[frames], turns[frames])
    past = np.degrees(np.maximum(q - HIGH, LOW - q)[:, PLACE:] - _SLACK)
    slide = _slides(fig, places, turns, motion.rate)
    worst = int(past.max(axis=0).argmax())
    return Checks(
        over=float(over.max()),
        inside=float(inside.max()),
        inside_of=inside_of[int(inside.argmax())],
        folded=float(folded.max()),
        folded_of=folded_of[int(folded.argmax())],
        beyond=float(past.max().clip(0.0)),
        beyond_of=NAMES[PLACE + worst] if past.max() > 0 else "",
        slide=slide,
        share={
            "balance": float((over <= MOST_OVER).mean()),
            "penetration": float((np.maximum(inside, folded) <= MOST_INSIDE).mean()),
            "limits": float((past.max(axis=1) <= 0.0).mean()),
            "slide": float(slide <= MOST_SLIDE),
        },
    )


# metres a second, of the pelvis or a foot that is not where it stood, from which a body falls from foot to foot
_STEPPING = (("pelvis", 0.25), ("left_ankle", 0.15), ("right_ankle", 0.15))
_FALLS = 0.3  # seconds in which a body of 0.9 m begins to fall, sqrt(0.9 / 9.81): what is caught by then is no fall
_NEAR = 0.02  # metres, within which skin touches something: flesh and cloth give way, vertices are sparse
_HOLDS_ON = (
    0.28  # metres by which hands on a ladder widen the support: a pull of a fifth of the weight holds it
)
_HANDS = tuple(joint(name) for name in ("left_wrist", "right_wrist", "left_hand", "right_hand"))


def _pace(path: Floats, rate: float) -> Floats:
    """(T,) metres a second that a point (T, 2) goes, over 0.4 s."""
    reach = max(1, round(0.2 * rate))
    rows = np.arange(len(path))
    before, after = (rows - reach).clip(0), (rows + reach).clip(max=len(path) - 1)
    step = np.linalg.norm(path[after] - path[before], axis=1)
    pace: Floats = step * rate / np.maximum(after - before, 1)
    return pace


def _lasting(over: Floats, frames: int) -> Floats:
    """What the centre of mass is off by for so many frames on end: the least of each such stretch."""
    padded = np.concatenate([np.full(frames, over.min()), over, np.full(frames, over.min())])
    least = np.lib.stride_tricks.sliding_window_view(padded, frames + 1).min(axis=1)
    found: Floats = np.lib.stride_tricks.sliding_window_view(least, frames + 1).max(axis=1)[: len(over)]
    return found


def _surroundings(
    fig: Figure, work: Work, vertices: Floats, places: Floats, frames: NDArray[np.int64], rate: float
) -> tuple[Floats, Floats, list[str]]:
    """(t,) how far the centre of mass is off the support and the skin in something, and in what."""
    hands = np.isin(fig.body.weight_joints[:, 0], _HANDS)
    over, inside = np.empty(len(frames)), np.empty(len(frames))
    names = []
    mass = joint_masses()
    for row, frame in enumerate(frames):
        there, load = work.at((frame + 1e-3) / rate)
        skin = vertices[row]
        depth, borne = -skin[:, 2], skin[:, 2] < _NEAR
        deepest, name = float(depth.max()), "the floor"
        room = 0.0
        for each in there:
            if each.hand:
                continue
            own = _depth(each, skin)
            borne |= own > -_NEAR
            if each.kind in ("ladder", "stepladder") and (own[hands] > -0.05).any():
                room = _HOLDS_ON
            if own[~hands].max() > deepest:
                deepest, name = float(own[~hands].max()), each.kind
        weights = mass.copy()
        weights[[joint("left_hand"), joint("right_hand")]] += 0.5 * load / fig.kilograms
        centre = (weights @ places[frame])[:2] / weights.sum()
        over[row] = _off(skin[borne][:, :2], centre) - room
        inside[row] = deepest
        names.append(name)
    return over, inside, names


def _depth(each: Furniture, skin: Floats) -> Floats:
    """(V,) how deep each vertex is in a piece of furniture; below 0 outside."""
    solids = standing(each).solids
    low = (solids.centre - np.linalg.norm(solids.half, axis=1)[:, None]).min(0) - 0.1
    high = (solids.centre + np.linalg.norm(solids.half, axis=1)[:, None]).max(0) + 0.1
    near = ((skin > low) & (skin < high)).all(axis=1)
    depth = np.full(len(skin), -1.0)
    if near.any():
        depth[near] = solids.depth(skin[near])
    return depth


def _off(ground: Floats, centre: Floats) -> float:
    """Metres from a point to the hull of others, below 0 inside."""
    try:
        hull = ConvexHull(ground)
    except (QhullError, ValueError, IndexError):
        return 1.0
    return float((hull.equations[:, :2] @ centre + hull.equations[:, 2]).max())


def _folded(fig: Figure, places: Floats, turns: Floats) -> tuple[Floats, list[str]]:
    """(t,) how deep the spheres of one part of the body are in those of another, and of which."""
    balls = fig.balls
    at = places[:, balls.joint] + np.einsum("tsij,sj->tsi", turns[:, balls.joint], balls.offset)
    a, b = balls.pairs[:, 0], balls.pairs[:, 1]
    depth = balls.radius[a] + balls.radius[b] - np.linalg.norm(at[:, a] - at[:, b], axis=2)
    worst = depth.argmax(axis=1)
    names = [f"{balls.name[a[k]]} in {balls.name[b[k]]}" for k in worst]
    return depth.max(axis=1), names


_FLAT = 0.01  # metres that heel and ball differ in height by while the foot is flat


def _slides(fig: Figure, places: Floats, turns: Floats, rate: float) -> float:
    """How far, at most, a point of a foot or knee moves sideways while it is down."""
    worst = 0.0
    paths = {
        name: places[:, own] + turns[:, own] @ offset
        for name, (own, offset) in fig.spots.items()
        if name.split()[-1] in ("heel", "ball", "toe", "knee", "tip")
    }
    levels = {name: float(np.percentile(at[:, 2], 5)) for name, at in paths.items()}
    for name, at in paths.items():
        level, side = levels[name], name.split()[0]
        if name.endswith("knee") and level > 0.12:
            continue
        foot = min(levels[other] for other in paths if other.startswith(side) and not other.endswith("knee"))
        if not name.endswith("knee") and level > foot + _FLAT:  # the foot is on another part of it
            continue
        down = at[:, 2] < level + 0.004
        if name.endswith(
            "ball"
        ):  # the foot's, which it stands on while flat; under a raised heel the toes' bear
            down &= np.abs(paths[f"{side} heel"][:, 2] - at[:, 2]) < _FLAT
        edges = np.flatnonzero(np.diff(np.concatenate([[False], down, [False]]).astype(int)))
        for start, stop in zip(edges[::2] + 1, edges[1::2] - 1, strict=True):
            if stop - start >= 0.15 * rate:
                rest = at[start:stop, :2]
                worst = max(worst, float(np.linalg.norm(rest - np.median(rest, axis=0), axis=1).max()))
    return worst
