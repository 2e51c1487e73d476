"""What BVH and ASF/AMC have in common: a tree of joints with offsets, and how each is turned over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from synth.core.errors import InputError

Floats = NDArray[np.float64]

MOST_JOINTS = 500
MOST_ROTATIONS = 1 << 24  # of a recording, 72 bytes each: an hour of 38 joints at 120 Hz


def check_size(frames: int, joints: int, where: str) -> None:
    """Raise InputError for more rotations than may be held: joints without channels cost a file nothing."""
    if frames * joints > MOST_ROTATIONS:
        raise InputError(
            f"{frames:,} frames of {joints} joints are more than {MOST_ROTATIONS:,} rotations",
            where=where,
            remedy="split the recording",
        )


# What a bone's length may be less than, as a share of the largest offset of its skeleton, to count as none
_NO_LENGTH = 1e-5


@dataclass(frozen=True, eq=False)
class Skeleton:
    """J joints; parents come before children and the root's parent is -1.

    offsets (J, 3): from the parent joint with all channels 0, in metres and the file's axes. ends: the far
    end of a bone that no further joint hangs on, from its own joint, by name.
    """

    names: tuple[str, ...]
    parents: tuple[int, ...]
    offsets: Floats
    ends: dict[str, Floats]

    def index(self, name: str) -> int:
        return self.names.index(name)

    def children(self, joint: int) -> list[int]:
        return [child for child, parent in enumerate(self.parents) if parent == joint]

    def above(self, joint: int) -> list[int]:
        """The joints from the root down to a joint, itself included."""
        chain = []
        while joint >= 0:
            chain.append(joint)
            joint = self.parents[joint]
        return chain[::-1]

    def tip(self, joint: str) -> Floats | None:
        """From a joint to the end of its own bone with all channels 0, (3,), in the joint's axes.

        The middle of the nearest points further down that are not in the same place: of a hand with fingers,
        the middle of their knuckles, but the thumb's. None where the bone has no length.
        """
        points = self._next(joint)
        others = [point for name, point in points.items() if not _is_thumb(name)] or list(points.values())
        return np.mean(others, axis=0) if others else None

    def thumb(self, hand: str) -> Floats | None:
        """From the other fingers to the thumb, (3,), in the hand's axes; None where no joint is called thumb."""
        points = self._next(hand)
        own = [point for name, point in points.items() if _is_thumb(name)]
        others = [point for name, point in points.items() if not _is_thumb(name)]
        return own[0] - np.mean(others, axis=0) if own and others else None

    def _next(self, joint: str) -> dict[str, Floats]:
        """The nearest points below a joint that are not in the same place, in its axes, by name."""
        least = _NO_LENGTH * max(float(np.abs(self.offsets[1:]).max(initial=0.0)), 1e-6)
        points = {}
        if joint in self.ends and np.linalg.norm(self.ends[joint]) > least:
            points[joint] = self.ends[joint]
        for child in self.children(self.index(joint)):
            if np.linalg.norm(self.offsets[child]) > least:
                points[self.names[child]] = self.offsets[child]
            else:
                points |= self._next(self.names[child])
        return points


def _is_thumb(name: str) -> bool:
    return "thumb" in name.lower()


@dataclass(frozen=True, eq=False)
class Recording:
    """T frames of a skeleton in the file's own axes.

    rotations (T, J, 3, 3): axes with all channels 0 to the posed axes of each joint, in the world. root
    (T, 3): metres. rate: frames a second. moves[joint] (T, 3), metres: from the parent joint in the parent's
    axes, for joints whose distance was recorded as well.
    notes: what its reader passed over.
    """

    skeleton: Skeleton
    rotations: Floats
    root: Floats
    rate: float
    moves: dict[int, Floats] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def finite(self) -> NDArray[np.bool_]:
        """(T,) whether all of a frame's values are numbers."""
        numbers = np.isfinite(self.rotations).all(axis=(1, 2, 3)) & np.isfinite(self.root).all(axis=1)
        for move in self.moves.values():
            numbers &= np.isfinite(move).all(axis=1)
        return np.asarray(numbers)

    def positions(self) -> Floats:
        """(T, J, 3) where the joints are, metres."""
        places = np.empty(self.rotations.shape[:3])
        for joint, parent in enumerate(self.skeleton.parents):
            if parent < 0:
                places[:, joint] = self.root
                continue
            step = self.moves.get(joint, self.skeleton.offsets[joint][None])
            places[:, joint] = places[:, parent] + np.einsum(
                "tij,tj->ti", self.rotations[:, parent], np.broadcast_to(step, (len(places), 3))
            )
        return places

    def stretch(self, body: str, limbs: Sequence[str]) -> Floats | None:
        """(T,) by how much of its usual length the worst bone differs; None where no distance was recorded.

        Bones are those between the joint `body`, which carries the whole, and the joints `limbs`. What moves
        at `body` or over it is travel. Bones under 5 % of the longest count as if they were that long: what
        looks like a stretch is a joint that slides a little.
        """
        top = self.skeleton.index(body)
        below: set[int] = set()
        for name in limbs:
            chain = self.skeleton.above(self.skeleton.index(name))
            below |= set(chain[chain.index(top) + 1 :]) if top in chain else set()
        lengths = {j: np.linalg.norm(self.moves[j], axis=1) for j in sorted(below & self.moves.keys())}
        usual = {j: float(np.nanmedian(each)) for j, each in lengths.items() if np.isfinite(each).any()}
        if not usual:
            return None
        least = max(0.05 * max(usual.values()), 1e-9)
        return np.max([np.abs(lengths[j] - own) / max(own, least) for j, own in usual.items()], axis=0)


def euler_matrices(order: str, degrees: Floats) -> Floats:
    """(T, 3, 3) of (T, n) angles, n <= 3: 'XYZ' about moving axes in that order, 'xyz' about fixed ones.

    Frames with a value that is not finite give matrices that are not.
    """
    finite = np.isfinite(degrees).all(axis=1)
    matrices = np.full((len(degrees), 3, 3), np.nan)
    if finite.any():
        matrices[finite] = Rotation.from_euler(order, degrees[finite], degrees=True).as_matrix()
    return matrices


def to_world(local: Sequence[Floats], parents: Sequence[int]) -> Floats:
    """(T, J, 3, 3) rotations in the world from each joint's (T, 3, 3) relative to its parent."""
    world = np.empty((len(local[0]), len(local), 3, 3))
    for joint, parent in enumerate(parents):
        world[:, joint] = local[joint] if parent < 0 else world[:, parent] @ local[joint]
    return world
