"""The study's tables and curves from figures that are known."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch")

from lifter.score.cases import Cases
from lifter.score.intervals import Bootstrap
from lifter.studies.methods_page import DIFFERENCE, OCCLUDED, OPEN, curves, write_page
from tests.lifter.cases import people

COST = {"parameters": 1200, "stored": 1300, "seconds": 90.0, "ms_one": 1.5, "ms_many": 0.25}
INTERVAL = {"groups_are": "recording", "mean_of": "groups", "resampled": "groups", "how_many": 5}


def cases() -> Cases:
    return replace(people(20, groups=5), band=np.arange(20, dtype=np.uint8) % 2)


def run(row: str, variant: str, seed: int, mpjpe: float) -> dict[str, Any]:
    """A training after which everybody's error is `mpjpe`, and 5 mm more for each joint taken away."""
    own = {
        "facts": {"interval": INTERVAL},
        "each": {"mpjpe": [mpjpe] * 20, "pa_mpjpe": [mpjpe / 2] * 20},
        "taken": {str(k): [mpjpe + 5 * k] * 20 for k in range(9)},
    }
    return {"row": row, "variant": variant, "seed": seed, "cost": COST, "targets": {"people": own}}


def facts() -> dict[str, Any]:
    return {
        "format": "test",
        "rows": [
            run("a", OCCLUDED, 0, 60), run("a", OPEN, 0, 80), run("a", OCCLUDED, 1, 64), run("b", OCCLUDED, 0, 50),
        ],
    }  # fmt: skip


def test_figures_are_means_over_seeds_and_people(tmp_path: Path) -> None:
    found = facts()
    write_page(tmp_path, found, [cases()], plot=False)
    a, b = found["table"]["a"], found["table"]["b"]
    assert (a["seeds"], b["seeds"]) == (2, 1)
    shown = a["targets"]["people"]["mpjpe"]
    assert (shown["mean"], shown["low"], shown["high"]) == (62, 62, 62)  # all recordings are alike
    assert shown["of_seeds"] == [60, 64]
    assert shown["deviation"] == pytest.approx(np.std([60, 64], ddof=1))
    assert b["targets"]["people"]["mpjpe"]["deviation"] is None
    assert b["less_first"]["people"]["mean"] == -12
    assert (a["bands"]["0"]["count"], a["bands"]["9+"]["count"]) == (10, 0)
    assert json.loads((tmp_path / "methods.json").read_text())["table"]["a"]["cost"] == a["cost"]


def test_the_page_has_the_figures(tmp_path: Path) -> None:
    write_page(tmp_path, facts(), [cases()], plot=False)
    text = (tmp_path / "methods.md").read_text()
    line = next(line for line in text.splitlines() if line.startswith("| a |"))
    cells = [cell.strip() for cell in line.strip("|").split("|")]
    assert cells == [
        "a",
        "2",
        "62.0 (62.0–62.0) ±2.8",
        "31.0 (31.0–31.0) ±1.4",
        "1.5",
        "1,200",
        "1,300",
        "0.250",
        "1.50",
    ]
    assert "people: 20 people, mean of recordings, 5 recordings resampled" in text
    assert not list(tmp_path.glob("*.png"))


def test_a_benchmarks_curve_is_of_joints_taken_away_and_the_difference_of_common_seeds() -> None:
    boot = Bootstrap(cases().group)
    found = curves(facts(), cases(), boot)
    assert {place: fact["mean"] for place, fact in found["a"][OCCLUDED].items()} == {
        str(k): 62 + 5 * k for k in range(9)
    }
    assert {fact["mean"] for fact in found["a"][DIFFERENCE].values()} == {20}  # of seed 0, which both have
    assert set(found["b"]) == {OCCLUDED}


def test_a_corpus_curve_is_of_hidden_joints() -> None:
    visibility = np.zeros((20, 17), np.uint8)
    visibility[:6, :4] = 1
    hidden = replace(cases(), visibility=visibility)
    found = curves(facts(), hidden, Bootstrap(hidden.group))["a"][OCCLUDED]
    assert {place: fact["count"] for place, fact in found.items() if fact["count"]} == {
        "0": 14, "4": 6, "0–2": 14, "3–5": 6,
    }  # fmt: skip
