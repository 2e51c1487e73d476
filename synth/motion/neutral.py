"""How each joint of a source is turned when the person stands as SMPL does in its zero pose.

For a linked joint G_smpl(t) = G_source(t) A, with A constant: all that retargeting has to know of a rig is A,
and A must not depend on which pose the rig rests in nor on the axes of its joints.

- Limbs: A lays SMPL's bone along the source's, as it lies in the joint's own axes. Its twist comes from the
  hinge: elbows and knees bend in one plane, which over the frames shows the axis of the hinge in the axes of
  upper arm, thigh and shin, and without a rest pose also of the forearm. Where limbs stay straight, the rest
  pose shows it, or the smallest turn from the trunk.
- Feet: ankle to toes; the shin, on average, gives the roll, so that feet are level in those who stand.
- Trunk, head, collars: taken over from the rest pose where that is a person who stands (how a format hangs
  its joints is then of no account: BVH files of CMU's recordings hang shoulders and neck one thorax too low).
  Without such a pose: the mean turn against the axes of the trunk (its ends, the lines of hips and
  shoulders), over the frames in which the trunk is in line with the thighs, that is, mostly of those who
  stand; bones of pelvis, spine and head that are then nearly upright are taken as upright.
- Hands: with the forearm where the rest pose has them so; else the bone to the fingers gives the bend, and
  the thumb the roll, or without one the mean turn against the forearm. Toes: no joint of SMPL hangs on them;
  they point as in the rest pose, else as the foot on average.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from synth.body.rotations import FORWARD, UP
from synth.body.skeleton import SMPL_PARENT, SMPL_REST_OFFSET
from synth.motion.figure import TRUNK, Figure, smpl_at_rest
from synth.motion.geometry import (
    about,
    angle_between,
    between,
    from_two,
    mean_turn,
    turn_angle,
    unit,
)
from synth.motion.mapping import LIMBS, Mapping

Floats = NDArray[np.float64]
LEFT = np.array([1.0, 0.0, 0.0])

# What is assumed of a hinge weighs as much as one frame bent by 90 degrees among a hundred; that the limb itself lies
# in the plane of its bends, as three; that toes do, as five.
_ASSUMED, _OWN_BONE, _TOES = 0.01, 0.03, 0.05
# A rest pose is not believed of a joint that the frames turn by more than this against the trunk on average.
_REST_OFF = 75.0
# A hand that is bent by more than this at rest is laid along its own bone.
_HAND_BENT = 30.0
_HAND_MEANT = 5.0  # degrees
# Where hinges lie this scattered in the axes of the upper arm, its twist was not recorded (0 to 1).
_HINGE_LOST = 0.6
_HINGE_SEEN = 0.03
# Degrees from upright, against the trunk, at which a bone of the trunk still is meant to be upright in those who
# stand. Heads are not held as straight as trunks; the neck leans in many rigs.
_UPRIGHT_BONES = {"pelvis": 10.0, "spine1": 10.0, "spine2": 10.0, "spine3": 10.0, "head": 30.0}
_UPRIGHT = 25.0  # degrees between trunk and thighs at which a frame counts a third


def bone(name: str) -> Floats:
    """(3,) direction of a limb of SMPL at rest, from the joint to the next."""
    return unit(np.array(SMPL_REST_OFFSET[LIMBS[name]]))


class Neutral:
    """The constant A of every linked joint, (3, 3): SMPL's axes at rest to those of the source's joint.

    frames: poses of the recording. rest: the pose with all channels 0, axes (3, 3): its left, up and forward,
    or None where that is no figure. Both in the file's axes.
    """

    def __init__(self, frames: Figure, rest: Figure, axes: Floats | None, mapping: Mapping) -> None:
        self.frames, self.rest, self.axes, self.mapping = frames, rest, axes, mapping
        self.torso = self._torso()
        self.lost_twist: list[str] = []  # sides whose upper arms' twist was not recorded
        self.turns: dict[str, Floats] = {}
        for name in (name for name in SMPL_PARENT if name in mapping.links):
            self.turns[name] = self._of(name)

    def _of(self, name: str) -> Floats:
        if name in LIMBS:
            return self._limb(name)
        part = name.split("_")[-1]
        if part == "wrist":
            return self._wrist(name)
        if part in ("foot", "hand"):
            return self._end(name)
        return self._trunk(name)

    def posed(self, name: str) -> Floats | None:
        """(N, 3, 3): how SMPL's joint is turned in the frames; of the parent for a joint that is not linked."""
        above: str | None = name
        while above is not None and above not in self.turns:
            above = SMPL_PARENT[above]
        return None if above is None else self.frames.turns[above] @ self.turns[above]

    def _torso(self) -> Floats | None:
        """(N, 3, 3): how SMPL's whole trunk is turned, taken as one, from where the trunk's ends are."""
        own, trunk = smpl_at_rest().trunk(), self.frames.trunk()
        if trunk is None or own is None:
            return None
        # the pelvis alone has no shoulders, the rest pose's lean no meaning: only what the rig has is compared
        return trunk @ own[0].T

    def _trunk(self, name: str) -> Floats:
        shown = self._shown_by_frames(name)
        if self.axes is None:
            if shown is None:
                return self.posed_mean(name)
            return shown
        if shown is not None and turn_angle(shown.T @ self.axes) > _REST_OFF:
            return shown
        return self.axes

    def _shown_by_frames(self, name: str) -> Floats | None:
        if self.torso is None:
            return None
        good = np.isfinite(self.torso).all(axis=(1, 2))
        turns = np.swapaxes(self.frames.turns[name], -1, -2)[good] @ self.torso[good]
        return self._raised(name, mean_turn(turns, self._straightness()[good]))

    def _raised(self, name: str, shown: Floats) -> Floats:
        """A, tilted so that the joint's bone is upright where the frames have it nearly so."""
        if name not in _UPRIGHT_BONES:
            return shown
        above = TRUNK[TRUNK.index(name) + 1 :]
        places = self.frames.places
        ends = [places[other] - places[name] for other in above if other in places]
        top = self.frames.top() if name == "spine3" else None
        own = self.frames.end("head") if name == "head" else None
        for vector in ends if top is None else [top - places[name]]:
            if own is None and np.median(np.linalg.norm(vector, axis=1)) > 0.06 * self.frames.size:
                own = unit(vector)
        if own is None:
            return shown
        along = _local_mean(self.frames.turns[name], own)
        return (
            between(shown @ UP, along) @ shown
            if angle_between(shown @ UP, along) < _UPRIGHT_BONES[name]
            else shown
        )

    def _straightness(self) -> Floats:
        """(N,) how far a frame counts: by the angle between the trunk and the thighs."""
        assert self.torso is not None
        up = self.torso @ UP
        thighs = [self.frames.bone(f"{side}_hip") for side in ("left", "right")]
        there = [thigh for thigh in thighs if thigh is not None]
        if not there:
            return np.ones(len(up))
        off = angle_between(up, -np.mean(there, axis=0))
        return np.exp(-((np.nan_to_num(off, nan=180.0) / _UPRIGHT) ** 2)) + 1e-4

    def posed_mean(self, name: str) -> Floats:
        """A by which a joint is turned as its parent is, on average; as in the file's axes for the first."""
        parent = SMPL_PARENT[name]
        above = None if parent is None else self.posed(parent)
        if above is None:
            return np.eye(3)
        return mean_turn(np.swapaxes(self.frames.turns[name], -1, -2) @ above, np.ones(len(above)))

    def _limb(self, name: str) -> Floats:
        link, along = self.mapping.links[name], self.frames.bone(name)
        if along is None or (link.align == "rotation" and self.axes is not None):
            return self.axes if self.axes is not None else self.posed_mean(name)
        own, resting, hinge = (
            _local_mean(self.frames.turns[name], along),
            self._resting_limb(name),
            _hinge(name),
        )
        if resting is not None and (link.twist or name.endswith("elbow")):
            return from_two((bone(name), hinge), (own, resting @ hinge))
        assumed = resting @ hinge if resting is not None else self._assumed(name, along, hinge)
        return from_two((bone(name), hinge), (own, self._seen_hinge(name, own, assumed)))

    def _resting_limb(self, name: str) -> Floats | None:
        """A as the rest pose has it: SMPL's bone turned the short way to where the source's lies."""
        along = self.rest.bone(name)
        if self.axes is None or along is None:
            return None
        twist = about(along, np.radians([self.mapping.links[name].twist]))[0]
        return twist @ between(self.axes @ bone(name), along[0]) @ self.axes

    def _assumed(self, name: str, along: Floats, hinge: Floats) -> Floats:
        """(3,) in the joint's axes: the hinge where the limb is turned the short way from what it hangs on."""
        parent = SMPL_PARENT[name]
        hung = self.torso if name.endswith(("hip", "shoulder")) else self.posed(parent or name)
        if hung is None:
            hung = np.tile(np.eye(3), (len(along), 1, 1))
        good = np.isfinite(hung).all(axis=(1, 2)) & np.isfinite(along).all(axis=1)
        turned = between(hung[good] @ bone(name), along[good]) @ hung[good] @ hinge
        return _local_mean(self.frames.turns[name][good], turned)

    def _seen_hinge(self, name: str, own: Floats, assumed: Floats) -> Floats:
        """(3,) in the joint's axes: what the limb, along `own` (3,), and its neighbours bend about over the frames.

        All of them lie in one plane; the axis is at right angles to it, in the least squares, and `assumed`
        where they lie on one line.
        """
        side, joint = name.split("_")
        turns = self.frames.turns[name]
        plane = _ASSUMED * (np.eye(3) - np.outer(assumed, assumed)) + _OWN_BONE * np.outer(own, own)
        # which way about the axis: (other bone, its weight, whether it comes after the limb in a bend about it)
        others = {
            "shoulder": [("elbow", 1.0, True)],
            "elbow": [("shoulder", 1.0, False)],
            "hip": [("knee", 1.0, True), ("ankle", _TOES, False)],
            "knee": [("hip", 1.0, False), ("ankle", _TOES, False)],
            "ankle": [("knee", 1.0, True)],
        }[joint]
        way, bent, spread = np.zeros(3), 0.0, 0.0
        for other, weight, after in others:
            along = self.frames.bone(f"{side}_{other}")
            if along is None:
                continue
            local = np.einsum("tji,tj->ti", turns, along)
            local = local[np.isfinite(local).all(axis=1)]
            plane += weight * local.T @ local / max(len(local), 1)
            crossed = np.cross(own, local) * np.linalg.norm(np.cross(own, local), axis=1, keepdims=True)
            way += weight * crossed.mean(axis=0) * (1.0 if after else -1.0)
            if joint == "shoulder":
                bent, spread = float(np.linalg.norm(crossed, axis=1).mean()), float(np.linalg.norm(way))
        if bent > _HINGE_SEEN and spread < _HINGE_LOST * bent:
            self.lost_twist.append(side)
            return assumed
        axis = np.linalg.eigh(plane)[1][:, 0]
        return axis if axis @ (way + _ASSUMED * assumed) > 0 else -axis

    def _wrist(self, name: str) -> Floats:
        side = name.split("_")[0]
        resting = self._resting_hand(side)
        if resting is not None:
            return resting
        forearm, along = self.posed(f"{side}_elbow"), self.frames.hand(side)
        if forearm is None or along is None:
            return self.posed_mean(name)
        turns = self.frames.turns[name]
        own = _local_mean(turns, along)
        thumb = self.frames.thumbs.get(name)
        roll = _local_mean(turns, forearm @ FORWARD if thumb is None else thumb)
        return from_two((_hand_direction(side, forearm, along), FORWARD), (own, roll))

    def _resting_hand(self, side: str) -> Floats | None:
        """A of a hand that is straight at rest: turned the short way with the forearm."""
        forearm, hand = self.rest.bone(f"{side}_elbow"), self.rest.hand(side)
        if self.axes is None or forearm is None:
            return self.axes
        if hand is not None and angle_between(forearm[0], hand[0]) > _HAND_BENT:
            return None
        return between(self.axes @ bone(f"{side}_elbow"), forearm[0]) @ self.axes

    def _end(self, name: str) -> Floats:
        """A of a toe or hand: SMPL has nothing on it that would show its turn."""
        if name.endswith("hand"):
            resting = self._resting_hand(name.split("_")[0])
            return self.posed_mean(name) if resting is None else resting
        foot = self.turns.get(f"{name.split('_')[0]}_ankle")
        ahead = self.frames.end(name)
        if self.axes is not None:
            return (
                self.axes if foot is None else from_two((FORWARD, LEFT), (self.axes @ FORWARD, foot @ LEFT))
            )
        if foot is None or ahead is None:
            return self.posed_mean(name)
        turns, left = self.frames.turns[name], self.frames.turns[f"{name.split('_')[0]}_ankle"] @ foot @ LEFT
        return from_two((FORWARD, LEFT), (_local_mean(turns, ahead), _local_mean(turns, left)))


