"""Limbs by shape, on SMPL's own skeleton without names."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from synth.motion.draft.limb_shapes import by_shape
from synth.motion.draft.names import take_apart
from synth.motion.recording import Skeleton
from tests.synth.motion.named_rigs import RIGS

SKELETON = next(rig for rig in RIGS if rig.title == "SMPL in lower case").skeleton()
NAMES = tuple(f"b{row}" for row in range(len(SKELETON.names)))


def found(offsets: np.ndarray) -> tuple[dict[str, str], list[str]]:
    skeleton = Skeleton(NAMES, SKELETON.parents, offsets, {})
    places = np.zeros((1, len(NAMES), 3))
    for joint, parent in enumerate(SKELETON.parents[1:], 1):
        places[:, joint] = places[:, parent] + offsets[joint]
    joints, doubts = by_shape(skeleton, places, take_apart(NAMES))
    back = dict(zip(NAMES, SKELETON.names, strict=True))
    return {joint: back[each[0]] for joint, each in joints.items()}, doubts


@pytest.mark.parametrize("turn", [(0, 0, 0), (90, 0, 0), (10, 200, -70)])
def test_in_any_world(turn: tuple[float, float, float]) -> None:
    joints, doubts = found(SKELETON.offsets @ Rotation.from_euler("xyz", turn, degrees=True).as_matrix().T)
    assert doubts == []
    assert joints == {joint: joint for joint in joints}
    assert {"left_knee", "right_foot", "left_collar", "right_wrist", "pelvis"} <= joints.keys()


def test_a_mirrored_person_has_sides_exchanged() -> None:
    joints, _ = found(SKELETON.offsets * (-1, 1, 1))
    assert joints["left_knee"] == "right_knee"


def test_a_worm_has_no_limbs() -> None:
    names = tuple("abcdef")
    skeleton = Skeleton(names, (-1, 0, 1, 2, 3, 4), np.ones((6, 3)), {})
    joints, doubts = by_shape(skeleton, np.cumsum(np.ones((1, 6, 3)), axis=1), take_apart(names))
    assert joints == {}
    assert doubts == ["no two pairs of equal chains that could be legs and arms"]
