"""People: feet where the motion has them, strides in proportion, sides the right way round."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from pydantic import ValidationError
from scipy import stats

from synth.body.body import GENDERS
from synth.body.skeleton import SMPL_24, SMPL_REST_OFFSET, joint_index
from synth.core.randomness import Draws
from synth.scene.person import BodySpec, Motion, _fitted, _leg, draw_people
from synth.scene.tasks import table_of
from synth.scene.viewpoint import CameraSpec, draw_viewpoints
from synth.scene.work import Work
from tests.synth.staging import motion, staged

SPEC = BodySpec()
BODIES = SPEC.bodies()


def test_the_lowest_point_of_every_frame_is_at_the_motions_clearance() -> None:
    moments = motion(60, frames=5)
    people = draw_people(Draws(1), np.arange(60), SPEC, BODIES, moments)
    assert np.allclose(people.vertices[..., 2].min(2), moments.clearance, atol=1e-6)
    assert moments.clearance.max() > 0.01  # some are in the air


def test_the_full_mesh_stands_on_the_floor_too() -> None:
    _, scenes, labels = staged(60)
    moments = motion(60)
    for row in range(60):
        body = BODIES[labels["gender"][row]]
        posed = body.posed(labels["pose"][row][None], labels["betas"][row], labels["trans"][row])
        assert posed.vertices[0, :, 2].min() == pytest.approx(moments.clearance[row, 0], abs=0.005)
        # what the labels say makes the joints that the labels have
        assert np.allclose(posed.joints[0], labels["joints_world"][row], atol=1e-5)
        assert np.array_equal(posed.joints[0, :24].round(5), scenes.people.joints[row, 0, :24].round(5))


def test_the_middle_frames_pelvis_is_over_the_origin() -> None:
    people = draw_people(Draws(1), np.arange(20), SPEC, BODIES, motion(20, frames=5))
    assert np.allclose(people.joints[:, 2, 0, :2], 0, atol=1e-9)
    assert np.abs(people.joints[:, 0, 0, :2]).max() > 0.03  # and moves on


def test_strides_are_as_long_as_legs() -> None:
    # two frames a metre apart, for SMPL's legs; a body's own go as much farther as they are longer
    moments = Motion(
        np.zeros((200, 2, 24, 3), np.float32),
        np.zeros((200, 2, 3), np.float32),
        np.zeros((200, 2), np.float32),
    )
    moments.poses[:, :, 0] = (np.pi / 2, 0, 0)
    moments.trans[:, 1, 0] = 1
    people = draw_people(Draws(1), np.arange(200), SPEC, BODIES, moments)
    steps = people.joints[:, 1, 0, 0] - people.joints[:, 0, 0, 0]
    legs = np.linalg.norm(
        people.joints[:, 0, joint_index("left_hip")] - people.joints[:, 0, joint_index("left_ankle")], axis=1
    )
    smpl = np.linalg.norm(np.add(SMPL_REST_OFFSET["left_knee"], SMPL_REST_OFFSET["left_ankle"]))
    assert np.allclose(steps, legs / smpl, atol=1e-4)
    assert np.ptp(steps) > 0.1


def test_a_person_who_faces_the_camera_has_the_left_hand_on_the_viewers_right() -> None:
    moments = Motion(
        np.zeros((40, 1, 24, 3), np.float32), np.zeros((40, 1, 3), np.float32), np.zeros((40, 1), np.float32)
    )
    moments.poses[:, 0, 0] = (np.pi / 2, 0, 0)  # upright, facing -y
    people = draw_people(Draws(1), np.arange(40), SPEC, BODIES, moments)
    spec = CameraSpec(elevation=(0, 5), height=(0.1, 9), roll=0, cut=0)
    views = draw_viewpoints(Draws(1), np.arange(40), people.joints, [spec], (256, 256))
    camera, uv, _ = views.project(people.joints)
    ahead = views.position[:, 1] < -0.8 * np.linalg.norm(views.position[:, :2], axis=1)
    behind = views.position[:, 1] > 0.8 * np.linalg.norm(views.position[:, :2], axis=1)
    assert ahead.sum() > 4
    assert behind.sum() > 4
    for name in ("hand", "hip", "ankle", "shoulder"):
        left, right = (uv[:, 0, joint_index(f"{side}_{name}"), 0] for side in ("left", "right"))
        assert (left > right)[ahead].all()
        assert (left < right)[behind].all()
    nose, neck = (camera[:, 0, joint_index(name), 2] for name in ("coco_nose", "neck"))
    assert (nose < neck)[ahead].all()
    assert (nose > neck)[behind].all()
    top, toe = (uv[:, 0, joint_index(name), 1] for name in ("head_top", "left_big_toe"))
    assert (top < toe).all()


def test_genders_and_shapes_are_as_drawn() -> None:
    m = 3000
    still = Motion(
        np.zeros((m, 1, 24, 3), np.float32), np.zeros((m, 1, 3), np.float32), np.zeros((m, 1), np.float32)
    )
    people = draw_people(Draws(1), np.arange(m), SPEC, BODIES, still)
    counts = np.bincount(people.gender, minlength=3)
    assert stats.chisquare(counts, m * np.array([SPEC.genders[name] for name in GENDERS])).pvalue > 1e-3
    assert 0.93 < people.betas.std() < 1.0
    assert np.abs(people.betas).max() == 2.5
    same = draw_people(
        Draws(1),
        np.arange(50),
        BodySpec(shape=0),
        BODIES,
        Motion(still.poses[:50], still.trans[:50], still.clearance[:50]),
    )
    assert not same.betas.any()


def test_a_person_does_not_depend_on_the_batch() -> None:
    moments = motion(48, frames=2)
    together = draw_people(Draws(1), np.arange(48), SPEC, BODIES, moments)
    order = np.random.default_rng(0).permutation(48)[:31]
    some = draw_people(
        Draws(1),
        order,
        SPEC,
        BODIES,
        Motion(moments.poses[order], moments.trans[order], moments.clearance[order]),
    )
    for name in ("gender", "betas", "poses", "trans", "vertices", "joints"):
        assert np.array_equal(getattr(together, name)[order], getattr(some, name))


def test_bodies_share_faces_and_coarse_vertices() -> None:
    assert len(BODIES) == len(GENDERS)
    for body in BODIES[1:]:
        assert np.array_equal(body.faces, BODIES[0].faces)
        assert np.array_equal(body.proxy().faces, BODIES[0].proxy().faces)
        assert not np.array_equal(body.template, BODIES[0].template)
    assert SMPL_24[0] == "pelvis"


@pytest.mark.parametrize("genders", [{}, {"male": 0.0}, {"robot": 1.0}, {"male": -1.0}])
def test_impossible_genders_are_refused(genders: dict[str, float]) -> None:
    with pytest.raises(ValidationError):
        BodySpec(genders=genders)


def test_who_does_a_task_has_the_body_and_the_steps_that_it_was_solved_for() -> None:
    moments = motion(6, frames=3)
    moments.trans[:] = np.array([3.0, 4.0, 1.1])
    moments.trans[:, 2, 0] += 1.0
    work = Work("p", "t", "x", "female", (1.5, -1.0, *[0.0] * 8))
    table = table_of([work, None] * 3, 30.0, 3)
    assert table
    tasks = table.moments(np.arange(6), np.zeros(6, np.int64))
    people = draw_people(Draws(1), np.arange(6), SPEC, BODIES, replace(moments, tasks=tasks))
    others = draw_people(Draws(1), np.arange(6), SPEC, BODIES, moments)
    for row in range(6):
        if row % 2:
            assert np.array_equal(people.vertices[row], others.vertices[row])
            continue
        posed = BODIES[2].proxy().posed(moments.poses[row], np.tile(work.betas, (3, 1)), moments.trans[row])
        assert people.gender[row] == 2
        assert people.betas[row] == pytest.approx(work.betas)
        assert np.allclose(people.joints[row], posed.joints + people.shift[row], atol=1e-5)  # and no more
        assert people.shift[row, 2] == 0
        assert people.joints[row, 1, 0, :2] == pytest.approx((0, 0), abs=1e-9)
        assert people.joints[row, 2, 0, 0] == pytest.approx(1.0, abs=1e-5)  # a metre is a metre


def test_another_body_model_has_legs_as_long_and_its_pelvis_as_high() -> None:
    larger = {name: 1.1 * getattr(BODIES[1], name) for name in ("rest_joints", "joint_shape_dirs")}
    other = replace(BODIES[1], **larger)
    betas = np.array([[1.0, 0.5, *[0.0] * 8], [-1.0, *[0.0] * 9]], np.float32)
    own, lift = _fitted(other, "male", "licensed.npz", betas)
    assert np.allclose(_leg(other, own), _leg(BODIES[1], betas), atol=2e-3)
    pelvis = other.rest_joints[0] + own @ other.joint_shape_dirs[:, 0]
    shipped = BODIES[1].joint_shape_dirs[:10, 0]
    wanted = BODIES[1].rest_joints[0] + betas @ shipped
    assert np.allclose(pelvis + lift, wanted, atol=1e-6)
    same, none = _fitted(BODIES[1], "male", "open", betas)
    assert np.array_equal(same[:, :10], betas)
    assert not none.any()
