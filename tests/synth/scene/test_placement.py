"""Props: in nobody's way that they should not be in, and in as many joints' way as was wanted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from synth.body.skeleton import joint_index
from synth.label.compute import label
from synth.scene.holding import IN_BOTH, IN_LEFT, IN_RIGHT, ON_FLOOR
from synth.scene.placement import band_of, draw_bands
from synth.scene.props.kinds import PROPS
from synth.scene.scenes import SceneSpec, Studio
from synth.scene.visibility import COCO_ROWS, Visibility
from tests.synth.brute import are_inside
from tests.synth.staging import motion, stage, staged

N = 1500


def test_no_standing_prop_holds_a_vertex_and_none_the_camera() -> None:
    _, scenes, labels = staged(150, frames=3)
    placed = scenes.placements
    eyes = scenes.viewpoints.position
    stood = 0
    for row in range(150):
        for p, number in enumerate(placed.number[row]):
            if number < 0:
                continue
            prop = scenes.stock.props[number]
            triangles = prop.vertices[prop.faces].astype(float)
            low, high = prop.vertices.min(0) - 0.02, prop.vertices.max(0) + 0.02
            for frame in range(3):
                R, T = (labels[f"prop_{name}"][3 * row + frame, p] for name in ("rotation", "translation"))
                assert not are_inside(((eyes[row] - T) @ R)[None], triangles).any()
                if placed.grip[row, p] != ON_FLOOR:
                    continue
                stood += 1
                near = (scenes.people.vertices[row, frame] - T) @ R
                near = near[((near > low) & (near < high)).all(1)]
                assert not are_inside(near, triangles).any()
    assert stood > 300


def test_standing_props_stand_on_the_floor_unless_they_can_hang() -> None:
    _, scenes, labels = staged(N)
    placed = scenes.placements
    standing = (placed.number >= 0) & (placed.grip == ON_FLOOR)
    assert np.allclose(labels["prop_rotation"][standing][:, 2], (0, 0, 1))
    assert np.allclose(np.linalg.det(labels["prop_rotation"][standing]), 1)
    bottom = labels["prop_translation"][standing][:, 2]
    assert (bottom >= 0).all()
    kinds = np.array([scenes.stock.props[number].kind for number in placed.number[standing]])
    assert all(PROPS.get(kind).hangs for kind in kinds[bottom > 0])
    assert 0.02 < (bottom > 0).mean() < 0.5
    spec = SceneSpec.model_validate({"props": {"hanging": 0}})
    grounded = stage(Studio(spec, 0), np.arange(300), motion(300)).placements
    assert not grounded.position[..., 2].any()


def test_a_reasonable_share_of_samples_reaches_the_band_that_was_wanted() -> None:
    studio, _, labels = staged(N)
    wanted = draw_bands(studio.draws, np.arange(N), studio.band_shares)
    reached = np.bincount(wanted[labels["band"] == wanted], minlength=4) / np.bincount(wanted, minlength=4)
    assert reached[0] == 1
    assert (reached[1:] > (0.85, 0.75, 0.65)).all()
    assert (labels["band"] <= wanted).all()  # never more than wanted


def test_bands_are_drawn_by_the_weights_a_studio_is_given() -> None:
    studio = Studio(SceneSpec(), 0, band_weights=(0, 0, 0, 1))
    labels = label(stage(studio, np.arange(200), motion(200)))
    assert (labels["band"] == 3).mean() > 0.65
    none = label(stage(Studio(SceneSpec(), 0, band_weights=(1, 0, 0, 0)), np.arange(200), motion(200)))
    assert not none["band"].any()


def test_two_joints_at_least_are_seen_as_far_as_they_can_be() -> None:
    _, scenes, labels = staged(N)
    visibility = labels["visibility"][:, COCO_ROWS]
    seen = (visibility == Visibility.SEEN).sum(1)
    empty = replace(
        scenes, placements=scenes.placements._replace(number=np.full_like(scenes.placements.number, -1))
    )
    without = (label(empty)["visibility"][:, COCO_ROWS] == Visibility.SEEN).sum(1)
    assert (seen <= without).all()
    assert (seen >= np.minimum(2, without)).all()
    assert (seen == 2).any()  # and no more where many are to be hidden
    assert (visibility == Visibility.PROP).sum(1).max() > 9


def test_as_many_props_as_asked_for_and_some_in_the_hands() -> None:
    studio, scenes, _ = staged(N)
    count = (scenes.placements.number >= 0).sum(1)
    assert scenes.placements.number.shape == (N, 3)
    assert count.max() == 3
    assert count.mean() > 1.5
    held = (scenes.placements.grip != ON_FLOOR).any(1)
    assert 0.15 < held.mean() <= 0.28
    assert not (scenes.placements.grip[:, 1:] != ON_FLOOR).any()  # only the first
    assert all(
        scenes.stock.props[number].held == (grip != ON_FLOOR)
        for number, grip in zip(scenes.placements.number.ravel(), scenes.placements.grip.ravel(), strict=True)
        if number >= 0
    )
    assert set(np.unique(scenes.placements.grip)) == {ON_FLOOR, IN_LEFT, IN_RIGHT, IN_BOTH}
    # what is empty or held has no place of its own
    assert not scenes.placements.position[(scenes.placements.number < 0) | (scenes.placements.grip > 0)].any()
    assert len(studio.stock.props) > 100


def test_none_where_none_is_asked_for() -> None:
    spec = SceneSpec.model_validate({"props": {"count": [0, 0]}})
    scenes = stage(Studio(spec, 0), np.arange(30), motion(30))
    assert scenes.placements.number.shape == (30, 1)
    assert (scenes.placements.number == -1).all()


def test_held_props_follow_the_hand_and_standing_ones_stay() -> None:
    _, scenes, labels = staged(150, frames=9)
    joints = labels["joints_world"].reshape(150, 9, 48, 3)
    turns = labels["prop_rotation"].reshape(150, 9, -1, 3, 3)
    places = labels["prop_translation"].reshape(150, 9, -1, 3)
    hands = {side: joints[:, :, joint_index(f"{side}_hand")] for side in ("left", "right")}
    where = {
        IN_LEFT: hands["left"],
        IN_RIGHT: hands["right"],
        IN_BOTH: 0.5 * (hands["left"] + hands["right"]),
    }
    moved = 0
    for row, p in zip(*np.nonzero(scenes.placements.number >= 0), strict=True):
        grip = int(scenes.placements.grip[row, p])
        if grip == ON_FLOOR:
            assert (places[row, :, p] == places[row, 0, p]).all()
            assert (turns[row, :, p] == turns[row, 0, p]).all()
            continue
        assert np.allclose(places[row, :, p], where[grip][row], atol=1e-9)
        moved += np.ptp(places[row, :, p], axis=0).max() > 0.05
        assert np.allclose(turns[row, :, p] @ np.swapaxes(turns[row, :, p], 1, 2), np.eye(3), atol=1e-9)
        # along the hand it turns as the hand does: never more than the hand in a thirtieth of a second, and a bit
        step = turns[row, 1:, p] @ np.swapaxes(turns[row, :-1, p], 1, 2)
        angle = np.degrees(np.arccos(np.clip((np.trace(step, axis1=1, axis2=2) - 1) / 2, -1, 1)))
        assert angle.max() < 45
    assert moved > 5


def test_band_of() -> None:
    assert band_of(np.array([0, 1, 4, 5, 8, 9, 15, 17])).tolist() == [0, 1, 1, 2, 2, 3, 3, 3]
