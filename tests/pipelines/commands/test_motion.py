"""`posemill mocap`, `postures` and `body` as a user has them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.pipelines.conftest import Posemill
from tests.synth.motion.helpers import amass_arrays


def test_check_reports_a_folder_and_fails_for_a_bad_file(posemill: Posemill, tmp_path: Path) -> None:
    np.savez(tmp_path / "good.npz", **amass_arrays(90))
    found = posemill("mocap", "check", tmp_path, "--json")
    assert found.exit_code == 0
    assert json.loads(found.stdout)[0]["kept"] == 90
    (tmp_path / "bad.npz").write_text("text")
    found = posemill("mocap", "check", tmp_path)
    assert found.exit_code == 1
    assert "is not an .npz file" in " ".join(found.stdout.split())
    found = posemill("mocap", "check", tmp_path / "none")
    assert found.exit_code == 2


def test_formats_and_postures_are_listed(posemill: Posemill) -> None:
    found = posemill("mocap", "formats")
    assert found.exit_code == 0
    assert "*.posture.yaml" in found.stdout
    found = posemill("postures", "list")
    assert found.exit_code == 0
    assert "overhead drilling" in found.stdout
    assert "palm to the forearm" in found.stdout
    assert "pages" in json.loads(posemill("postures", "list", "--json").stdout)
    assert json.loads(posemill("mocap", "formats", "--json").stdout)[0]["name"] == "amass"


def test_a_page_is_printed_to_be_copied(posemill: Posemill, tmp_path: Path) -> None:
    page = tmp_path / "mine.posture.yaml"
    page.write_text(posemill("postures", "show", "squat_lift").stdout)
    found = posemill("mocap", "check", page, "--json")
    assert json.loads(found.stdout)[0]["kept"] > 100
    assert posemill("postures", "show", "x").exit_code == 2


def test_the_open_body_goes_out_with_smpls_keys(posemill: Posemill, tmp_path: Path) -> None:
    found = posemill("body", "export", tmp_path / "open.npz", "--gender", "female")
    assert found.exit_code == 0
    with np.load(tmp_path / "open.npz", allow_pickle=False) as stored:
        keys = {"v_template", "shapedirs", "J_regressor", "weights", "kintree_table", "posedirs", "f"}
        assert keys <= set(stored.files)
    assert posemill("body", "export", tmp_path / "open.pkl").exit_code == 2
    assert posemill("body", "export", tmp_path / "x.npz", "--gender", "other").exit_code == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["open.npz"]


@pytest.mark.parametrize("name", ["missing.pkl", "text.pkl"])
def test_convert_refuses_what_is_not_a_model(posemill: Posemill, tmp_path: Path, name: str) -> None:
    (tmp_path / "text.pkl").write_text("text")
    found = posemill("body", "convert", tmp_path / name, tmp_path / "out.npz")
    assert found.exit_code == 2
    assert name in found.stderr
    assert not (tmp_path / "out.npz").exists()
