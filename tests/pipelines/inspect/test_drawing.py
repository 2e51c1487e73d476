"""Samples are drawn with joints where the labels put them."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from pipelines.inspect.drawing import draw_tile, layers, tile_size
from synth.body.skeleton import JOINTS, joint_index
from synth.core.colours import LEFT, RIGHT


def test_tiles_keep_the_proportions_of_the_picture() -> None:
    assert tile_size({"image_size": np.array([640, 480])}, 240) == (240, 180)


def sample() -> dict[str, np.ndarray]:
    """A picture of 100x100 in which all joints but the two wrists are outside."""
    row = {
        "image_size": np.array([100, 100]),
        "joints_image": np.full((len(JOINTS), 2), np.nan, np.float32),
        "visibility": np.full(len(JOINTS), 3, np.uint8),
        "image": np.zeros(1),
    }
    for name, at in (("coco_left_wrist", (25.0, 75.0)), ("coco_right_wrist", (75.0, 25.0))):
        row["joints_image"][joint_index(name)] = at
        row["visibility"][joint_index(name)] = 0
    return row


def test_joints_are_drawn_where_they_are_in_the_colour_of_their_side() -> None:
    black = Image.new("RGB", (100, 100))
    tile = draw_tile(sample(), (), 200, black)
    assert tile.size == (200, 200)
    assert tile.getpixel((50, 150)) == pytest.approx(LEFT, abs=25)
    assert tile.getpixel((150, 50)) == pytest.approx(RIGHT, abs=25)
    assert tile.getpixel((50, 50)) == (0, 0, 0)


def test_hidden_joints_are_hollow() -> None:
    row, black = sample(), Image.new("RGB", (100, 100))
    row["visibility"][joint_index("coco_left_wrist")] = 1
    hollow = draw_tile(row, (), 200, black).crop((40, 140, 60, 160))
    assert hollow.getpixel((10, 10)) == pytest.approx((0, 0, 0), abs=40)
    assert np.asarray(hollow)[..., 0].max() > 120
    row["visibility"][joint_index("coco_left_wrist")] = 3
    assert draw_tile(row, (), 200, black).crop((30, 130, 70, 170)).getbbox() is None


def test_layers_are_those_that_the_sample_has() -> None:
    row = sample() | {"part": np.zeros((100, 100), np.uint8), "depth": np.zeros((100, 100), np.uint16)}
    del row["image"]
    row["part"][40:60, 40:60] = 3
    shown = dict(layers(row, 100))
    assert list(shown) == ["part", "depth"]
    assert shown["part"].getpixel((50, 50)) != shown["part"].getpixel((5, 5))
