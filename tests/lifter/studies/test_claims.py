"""The claims' study in small: it trains, judges and writes its page, and does not train twice."""

import json
from pathlib import Path

import numpy as np
import pytest

from lifter.score.cases import cases_of
from lifter.studies import claims
from lifter.studies.claims import FAILS, OPEN, REPRODUCES, Sizes, Study, try_claims
from lifter.train.curves import Curves
from tests.lifter import corpora
from tests.lifter.models import made

SIZES = Sizes(pairs=400, seen=200, labelled=100, people=100, pictures=6)
BASE = {
    "batch": 32, "val_pairs": 60,
    "splits": {"by": "recording", "shares": {"train": 0.6, "val": 0.2, "test": 0.2}},
    "config": {
        "baseline": {"width": 32, "blocks": 1}, "adversarial": {"width": 32, "blocks": 1, "judge_width": 16},
        "lcr": {"width": 32, "blocks": 1, "anchors": 6, "regressors": 8}, "matching": {"cells": 8},
    },
}  # fmt: skip


def test_every_claim_is_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Curves, "draw", lambda *_: None)  # of no matter here, and half of the time
    corpora.people(tmp_path / "corpus", 1000)
    said: list[str] = []
    found = try_claims(tmp_path / "corpus", tmp_path / "out", SIZES, BASE, said.append)
    assert len(found) == len(claims.CLAIMS)
    assert {each.verdict for each in found} <= {REPRODUCES, FAILS, OPEN}
    text = (tmp_path / "out" / "claims.md").read_text()
    assert all(each.says in text and each.found in text for each in found)
    facts = json.loads((tmp_path / "out" / "claims.json").read_text())
    assert facts["sizes"]["pairs"] == 400
    models = {path.parent.name: path.stat().st_mtime_ns for path in tmp_path.rglob("model.pt")}
    assert {"baseline-0", "matching-0", "laboratory-adversarial-0", "lcr-0"} <= set(models)
    again = try_claims(tmp_path / "corpus", tmp_path / "out", SIZES, BASE)
    assert [each.found for each in again] == [each.found for each in found]
    assert models == {path.parent.name: path.stat().st_mtime_ns for path in tmp_path.rglob("model.pt")}


def test_a_verdict_needs_an_interval_that_excludes_zero(tmp_path: Path) -> None:
    corpora.people(tmp_path, 100)
    study = Study(tmp_path, tmp_path / "out", SIZES, {}, lambda line: None)
    study._cases = cases_of(made.samples(60), np.repeat([f"r{n}" for n in range(6)], 10), "made", "recording")
    rng = np.random.default_rng(0)
    worse = 100 + rng.normal(0, 5, 60)
    assert study.judged(worse - 10 + rng.normal(0, 1, 60), worse)[0] == REPRODUCES
    assert study.judged(worse + 10 + rng.normal(0, 1, 60), worse)[0] == FAILS
    verdict, words = study.judged(worse + rng.normal(0, 5, 60), worse)
    assert verdict == OPEN
    assert "mm (" in words
