"""Every list of joints and every mapping between them, by name.

A sample carries the joints of `JOINTS`: SMPL's 24 joint centres under their own names, then points of the
surface as a 2D detector reports them: COCO's 17 under the prefix `coco_`, six points of the feet and the top
of the head. The named joint sets (`smpl24`, `coco17`, `h36m17`, `body25`) are linear maps of these.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# SMPL: Loper et al., 'SMPL: a skinned multi-person linear model', 2015. Child -> parent, in file order.
SMPL_PARENT: dict[str, str | None] = {
    "pelvis": None,
    "left_hip": "pelvis",
    "right_hip": "pelvis",
    "spine1": "pelvis",
    "left_knee": "left_hip",
    "right_knee": "right_hip",
    "spine2": "spine1",
    "left_ankle": "left_knee",
    "right_ankle": "right_knee",
    "spine3": "spine2",
    "left_foot": "left_ankle",
    "right_foot": "right_ankle",
    "neck": "spine3",
    "left_collar": "spine3",
    "right_collar": "spine3",
    "head": "neck",
    "left_shoulder": "left_collar",
    "right_shoulder": "right_collar",
    "left_elbow": "left_shoulder",
    "right_elbow": "right_shoulder",
    "left_wrist": "left_elbow",
    "right_wrist": "right_elbow",
    "left_hand": "left_wrist",
    "right_hand": "right_wrist",
}
SMPL_24: tuple[str, ...] = tuple(SMPL_PARENT)
SMPL_PARENTS: NDArray[np.int64] = np.array(
    [-1 if parent is None else SMPL_24.index(parent) for parent in SMPL_PARENT.values()]
)

# Lin et al., 'Microsoft COCO: common objects in context', 2014: the keypoint task's order.
COCO_17: tuple[str, ...] = (
    "nose", "left_eye", "right_eye", "left_ear", "right_ear", "left_shoulder", "right_shoulder",
    "left_elbow", "right_elbow", "left_wrist", "right_wrist", "left_hip", "right_hip",
    "left_knee", "right_knee", "left_ankle", "right_ankle",
)  # fmt: skip

FEET_6: tuple[str, ...] = (
    "left_big_toe", "left_small_toe", "left_heel", "right_big_toe", "right_small_toe", "right_heel",
)  # fmt: skip

SURFACE: tuple[str, ...] = (*(f"coco_{name}" for name in COCO_17), *FEET_6, "head_top")

JOINTS: tuple[str, ...] = SMPL_24 + SURFACE

# Ionescu et al., 'Human3.6M', 2014, in the 17-joint order of VideoPose3D and MotionBERT.
_H36M_17: dict[str, tuple[str, ...]] = {
    "hip": ("left_hip", "right_hip"),
    "right_hip": ("right_hip",),
    "right_knee": ("right_knee",),
    "right_ankle": ("right_ankle",),
    "left_hip": ("left_hip",),
    "left_knee": ("left_knee",),
    "left_ankle": ("left_ankle",),
    "spine": ("spine2",),
    "thorax": ("left_shoulder", "right_shoulder"),
    "nose": ("coco_nose",),
    "head": ("head_top",),
    "left_shoulder": ("left_shoulder",),
    "left_elbow": ("left_elbow",),
    "left_wrist": ("left_wrist",),
    "right_shoulder": ("right_shoulder",),
    "right_elbow": ("right_elbow",),
    "right_wrist": ("right_wrist",),
}

# Cao et al., 'OpenPose', 2019: BODY_25.
_BODY_25: dict[str, tuple[str, ...]] = {
    "nose": ("coco_nose",),
    "neck": ("coco_left_shoulder", "coco_right_shoulder"),
    "right_shoulder": ("coco_right_shoulder",),
    "right_elbow": ("coco_right_elbow",),
    "right_wrist": ("coco_right_wrist",),
    "left_shoulder": ("coco_left_shoulder",),
    "left_elbow": ("coco_left_elbow",),
    "left_wrist": ("coco_left_wrist",),
    "mid_hip": ("coco_left_hip", "coco_right_hip"),
    "right_hip": ("coco_right_hip",),
    "right_knee": ("coco_right_knee",),
    "right_ankle": ("coco_right_ankle",),
    "left_hip": ("coco_left_hip",),
    "left_knee": ("coco_left_knee",),
    "left_ankle": ("coco_left_ankle",),
    "right_eye": ("coco_right_eye",),
    "left_eye": ("coco_left_eye",),
    "right_ear": ("coco_right_ear",),
    "left_ear": ("coco_left_ear",),
    "left_big_toe": ("left_big_toe",),
    "left_small_toe": ("left_small_toe",),
    "left_heel": ("left_heel",),
    "right_big_toe": ("right_big_toe",),
    "right_small_toe": ("right_small_toe",),
    "right_heel": ("right_heel",),
}

# name of the set -> {name of its joint: the entries of JOINTS whose mean it is}
JOINT_SETS: dict[str, dict[str, tuple[str, ...]]] = {
    "smpl24": {name: (name,) for name in SMPL_24},
    "coco17": {name: (f"coco_{name}",) for name in COCO_17},
    "h36m17": _H36M_17,
    "body25": _BODY_25,
}


def joint_index(name: str) -> int:
    """The row of a joint in `JOINTS`; ValueError, with the names there are, for an unknown one."""
    try:
        return JOINTS.index(name)
    except ValueError:
        raise ValueError(f"unknown joint '{name}'; the joints are {', '.join(JOINTS)}") from None


def joint_map(joint_set: str) -> NDArray[np.float64]:
    """(n, 48) matrix that turns the rows of `JOINTS` into those of a named set; its rows sum to 1."""
    if joint_set not in JOINT_SETS:
        raise ValueError(f"unknown joint set '{joint_set}'; the sets are {', '.join(JOINT_SETS)}")
    members = JOINT_SETS[joint_set].values()
    matrix = np.zeros((len(members), len(JOINTS)))
    for row, names in enumerate(members):
        for name in names:
            matrix[row, joint_index(name)] = 1.0 / len(names)
    return matrix


def mirrored(name: str) -> str:
    """The joint's twin on the other side of the body; itself for a joint in the middle."""
    if "left_" in name:
        return name.replace("left_", "right_")
    return name.replace("right_", "left_")