def _hinge(name: str) -> Floats:
    """(3,) the axis, in SMPL's axes at rest, about which a limb or what hangs on it bends.

    Right-handed from the upper to the lower bone. Elbows bend forward from arms that are spread, knees back;
    feet lie in the plane in which the shins do.
    """
    side, joint = name.split("_")
    if joint == "ankle":
        return unit(np.cross(bone(name), bone(f"{side}_knee")))
    if joint in ("shoulder", "elbow"):
        return -UP if side == "left" else UP
    return LEFT


def _hand_direction(side: str, forearm: Floats, along: Floats) -> Floats:
    """(3,) the direction of SMPL's hand at rest that the source's bone to the fingers stands for.

    SMPL's own is bent by 12 degrees against its forearm, to the middle of the palm; in most rigs the fingers
    are in line with it. Where the source's hand, on average, lies between the two, it is taken as that; else
    half way, which is off by 6 degrees at most.
    """
    straight, own = bone(f"{side}_elbow"), unit(np.array(SMPL_REST_OFFSET[f"{side}_hand"]))
    usual = _local_mean(forearm, along)
    share = float(np.clip((usual - straight) @ (own - straight) / np.sum((own - straight) ** 2), 0.0, 1.0))
    nearest = unit(straight + share * (own - straight))
    return nearest if angle_between(usual, nearest) < _HAND_MEANT else unit(straight + own)


def _local_mean(turns: Floats, directions: Floats) -> Floats:
    """(3,): a direction (N, 3) in the axes of a joint (N, 3, 3), on average."""
    good = np.isfinite(directions).all(axis=1)
    return unit(np.einsum("tji,tj->ti", turns[good], directions[good]).mean(axis=0))
