"""`posemill assets` lists the wardrobe and adds clothes; faults are one line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from pipelines.inspect import wardrobe
from tests.pipelines.conftest import Posemill
from tests.synth.wardrobe.test_makehuman import patch

__all__ = ["patch"]  # a fixture


def test_items_are_listed(posemill: Posemill) -> None:
    result = posemill("assets", "list", "--json")
    assert result.exit_code == 0, result.stderr
    rows = {row["name"]: row for row in json.loads(result.stdout)}
    assert rows["hard_hat"]["licence"] == "CC0-1.0"
    assert rows["coat"]["author"] == "punkduck"


def test_a_sheet_is_written(posemill: Posemill, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wardrobe, "sheet", lambda: Image.new("RGB", (8, 8)))
    result = posemill("assets", "list", tmp_path / "sheet.png")
    assert result.exit_code == 0, result.stderr
    assert "hi_vis_vest_yellow" in result.stdout
    assert Image.open(tmp_path / "sheet.png").size == (8, 8)
    result = posemill("assets", "list", tmp_path / "sheet.what")
    assert result.exit_code == 2
    assert "give a .png file" in result.stderr


def test_clothes_are_added_or_refused_in_one_line(posemill: Posemill, patch: Path, tmp_path: Path) -> None:
    result = posemill("assets", "add", patch, tmp_path / "patch.npz", "--slot", "top")
    assert result.exit_code == 0, result.stderr
    assert (tmp_path / "patch.npz").is_file()
    (patch.parent / "patch.obj").unlink()
    result = posemill("assets", "add", patch, tmp_path / "again.npz", "--slot", "top")
    assert result.exit_code == 2
    assert "patch.obj', which is not there" in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "again.npz").exists()
