"""The risk page's charts as text."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from lifter.predict.risk.charts import LEFT, RIGHT, bar, drivers, over_time, steady, ticks


def test_over_time_is_whole_and_rises_with_the_score() -> None:
    seconds = np.arange(50) / 10
    scores = np.repeat(np.where(seconds > 2.5, 9, 3), 2).reshape(50, 2)
    text = over_time("reba", seconds, scores, scores - 1, scores + 1, [30])
    root = ET.fromstring(text)
    lines = [each for each in root if each.tag == "polyline"]
    assert [line.get("stroke") for line in lines] == [LEFT, RIGHT]
    heights = [float(point.split(",")[1]) for point in str(lines[0].get("points")).split()]
    assert heights[0] > heights[-1]  # up is less in an SVG
    assert "very high" in text
    assert ">1</text>" in text  # the mark of the moment, and the least score


def test_a_bar_is_as_wide_as_all_shares() -> None:
    text = bar("rula", {"acceptable": 0.25, "investigate": 0.0, "change soon": 0.5, "change now": 0.25})
    widths = [float(each) for each in re.findall(r'width="([\d.]+)" height="26"', text)]
    assert sum(widths) == pytest.approx(600)
    assert "50 %" in text
    assert "investigate" not in text


def test_a_slip_of_one_frame_is_not_plotted() -> None:
    scores = np.full((21, 2), 4)
    scores[10] = 9
    assert (steady(scores, np.arange(21) / 20) == 4).all()
    assert (
        steady(scores, np.arange(21) * 1.0) == scores
    ).all()  # at a frame a second there is nothing to steady


def test_ticks_are_round() -> None:
    assert ticks(0, 18.6) == [0, 5, 10, 15]
    assert ticks(3.2, 3.9) == [3.2, 3.3, 3.4, 3.5, 3.6, 3.7, 3.8, 3.9]
    assert ticks(0, 0.0) == [0]


def test_drivers_have_two_bars_each() -> None:
    root = ET.fromstring(drivers([("trunk", 2.0, 1.0), ("legs", 0.5, 0.5)]))
    assert len([each for each in root if each.tag == "rect"]) == 4
    assert ET.fromstring(drivers([])) is not None
