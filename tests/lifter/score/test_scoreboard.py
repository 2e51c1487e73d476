"""Tables of one or several evaluations: what they say, and that no terminal cuts a figure."""

from __future__ import annotations

import io
import re

import numpy as np
import pytest
from rich.console import Console

from lifter.score.evaluate import evaluate
from lifter.score.scoreboard import about, side_by_side, tables
from synth.core.tables import Table
from tests.lifter.cases import corpus_like, noisy, people

FIGURE = re.compile(r"\d+\.\d \(\d+\.\d–\d+\.\d\)")


def printed(shown: list[Table], width: int) -> str:
    console = Console(width=width, record=True, file=io.StringIO())
    for table in shown:
        console.print(table)
    return console.export_text()


def test_tables_of_one_evaluation() -> None:
    cases = corpus_like(100, groups=5)
    given = noisy(cases, 0.05)
    cases.truth[:9, 7:] = np.nan
    given.predicted[20:23] = False
    shown = tables(evaluate(given, cases).facts)
    for table in shown:
        assert all(len(row) == len(table.columns) for row in table.rows)
    text = " ".join(printed(shown, 200).split())
    assert "3 not lifted: fewer than four joints" in text
    assert "9 not scored: fewer than three body joints" in text
    assert "95% intervals by resampling 5 recordings" in text
    assert "left wrist" in text


def test_methods_without_uncertainty_or_distance_have_dashes() -> None:
    cases = people(20)
    given = noisy(cases, 0.05)
    given.sigma[:], given.root[:] = np.nan, np.nan
    facts = evaluate(given, cases).facts
    assert any("gives none" in cell for table in tables(facts) for row in table.rows for cell in row)
    assert side_by_side({"plain": facts})[0].rows[0][-2:] == ["–", "–"]


@pytest.mark.parametrize(
    ("groups", "said"),
    [
        (2, "no intervals, and no ranking of lifters can be read from 2 groups: at least 5 are needed."),
        (1, "can be read from 1 group: at least 5 are needed."),
        (5, "95% intervals by resampling 5 groups."),
    ],
)
def test_few_groups_are_said(groups: int, said: str) -> None:
    cases = people(20, groups=groups)
    assert said in about(evaluate(noisy(cases, 0.05), cases).facts)


@pytest.mark.parametrize("width", [80, 100, 140, 400])
@pytest.mark.parametrize("methods", [1, 3, 8])
def test_no_figure_is_cut(width: int, methods: int) -> None:
    cases = corpus_like(120, groups=6)
    results = {
        f"{'a/very/long/path/' * (n == 2)}method-{n}": evaluate(noisy(cases, 0.05 + 0.02 * n, n), cases).facts
        for n in range(methods)
    }
    difference = {name: {"mean": -12.3, "low": -20.4, "high": -3.1, "count": 9} for name in results}
    shown = side_by_side(results, difference)
    if methods == 1:
        shown = tables(next(iter(results.values())))
    text = printed(shown, width)
    assert "…" not in text
    assert max(map(len, text.splitlines())) <= width
    wanted = [cell for table in shown for row in table.rows for cell in row[1:] if FIGURE.fullmatch(cell)]
    assert len(wanted) > 50
    assert sorted(FIGURE.findall(text)) == sorted(wanted)  # each once, whole, on one line


def test_splits_have_a_row_a_class_and_a_column_a_method() -> None:
    cases = corpus_like(80, groups=5)
    results = {name: evaluate(noisy(cases, size), cases).facts for name, size in (("a", 0.02), ("b", 0.2))}
    joints = next(table for table in side_by_side(results) if table.title == "By joint: mm")
    assert joints.columns == ["", "a", "b"]
    wrist = next(row for row in joints.rows if row[0] == "left wrist")
    a, b = (float(cell.split()[0]) for cell in wrist[1:])
    # the mean of a chi with three degrees of freedom, 1.596, of noise of the joint and of the middle of two hips
    assert a == pytest.approx(1000 * 0.02 * 1.596 * np.sqrt(1.5), rel=0.1)
    assert b == pytest.approx(10 * a, rel=0.3)
