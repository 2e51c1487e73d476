"""The joints that lifters read and give, by name.

They read COCO's 17 as a detector reports them and give 20 in three dimensions: the same 17 points of the body,
then SMPL's pelvis and neck and the top of the head. The root, which lies at the origin of a pose, is the middle of
COCO's hips.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth.body.skeleton import COCO_17, joint_index, mirrored

JOINTS3D: tuple[str, ...] = (*COCO_17, "pelvis", "neck", "head_top")
BODY12: tuple[str, ...] = tuple(
    name for name in COCO_17 if name.split("_")[-1] in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
)  # what benchmarks score
UPPER8: tuple[str, ...] = BODY12[:8]  # shoulders, elbows, wrists, hips

# what a limb or a line of the body joins, for pictures and for the lengths of bones
BONES: tuple[tuple[str, str], ...] = (
    ("left_hip", "right_hip"), ("left_shoulder", "right_shoulder"), ("pelvis", "neck"), ("neck", "head_top"),
    ("neck", "nose"), ("left_shoulder", "left_elbow"), ("left_elbow", "left_wrist"),
    ("right_shoulder", "right_elbow"), ("right_elbow", "right_wrist"), ("left_shoulder", "left_hip"),
    ("right_shoulder", "right_hip"), ("left_hip", "left_knee"), ("left_knee", "left_ankle"),
    ("right_hip", "right_knee"), ("right_knee", "right_ankle"),
)  # fmt: skip


def rows_of(names: tuple[str, ...] | list[str], among: tuple[str, ...] = JOINTS3D) -> NDArray[np.int64]:
    """Where joints lie among others. Raises ValueError for an unknown one."""
    return np.array([among.index(name) for name in names], np.int64)


MIRROR17 = rows_of([mirrored(name) for name in COCO_17], COCO_17)
MIRROR20 = rows_of([mirrored(name) for name in JOINTS3D])
HIPS = rows_of(["left_hip", "right_hip"], COCO_17)  # COCO's rows come first: the same in both lists
BODY = rows_of(BODY12)
_SOURCE = np.array(
    [joint_index(f"coco_{name}" if name in COCO_17 else name) for name in JOINTS3D]
)  # rows of a corpus' 48


def truth_of(joints: NDArray[Any]) -> NDArray[Any]:
    """(n, 20, 3) the joints of JOINTS3D of a corpus' (n, 48, 3), in the same frame and unit."""
    return joints[:, _SOURCE]


def rooted(joints: NDArray[Any]) -> NDArray[Any]:
    """(n, 20, 3) or (n, 17, 3) joints moved so that the middle of the hips is the origin; NaN where a hip is."""
    return joints - joints[:, HIPS].mean(axis=1, keepdims=True)
