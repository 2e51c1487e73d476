"""Joint angles as an ergonomist names them, and SMPL's rotations.

All angles are degrees from standing upright, arms hanging with the palms to the thighs. Flexion moves forward
(trunk, neck, hip, shoulder, elbow), the heel to the seat (knee), the toes up (ankle, toe), the palm to the
forearm (wrist); abduction moves away from the other side; rotation of a hip or shoulder turns inward, that of
trunk and neck to the left; bend is to the left; pronation turns the palm back. A limb is first turned about
itself, then abducted, then flexed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from synth.body.rotations import SMPL_TO_WORLD, local_poses, world_turns
from synth.body.skeleton import SMPL_24

Floats = NDArray[np.float64]


class Range(NamedTuple):
    """An angle of a joint: which way is positive, and degrees that healthy adults reach, low to high."""

    positive: str
    low: float
    high: float


# Usual ranges: American Academy of Orthopaedic Surgeons, 'Joint motion', 1965, for limbs, trunk and neck; common
# clinical values for the collar. The pelvis may face any way. A page may go beyond them.
_MIDDLE = {
    "pelvis": {
        "tilt": Range("forward", -90, 90),
        "bend": Range("to the left", -90, 90),
        "turn": Range("to the left", -180, 180),
    },
    "trunk": {
        "flexion": Range("forward", -30, 90),
        "bend": Range("to the left", -35, 35),
        "rotation": Range("to the left", -45, 45),
    },
    "neck": {
        "flexion": Range("forward", -45, 45),
        "bend": Range("to the left", -45, 45),
        "rotation": Range("to the left", -60, 60),
    },
}
_SIDED = {
    "collar": {"raise": Range("up", -10, 40), "forward": Range("forward", -20, 25)},
    "shoulder": {
        "flexion": Range("arm forward and up", -60, 180),
        "abduction": Range("arm away from the other side", -75, 180),
        "rotation": Range("inward", -90, 70),
    },
    "elbow": {
        "flexion": Range("forearm forward", 0, 150),
        "pronation": Range("palm back", -80, 80),
    },
    "wrist": {"flexion": Range("palm to the forearm", -70, 80), "deviation": Range("to the thumb", -30, 20)},
    "hip": {
        "flexion": Range("thigh forward", -30, 120),
        "abduction": Range("thigh away from the other side", -30, 45),
        "rotation": Range("inward", -45, 45),
    },
    "knee": {"flexion": Range("heel to the seat", 0, 135)},
    "ankle": {"flexion": Range("toes up", -50, 20)},
    "toe": {"flexion": Range("toes up", -45, 70)},
}
LARGEST = 360.0  # degrees that a page may give, either way
# joint -> its angles with their directions, each joint once: for lists shown to people
RANGES: dict[str, dict[str, Range]] = _MIDDLE | _SIDED
# joint -> its angles; a sided joint is written left_knee or right_knee, or knees for both
JOINTS: dict[str, tuple[str, ...]] = {joint: tuple(angles) for joint, angles in _MIDDLE.items()} | {
    f"{side}_{joint}": tuple(angles) for joint, angles in _SIDED.items() for side in ("left", "right")
}
BOTH: dict[str, tuple[str, str]] = {f"{joint}s": (f"left_{joint}", f"right_{joint}") for joint in _SIDED}

# An angle: joint and name. Ankles that a posture does not mention keep the soles level.
Angle = tuple[str, str]
ANGLES: tuple[Angle, ...] = tuple((joint, name) for joint, names in JOINTS.items() for name in names)


def smpl_poses(angles: dict[Angle, Floats], level_soles: dict[str, Floats]) -> Floats:
    """(T, 24, 3) axis-angle, the pelvis in a Z-up world facing -Y, from angles (T,) in degrees.

    level_soles: for `left` and `right` (T,) from 0, the ankle as its angle says, to 1, the sole level.
    """
    frames = len(next(iter(level_soles.values())))
    local = np.tile(np.eye(3), (frames, len(SMPL_24), 1, 1))

    def turn(axis: str, joint: str, name: str, share: float) -> Floats:
        values = angles.get((joint, name), np.zeros(frames))
        return Rotation.from_euler(axis, (values * share)[:, None], degrees=True).as_matrix()

    def put(joint: str, *turns: Floats) -> None:
        product = turns[0]
        for further in turns[1:]:
            product = product @ further
        local[:, SMPL_24.index(joint)] = product

    pelvis = turn("y", "pelvis", "turn", 1) @ turn("x", "pelvis", "tilt", 1) @ turn("z", "pelvis", "bend", -1)
    put("pelvis", SMPL_TO_WORLD @ pelvis)
    for part, joints in (("trunk", ("spine1", "spine2", "spine3")), ("neck", ("neck", "head"))):
        share = 1.0 / len(joints)
        for joint in joints:
            rotation, bend = turn("y", part, "rotation", share), turn("z", part, "bend", -share)
            put(joint, rotation, bend, turn("x", part, "flexion", share))
    for side, out in (("left", 1.0), ("right", -1.0)):
        hang = np.tile(Rotation.from_euler("z", -90.0 * out, degrees=True).as_matrix(), (frames, 1, 1))
        for joint, rest in (("hip", None), ("shoulder", hang)):
            own = f"{side}_{joint}"
            turns = [
                turn("x", own, "flexion", -1),
                turn("z", own, "abduction", out),
                turn("y", own, "rotation", -out),
            ]
            put(own, *turns, *([] if rest is None else [rest]))
        collar = f"{side}_collar"
        put(collar, turn("y", collar, "forward", -out), turn("z", collar, "raise", out))
        elbow, wrist = f"{side}_elbow", f"{side}_wrist"
        put(elbow, turn("y", elbow, "flexion", -out), turn("x", elbow, "pronation", 0.5))
        bent = turn("z", wrist, "flexion", -out)
        put(wrist, turn("x", elbow, "pronation", 0.5), turn("y", wrist, "deviation", -out), bent)
        put(f"{side}_knee", turn("x", f"{side}_knee", "flexion", 1))
        put(f"{side}_ankle", turn("x", f"{side}_ankle", "flexion", -1))
        put(f"{side}_foot", turn("x", f"{side}_toe", "flexion", -1))
    poses = Rotation.from_matrix(local.reshape(-1, 3, 3)).as_rotvec().reshape(frames, -1, 3)
    return _level(poses, level_soles)


def _level(poses: Floats, level_soles: dict[str, Floats]) -> Floats:
    """The same poses with the soles as level as asked: each foot upright, pointing where its shin faces."""
    turns = world_turns(poses)
    for side, share in level_soles.items():
        knee, ankle, foot = (SMPL_24.index(f"{side}_{joint}") for joint in ("knee", "ankle", "foot"))
        across = turns[:, knee, :, 0]  # a shin's left in the world: forward is square to it, however it leans
        heading = np.arctan2(across[:, 1], across[:, 0])
        flat = Rotation.from_euler("z", heading[:, None]).as_matrix() @ SMPL_TO_WORLD
        step = Rotation.from_matrix(np.swapaxes(turns[:, ankle], -1, -2) @ flat).as_rotvec()
        turns[:, ankle] = turns[:, ankle] @ Rotation.from_rotvec(step * share[:, None]).as_matrix()
        toes = Rotation.from_rotvec(poses[:, foot]).as_matrix()
        turns[:, foot] = turns[:, ankle] @ toes
    return local_poses(turns)
