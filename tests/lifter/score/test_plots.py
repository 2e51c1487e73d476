"""Charts of evaluations: written whole, with something on them, also where there is little to draw."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("matplotlib")

from lifter.score.evaluate import evaluate
from lifter.score.plots import COLOURS, MARKERS, coverage, evaluations, figure, lines, save, style
from tests.lifter.cases import corpus_like, noisy, people


def colours_in(path: Path) -> set[tuple[int, int, int]]:
    with Image.open(path) as picture:
        return {
            tuple(pixel) for pixel in np.unique(np.asarray(picture.convert("RGB")).reshape(-1, 3), axis=0)
        }


def rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


@pytest.mark.parametrize("corpus", [True, False])
def test_every_method_has_its_colour(tmp_path: Path, corpus: bool) -> None:
    cases = corpus_like(120, groups=5) if corpus else people(60)
    results = {name: evaluate(noisy(cases, size), cases).facts for name, size in (("a", 0.02), ("b", 0.05))}
    evaluations(results, tmp_path / "two.png")
    evaluations({"a": results["a"]}, tmp_path / "one.png")
    assert {rgb(COLOURS[0]), rgb(COLOURS[1])} <= colours_in(tmp_path / "two.png")
    assert rgb(COLOURS[0]) in colours_in(tmp_path / "one.png")
    assert rgb(COLOURS[1]) not in colours_in(tmp_path / "one.png")


def test_a_method_without_uncertainty_or_intervals(tmp_path: Path) -> None:
    cases = people(20, groups=2)
    given = noisy(cases, 0.05)
    given.sigma[:], given.root[:] = np.nan, np.nan
    evaluations({"plain": evaluate(given, cases).facts}, tmp_path / "plain.png")
    assert rgb(COLOURS[0]) in colours_in(tmp_path / "plain.png")


def test_lines_and_coverage_are_where_the_figures_are() -> None:
    made = figure(8, 4)
    left, right = made.subplots(1, 2)
    lines(left, {"a": [(0, 10, 8, 12), (1, 20, 15, 25)], "none": []}, "hidden", "mm")
    [line] = left.get_lines()
    assert line.get_xydata().tolist() == [[0, 10], [1, 20]]
    assert left.get_ylim()[0] == 0
    coverage(right, {"a": {"levels": [0.1, 0.9], "observed": [0.2, 0.8], "error": 0.1}, "b": {"levels": []}})
    assert [each.get_label() for each in right.get_lines()[1:]] == ["a: off by 10.0 points"]
    assert right.get_lines()[1].get_xydata().tolist() == [[0.1, 0.2], [0.9, 0.8]]


def test_styles_repeat_only_after_eight() -> None:
    looks = [(style(n)["color"], style(n)["marker"]) for n in range(9)]
    assert len(set(looks)) == len(COLOURS) == len(MARKERS) == 8
    assert looks[8] == looks[0]


def test_a_figure_is_written_whole(tmp_path: Path) -> None:
    made = figure(2, 1)
    save(made, tmp_path / "new" / "a.png")
    with Image.open(io.BytesIO((tmp_path / "new" / "a.png").read_bytes())) as picture:
        assert picture.size == (220, 110)
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["a.png"]
