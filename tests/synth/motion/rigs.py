"""Skeletons with SMPL's offsets whose joints have axes of their own, as figures and as recordings."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from synth.body.rotations import SMPL_TO_WORLD, world_turns
from synth.body.skeleton import SMPL_24, SMPL_PARENTS, SMPL_REST_OFFSET
from synth.motion.mapping import LIMBS, Link, Mapping
from synth.motion.recording import Recording, Skeleton

MAPPING = Mapping(
    name="smpl",
    dataset="smpl",
    licence=None,
    metres_per_unit=None,
    up=None,
    forward=None,
    links={name: Link(name, align="bone" if name in LIMBS else "rotation") for name in SMPL_24},
    still=frozenset(),
)
STATED = replace(
    MAPPING, metres_per_unit=1.0, up=np.array([0.0, 1.0, 0.0]), forward=np.array([0.0, 0.0, 1.0])
)
Y_UP = SMPL_TO_WORLD.T


def walking(frames: int = 40, bend: float = 0.5) -> NDArray[np.float64]:
    """(T, 24, 3): somebody upright who bends knees and elbows, facing -y in a world with z up."""
    time = np.linspace(0.0, 4.0 * np.pi, frames)
    poses = np.zeros((frames, 24, 3))
    poses[:, 0] = Rotation.from_matrix(SMPL_TO_WORLD).as_rotvec()
    for side, phase in (("left", 0.0), ("right", np.pi)):
        swing = np.sin(time + phase)
        inward = 1.0 if side == "left" else -1.0
        poses[:, SMPL_24.index(f"{side}_hip"), 0] = -0.4 * swing
        poses[:, SMPL_24.index(f"{side}_knee"), 0] = bend * (1.0 + swing)
        poses[:, SMPL_24.index(f"{side}_shoulder"), 2] = -1.2 * inward
        poses[:, SMPL_24.index(f"{side}_elbow"), 1] = -inward * bend * (1.2 + swing)
        poses[:, SMPL_24.index(f"{side}_wrist"), 2] = 0.2 * np.sin(2 * time + phase)
    return poses


def recorded(
    poses: NDArray[np.float64],
    axes: NDArray[np.float64] | None = None,
    world: NDArray[np.float64] = Y_UP,
    unit: float = 1.0,
) -> Recording:
    """Poses (T, 24, 3) on a rig with SMPL's offsets whose joints have the axes (24, 3, 3), in a turned world."""
    axes = np.tile(np.eye(3), (24, 1, 1)) if axes is None else axes
    offsets = np.array([SMPL_REST_OFFSET[name] for name in SMPL_24]) * unit
    for joint, parent in enumerate(SMPL_PARENTS):
        if parent >= 0:
            offsets[joint] = axes[parent].T @ offsets[joint]
    ends = {"head": axes[SMPL_24.index("head")].T @ [0, 0.18 * unit, 0.02 * unit]}
    skeleton = Skeleton(SMPL_24, tuple(int(parent) for parent in SMPL_PARENTS), offsets, ends)
    way = np.linspace([0, 0, 0.95], [0, -2.0, 0.95], len(poses)) * unit
    return Recording(skeleton, world @ world_turns(poses) @ axes, way @ world.T, 30.0)


def random_axes(seed: int = 0) -> NDArray[np.float64]:
    """(24, 3, 3): any axes for each joint, so that the rig rests in no pose of a body."""
    return Rotation.random(24, random_state=seed).as_matrix()


def hanging_axes() -> NDArray[np.float64]:
    """(24, 3, 3): axes of a rig that rests with arms that hang at the sides."""
    axes = np.tile(np.eye(3), (24, 1, 1))
    for joint, name in enumerate(SMPL_24):
        side, _, part = name.partition("_")
        if part in ("shoulder", "elbow", "wrist", "hand"):
            axes[joint] = Rotation.from_euler("z", 80 if side == "left" else -80, degrees=True).as_matrix()
    return axes
