"""Visibility: the rule by hand, rays by brute force, and rays against the z-buffer of real pictures."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from synth.body.skeleton import COCO_17, JOINTS, joint_index
from synth.render import get_renderer
from synth.scene.picture import draw_looks, picture
from synth.scene.visibility import (
    COCO_ROWS,
    NO_PROP,
    SKIN_DEPTH,
    Visibility,
    body_depths,
    body_depths_many,
    classify,
    from_zbuffer,
    ray_hit,
)
from synth.wardrobe.outfit import PLAIN
from tests.synth.brute import all_hits, first_hit
from tests.synth.staging import staged

FAR = np.inf
SEEN, SELF, PROP, OUTSIDE = Visibility.SEEN, Visibility.SELF, Visibility.PROP, Visibility.OUTSIDE


@pytest.mark.parametrize(
    ("body", "prop", "code"),
    [
        (FAR, FAR, SEEN),  # nothing on the way
        (2.95, FAR, SEEN),  # its own skin, 5 cm before it
        (2.85, FAR, SELF),  # something of the body 15 cm before it
        (2.95, 2.0, PROP),
        (2.5, 2.0, PROP),  # the nearest decides
        (2.0, 2.5, SELF),
        (FAR, 2.99, SEEN),  # the hand holds it
        (FAR, 2.97, PROP),
        (2.95, 3.5, SEEN),  # behind
        (2.5, 2.99, SELF),
    ],
)
def test_the_rule(body: float, prop: float, code: Visibility) -> None:
    assert classify(False, 3.0, 0.1, body, prop) == code
    assert classify(True, 3.0, 0.1, body, prop) == OUTSIDE


def test_every_joint_has_a_skin_depth_and_sides_have_the_same() -> None:
    assert SKIN_DEPTH.shape == (48,)
    for name in JOINTS:
        if "left" in name:
            assert SKIN_DEPTH[joint_index(name)] == SKIN_DEPTH[joint_index(name.replace("left", "right"))]
    assert (
        SKIN_DEPTH[joint_index("pelvis")] > SKIN_DEPTH[joint_index("left_wrist")] > SKIN_DEPTH[COCO_ROWS[0]]
    )
    assert [JOINTS[row] for row in COCO_ROWS] == [f"coco_{name}" for name in COCO_17]


def depths(joints: object, vertices: object, faces: object) -> NDArray[np.float64]:
    points, corners = np.asarray(joints, float), np.asarray(vertices, float)
    out = np.empty(len(points))
    body_depths(
        points,
        corners,
        np.asarray(faces, np.int32),
        np.empty((len(corners), 3)),
        np.empty((len(corners), 2), int),
        out,
    )
    return out


# two metres before the camera, one wide, seen from its front: clockwise in the picture, whose y points down
WALL = [(-0.5, -0.5, 2), (-0.5, 0.5, 2), (0.5, 0.5, 2), (0.5, -0.5, 2)]
FRONT = [(0, 1, 2), (0, 2, 3)]


def test_a_joint_behind_a_wall_and_one_beside_it() -> None:
    joints = [(0.1, 0.2, 4), (1.2, 0, 4), (0.9, 0.9, 4), (0.1, 0.1, 1), (0, 0, -1), (0, 0, 0)]
    assert depths(joints, WALL, FRONT).tolist() == [2, FAR, 2, 2, FAR, FAR]
    assert np.isinf(depths(joints, WALL, [face[::-1] for face in FRONT])).all()  # seen from the back
    assert depths([(0.1, 0.2, 4)], WALL, FRONT).tolist() == [2]  # one joint alone
    # a slanted wall, z = 2 + x: the ray through x = z / 4 meets it at z = 8 / 3
    slanted = [(x, y, 2 + x) for x, y, _ in WALL]
    assert depths([(1, 0, 4), (0, 0, 4)], slanted, FRONT) == pytest.approx(
        [2 / (1 - 0.25) if 2 / 3 < 0.5 else FAR, 2]
    )


def test_faces_that_reach_behind_the_camera_are_left_out() -> None:
    assert np.isinf(
        depths([(0, 0, 4), (0.1, 0, 3)], [(-9, -9, 3), (0, 9, 3), (9, -9, -1)], [(0, 1, 2)])
    ).all()


def test_body_depths_are_those_of_every_ray_against_every_triangle() -> None:
    studio, scenes, _ = staged(150)
    faces = studio.bodies[0].proxy().faces
    views, far = scenes.viewpoints, 0
    for row in range(25):
        person = scenes.people.vertices[row, 0].astype(float) @ views.rotation[row].T + views.translation[row]
        triangles = person[faces]
        outward = np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0])
        whole = (triangles[..., 2] > 0.01).all(1)
        for j, joint in enumerate(scenes.seen.camera[row, 0]):
            if joint[2] <= 0:
                assert np.isinf(scenes.seen.body_depth[row, 0, j])
                continue
            t, face = all_hits(np.zeros(3), joint, triangles)
            t = t[(outward[face] @ joint < 0) & whole[face]]
            wanted = min(t, default=FAR) * joint[2]
            assert scenes.seen.body_depth[row, 0, j] == pytest.approx(wanted, abs=1e-6), (row, JOINTS[j])
            far += np.isinf(wanted)
    assert 0 < far < 25 * 48 / 4  # toes and noses are at the edge; most joints have skin before them


def test_frames_and_scenes_are_kept_apart() -> None:
    studio, scenes, _ = staged(30, frames=9)
    views, seen = scenes.viewpoints, scenes.seen
    out = np.empty((2, 9, 48))
    rows = np.array([4, 1])
    body_depths_many(
        seen.camera[rows], rows, scenes.people.vertices, views.rotation[rows], views.translation[rows],
        studio.bodies[0].proxy().faces, out,
    )  # fmt: skip
    assert np.array_equal(out, seen.body_depth[rows])


def test_ray_hit_by_hand_and_by_brute_force() -> None:
    vertices, faces = np.array(WALL), np.array(FRONT)
    assert ray_hit(0, 0, 0, 0.2, 0.4, 8.0, vertices, faces, 0, 2) == pytest.approx(0.25)
    assert ray_hit(0, 0, 0, 0.2, 0.4, 8.0, vertices, faces, 1, 2) == FAR  # only the other triangle
    assert ray_hit(0, 0, 0, 0.0, 0.0, 1.9, vertices, faces, 0, 2) == FAR  # the joint is before it
    assert ray_hit(0, 0, 0, 3.0, 0.0, 4.0, vertices, faces, 0, 2) == FAR
    assert ray_hit(0, 0, 4, 0.0, 0.1, -4.0, vertices, faces, 0, 2) == pytest.approx(0.5)  # from behind
    rng = np.random.default_rng(0)
    points = rng.normal(size=(60, 3))
    triangles = rng.permuted(np.tile(np.arange(60), (40, 1)), axis=1)[:, :3]
    hits = 0
    for _ in range(200):
        origin = 3 * rng.normal(size=3)
        direction = 1.5 * (rng.normal(size=3) - origin)
        wanted = first_hit(origin, direction, points[triangles])
        wanted = wanted if wanted < 1 else FAR
        assert ray_hit(*origin, *direction, points, triangles, 0, 40) == pytest.approx(wanted)
        hits += wanted < 1
    assert hits > 20


def test_the_z_buffer_is_read_at_the_joints_pixel() -> None:
    instance, depth = np.zeros((4, 6), np.uint8), np.zeros((4, 6), np.float32)
    instance[1, 2], depth[1, 2] = 1, 2.9  # skin over a wrist 3 m away
    instance[1, 3], depth[1, 3] = 1, 2.0  # another part of the body
    instance[2, 2], depth[2, 2] = 4, 1.5  # the prop of row 2
    instance[3, 5], depth[3, 5] = 2, 1.5  # the prop of row 0, in the last pixel
    joints, uv = np.full((48, 3), 3.0), np.full((48, 2), 0.5)
    outside = np.zeros(48, bool)
    wrist = joint_index("left_wrist")
    cases = {(2.01, 1.99): (SEEN, -1), (3.5, 1.5): (SELF, -1), (2.5, 2.0): (PROP, 2), (5.99, 3.99): (PROP, 0)}
    for at, (code, prop) in cases.items():
        uv[wrist] = at
        visibility, hidden_by = from_zbuffer(joints, uv, outside, instance, depth)
        assert (visibility[wrist], hidden_by[wrist]) == (code, prop)
        assert (np.delete(visibility, wrist) == SEEN).all()  # nothing at the other pixel
    # a joint hard by the edge, whose pixel as float32 is the picture's width, has the last pixel
    uv[wrist] = (6.0, 4.0)
    assert from_zbuffer(joints, uv, outside, instance, depth)[0][wrist] == PROP
    outside[wrist], uv[wrist] = True, np.nan
    visibility, hidden_by = from_zbuffer(joints, uv, outside, instance, depth)
    assert (visibility[wrist], hidden_by[wrist]) == (OUTSIDE, NO_PROP)


def test_rays_and_the_z_buffer_agree_on_real_pictures() -> None:
    count = 300
    studio, scenes, labels = staged(count)
    looks = draw_looks(studio.draws, scenes.ids, labels["gender"], {PLAIN: 1.0})
    renderer = get_renderer("raster")
    agree, named = np.zeros((count, 48), bool), []
    for row in range(count):
        frame = renderer.render(*picture(scenes, studio.bodies, looks, labels, row))
        visibility, hidden_by = from_zbuffer(
            labels["joints_camera"][row], labels["joints_image"][row], labels["visibility"][row] == OUTSIDE,
            frame.instance, frame.depth,
        )  # fmt: skip
        agree[row] = visibility == labels["visibility"][row]
        both = (visibility == PROP) & (labels["visibility"][row] == PROP)
        named += (hidden_by == labels["hidden_by"][row])[both].tolist()
    inside = labels["visibility"] != OUTSIDE
    assert agree[inside].mean() >= 0.98
    assert agree[:, COCO_ROWS][inside[:, COCO_ROWS]].mean() >= 0.98
    by_joint = np.array([agree[inside[:, j], j].mean() for j in range(48)])
    assert by_joint.min() >= 0.94, JOINTS[int(by_joint.argmin())]
    assert len(named) > 1000
    assert np.mean(named) >= 0.99
