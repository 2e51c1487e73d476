"""The chart of covered postures: a field for each pair of bands, and what no body can be told from what is lacking."""

from __future__ import annotations

from xml.etree import ElementTree

import numpy as np

from pipelines.report.coverage_chart import cells_chart, figure
from synth.label.coverage import coverage, nothing
from synth.posture.explore.space import AXES
from tests.synth.posture.explore.test_space import posture

SVG = "{http://www.w3.org/2000/svg}"


def titles(svg: str) -> list[str]:
    return [str(each.findtext(f"{SVG}title")) for each in ElementTree.fromstring(svg).iter(f"{SVG}rect")]


def test_a_field_for_each_stance_with_each_band() -> None:
    found = titles(cells_chart(coverage(posture()[1]), title="one"))
    assert len(found) == len(AXES[0].bands) * sum(len(axis.bands) for axis in AXES[1:]) == 140
    assert "standing, height low: 0.2%" in found
    assert "standing, height high: 0%" in found
    assert "lying, inclination upright: no body is so" in found


def test_a_file_of_its_own_with_scores() -> None:
    one = coverage(posture()[1], reba=np.array([[2, 3]]), owas=np.array([[1, 1, 2, 1]]))
    found = figure([("recordings", one), ("nothing", nothing())], "coverage")
    shown = titles(found)
    assert shown.count("REBA 3: 100%") == 1
    assert shown.count("REBA 3: 0%") == 1
    assert "OWAS: 1 of 84 codes" in found
    assert "recordings: &lt; 0.1% of the cells" in found or "recordings: 0." in found
