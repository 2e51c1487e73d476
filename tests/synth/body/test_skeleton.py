"""Joint lists and the maps between them, against hand-counted orders of the published formats."""

from __future__ import annotations

import numpy as np
import pytest

from synth.body.skeleton import (
    COCO_17,
    JOINT_SETS,
    JOINTS,
    SMPL_24,
    SMPL_PARENTS,
    SMPL_REST_OFFSET,
    joint_index,
    joint_map,
    mirrored,
    smpl_rest_joints,
)


def test_lists_are_in_their_published_order() -> None:
    assert SMPL_PARENTS.tolist() == [
        -1, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 12, 13, 14, 16, 17, 18, 19, 20, 21,
    ]  # fmt: skip
    assert [COCO_17.index(name) for name in ("nose", "left_shoulder", "left_hip", "right_ankle")] == [
        0,
        5,
        11,
        16,
    ]
    assert len(JOINTS) == len(set(JOINTS)) == 48
    assert JOINTS[:24] == SMPL_24
    assert joint_index("coco_nose") == 24
    assert joint_index("head_top") == 47
    body25 = list(JOINT_SETS["body25"])
    assert [body25.index(n) for n in ("neck", "mid_hip", "right_eye", "left_big_toe", "right_heel")] == [
        1,
        8,
        15,
        19,
        24,
    ]
    h36m = list(JOINT_SETS["h36m17"])
    assert [h36m.index(n) for n in ("hip", "right_ankle", "left_hip", "thorax", "head", "right_wrist")] == [
        0,
        3,
        4,
        8,
        10,
        16,
    ]


@pytest.mark.parametrize(("name", "count"), [("smpl24", 24), ("coco17", 17), ("h36m17", 17), ("body25", 25)])
def test_maps_are_means_of_what_they_name(name: str, count: int) -> None:
    matrix = joint_map(name)
    assert matrix.shape == (count, 48)
    assert np.allclose(matrix.sum(1), 1)
    points = np.random.default_rng(0).normal(size=(48, 3))
    for row, members in zip(matrix @ points, JOINT_SETS[name].values(), strict=True):
        assert np.allclose(row, np.mean([points[JOINTS.index(member)] for member in members], axis=0))


def test_h36m_hip_is_halfway_between_the_hips() -> None:
    points = np.zeros((48, 3))
    points[joint_index("left_hip")], points[joint_index("right_hip")] = (2, 0, 0), (0, 4, 0)
    assert (joint_map("h36m17") @ points)[0].tolist() == [1, 2, 0]


@pytest.mark.parametrize("name", ["smpl24", "coco17", "h36m17", "body25"])
def test_every_set_is_its_own_mirror_image(name: str) -> None:
    names = list(JOINT_SETS[name])
    assert {mirrored(joint) for joint in names} == set(names)
    for joint, members in JOINT_SETS[name].items():
        twins = JOINT_SETS[name][mirrored(joint)]
        assert {mirrored(member) for member in members} == set(twins)


def test_mirrored_is_its_own_inverse() -> None:
    assert mirrored("coco_left_eye") == "coco_right_eye"
    assert mirrored("right_big_toe") == "left_big_toe"
    assert mirrored("spine1") == "spine1"
    assert [mirrored(mirrored(name)) for name in JOINTS] == list(JOINTS)


def test_rest_joints_add_up_along_the_chain() -> None:
    joints = smpl_rest_joints()
    chain = ("pelvis", "left_hip", "left_knee", "left_ankle", "left_foot")
    by_hand = np.sum([SMPL_REST_OFFSET[name] for name in chain], axis=0)
    assert np.allclose(joints[SMPL_24.index("left_foot")], by_hand)
    assert joints[SMPL_24.index("left_wrist"), 0] > 0.5  # x is the body's left
    assert joints[SMPL_24.index("left_foot"), 2] > joints[SMPL_24.index("left_ankle"), 2] + 0.1  # z ahead
    assert joints[SMPL_24.index("head"), 1] > joints[SMPL_24.index("left_ankle"), 1] + 1.2  # y up


def test_unknown_names_are_refused_with_what_there_is() -> None:
    with pytest.raises(ValueError, match=r"unknown joint 'tail'.*pelvis"):
        joint_index("tail")
    with pytest.raises(ValueError, match=r"unknown joint set 'coco'.*coco17"):
        joint_map("coco")
