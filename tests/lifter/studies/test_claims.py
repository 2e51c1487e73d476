"""The claims' study in small: it trains, judges and writes its page, and does not train twice."""

import json
import re
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from lifter.score.cases import cases_of
from lifter.score.intervals import Figure
from lifter.studies import claims
from lifter.studies.claims import FAILS, OPEN, REPRODUCES, Claim, Row, Sizes, Study, try_claims
from lifter.train.curves import Curves
from tests.lifter import corpora
from tests.lifter.models import made


class Known(Study):
    """A study whose lifters, by name, have errors of a known mean."""

    def __init__(self, means: dict[str, float]) -> None:
        self.means, self.sizes, self.base, self.out = means, Sizes(pairs=1000), {}, Path("nowhere")
        self._cases = cases_of(
            made.samples(60), np.repeat([f"r{n}" for n in range(6)], 10), "made", "recording"
        )

    def lifter(self, name: str, model: str, seed: int = 0, **changes: Any) -> Any:
        return SimpleNamespace(name=name, model=name, factors=None)

    def unlabelled(self) -> Path:
        return Path("nowhere")

    def errors(self, lifters: Any) -> np.ndarray[Any, Any]:
        rng = np.random.default_rng(len(lifters[0].name))
        return self.means[lifters[0].name] + rng.normal(0, 1, 60)


@pytest.mark.parametrize(
    ("claim", "better", "worse"),
    [
        (claims.baseline_beats_matching, "baseline", "matching"),
        (claims.more_exemplars_match_better, "matching-1000", "matching-100"),
        (claims.unlabelled_2d_helps, "laboratory-adversarial", "laboratory-baseline"),
        (claims.proposals_are_better_integrated, "lcr", "best"),
    ],
)
def test_each_claim_compares_what_its_paper_does(
    claim: Callable[[Study], Claim], better: str, worse: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claims, "_only_best", lambda model: "best")
    monkeypatch.setattr(claims, "Lifter", lambda model, factors: SimpleNamespace(name=model))
    means = defaultdict(lambda: 100.0)
    for change, verdict in ((-20.0, REPRODUCES), (20.0, FAILS), (0.0, OPEN)):
        means[better] = means[worse] + change
        found = claim(Known(means))
        assert found.verdict == verdict
        difference = re.search(r"([+-][\d.]+) mm \(", found.found)
        assert difference is not None
        assert float(difference[1]) == pytest.approx(change, abs=0.6)


def test_without_an_interval_there_is_no_verdict() -> None:
    study = Known({})
    study.figure = lambda values: Figure(-9.0, np.nan, np.nan, 60)  # type: ignore[method-assign]
    assert study.judged(np.zeros(60), np.ones(60)) == (OPEN, "-9.0 mm (too few recordings for an interval)")
    assert Row("x", Figure(1.0, np.nan, np.nan, 2)).facts() == {
        "what": "x", "unit": "mm", "mean": 1.0, "low": None, "high": None, "count": 2,
    }  # fmt: skip


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
    monkeypatch.setattr(Curves, "plot", lambda *_: None)  # of no matter here, and half of the time
    corpora.people(tmp_path / "corpus", 1000)
    said: list[str] = []
    found = try_claims(tmp_path / "corpus", tmp_path / "out", SIZES, BASE, said.append)
    assert len(found) == len(claims.CLAIMS)
    assert [each.verdict is None for each in found] == [False] * 4 + [True]
    assert said[-1] == f"{found[-1].says}: {found[-1].found}"
    text = (tmp_path / "out" / "claims.md").read_text()
    assert all(each.says in text and each.found in text for each in found)
    facts = json.loads((tmp_path / "out" / "claims.json").read_text())
    assert facts["sizes"]["pairs"] == 400
    assert [len(each["rows"]) for each in facts["claims"]] == [3, 3, 3, 2, 5]
    share, people, together, alone, difference = facts["claims"][-1]["rows"]
    assert (share["unit"], share["count"], people["count"]) == ("%", 6, 6 * 2 + 3)
    assert difference["mean"] == pytest.approx(together["mean"] - alone["mean"])
    models = {path.parent.name: path.stat().st_mtime_ns for path in tmp_path.rglob("model.pt")}
    assert {"baseline-0", "matching-0", "laboratory-adversarial-0", "lcr-0"} <= set(models)
    again = try_claims(tmp_path / "corpus", tmp_path / "out", SIZES, BASE)
    assert [each.found for each in again] == [each.found for each in found]
    assert models == {path.parent.name: path.stat().st_mtime_ns for path in tmp_path.rglob("model.pt")}


def test_a_verdict_needs_an_interval_that_excludes_zero(tmp_path: Path) -> None:
    corpora.people(tmp_path, 100)
    study = Study(tmp_path, tmp_path / "out", SIZES, {})
    study._cases = cases_of(made.samples(60), np.repeat([f"r{n}" for n in range(6)], 10), "made", "recording")
    rng = np.random.default_rng(0)
    worse = 100 + rng.normal(0, 5, 60)
    assert study.judged(worse - 10 + rng.normal(0, 1, 60), worse)[0] == REPRODUCES
    assert study.judged(worse + 10 + rng.normal(0, 1, 60), worse)[0] == FAILS
    verdict, words = study.judged(worse + rng.normal(0, 5, 60), worse)
    assert verdict == OPEN
    assert "mm (" in words
