"""One picture in the making: meshes over each other in one buffer, their faces numbered through."""

from __future__ import annotations

import numpy as np

from synth.render.buffer import PictureBuffer
from synth.scene.lens import reach
from tests.synth.render.scenes import camera, quad


def square(z: float, half: float = 1.0) -> object:
    return [(-half, -half, z), (-half, half, z), (half, half, z), (half, -half, z)]


def test_the_nearer_mesh_is_seen_and_faces_are_numbered_through() -> None:
    seen = camera(size=(64, 64), focal=32.0)
    bounds, longest = reach(seen.lens, 64, 64)
    buffer = PictureBuffer(seen.rotation, seen.translation, seen.lens, bounds, longest, 64, 64)
    far, near = buffer.rasterize(quad(square(4.0, 4.0))), buffer.rasterize(quad(square(2.0)))
    assert (far.first, near.first, buffer.count) == (0, 2, 4)
    # at 2 metres a square of 2 metres spans 32 pixels about the middle: columns 16 to 47
    assert (buffer.owner >= 2).sum() == 32 * 32
    assert (buffer.owner >= 0).all()
    assert np.allclose(buffer.nearest[32, 32], 1 / 2)
    assert np.allclose(buffer.nearest[0, 0], 1 / 4)
    assert np.allclose(near.points[:, 2], 2)
    low, high = near.box[:2].min(), near.box[2:].max()
    assert 15 <= low <= 16
    assert 47 <= high <= 48


def test_nothing_is_seen_before_anything_is_rasterized() -> None:
    buffer = PictureBuffer(np.eye(3), np.zeros(3), camera().lens, np.zeros(5), np.inf, 3, 5)
    assert buffer.owner.shape == (3, 5)
    assert (buffer.owner == -1).all()
    assert (buffer.nearest == 0).all()
