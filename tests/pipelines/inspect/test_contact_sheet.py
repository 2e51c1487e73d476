"""The contact sheet: a picture of samples of every part, or of one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.pipelines.conftest import Posemill


def test_a_sheet_of_both_parts(posemill: Posemill, made: Path, tmp_path: Path) -> None:
    result = posemill("preview", made, tmp_path / "new" / "sheet.png", "--samples", 8)
    assert result.exit_code == 0, result.stderr
    assert "8 samples" in result.stdout
    with Image.open(tmp_path / "new" / "sheet.png") as sheet:
        pixels = np.asarray(sheet.convert("RGB"))
    # a heading, six layers and a row of tiles of images, a heading and a row of pairs, each six tiles wide
    tiles = [pixels[:, x : x + 240] for x in range(10, pixels.shape[1] - 240, 250)]
    assert len(tiles) == 6
    assert all(len(np.unique(tile.reshape(-1, 3), axis=0)) > 500 for tile in tiles[:4])
    assert (pixels[:, :8] == 255).all()  # the margin


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
        ("sheet.gif", [], "not a name for a picture"),
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
