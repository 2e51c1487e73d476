"""Mappings drafted for skeletons of many origins: right without a hand's touch, or unsure and saying so."""

from dataclasses import replace

import numpy as np
import pytest

from synth.core.errors import InputError
from synth.motion.draft.drafting import LIKELY, UNSURE, draft, renamed
from synth.motion.formats.skeletal import fit
from synth.motion.mapping import LIMBS, known_mappings
from synth.motion.recording import Skeleton
from tests.synth.motion.named_rigs import RIGS, Rig


@pytest.mark.parametrize("rig", RIGS, ids=lambda rig: rig.title)
def test_names_give_every_joint(rig: Rig) -> None:
    found = draft(rig.skeleton())
    assert {joint: guess.joint for joint, guess in found.guesses.items()} == rig.truth
    assert found.whole
    assert found.doubts == ()
    fitted = fit(None, rig.skeleton(), "x")
    assert not fitted.named
    if fitted.mapping.name == "by names":  # a mapping that ships goes before
        assert {joint: link.joint for joint, link in fitted.mapping.links.items()} == rig.truth
        assert "left_knee: " in fitted.notes[0]


@pytest.mark.parametrize("rig", RIGS, ids=lambda rig: rig.title)
def test_shape_gives_the_limbs_or_doubts_but_is_never_sure(rig: Rig) -> None:
    skeleton = rig.skeleton()
    own = {name: f"b{row}" for row, name in enumerate(skeleton.names)}
    found = draft(replace(skeleton, names=tuple(own.values())))
    assert not found.whole
    wrong = [j for j in LIMBS if j in rig.truth and found.guesses[j].joint != own[rig.truth[j]]]
    assert wrong == [] or all(found.guesses[joint].sure == UNSURE for joint in wrong)
    assert wrong == [] or "left and right cannot be told from the way the feet point" in found.doubts
    assert {guess.sure for guess in found.guesses.values()} <= {LIKELY, UNSURE}


def of(rig: Rig, names: dict[str, str]) -> Skeleton:
    skeleton = rig.skeleton()
    return replace(skeleton, names=tuple(names.get(name, name) for name in skeleton.names))


def test_names_that_contradict_the_tree_are_doubted() -> None:
    rig = next(rig for rig in RIGS if rig.title == "LAFAN1")
    found = draft(of(rig, {"LeftLeg": "RightLeg", "RightLeg": "LeftLeg"}))
    assert not found.whole
    assert any("does not hang on" in doubt for doubt in found.doubts)
    with pytest.raises(InputError, match="does not hang on"):
        fit(None, of(rig, {"LeftLeg": "RightLeg", "RightLeg": "LeftLeg"}), "x")


def test_a_limb_without_a_name_is_found_by_shape() -> None:
    rig = next(rig for rig in RIGS if rig.title == "LAFAN1")
    found = draft(of(rig, {"LeftLeg": "joint7", "RightLeg": "joint8"}))
    assert found.guesses["left_knee"].joint == "joint7"
    assert found.guesses["left_knee"].sure == LIKELY
    assert found.settled
    assert not found.whole


def test_what_is_missing_is_said() -> None:
    skeleton = Skeleton(("Hips", "Spine"), (-1, 0), np.array([[0.0, 0, 0], [0, 1, 0]]), {})
    found = draft(skeleton)
    assert "nothing was found for left_hip" in found.doubts[-1]
    assert not found.settled


def test_a_known_mapping_is_found_behind_a_prefix() -> None:
    mapping = next(each for each in known_mappings() if each.name == "cmu-bvh")
    rig = Rig("x", {j: f"rig:{link.joint}" for j, link in mapping.links.items()}, {}, {})
    found = renamed(mapping, rig.skeleton())
    assert found is not None
    assert {joint: link.joint for joint, link in found.links.items()} == rig.truth
    assert renamed(mapping, RIGS[0].skeleton()) is None


def test_a_rig_without_a_neck_is_doubted_where_names_say_nothing() -> None:
    skeleton = RIGS[0].skeleton()
    above = {skeleton.index(joint) for role, joint in RIGS[0].truth.items() if role in ("neck", "head")}
    gone = {row for row in range(len(skeleton.names)) if above & set(skeleton.above(row))}
    kept = [row for row in range(len(skeleton.names)) if row not in gone]
    headless = Skeleton(
        names=tuple(f"b{row}" for row in kept),
        parents=tuple(kept.index(skeleton.parents[row]) if row else -1 for row in kept),
        offsets=skeleton.offsets[kept],
        ends={},
    )
    found = draft(headless)
    assert any("no neck or head" in doubt for doubt in found.doubts)
    assert not found.settled
