"""What is said of many postures: shares, worst moments, drivers, the spreadsheet."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest

from synth.risk.scores import score
from synth.risk.summary import drivers, level_shares, main_driver, owas_words, sheet, worst_moments
from synth.risk.task import TaskInputs
from tests.synth.risk.figure import neutral, standing


def test_shares_of_levels() -> None:
    found = level_shares("reba", np.array([1, 3, 3, 8, 0]))  # 0 is not known
    assert found == {"negligible": 0.25, "low": 0.5, "medium": 0, "high": 0.25, "very high": 0}
    assert sum(level_shares("owas", np.array([], int)).values()) == 0


def test_worst_moments_are_apart() -> None:
    seconds = np.arange(10) / 2
    values = np.array([1, 9, 8, 9, 2, 3, 7, 1, np.nan, 1])
    assert worst_moments(values, seconds, most=3, apart=1.0) == [1, 3, 6]
    assert worst_moments(values, seconds, most=2, apart=10) == [1]


def test_drivers_by_words() -> None:
    scores = score(neutral(2, trunk_flexion=[70, 0]), standing(2), TaskInputs(load=12, coupling="poor"))
    found = drivers(scores, "reba")
    assert main_driver({"trunk": found["trunk"]}, 0, 1) == "trunk"
    assert main_driver({"trunk": found["trunk"]}, 1, 0) == ""
    assert {"load", "grip", "static or repeated work", "upper arm"} <= set(found)
    assert "turned forearm" in drivers(scores, "rula")


def test_codes_in_words() -> None:
    assert owas_words(np.array([2, 1, 4, 3])).startswith("back bent; arms both below shoulder level; legs ")
    assert owas_words(np.array([2, 1, 4, 3])).endswith("load over 20 kg")


def test_the_sheet() -> None:
    scores = score(neutral(2, trunk_flexion=[70, np.nan]), standing(2))
    text = sheet(scores, {"who": np.array(["a", "b"]), "second": np.array([0.0, 1.5])})
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["who"] for row in rows] == ["a", "b"]
    assert (rows[0]["trunk_flexion"], rows[1]["trunk_flexion"], rows[1]["second"]) == ("70.0", "", "1.500")
    assert rows[0]["owas_code"] == "2121"
    assert int(rows[0]["reba_left"]) == pytest.approx(scores.reba.score[0, 0])
