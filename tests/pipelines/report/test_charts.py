"""Charts: marks where the numbers say, words that tell them, areas that stay equal."""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from pipelines.report import charts
from pipelines.report.charts import Series


def test_percentages_for_people() -> None:
    found = [charts.percent(share) for share in (0, 0.0001, 0.0123, 0.099, 0.4567, 0.997, 1)]
    assert found == ["0%", "< 0.1%", "1.2%", "9.9%", "46%", "99.7%", "100%"]


def test_histogram_bars_are_as_high_as_their_shares() -> None:
    text = charts.histogram(
        [Series("a", np.array([1.0, 3, 0])), Series("b & c", np.array([0.0, 0, 1]))],
        np.array([0, 10, 20, 30.0]), axis="mm", ticks=[0, 30], title="sizes <here>",
    )  # fmt: skip
    svg = ET.fromstring(text)
    bars = list(svg.iter("rect"))
    heights = [float(bar.get("height", 0)) for bar in bars]
    assert heights[1] == pytest.approx(3 * heights[0], rel=0.02)
    assert heights[2] == 0
    assert [bar.findtext("title") for bar in bars][:2] == ["0 to 10 mm: 25%", "10 to 20 mm: 75%"]
    assert svg.get("aria-label") == "sizes <here>"
    assert [line.findtext("title") for line in svg.iter("polyline")] == ["b & c"]


def test_a_histogram_of_nothing_is_empty() -> None:
    text = charts.histogram([Series("a", np.zeros(3))], np.arange(4), axis="m", ticks=[0], title="t")
    bars = list(ET.fromstring(text).iter("rect"))
    assert [float(bar.get("height", "nan")) for bar in bars] == [0, 0, 0]
    assert bars[0].findtext("title") == "0 to 1 m: 0%"


def test_a_curve_leaves_out_what_is_not_known() -> None:
    text = charts.curve(
        [Series("a", np.array([0.5, np.nan, 1.0]))], ["x", "y", "z"], axis="error", title="t", top=1.0
    )
    dots = list(ET.fromstring(text).iter("circle"))
    assert [dot.findtext("title") for dot in dots] == ["a, x: 0.50", "a, z: 1.00"]
    assert float(dots[0].get("cy", 0)) > float(dots[1].get("cy", 0))


def test_quantiles_and_tails() -> None:
    counts, edges = np.array([10.0, 10, 20]), np.array([0.0, 1, 2, 4])
    assert charts.quantile(counts, edges, 0.5) == pytest.approx(2)
    assert charts.quantile(counts, edges, 0.125) == pytest.approx(0.5)
    assert charts.beyond(counts, edges, 3) == pytest.approx(0.25)
    assert charts.beyond(counts, edges, 0) == pytest.approx(1)


def test_cells_of_the_sphere_have_equal_areas() -> None:
    svg = charts.sphere(np.ones((6, 8)), "views")
    areas = []
    for path in re.findall(r' d="(M[^"]*A[^"]*)"', svg):
        numbers = [float(v) for v in re.findall(r"-?\d+\.?\d*", path)]
        x, y = numbers[0] - 160, numbers[1] - 160
        outer = math.hypot(x, y)
        inner = 0.0
        if path.count("A") == 2:
            inner = float(re.findall(r"A([\d.]+) ", path)[1])
        areas.append(outer**2 - inner**2)
    assert len(areas) == 48
    assert areas == pytest.approx([areas[0]] * 48, rel=0.02)


def test_the_front_is_down_the_page_and_the_left_to_the_right() -> None:
    counts = np.zeros((6, 8))
    counts[3, 2] = 1  # the third sector of eight: 90 degrees, the person's left
    svg = ET.fromstring(charts.sphere(counts, "views"))
    dark = [p for p in svg.iter("path") if p.get("fill") == charts.heat(1.0)]
    assert len(dark) == 1
    assert "from the left, 0° to 19° above level: 100%" in (dark[0].findtext("title") or "")
    x, y = (float(v) for v in re.findall(r"-?\d+\.?\d*", dark[0].get("d", ""))[:2])
    assert x > 230
    assert abs(y - 160) < 60


def test_heat_only_darkens() -> None:
    levels = [int(charts.heat(v)[1:3], 16) + int(charts.heat(v)[3:5], 16) for v in np.linspace(0, 1, 11)]
    assert levels == sorted(levels, reverse=True)
