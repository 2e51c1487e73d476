"""Rooms stay within the ranges that are documented, and depend on their sample alone."""

from __future__ import annotations

import numpy as np

from synth.core.randomness import Draws
from synth.scene.background import FLOORS, draw_background


def test_rooms_are_as_they_are_documented() -> None:
    rooms = draw_background(Draws(1), np.arange(2000), (1.0, -2.0))
    for colour in (rooms.floor, rooms.wall, rooms.dado, rooms.ceiling):
        assert colour.shape == (2000, 3)
        assert colour.min() >= 0
        assert colour.max() <= 1
    assert np.allclose(rooms.centre, (1, -2))
    assert rooms.half.min() >= 3.5
    assert rooms.half.max() <= 10
    assert 2.7 <= rooms.height.min() < rooms.height.max() <= 6.0
    assert abs((rooms.dado_height > 0).mean() - 0.6) < 0.05
    assert abs((rooms.tile > 0).mean() - 0.7) < 0.05
    assert rooms.tile[rooms.tile > 0].min() >= 0.4
    assert np.all((rooms.yaw >= 0) & (rooms.yaw < np.pi / 2))
    nearest = np.abs(rooms.floor[:, None] - FLOORS).max(-1).min(1)
    assert nearest.max() < 0.13  # one of the floors as they are sold, tinted


def test_a_room_is_the_samples_own() -> None:
    alone, many = draw_background(Draws(1), [7]), draw_background(Draws(1), np.arange(10))
    for name in ("floor", "half", "yaw", "height"):
        assert np.array_equal(getattr(many[7], name), getattr(alone[0], name))
    assert not np.array_equal(draw_background(Draws(2), [7]).floor, alone.floor)
