"""Which way is up in a recording's world, and how long its unit is: from the person who moves in it.

A person is on their feet in most frames of most recordings, what bears them is level, and they are 1.4 to
2.1 m tall. Where the frames do not say, up is what the rig's rest pose has as up, else Y, as the format has it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synth.body.skeleton import SMPL_REST_OFFSET
from synth.motion.geometry import angle_between
from synth.motion.rest_pose import axis_name

Floats = NDArray[np.float64]

UNITS = {"m": 1.0, "cm": 0.01, "mm": 0.001, "in": 0.0254}
AXES = {
    f"{sign}{axis}": (-1.0 if sign else 1.0) * np.eye(3)[i]
    for i, axis in enumerate("xyz")
    for sign in ("", "-")
}
STATURE = (1.4, 2.1)  # metres: adults, from the 1st percentile of women to the 99th of men (ANSUR II, 2012)
# SMPL in its mean shape is 1.7 m tall; the lengths of its legs and arms by which others are compared with it
_SMPL_STATURE = 1.7

# Of all frames, the share that has the body within 45 degrees of an axis that is then up, and the share that the
# expected axis may have at most for another to be taken.
_UP_SHARE = 0.6
_NOT_UP_SHARE = 0.2
_UPRIGHT = 45.0
# How far the lowest point of the body moves along up, in statures: on level ground, and if that is no up at all
_LEVEL = 0.15
_NO_FLOOR = 1.5


@dataclass(frozen=True, eq=False)
class Up:
    """up (3,): unit vector in the file's axes. expected (3,): what the rig says. sure: whether frames agree."""

    up: Floats
    expected: Floats
    sure: bool

    @property
    def note(self) -> str | None:
        """What a user has to know of how up was found; None where all is as expected."""
        if not self.sure:
            return (
                f"nobody stands upright for long: up is taken as {axis_name(self.up)}, as the rig has it; "
                "`up` of the source changes that"
            )
        if angle_between(self.up, self.expected) > 1.0:
            return (
                f"the world's up is {axis_name(self.up)}, not the rig's {axis_name(self.expected)}: "
                "the person stands along it; `up` of the source changes that"
            )
        return None


def find_up(upright: Floats | None, places: Floats, expected: Floats) -> Up:
    """The world's up, from the direction of the body in each frame and from where all its joints are.

    upright (T, 3): unit vectors from the feet to the head. places (T, J, 3). expected (3,): up if the frames
    do not say, as the axis of the file that is nearest. Another axis is taken only if most frames have the
    body along it.
    """
    own = axis_name(expected)
    expected = AXES[own]
    if upright is None or not len(upright):
        return Up(expected, expected, sure=True)
    share = {name: _share(upright, axis) for name, axis in AXES.items()}
    best = max(share, key=lambda name: share[name])
    if _crawls(places, best):
        return Up(expected, expected, sure=False)
    if best != own and share[best] >= _UP_SHARE and share[own] <= _NOT_UP_SHARE:
        return Up(AXES[best], expected, sure=True)
    return Up(expected, expected, sure=share[own] > _NOT_UP_SHARE)


def _crawls(places: Floats, axis: str) -> bool:
    """Whether the ground under the body goes a long way along an axis that would be up, and is level on another."""
    stature = max(float(np.median(np.ptp(places, axis=1).max(axis=1))), 1e-9)
    lowest = {name: (places @ AXES[name]).min(axis=1) for name in AXES}
    way = {name: float(np.ptp(np.percentile(low, [5, 95]))) / stature for name, low in lowest.items()}
    others = [each for name, each in way.items() if name.strip("-") != axis.strip("-")]
    return way[axis] > _NO_FLOOR and min(others) < _LEVEL


def _share(upright: Floats, axis: Floats) -> float:
    return float((upright @ axis > np.cos(np.radians(_UPRIGHT))).mean())


def stature(lengths: dict[str, float]) -> float | None:
    """How tall a person is whose limbs are so long, by SMPL's proportions; None without any limb.

    lengths: of limbs by the SMPL joint at their far end, such as left_knee for a thigh. In their own unit.
    """
    legs = [name for name in lengths if name.endswith(("knee", "ankle"))]
    arms = [name for name in lengths if name.endswith(("elbow", "wrist"))]
    chosen = legs if legs else arms
    own = sum(lengths[name] for name in chosen)
    smpl = sum(float(np.linalg.norm(SMPL_REST_OFFSET[name])) for name in chosen)
    return _SMPL_STATURE * own / smpl if chosen and own > 0 else None


def guess_unit(height: float) -> str | None:
    """The unit in which a height in a file's own numbers is a person's, nearest to 1.7 m; None for none."""
    fitting = [name for name, metres in UNITS.items() if STATURE[0] <= height * metres <= STATURE[1]]
    return (
        min(fitting, key=lambda name: abs(np.log(height * UNITS[name] / _SMPL_STATURE))) if fitting else None
    )
