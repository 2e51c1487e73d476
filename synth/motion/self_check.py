"""Does a retargeted clip show what was recorded? Its own forward kinematics against the recording's places.

Nothing that retargeting assumes of a rig enters here: only where the recording has joints, and where SMPL's
skeleton has them when it is posed as the clip says.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synth.body.rotations import world_turns
from synth.body.skeleton import smpl_rest_joints
from synth.motion.figure import SIDES, Figure, smpl_figure
from synth.motion.geometry import angle_between
from synth.motion.mapping import LIMBS

Floats = NDArray[np.float64]

LIMB_CHECKS = tuple(LIMBS)
LINE_CHECKS = ("hip_line", "shoulder_line")
HAND_CHECKS = tuple(f"{side}_hand" for side in SIDES)
# What is compared, and by how much a clip may differ. Degrees, but for the travel: metres beside the share of the
# way so far. The trunk is allowed what rigs differ in where they hang shoulders, hands what they differ in where
# they have fingers.
LIMITS: dict[str, float] = {
    **dict.fromkeys(LIMB_CHECKS, 3.0),
    **dict.fromkeys(LINE_CHECKS, 3.0),
    "trunk": 25.0,
    **dict.fromkeys(HAND_CHECKS, 25.0),
    "travel": 0.02,
}
CHECKS = tuple(LIMITS)
TRAVEL_SHARE = 0.02


@dataclass(frozen=True, eq=False)
class Shown:
    """What a recording shows of T frames, in the clip's world (Z up, metres of SMPL's size).

    directions[check] (T, 3): unit vectors, of the checks that the recording has joints for. bends[check]
    (T,): degrees between forearm and hand. base (T, 3): between the hips, else the
    pelvis.
    """

    directions: dict[str, Floats]
    bends: dict[str, Floats]
    base: Floats


def shown_by(figure: Figure, base: Floats) -> Shown:
    """What there is to compare with in poses of a skeleton, whose trunk's lower end is at `base` (T, 3)."""
    directions = {name: figure.bone(name) for name in LIMB_CHECKS}
    directions |= {f"{joint}_line": figure.line(joint) for joint in ("hip", "shoulder")}
    shoulders, hips = figure.middle("shoulder"), figure.middle("hip")
    if shoulders is not None and hips is not None:
        directions["trunk"] = shoulders - hips
    bends = {}
    for side in SIDES:
        forearm, hand = figure.bone(f"{side}_elbow"), figure.hand(side)
        if forearm is not None and hand is not None:
            bends[f"{side}_hand"] = angle_between(forearm, hand)
    return Shown({name: each for name, each in directions.items() if each is not None}, bends, base)


def mismatch(poses: NDArray[np.floating], pelvis: Floats, shown: Shown) -> NDArray[np.float32]:
    """(T, checks) float32: by how much a clip differs from the recording, over what `LIMITS` allow.

    poses (T, 24, 3), pelvis (T, 3): metres. Over 1 is a frame that does not show what was recorded; 0 where
    the recording does not have what is compared, or the frame is not finite.
    """
    good = np.isfinite(poses).all(axis=(1, 2)) & np.isfinite(pelvis).all(axis=1)
    own = smpl_figure(world_turns(np.where(good[:, None, None], poses, 0.0)), pelvis)
    posed = shown_by(own, own.base())
    found = np.zeros((len(poses), len(CHECKS)))
    for column, check in enumerate(CHECKS):
        if check in shown.directions:
            off = angle_between(posed.directions[check], shown.directions[check])
        elif check in shown.bends:
            off = np.abs(posed.bends[check] - shown.bends[check])
        elif check == "travel":
            off = _travel(
                posed.base if "hip_line" in shown.directions else own.places["pelvis"], shown.base, good
            )
        else:
            continue
        found[:, column] = off / LIMITS[check]
    found[~good] = 0.0
    return np.nan_to_num(found, nan=0.0).astype(np.float32)


def _travel(own: Floats, shown: Floats, good: NDArray[np.bool_]) -> Floats:
    """(T,) metres by which the way from the first good frame differs, less what its length allows."""
    off = np.zeros(len(own))
    if not good.any():
        return off
    first = int(np.argmax(good))
    way, wanted = own - own[first], shown - shown[first]
    apart = np.linalg.norm(way - wanted, axis=1) - TRAVEL_SHARE * np.linalg.norm(wanted, axis=1)
    return np.asarray(np.maximum(apart, 0.0))


def smpl_shown(poses: Floats, pelvis: Floats) -> Shown:
    """What motion shows that is recorded in SMPL's own parameters: (T, 24, 3) and the pelvis (T, 3), metres."""
    rest = smpl_rest_joints()
    assert len(rest) == poses.shape[1]
    figure = smpl_figure(world_turns(np.nan_to_num(poses)), pelvis)
    return shown_by(figure, figure.base())
