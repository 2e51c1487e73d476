from __future__ import annotations

import numpy as np
import pytest

from lifter.data.joints import (
    BODY,
    BODY12,
    BONES,
    HIPS,
    JOINTS3D,
    MIRROR17,
    MIRROR20,
    UPPER8,
    rooted,
    rows_of,
    truth_of,
)
from synth.body.skeleton import COCO_17, JOINTS


def test_joints_are_taken_by_name() -> None:
    numbered = np.broadcast_to(np.arange(len(JOINTS))[None, :, None], (2, len(JOINTS), 3))
    names = [JOINTS[row] for row in truth_of(numbered)[1, :, 0]]
    assert names == [*(f"coco_{name}" for name in COCO_17), "pelvis", "neck", "head_top"]


def test_the_root_is_the_middle_of_the_hips() -> None:
    joints = np.random.default_rng(0).normal(size=(3, 20, 3))
    moved = rooted(joints)
    left, right = (moved[:, JOINTS3D.index(f"{side}_hip")] for side in ("left", "right"))
    assert left + right == pytest.approx(np.zeros((3, 3)))
    assert moved[:, 0] - moved[:, 19] == pytest.approx(joints[:, 0] - joints[:, 19])
    joints[1, HIPS[0]] = np.nan
    assert np.isnan(rooted(joints)[1]).all()


def test_mirrors_change_sides_and_nothing_else() -> None:
    for mirror, names in ((MIRROR17, COCO_17), (MIRROR20, JOINTS3D)):
        for name, other in zip(names, [names[row] for row in mirror], strict=True):
            swapped = {"left_": "right_", "right_": "left_"}.get(name[: name.find("_") + 1], "")
            assert other == (swapped + name.split("_", 1)[1] if swapped else name)


def test_lists_of_joints() -> None:
    assert COCO_17[5:] == BODY12
    assert tuple(JOINTS3D[row] for row in BODY) == BODY12
    assert COCO_17[5:13] == UPPER8
    assert {name for bone in BONES for name in bone} <= set(JOINTS3D)
    with pytest.raises(ValueError):
        rows_of(["tail"])
