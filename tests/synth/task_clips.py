"""Clips of tasks made by hand: somebody at a bench lifts a box and puts it on a shelf; somebody sits on a stool."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy.spatial.transform import Rotation

from synth.body.loading import load_body
from synth.body.skeleton import SMPL_24, joint_index
from synth.motion.clip import Clip, Source
from synth.scene.props.pieces import PALM
from synth.scene.work import Furniture, Load, Work

RATE = 30.0
FRAMES = 91  # three seconds: a box stands, is held, stands elsewhere
FACING_Y = (
    Rotation.from_euler("z", 180, degrees=True) * Rotation.from_euler("x", 90, degrees=True)
).as_rotvec()


def _pose(**degrees: tuple[float, float, float]) -> np.ndarray:
    """(24, 3) of somebody who faces +y with the arms down; rotations by Euler angles x, y, z."""
    pose = np.zeros((24, 3))
    pose[0] = FACING_Y
    turned = {"left_shoulder": (0, 0, -70), "right_shoulder": (0, 0, 70), **degrees}
    for name, angles in turned.items():
        pose[SMPL_24.index(name)] = Rotation.from_euler("xyz", angles, degrees=True).as_rotvec()
    return pose


def _clip(name: str, pose: np.ndarray, betas: tuple[float, ...], gender: str) -> tuple[Clip, np.ndarray]:
    """A clip that holds a pose, feet on the floor, away from the world's middle; and its joints (48, 3)."""
    body, shape = load_body("open", gender), np.array(betas, np.float32)[None]
    vertices, joints = body.proxy().posed(pose[None], shape)
    trans = np.array([2.0, 1.0, -vertices[0, :, 2].min()])
    poses = np.repeat(pose[None], FRAMES, 0).astype(np.float32)
    source = Source("by hand", name, name, "none", f"{name}.yaml", name * 8)
    clip = Clip(
        name,
        poses,
        np.repeat(trans[None], FRAMES, 0).astype(np.float32),
        np.zeros(FRAMES, np.float32),
        RATE,
        source,
    )
    return clip, joints[0] + trans


@lru_cache(maxsize=1)
def at_bench() -> Clip:
    """A box stands on a bench for a second, is held in both hands for one, then stands on a shelf beside."""
    betas = (1.0, -0.5, *[0.0] * 8)
    pose = _pose(left_elbow=(0, -95, 0), right_elbow=(0, 95, 0))
    clip, joints = _clip("bench", pose, betas, "male")
    left, right = joints[joint_index("left_hand")], joints[joint_index("right_hand")]
    middle, size = (left + right) / 2, (float(np.linalg.norm(left - right)) - 2 * PALM, 0.25, 0.2)
    high, front = float(middle[2]) - 0.1, float(middle[1])
    bench = Furniture("bench", (1.2, 0.6, high - 0.03), (float(middle[0]), front + 0.25, 0.0))
    on_bench = (float(middle[0]), front + 0.3, high - 0.03)
    shelf = Furniture("shelf", (1.0, 0.4, 1.6, 4), (float(middle[0]) + 1.3, front, 0.0), -np.pi / 2)
    on_shelf = (float(middle[0]) + 1.3, front, 1.1)
    work = Work(
        "bench", "Lifting a box", "logistics", "male", betas,
        (
            bench, shelf,
            Furniture("box", size, on_bench, stop=1.0),
            Furniture("box", size, hand="both", start=1.0, stop=2.0),
            Furniture("box", size, on_shelf, 0.5, start=2.0),
        ),
        (Load(6.0, 1.0, 2.0),),
    )  # fmt: skip
    return Clip(**{**vars(clip), "work": work})


@lru_cache(maxsize=1)
def on_stool() -> Clip:
    """Somebody sits on a stool, a drill in the right hand and a bucket in the left."""
    betas = (-1.0, *[0.0] * 9)
    pose = _pose(
        left_hip=(-88, 0, 4), right_hip=(-88, 0, -4), left_knee=(88, 0, 0), right_knee=(88, 0, 0),
        right_elbow=(0, 90, 0),
    )  # fmt: skip
    clip, joints = _clip("stool", pose, betas, "female")
    seat = joints[joint_index("pelvis")] - (0, 0, 0.11)
    work = Work(
        "stool", "Seated assembly", "manufacturing", "female", betas,
        (
            Furniture("stool", (0.36, float(seat[2])), (float(seat[0]), float(seat[1]), 0.0)),
            Furniture("drill", hand="right"),
            Furniture("bucket", (0.2, 0.2), hand="left"),
        ),
        (Load(1.8),),
    )  # fmt: skip
    return Clip(**{**vars(clip), "work": work})
