"""Commands that inspect a corpus, as a user types them."""

from __future__ import annotations

import json
from pathlib import Path

import zarr

from tests.pipelines.commands.test_main import refused
from tests.pipelines.conftest import Posemill


def test_verify_says_how_much_is_intact_and_names_what_is_not(posemill: Posemill, corpus: Path) -> None:
    good = posemill("verify", corpus)
    assert good.exit_code == 0
    assert "6 shards with 50 samples unchanged" in good.stdout
    path = corpus / "parts" / "small-pairs" / "receipts" / "000000" / "000001.json"
    path = path if path.exists() else next((corpus / "parts" / "small-pairs" / "receipts").rglob("*1.json"))
    path.unlink()
    bad = posemill("verify", corpus, "--json")
    assert bad.exit_code == 1
    facts = json.loads(bad.stdout)
    assert (facts["good"], facts["samples_good"], len(facts["faults"])) == (False, 34, 1)
    assert ": 1 fault; run the `posemill generate`" in bad.stderr


def test_info_and_preview_and_report(posemill: Posemill, made: Path, tmp_path: Path) -> None:
    facts = json.loads(posemill("info", made, "--json").stdout)
    assert {part["name"]: part["samples"] for part in facts["parts"]} == {
        "small-images": 10,
        "small-pairs": 40,
    }
    assert "small-pairs" in posemill("info", made).stdout
    shown = posemill("preview", made, tmp_path / "one.png", "--samples", 1)
    assert shown.stdout == f"{tmp_path / 'one.png'}: 1 sample\n"
    written = posemill("report", made, tmp_path / "report.html", "--samples", 2, "--threads")
    assert written.exit_code == 0, written.stderr
    size = (tmp_path / "report.html").stat().st_size
    assert f"{size / 1000:.1f} kB; open it in a browser" in written.stdout


def test_detections_are_those_that_are_stored(posemill: Posemill, corpus: Path) -> None:
    assert "680 stored detections of small-pairs" in posemill("detections", corpus).stdout
    zarr.open_array(corpus / "parts" / "small-pairs" / "detection_error", mode="r+")[7, 0] = 4
    found = posemill("detections", corpus)
    assert found.exit_code == 1
    assert "the stored detections of 1 sample are not what the model gives" in found.stderr
    other = posemill("detections", corpus, "--detector", "motionbert")
    assert other.exit_code == 0
    assert "680 computed detections" in other.stdout


def test_wrong_names_are_one_line(posemill: Posemill, made: Path, tmp_path: Path) -> None:
    refused(posemill("preview", made, tmp_path / "x.gif"), "x.gif", "end it with .png or .jpg")
    refused(posemill("report", made, tmp_path / "x.pdf"), "x.pdf", "end it with .html")
    refused(posemill("detections", made, "--detector", "openpose"), "there is no such detector")
