"""Whether a solved motion is physically possible: balance, penetration, joint limits and planted feet, in numbers.

All is found again from poses, body and furniture alone, whatever the solver believed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from synth.core.runs import runs
from synth.posture.balance import Balance
from synth.posture.chain import HIGH, LOW, NAMES, PLACE, angles_of, joints_of
from synth.posture.figure import Figure, figure, joint
from synth.scene.props.furniture import standing
from synth.scene.props.pieces import Boxes
from synth.scene.work import Furniture, Work

Floats = NDArray[np.float64]
MOST_INSIDE = 0.01  # metres that the skin may be inside of something: flesh gives way
MOST_SLIDE = 0.01  # metres that what is planted may move
MOST_OVER = 0.0  # metres that the centre of mass may be off the support
_CLOSE = 0.006  # metres from what is allowed, from where every frame is examined
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

    @property
    def close(self) -> bool:
        """Whether a moment between those examined may miss what is allowed."""
        return max(self.inside, self.folded) > MOST_INSIDE - _CLOSE or self.over > MOST_OVER - _CLOSE

    @property
    def excess(self) -> float:
        """By how much the worst check is missed, as a share of what it allows a body to be off; 0 where all pass."""
        return max(
            0.0,
            self.over / MOST_INSIDE,
            max(self.inside, self.folded) / MOST_INSIDE - 1.0,
            self.slide / MOST_SLIDE - 1.0,
            self.beyond,
        )

    @property
    def fault(self) -> str:
        """The first check that is missed, in numbers; '' where all pass."""
        passes = self.passes
        if not passes["balance"]:
            return f"falls over: centre of mass {100 * self.over:.1f} cm off the support"
        if not passes["penetration"] and self.inside >= self.folded:
            return f"skin {100 * self.inside:.1f} cm inside of {_named(self.inside_of)}"
        if not passes["penetration"]:
            return f"{self.folded_of}: {100 * self.folded:.1f} cm inside the body"
        if not passes["limits"]:
            return f"{self.beyond_of}: {self.beyond:.1f} degrees beyond its range"
        return "" if passes["slide"] else f"a planted foot or knee slides by {100 * self.slide:.1f} cm"


def _named(kind: str) -> str:
    return kind if kind.startswith("the ") else f"a {kind}".replace("_", " ")


def checks(motion: Motion, every: int = 3) -> Checks:
    """The checks of a motion, those of the skin in every `every`-th frame.

    Raises ValueError for motion without a task.
    """
    work = motion.work
    if work is None:
        raise ValueError("only motion that was solved for a task can be checked")
    fig = figure(work.gender, tuple(work.betas))
    frames = np.arange(0, len(motion.poses), every)
    q = angles_of(motion.poses, motion.trans, fig.rest)
    places, turns = joints_of(q, fig.offsets)
    posed = fig.body.posed(motion.poses[frames], work.betas, motion.trans[frames])
    balance = Balance(fig, places, motion.rate)
    skin = posed.vertices.astype(np.float64)
    inside, inside_of = _surroundings(fig, work, skin, balance, frames, motion.rate)
    over = balance.off(every)
    folded, folded_of = _folded(fig, places, turns)
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
            "penetration": float((np.maximum(inside, folded[frames]) <= MOST_INSIDE).mean()),
            "limits": float((past.max(axis=1) <= 0.0).mean()),
            "slide": float(slide <= MOST_SLIDE),
        },
    )


_HANDS = tuple(joint(name) for name in ("left_wrist", "right_wrist", "left_hand", "right_hand"))
_MARGIN = 0.05  # metres around a thing, within which skin is measured


def _surroundings(
    fig: Figure, work: Work, vertices: Floats, balance: Balance, frames: NDArray[np.int64], rate: float
) -> tuple[Floats, list[str]]:
    """(t,) how far the skin is in something, and in what; `balance` is given every frame."""
    bare = ~np.isin(fig.body.weight_joints[:, 0], _HANDS)
    solids = {each: _solid(each) for each in set(work.furniture) if not each.hand}
    inside, names = np.empty(len(frames)), []
    for row, frame in enumerate(frames):
        there, load = work.at((frame + 1e-3) / rate)
        skin = vertices[row]
        lowest, highest = skin.min(0), skin.max(0)
        deepest, name, own = -float(lowest[2]), "the floor", []
        for each in there:
            if each.hand:
                continue
            boxes, low, high = solids[each]
            if (lowest > high).any() or (highest < low).any():
                continue
            rows = np.flatnonzero(((skin > low) & (skin < high)).all(axis=1))
            own.append((each, boxes, rows))
            rows = rows[bare[rows]]
            depth = float(boxes.depth(skin[rows]).max()) if len(rows) else -1.0
            if depth > deepest:
                deepest, name = depth, each.kind
        balance.add(int(frame), skin, own, load)
        inside[row] = deepest
        names.append(name)
    return inside, names


def _solid(each: Furniture) -> tuple[Boxes, Floats, Floats]:
    """A piece's solids where it stands, and the bounds within which skin is near it."""
    boxes = standing(each).solids
    half = np.where(boxes.round[:, None], boxes.half[:, [0, 0, 2]], boxes.half)
    reach = np.einsum("bij,bj->bi", np.abs(boxes.axes), half)
    return boxes, (boxes.centre - reach).min(0) - _MARGIN, (boxes.centre + reach).max(0) + _MARGIN


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
        if name.endswith("ball"):  # the foot stands on it while flat; under a raised heel the toes bear
            down &= np.abs(paths[f"{side} heel"][:, 2] - at[:, 2]) < _FLAT
        for start, stop in runs(down):
            if stop - start - 2 >= 0.15 * rate:
                rest = at[start + 1 : stop - 1, :2]
                worst = max(worst, float(np.linalg.norm(rest - np.median(rest, axis=0), axis=1).max()))
    return worst
