"""Labels of pixels as they are stored, by hand from a rendering of four pixels."""

from __future__ import annotations

import numpy as np
import pytest
import simplejpeg

from synth.render import labels
from synth.render.labels import Shot
from synth.render.rendering import Rendering
from synth.scene.visibility import Visibility
from tests.synth.render.scenes import camera, scene


@pytest.fixture
def shot() -> Shot:
    depth = np.array([[0, 2.0004], [2.0006, 70]], np.float32)
    normal = np.zeros((2, 2, 3), np.float32)
    normal[1, 1] = (0, 0.6, -0.8)
    instance = np.array([[0, 1], [1, 2]], np.uint8)
    rendering = Rendering(np.full((2, 2, 3), 80, np.uint8), instance, instance * 3, depth, normal)
    joints = np.zeros((48, 3))
    joints[:, 2] = 2.0
    uv = np.full((48, 2), 1.5)
    uv[0] = (1.5, 0.5)
    states = np.zeros(48, np.uint8)
    states[2] = Visibility.OUTSIDE
    own = {"visibility": states, "joints_camera": joints, "joints_image": uv}
    return Shot(scene(), camera(), rendering, own, quality=90)


def test_depth_is_in_whole_millimetres_and_ends_at_65535(shot: Shot) -> None:
    assert labels.depth(shot).tolist() == [[0, 2000], [2001, 65535]]


def test_normals_are_in_127ths(shot: Shot) -> None:
    assert labels.normal(shot)[1, 1].tolist() == [0, 76, -102]


def test_pictures_are_jpeg(shot: Shot) -> None:
    picture = simplejpeg.decode_jpeg(labels.image(shot), "RGB")
    assert picture.shape == (2, 2, 3)
    assert abs(picture.astype(int) - 80).max() <= 1


def test_masks_and_light_are_as_rendered(shot: Shot) -> None:
    assert labels.instance(shot).tolist() == [[0, 1], [1, 2]]
    assert labels.part(shot).tolist() == [[0, 3], [3, 6]]
    assert np.array_equal(labels.light(shot), shot.scene.light.direction)


def test_visibility_is_read_from_the_z_buffer(shot: Shot) -> None:
    found = labels.visibility_zbuffer(shot)
    assert found[0] == Visibility.SEEN  # on the person, at the joint's depth
    assert found[1] == Visibility.SEEN  # a prop's pixel, but 68 metres behind the joint
    assert found[2] == Visibility.OUTSIDE
