"""Names taken apart by hand."""

import pytest

from synth.motion.draft.names import take_apart, without_prefix
from tests.synth.motion.named_rigs import RIGS


@pytest.mark.parametrize(
    "prefix", ["mixamorig:", "rig01:body:", "Character1_", "Bip01 ", "m_avg_", "scene|a|"]
)
def test_a_prefix_that_all_share_is_left_out(prefix):
    names = ("Hips", "LeftUpLeg", "RightUpLeg", "Spine", "Neck", "Head")
    assert without_prefix([prefix + name for name in names]) == names


def test_what_only_some_share_is_no_prefix():
    names = ("left_hip", "left_knee", "left_ankle", "right_hip", "right_knee", "right_ankle", "pelvis")
    assert without_prefix(names) == names


@pytest.mark.parametrize(
    ("name", "twin", "side", "word"),
    [
        ("LeftForeArm", "RightForeArm", "left", "forearm"),
        ("lfemur", "rfemur", "left", "femur"),
        ("UpperLeg_R", "UpperLeg_L", "right", "upperleg"),
        ("upperleg01.L", "upperleg01.R", "left", "upperleg"),
        ("C_L_Hand", "C_R_Hand", "left", "hand"),
        ("ShoulderLeft", "ShoulderRight", "left", "shoulder"),
        ("左ひじ", "右ひじ", "left", ""),
        ("lowerback", "upperback", "", "lowerback"),
        ("left_toe", "nothing", "left", "toe"),
    ],
)
def test_side_and_word(name, twin, side, word):
    found = take_apart([name, twin])[0]
    assert (found.side, found.word) == (side, word)


def test_no_joint_of_the_body_is_taken_for_a_helper():
    for rig in RIGS:
        names = rig.skeleton().names
        own = dict(zip(names, take_apart(names), strict=True))
        assert [
            n for joint, n in rig.truth.items() if own[n].helper and not joint.startswith("spine")
        ] == [], rig.title
