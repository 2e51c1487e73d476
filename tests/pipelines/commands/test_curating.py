"""Curation, its report and the exchange with other tools, from the command line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from pipelines.corpus.corpus import Corpus
from pipelines.corpus.selection import read_selection
from pipelines.exchange.importer import Origin
from tests.pipelines.commands.test_main import refused
from tests.pipelines.conftest import Posemill
from tests.pipelines.exchange.test_importer import files  # noqa: F401

RULES = """\
name: few
quality:
  - {column: seen, min: 3}
splits:
  by: subject
  shares: {train: 0.6, val: 0.2, test: 0.2}
  distance_mm: 1
"""


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    path = tmp_path / "few.yaml"
    path.write_text(RULES)
    return path


def test_a_dry_run_then_a_selection_then_its_report(
    posemill: Posemill, corpus: Path, rules: Path, tmp_path: Path
) -> None:
    dry = posemill("curate", corpus, rules, "--dry-run", "--threads")
    assert dry.exit_code == 0, dry.stderr
    assert "seen" in dry.stdout
    assert "a dry run: nothing was written" in dry.stdout
    assert not (corpus / "selections").exists()
    done = posemill("curate", corpus, rules, "--threads", "--json")
    facts = json.loads(done.stdout)
    assert facts["kept"] == len(read_selection(Corpus(corpus), "few"))
    assert facts["leaks"]["tight"]
    tight = posemill("leaks", corpus, "few", "--threads")
    assert tight.exit_code == 0
    assert "no leak" in tight.stdout
    page = tmp_path / "report.html"
    told = posemill("report", corpus, page, "--selection", "few", "--threads", "--samples", 4)
    assert told.exit_code == 0, told.stderr
    assert page.read_text().startswith("<!doctype html>")


def test_a_planted_leak_exits_with_1_and_is_named(posemill: Posemill, corpus: Path, rules: Path) -> None:
    assert posemill("curate", corpus, rules, "--threads").exit_code == 0
    path = corpus / "selections" / "few" / "selection.npz"
    arrays = dict(np.load(path))
    held = np.flatnonzero(arrays["split"] > 0)
    arrays["split"][held[0]] = 0
    np.savez(path, **arrays)
    found = posemill("leaks", corpus, "few", "--threads", "--json")
    assert found.exit_code == 1
    leaks = json.loads(found.stdout)
    assert leaks["crossing_groups"] == 1
    assert "1 sample in train" in leaks["leaks"][0]["text"]


def test_what_curation_cannot_do_is_one_line(
    posemill: Posemill, corpus: Path, rules: Path, tmp_path: Path
) -> None:
    refused(posemill("curate", tmp_path / "none", rules, "--threads"), "does not exist")
    refused(posemill("curate", corpus, tmp_path / "none.yaml", "--threads"), "cannot be read")
    refused(posemill("curate", corpus, rules, "--set", "qualty=[]"), "there is no such field", "quality")
    refused(posemill("leaks", corpus, "absent", "--threads"), "absent")
    refused(posemill("report", corpus, tmp_path / "page.pdf"), "is not a name for an HTML page")
    refused(posemill("detections", corpus, "--detector", "openpose"), "there is no such detector")


@pytest.mark.parametrize("layout", ["coco", "videopose", "webdataset", "card"])
def test_every_layout_is_written(posemill: Posemill, made: Path, tmp_path: Path, layout: str) -> None:
    done = posemill("export", layout, made, tmp_path / "out")
    assert done.exit_code == 0, done.stderr
    assert any((tmp_path / "out").iterdir())
    refused(posemill("export", layout, made, tmp_path / "out"), str(tmp_path / "out"))


def test_recordings_come_in_as_a_part_and_as_a_benchmark(
    posemill: Posemill,
    files: Origin,  # noqa: F811
    tmp_path: Path,
    made: Path,
) -> None:
    arguments = ["import", "videopose", *files.files[:2], "--cameras", files.files[2]]
    shutil.copytree(made, tmp_path / "corpus")
    done = posemill(*arguments, "--corpus", tmp_path / "corpus", "--every", 2)
    assert done.exit_code == 0, done.stderr
    assert Corpus(tmp_path / "corpus").part_names()[-1] == "h36m"
    shown = posemill("preview", tmp_path / "corpus", tmp_path / "sheet.png", "--part", "h36m")
    assert shown.exit_code == 0, shown.stderr
    done = posemill(*arguments, "--benchmark", tmp_path / "out.npz", "--subjects", "S9")
    assert done.exit_code == 0, done.stderr
    assert np.load(tmp_path / "out.npz")["keypoints_2d"].shape[1:] == (17, 3)
    refused(posemill(*arguments), "--corpus FOLDER or --benchmark OUT.npz")
    refused(posemill(*arguments, "--benchmark", tmp_path / "b.npz", "--source", "Lab"), "go together")
    refused(posemill(*arguments, "--benchmark", tmp_path / "b.npz", "--subjects", "S2"), "S2")
