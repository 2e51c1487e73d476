"""A recorded skeleton seen as a person: where its joints are and how its bones point, by SMPL's names.

The same questions are asked of the frames of a recording and of the one pose in which all channels are 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synth.body.skeleton import SMPL_24, SMPL_PARENT, SMPL_REST_OFFSET, smpl_rest_joints
from synth.motion.geometry import angle_between, frame, unit
from synth.motion.mapping import LIMBS, Mapping
from synth.motion.recording import Recording

Floats = NDArray[np.float64]

# What a bone's length may be less than, as a share of the person's size, to have no direction
_NO_LENGTH = 1e-4
TRUNK = ("pelvis", "spine1", "spine2", "spine3", "neck", "head")
SIDES = ("left", "right")


@dataclass(frozen=True, eq=False)
class Figure:
    """N poses of a source skeleton.

    turns[joint] (N, 3, 3): from the joint's axes with all channels 0 to its posed axes. places[joint] (N, 3).
    ends[joint] (N, 3): from the joint to the end of its own bone, for joints that have one. thumbs[wrist]
    (N, 3): to the thumb's side of the hand, where the rig has thumbs. Keys are SMPL's joints, of those that
    the mapping links.
    """

    turns: dict[str, Floats]
    places: dict[str, Floats]
    ends: dict[str, Floats]
    thumbs: dict[str, Floats]

    @property
    def size(self) -> float:
        """About how large the person is: the widest extent of the joints in the first pose."""
        return float(np.linalg.norm(np.ptp([place[0] for place in self.places.values()], axis=0)))

    def turned(self, axes: Floats) -> Figure:
        """The same poses in a world that `axes` (3, 3) takes this one to."""
        return Figure(
            {name: axes @ turn for name, turn in self.turns.items()},
            {name: place @ axes.T for name, place in self.places.items()},
            {name: end @ axes.T for name, end in self.ends.items()},
            {name: thumb @ axes.T for name, thumb in self.thumbs.items()},
        )

    def bone(self, name: str) -> Floats | None:
        """(N, 3) unit vectors from a limb's joint to the next, else to the end of its own bone; None without."""
        following = LIMBS.get(name)
        if name not in self.places:
            return None
        if following in self.places:
            vector = self.places[following] - self.places[name]
            if np.median(np.linalg.norm(vector, axis=1)) > _NO_LENGTH * self.size:
                return unit(vector)
        return self.end(name)

    def end(self, name: str) -> Floats | None:
        """(N, 3) unit vectors from a joint to the end of its own bone; None where it has no end."""
        if name not in self.ends:
            return None
        vector = self.ends[name]
        long = np.median(np.linalg.norm(vector, axis=1)) > _NO_LENGTH * self.size
        return unit(vector) if long else None

    def hand(self, side: str) -> Floats | None:
        """(N, 3) unit vectors from a wrist to the hand's joint, else to the end of its own bone; None without."""
        wrist, hand = f"{side}_wrist", f"{side}_hand"
        if wrist in self.places and hand in self.places:
            vector = self.places[hand] - self.places[wrist]
            if np.median(np.linalg.norm(vector, axis=1)) > _NO_LENGTH * self.size:
                return unit(vector)
        return self.end(wrist)

    def line(self, joint: str) -> Floats | None:
        """(N, 3) unit vectors from the right to the left hip or shoulder; None where there are none."""
        left, right = (self.places.get(f"{side}_{joint}") for side in SIDES)
        if left is None or right is None:
            return None
        long = np.median(np.linalg.norm(left - right, axis=1)) > _NO_LENGTH * self.size
        return unit(left - right) if long else None

    def middle(self, joint: str) -> Floats | None:
        """(N, 3): half way between the left and the right one; None where either is missing."""
        both = [self.places[f"{side}_{joint}"] for side in SIDES if f"{side}_{joint}" in self.places]
        return np.mean(both, axis=0) if len(both) == 2 else None

    def base(self) -> Floats:
        """(N, 3): the lower end of the trunk: between the hips, else the pelvis."""
        middle = self.middle("hip")
        return self.places["pelvis"] if middle is None else middle

    def top(self) -> Floats | None:
        """(N, 3): the upper end of the trunk: between the shoulders, else the neck or head."""
        middle = self.middle("shoulder")
        return middle if middle is not None else self.places.get("neck", self.places.get("head"))

    def trunk(self) -> Floats | None:
        """(N, 3, 3): the axes of the trunk, left, up and forward, by its ends and the lines across it."""
        lines = [line for line in (self.line("hip"), self.line("shoulder")) if line is not None]
        top = self.top()
        if not lines or top is None:
            return None
        axes = frame(np.mean(lines, axis=0), top - self.base())
        return axes if np.isfinite(axes).all(axis=(1, 2)).mean() > 0.5 else None

    def upright(self) -> Floats | None:
        """(N, 3) unit vectors from the feet to the head, as far as there are any."""
        low = self.middle("ankle")
        low = self.base() if low is None else low
        high = self.places.get("head", self.top())
        if high is None:
            return None
        vector = high - low
        return unit(vector) if np.median(np.linalg.norm(vector, axis=1)) > _NO_LENGTH * self.size else None

    def bends(self, upper: str, lower: str) -> Floats:
        """(N,) degrees between two bones; NaN where either is missing."""
        first, second = self.bone(upper), self.bone(lower)
        if first is None or second is None:
            return np.full(len(self.places["pelvis"]), np.nan)
        return angle_between(first, second)


def posed(recording: Recording, mapping: Mapping, rows: NDArray[np.intp]) -> Figure:
    """Some frames of a recording, in the file's own axes."""
    skeleton, places = recording.skeleton, recording.positions()[rows]
    joints = {name: skeleton.index(link.joint) for name, link in mapping.links.items()}
    turns = {name: recording.rotations[rows, joint] for name, joint in joints.items()}
    tips = {name: skeleton.tip(link.joint) for name, link in mapping.links.items()}
    thumbs = {n: skeleton.thumb(mapping.links[n].joint) for n in joints if n.endswith("wrist")}
    return Figure(
        turns,
        {name: places[:, joint] for name, joint in joints.items()},
        {name: turns[name] @ tip for name, tip in tips.items() if tip is not None},
        {name: turns[name] @ thumb for name, thumb in thumbs.items() if thumb is not None},
    )


def unposed(recording: Recording, mapping: Mapping) -> Figure:
    """The skeleton with all channels 0, in the file's own axes."""
    skeleton = recording.skeleton
    joints = len(skeleton.names)
    still = Recording(skeleton, np.tile(np.eye(3), (1, joints, 1, 1)), np.zeros((1, 3)), recording.rate)
    return posed(still, mapping, np.array([0]))


def smpl_figure(turns: Floats, pelvis: Floats) -> Figure:
    """SMPL's own skeleton, in its mean shape, from rotations in the world (N, 24, 3, 3) and (N, 3), metres."""
    places = dict[str, Floats]()
    for name in SMPL_24:
        parent = SMPL_PARENT[name]
        if parent is None:
            places[name] = pelvis
        else:
            places[name] = places[parent] + turns[:, SMPL_24.index(parent)] @ np.array(SMPL_REST_OFFSET[name])
    return Figure({name: turns[:, j] for j, name in enumerate(SMPL_24)}, places, {}, {})


def smpl_at_rest() -> Figure:
    """SMPL's skeleton in its zero pose, in its own axes: x left, y up, z forward."""
    return smpl_figure(np.tile(np.eye(3), (1, len(SMPL_24), 1, 1)), smpl_rest_joints()[:1])
