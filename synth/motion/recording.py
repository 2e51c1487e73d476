"""What BVH and ASF/AMC have in common: a tree of joints with offsets, and how each is turned over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True, eq=False)
class Skeleton:
    """J joints; parents come before children and the root's parent is -1.

    offsets (J, 3): from the parent joint in the rest pose, in metres and the file's axes. ends: the far end
    of a bone that no further joint hangs on, from its own joint, by name.
    """

    names: tuple[str, ...]
    parents: tuple[int, ...]
    offsets: Floats
    ends: dict[str, Floats]

    def index(self, name: str) -> int:
        return self.names.index(name)

    def children(self, joint: int) -> list[int]:
        return [child for child, parent in enumerate(self.parents) if parent == joint]

    def path(self, ancestor: str, joint: str) -> list[int]:
        """The joints below `ancestor` down to `joint`; ValueError where one does not lead to the other."""
        top, here = self.index(ancestor), self.index(joint)
        chain: list[int] = []
        while here != top:
            if here < 0:
                raise ValueError(f"'{joint}' does not hang on '{ancestor}'")
            chain.append(here)
            here = self.parents[here]
        return chain[::-1]

    def tip(self, joint: str) -> Floats | None:
        """From a joint to the end of its own bone in the rest pose, (3,) metres.

        The nearest point further down that is not in the same place; None where the bone has no length.
        """
        if joint in self.ends and np.linalg.norm(self.ends[joint]) > 1e-6:
            return self.ends[joint]
        for child in self.children(self.index(joint)):
            if np.linalg.norm(self.offsets[child]) > 1e-6:
                return self.offsets[child]
            further = self.tip(self.names[child])
            if further is not None:
                return further
        return None


@dataclass(frozen=True, eq=False)
class Recording:
    """T frames of a skeleton in the file's own axes.

    rotations (T, J, 3, 3): rest axes to the posed axes of each joint, in the world. root (T, 3): metres.
    rate: frames a second. stretch, notes: see `clip.Clip`.
    """

    skeleton: Skeleton
    rotations: Floats
    root: Floats
    rate: float
    stretch: Floats | None = None
    notes: tuple[str, ...] = ()

    def positions(self) -> Floats:
        """(T, J, 3) where the joints are, metres, bones at the lengths of the rest pose."""
        places = np.empty(self.rotations.shape[:3])
        for joint, parent in enumerate(self.skeleton.parents):
            if parent < 0:
                places[:, joint] = self.root
            else:
                places[:, joint] = (
                    places[:, parent] + self.rotations[:, parent] @ self.skeleton.offsets[joint]
                )
        return places


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
