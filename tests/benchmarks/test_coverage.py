"""Coverage by source of motion: every frame counts, scores included, and a result file keeps its other keys."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from benchmarks import coverage
from pipelines.generate.explore import Block
from synth.label.coverage import nothing
from synth.motion import ASSETS, prepare


@pytest.fixture(scope="module")
def walked() -> coverage.Coverage:
    return coverage.covered(prepare(ASSETS / "motion" / "01_03_0.npz", 30.0)[0][0])


def test_every_frame_of_a_clip_counts(walked: coverage.Coverage) -> None:
    assert walked.postures == walked.reba.sum() == walked.owas.sum() == 102
    assert walked.owas[:, :, 6].sum() > 0  # walking, which one frame alone would not show


def test_explored_clips_are_a_source_and_a_page_that_cannot_be_solved_is_left_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert len(coverage.explored()) == 30
    assert len(coverage.library()) >= len(coverage.recordings()) > 0
    monkeypatch.setattr(coverage, "explore", lambda clips, seed, block, rate: Block([], 0, Counter()))
    assert coverage.covered_by(coverage.explored()[0]).postures == 0
    assert coverage.covered_by(lambda: coverage._read(tmp_path / "none.npz", None)).postures == 0


def test_results_are_a_key_of_the_file(
    walked: coverage.Coverage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(coverage, "measure", lambda: {"cmu": walked, "library": nothing()})
    monkeypatch.setattr(coverage.try_cells, "measure", lambda: {"reached": 3})
    result = tmp_path / "postures.json"
    result.write_text(json.dumps({"values": {"tasks": 83}}))
    coverage.main(result, tmp_path / "chart.svg")
    found = json.loads(result.read_text())["values"]
    assert found["tasks"] == 83
    assert found["reach"]["reached"] == 3
    assert found["coverage"]["commit"]
    assert found["coverage"]["cmu"]["seconds"] == 3
    assert found["coverage"]["all"]["cells"] == found["coverage"]["cmu"]["cells"] > 0
    assert found["coverage"]["library"]["share"] == 0
    assert (tmp_path / "chart.svg").read_text().startswith("<svg")