# SMPL neutral, mean shape, zero pose: offset from the parent joint (for the pelvis: from the model's
# origin), metres, x to the body's left, y up, z forward. Source: body positions of the SMPL humanoid
# published with the SMPLSim simulator (BSD-3-Clause).
SMPL_REST_OFFSET: dict[str, tuple[float, float, float]] = {
    "pelvis": (-0.0018, -0.2233, 0.0282),
    "left_hip": (0.0695, -0.0914, -0.0068),
    "right_hip": (-0.0677, -0.0905, -0.0043),
    "spine1": (-0.0025, 0.109, -0.0267),
    "left_knee": (0.0343, -0.3752, -0.0045),
    "right_knee": (-0.0383, -0.3826, -0.0089),
    "spine2": (0.0055, 0.1352, 0.0011),
    "left_ankle": (-0.0136, -0.398, -0.0437),
    "right_ankle": (0.0158, -0.3984, -0.0423),
    "spine3": (0.0015, 0.0529, 0.0254),
    "left_foot": (0.0264, -0.0558, 0.1193),
    "right_foot": (-0.0254, -0.0481, 0.1233),
    "neck": (-0.0028, 0.2139, -0.0429),
    "left_collar": (0.0788, 0.1217, -0.0341),
    "right_collar": (-0.0818, 0.1188, -0.0386),
    "head": (0.0052, 0.065, 0.0513),
    "left_shoulder": (0.091, 0.0305, -0.0089),
    "right_shoulder": (-0.096, 0.0326, -0.0091),
    "left_elbow": (0.2596, -0.0128, -0.0275),
    "right_elbow": (-0.2537, -0.0133, -0.0214),
    "left_wrist": (0.2492, 0.009, -0.0012),
    "right_wrist": (-0.2553, 0.0078, -0.0056),
    "left_hand": (0.084, -0.0082, -0.0149),
    "right_hand": (-0.0846, -0.0061, -0.0103),
}


def smpl_rest_joints() -> NDArray[np.float64]:
    """(24, 3) SMPL's joint centres in its zero pose, metres, x left, y up, z forward."""
    joints = np.zeros((len(SMPL_24), 3))
    for row, (name, parent) in enumerate(SMPL_PARENT.items()):
        joints[row] = SMPL_REST_OFFSET[name]
        if parent is not None:
            joints[row] += joints[SMPL_24.index(parent)]
    return joints


BONES = (
    ("left_ankle", "left_knee"), ("left_knee", "left_hip"), ("right_ankle", "right_knee"),
    ("right_knee", "right_hip"), ("left_hip", "right_hip"), ("left_shoulder", "left_hip"),
    ("right_shoulder", "right_hip"), ("left_shoulder", "right_shoulder"), ("left_shoulder", "left_elbow"),
    ("left_elbow", "left_wrist"), ("right_shoulder", "right_elbow"), ("right_elbow", "right_wrist"),
    ("nose", "left_eye"), ("nose", "right_eye"), ("left_eye", "left_ear"), ("right_eye", "right_ear"),
)  # fmt: skip
