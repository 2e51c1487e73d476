"""The contact sheet shows samples, with joints where the labels say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipelines.inspect.drawing import draw_tile, layers
from synth.body.skeleton import JOINTS, joint_index
from synth.core.colours import LEFT, RIGHT
from tests.pipelines.conftest import Posemill


def test_a_sheet_of_both_parts(posemill: Posemill, made: Path, tmp_path: Path) -> None:
    result = posemill("preview", made, tmp_path / "new" / "sheet.png", "--samples", 8)
    assert result.exit_code == 0, result.stderr
    assert "8 samples" in result.stdout
    with Image.open(tmp_path / "new" / "sheet.png") as sheet:
        assert sheet.width > 1000
        pixels = np.asarray(sheet.convert("RGB")).reshape(-1, 3)
        assert len(np.unique(pixels, axis=0)) > 1000


def test_one_part_is_a_smaller_sheet(posemill: Posemill, made: Path, tmp_path: Path) -> None:
    heights = []
    for number, only in enumerate([[], ["--part", "small-pairs"]]):
        out = tmp_path / f"{number}.png"
        assert posemill("preview", made, out, "--samples", 6, *only).exit_code == 0
        with Image.open(out) as sheet:
            heights.append(sheet.height)
    assert heights[1] < heights[0]


@pytest.mark.parametrize(
    ("out", "more", "said"),
    [
        ("sheet.gif", [], "no .png"),
        ("sheet.png", ["--part", "other"], "small-images"),
        ("corpus.json/sheet.png", [], "cannot be written"),
    ],
)
def test_what_cannot_be_drawn_is_one_line(
    posemill: Posemill, corpus: Path, out: str, more: list[str], said: str
) -> None:
    result = posemill("preview", corpus, corpus / out, *more)
    assert result.exit_code == 2
    assert said in result.stderr
    assert len(result.stderr.splitlines()) == 1


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
