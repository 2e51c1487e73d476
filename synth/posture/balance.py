"""Whether a body that moves stays up: its extrapolated centre of mass over what bears it.

A body can come to rest without a step where x + v sqrt(l / g) is over its support: x and v of the centre of mass, l
its height over the support (Hof, Gazendam & Sinke, 'The condition for dynamic stability', J. Biomech. 38, 2005). Who
steps is outside of it until the other foot is down.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import ConvexHull, QhullError

from synth.body.mass import joint_masses
from synth.core.runs import runs
from synth.posture.figure import Figure, joint
from synth.scene.props.furniture import FURNITURE
from synth.scene.props.pieces import Boxes
from synth.scene.work import Furniture

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
# metres within which skin touches what is under it: flesh and cloth give way, vertices are sparse
NEAR = 0.02
GRAVITY = 9.81
_BELOW = 0.01  # metres that skin is moved down by to see whether a solid is under it rather than beside it
_FALLS = 0.3  # seconds in which a body of 0.9 m begins to fall, sqrt(0.9 / 9.81): what is caught by then is no fall
_BETWEEN = 0.45  # seconds that both feet are down between slow steps
_STEP = 0.8  # seconds that a slow step takes, by which the foot in the air is down
# metres off the support, the length of a step (0.41 of the stature), from where one catches the body
_REACH = 0.7
_STEPPING = 0.15  # metres a second of the ankle of a foot in the air that is about to be put down
_LEANING = 0.1  # metres a second of a hand, up to which it bears the body: one that wipes does not
# metres by which hands on a ladder widen the support: a pull of a fifth of the weight holds it
_HOLDS_ON = 0.28
_PACE = 0.1  # seconds before and after a moment over which its speed is taken
_SIDES = ("left", "right")


class Balance:
    """The balance of a motion, gathered frame by frame: places (T, 24, 3) of all its joints, at `rate`."""

    def __init__(self, fig: Figure, places: Floats, rate: float) -> None:
        self.fig, self.places, self.rate = fig, places, rate
        owner = fig.body.weight_joints[:, 0]
        self._hands = {
            side: np.isin(owner, [joint(f"{side}_wrist"), joint(f"{side}_hand")]) for side in _SIDES
        }
        self._feet = {
            side: np.isin(owner, [joint(f"{side}_ankle"), joint(f"{side}_foot")]) for side in _SIDES
        }
        self._pace = {
            name: speed(places[:, joint(name)], rate)
            for side in _SIDES
            for name in (f"{side}_ankle", f"{side}_wrist")
        }
        self._masses = joint_masses()
        self.over: list[float] = []
        self.stepping: list[bool] = []

    def add(
        self, frame: int, skin: Floats, near: list[tuple[Furniture, Boxes, NDArray[np.int64]]], load: float
    ) -> None:
        """A frame, its skin (V, 3), the kilograms in the hands, and what stands with the rows of skin near it."""
        still = ~self._moved(frame)
        borne = skin[:, 2] < NEAR
        room = 0.0
        for each, boxes, rows in near:
            if FURNITURE.get(each.kind).hold:  # what can be carried gives way
                continue
            borne[rows] |= bears(boxes, skin[rows]) & still[rows]
            if each.kind in ("ladder", "stepladder"):
                room = max(room, _HOLDS_ON * self._holds_on(boxes, skin))
        weights = self._masses.copy()
        weights[[joint("left_hand"), joint("right_hand")]] += 0.5 * load / self.fig.kilograms
        weights /= weights.sum()
        self.over.append(off(skin[borne], *self._centre(frame, weights)) - room)
        self.stepping.append(
            any(
                not borne[self._feet[side]].any() and self._pace[f"{side}_ankle"][frame] > _STEPPING
                for side in _SIDES
            )
        )

    def off(self, every: int) -> Floats:
        """(t,) metres that the centre of mass is off the support in each frame added, one of `every`; below 0 inside.

        What is caught in time, or by the next step, counts as at the edge.
        """
        over, stepping = np.array(self.over), np.array(self.stepping)
        for start, stop in runs(over > 0.0):
            own, most = stepping[start:stop], self.rate / every
            stands = max((b - a for a, b in runs(~own)), default=0)
            steps = max((b - a for a, b in runs(own)), default=0)
            if (
                stands <= (_BETWEEN if own.any() else _FALLS) * most
                and steps <= _STEP * most
                and over[start:stop].max() < _REACH
            ):
                over[start:stop] = 0.0
        return over

    def _moved(self, frame: int) -> Bools:
        """(V,) the skin of hands that move."""
        found = np.zeros(len(self.fig.body.weight_joints), bool)
        for side in _SIDES:
            if self._pace[f"{side}_wrist"][frame] > _LEANING:
                found |= self._hands[side]
        return found

    def _holds_on(self, boxes: Boxes, skin: Floats) -> bool:
        return any(bool((boxes.depth(skin[own]) > -0.05).any()) for own in self._hands.values())

    def _centre(self, frame: int, weights: Floats) -> tuple[Floats, Floats]:
        """The centre of mass (3,) and its speed (3,)."""
        reach = max(1, round(_PACE * self.rate))
        before, after = max(frame - reach, 0), min(frame + reach, len(self.places) - 1)
        centre = weights @ self.places[[before, frame, after]]
        return centre[1], (centre[2] - centre[0]) * self.rate / max(after - before, 1)


def speed(path: Floats, rate: float) -> Floats:
    """(T,) metres a second that a point (T, 3) moves at, over `_PACE` before and after."""
    reach = max(1, round(_PACE * rate))
    rows = np.arange(len(path))
    before, after = (rows - reach).clip(0), (rows + reach).clip(max=len(path) - 1)
    step = np.linalg.norm(path[after] - path[before], axis=1)
    found: Floats = step * rate / np.maximum(after - before, 1)
    return found


def bears(boxes: Boxes, skin: Floats) -> Bools:
    """(V,) whether skin lies on a solid: touches it, and would be in it further down."""
    depth = boxes.depth(skin)
    touching = np.flatnonzero(depth > -NEAR)
    found = np.zeros(len(skin), bool)
    lower = boxes.depth(skin[touching] - [0.0, 0.0, _BELOW])
    found[touching] = lower > depth[touching] + 0.4 * _BELOW
    return found


def off(ground: Floats, centre: Floats, pace: Floats) -> float:
    """Metres that a centre of mass (3,) at a pace (3,) is off the hull of points (n, 3) that bear it, as
    extrapolated; below 0 inside. 1 where nothing bears it."""
    if len(ground) < 3:
        return 1.0
    tall = max(0.1, float(centre[2] - ground[:, 2].mean()))
    there = centre[:2] + pace[:2] * np.sqrt(tall / GRAVITY)
    try:
        hull = ConvexHull(ground[:, :2])
    except (QhullError, ValueError):
        return 1.0
    return float((hull.equations[:, :2] @ there + hull.equations[:, 2]).max())
