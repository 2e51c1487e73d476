"""Tables and plots of several pretended lifters."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from rich.console import Console

from lifter.score.cases import Cases
from lifter.score.compare import compare, names_of
from lifter.score.evaluate import evaluate
from lifter.score.plots import evaluations
from lifter.score.scoreboard import side_by_side, tables
from synth.core.errors import InputError
from tests.lifter.cases import Answer, answer, people


def corpus_like(count: int) -> Cases:
    rng = np.random.default_rng(0)
    visibility = rng.integers(0, 4, (count, 17))
    errors, band = rng.integers(0, 5, (count, 17)), rng.integers(0, 4, count)
    return replace(
        people(count), mean_of="samples", band=band, visibility=visibility, detection_error=errors,
        grouped_by="recording",
    )  # fmt: skip


def noisy(cases: Cases, size: float, seed: int = 0) -> Answer:
    return answer(cases.truth + np.random.default_rng(seed).normal(0, size, cases.truth.shape), size)


def test_differences_are_paired() -> None:
    cases = people(80)
    joints = cases.truth + np.random.default_rng(0).normal(0, 0.1, (80, 1, 1)) * np.ones((1, 20, 3))
    rng = np.random.default_rng(1)
    hard = rng.uniform(0, 0.3, 80)[:, None]  # how hard each person is
    first, second = cases.truth.copy(), cases.truth.copy()
    first[:, 9, :1] += hard
    second[:, 9, :1] += hard + 0.012
    found = compare({"a": answer(first), "b": answer(second), "c": answer(joints)}, cases)
    difference = found.differences["b"]
    assert difference["mean"] == pytest.approx(1)
    assert difference["high"] - difference["low"] < 1e-6  # though the scores themselves vary much
    assert "a" not in found.differences


def test_all_are_scored_on_whom_all_answer() -> None:
    cases = people(40)
    first, second = noisy(cases, 0.02), noisy(cases, 0.04, 1)
    first.predicted[:10], second.predicted[5:20] = False, False
    first.joints[:10], second.joints[5:20] = np.nan, np.nan
    found = compare({"a": first, "b": second}, cases)
    assert {facts["scored"] for facts in found.results.values()} == {20}


def test_nobody_or_nothing_is_refused() -> None:
    cases = people(4)
    silent = noisy(cases, 0.1)
    silent.predicted[:] = False
    with pytest.raises(InputError):
        compare({"a": silent, "b": noisy(cases, 0.1)}, cases)
    with pytest.raises(InputError):
        compare({}, cases)


@pytest.mark.parametrize("cases", [people(60), corpus_like(200)], ids=["benchmark", "corpus"])
def test_what_is_written(tmp_path: Path, cases: Cases) -> None:
    found = compare({"sure": noisy(cases, 0.02), "not so|sure": noisy(cases, 0.06, 1)}, cases)
    found.write(tmp_path)
    assert json.loads((tmp_path / "compare.json").read_text())["differences"]["not so|sure"]["mean"] > 20
    text = (tmp_path / "compare.md").read_text()
    assert "MPJPE less sure's, mm" in text
    assert "not so\\|sure" in text
    with Image.open(tmp_path / "compare.png") as picture:
        assert picture.width > 1000
        assert len(np.unique(np.asarray(picture.convert("L")))) > 5


def test_tables_of_one_evaluation() -> None:
    cases = corpus_like(100)
    given = noisy(cases, 0.05)
    cases.truth[:9, 7:] = np.nan
    given.predicted[20:23] = False
    facts = evaluate(given, cases).facts
    shown = tables(facts)
    console = Console(width=200, record=True, file=io.StringIO())
    for table in shown:
        console.print(table.rich())
        assert all(len(row) == len(table.columns) for row in table.rows)
    text = " ".join(console.export_text().split())
    assert "3 not lifted: fewer than four joints" in text
    assert "9 not scored: fewer than three body joints" in text
    assert "resampling 4 recordings" in text
    assert "left wrist" in text


def test_methods_without_uncertainty_or_distance_have_dashes(tmp_path: Path) -> None:
    cases = people(20)
    given = noisy(cases, 0.05)
    given.sigma[:], given.root[:] = np.nan, np.nan
    facts = evaluate(given, cases).facts
    evaluations({"plain": facts}, tmp_path / "plain.png")
    assert any("gives none" in cell for table in tables(facts) for row in table.rows for cell in row)
    assert side_by_side({"plain": facts})[0].rows[0][-2:] == ["–", "–"]


def test_models_get_names() -> None:
    paths = [Path("runs/small/model.pt"), Path("runs/large/model.pt"), Path("old.pt"), Path("older/old.pt")]
    assert names_of(paths) == ["small", "large", "old.pt", "older/old.pt"]
