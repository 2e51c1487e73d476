"""What hides joints, against rays and places worked out in the plainest way there is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from synth.body.skeleton import JOINTS, joint_index
from synth.label.compute import label
from synth.scene.holding import ON_FLOOR
from synth.scene.placement import Placements
from synth.scene.scenes import Scenes
from synth.scene.visibility import SKIN_DEPTH, Visibility
from tests.synth.brute import first_hit
from tests.synth.staging import staged


def test_outside_is_outside() -> None:
    _, _, labels = staged(1500)
    uv = labels["joints_image"]
    with np.errstate(invalid="ignore"):
        inside = ((uv >= 0) & (uv < 256)).all(-1)
    assert np.array_equal(labels["visibility"] == Visibility.OUTSIDE, ~inside)
    assert 0.01 < (~inside).mean() < 0.15


def test_visibility_is_that_of_rays_against_every_triangle() -> None:
    studio, scenes, labels = staged(1500)
    faces = studio.bodies[0].proxy().faces
    codes = np.zeros(4, int)
    for row in range(0, 1500, 75):
        eye = scenes.viewpoints.position[row]
        # the coarse body from outside only, as skin; props as they are rendered
        person = scenes.people.vertices[row, 0].astype(float)[faces]
        facing = np.cross(person[:, 1] - person[:, 0], person[:, 2] - person[:, 0])
        person = person[np.einsum("fi,fi->f", facing, person[:, 0] - eye) < 0]
        meshes = []
        for p, number in enumerate(labels["prop"][row]):
            if number >= 0:
                place = (labels["prop_rotation"][row, p], labels["prop_translation"][row, p])
                mesh = scenes.stock.props[number].placed(*place, p + 2)
                meshes.append((p, mesh.vertices.astype(float)[mesh.faces]))
        for j in range(0, 48, 2):
            joint, depth = labels["joints_world"][row, j], float(labels["joints_camera"][row, j, 2])
            code, by = labels["visibility"][row, j], labels["hidden_by"][row, j]
            codes[code] += 1
            if code == Visibility.OUTSIDE:
                assert by == -1
                continue
            body = first_hit(eye, joint - eye, person) * depth
            props = {p: first_hit(eye, joint - eye, triangles) * depth for p, triangles in meshes}
            nearest = min(props, key=lambda p: props[p], default=-1)
            prop = props.get(nearest, np.inf)
            prop = prop if prop < depth else np.inf
            if min(abs(prop - body), abs(depth - 0.02 - prop), abs(depth - SKIN_DEPTH[j] - body)) < 1e-4:
                continue  # too close to call
            if prop < body:
                wanted = Visibility.PROP if prop < depth - 0.02 else Visibility.SEEN
            else:
                wanted = Visibility.SELF if body < depth - SKIN_DEPTH[j] else Visibility.SEEN
            assert code == wanted, (row, JOINTS[j])
            assert by == (nearest if code == Visibility.PROP else -1)
    assert (codes > 10).all()


def with_panel(scenes: Scenes, share: float) -> Scenes:
    """The scenes with one prop only: a panel across the way from camera to pelvis, at this share of it."""
    number = next(
        i for i, prop in enumerate(scenes.stock.props)
        if prop.kind == "panel" and np.ptp(prop.vertices[:, 0]) > 1.2 and np.ptp(prop.vertices[:, 2]) > 1.5
    )  # fmt: skip
    n = len(scenes.ids)
    eye, pelvis = scenes.viewpoints.position, scenes.people.joints[scenes.moment][:, 0, 0]
    way = pelvis - eye
    placed = Placements(
        np.full((n, 2), -1, np.int16), np.zeros((n, 2), np.int8), np.zeros((n, 2)), np.zeros((n, 2, 3))
    )
    placed.number[:, 1], placed.grip[:, 1] = number, ON_FLOOR
    placed.angle[:, 1] = np.arctan2(way[:, 1], way[:, 0]) + np.pi / 2  # its length across the way
    middle = scenes.stock.props[number].vertices[:, 2].mean()
    placed.position[:, 1] = eye + share * way - np.array((0, 0, middle))
    return replace(scenes, placements=placed)


def test_what_is_behind_a_panel_is_hidden_by_it_and_what_is_before_it_is_not() -> None:
    scenes = staged(300, camera="tripod")[1]
    inside = ~scenes.seen.outside[:, 0]
    before, behind = label(with_panel(scenes, 0.6)), label(with_panel(scenes, 1.6))
    pelvis, spine = joint_index("pelvis"), joint_index("spine2")
    for joint in (pelvis, spine):
        rows = inside[:, joint]
        assert (before["visibility"][rows, joint] == Visibility.PROP).mean() > 0.97
        hidden = before["visibility"][:, joint] == Visibility.PROP
        assert (before["hidden_by"][hidden, joint] == 1).all()
    assert not (behind["visibility"] == Visibility.PROP).any()
    assert (behind["hidden_by"] == -1).all()
    assert np.mean(before["band"]) > 2
    assert not behind["band"].any()


def test_empty_places_of_props_hold_nothing() -> None:
    _, _, labels = staged(1500)
    empty = labels["prop"] < 0
    assert empty.any()
    assert not labels["prop_rotation"][empty].any()
    assert not labels["prop_translation"][empty].any()


@pytest.mark.parametrize("frames", [2, 9])
def test_rows_of_a_track_are_its_frames_in_sequence(frames: int) -> None:
    _, scenes, labels = staged(30, frames=frames)
    assert np.array_equal(labels["joints_camera"].reshape(30, frames, 48, 3), scenes.seen.camera)
    assert np.array_equal(labels["pose"].reshape(30, frames, 24, 3), scenes.people.poses)
