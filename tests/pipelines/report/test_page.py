"""The report in a browser: it draws, filters and compares off line, on a desk and on a phone."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from pipelines.corpus.corpus import Corpus
from pipelines.curate.rules import Rules
from pipelines.curate.run import curate
from pipelines.generate.recipe import Recipe
from pipelines.generate.run import generate
from pipelines.report.page import write_report
from synth.core.errors import InputError
from tests.pipelines import chromium
from tests.pipelines.posed import clip, posed_part, posed_rows, random_turns

PAIRS, IMAGES = 300, 8


def made(folder: Path, seed: int, detector: str) -> Path:
    recipe = {
        "name": "small", "seed": seed, "pairs": {"count": PAIRS}, "images": {"count": IMAGES},
        "picture": {"width": 128, "height": 128}, "detector": detector,
    }  # fmt: skip
    generate(Recipe.model_validate(recipe), folder.parent, folder, workers=1, threads=True)
    return folder


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A plain report, and one with a selection beside another corpus."""
    folder = tmp_path_factory.mktemp("report")
    first, second = made(folder / "first", 1, "posefix"), made(folder / "second", 2, "none")
    rules = {
        "quality": [{"column": "seen", "min": 4, "name": "hardly <seen>"}],
        "duplicates": {"distance_mm": 20}, "splits": {}, "balance": [{"by": "band"}],
    }  # fmt: skip
    curate(first, Rules.model_validate(rules), workers=1, threads=True)
    pages = {"plain": folder / "plain.html", "both": folder / "both.html"}
    write_report(second, pages["plain"], samples=18, threads=True, workers=1)
    write_report(
        first, pages["both"], against=second, selection="curated", samples=30, threads=True, workers=1
    )
    return pages


VISIBLE = "[...document.querySelectorAll('.gallery > li')].filter((item) => item.offsetParent)"
PICK = """((key, value) => {{
    const select = document.querySelector(`select[data-key="${{key}}"]`);
    select.value = value;
    select.dispatchEvent(new Event("change"));
}})("{}", "{}")"""


@pytest.mark.parametrize("which", ["plain", "both"])
@pytest.mark.parametrize("width", [375, 1200])
def test_it_loads_from_disk_without_a_complaint(
    page: chromium.Page, reports: dict[str, Path], which: str, width: int
) -> None:
    page.complaints.clear()
    page.requests.clear()
    page.open(reports[which], width=width)
    assert page.complaints == []
    assert {url.split(":")[0] for url in page.requests} <= {"file", "data"}
    assert len([url for url in page.requests if url.startswith("file")]) == 1
    broken = page.run("[...document.images].filter((x) => !x.complete || !x.naturalWidth).length")
    assert broken == 0
    assert page.run("document.images.length") >= 12
    assert page.run("document.documentElement.scrollWidth") <= width  # nothing sticks out to the side
    charts = page.run(
        "[...document.querySelectorAll('svg.chart')].map((x) => x.getBoundingClientRect().width)"
    )
    assert len(charts) >= 12
    assert min(charts) > 200


def test_it_can_be_read_on_a_phone(page: chromium.Page, reports: dict[str, Path]) -> None:
    page.open(reports["both"], width=375)
    sizes = page.run(
        """[...document.querySelectorAll('main p, main td, main dd, main b')].filter((x) => x.offsetParent)
           .map((x) => parseFloat(getComputedStyle(x).fontSize))"""
    )
    assert min(sizes) >= 12
    chart = page.run(
        """[...document.querySelectorAll('svg.chart text')].map((x) => x.getBoundingClientRect().height)"""
    )
    assert min(chart) >= 10
    buttons = page.run(
        "[...document.querySelectorAll('select, button')].filter((x) => x.offsetParent).map((x) => x.offsetHeight)"
    )
    assert min(buttons) >= 38  # fingers


def test_filters_work(page: chromium.Page, reports: dict[str, Path]) -> None:
    page.open(reports["both"])
    every = page.run(f"{VISIBLE}.length")
    assert every == page.run("document.querySelectorAll('.gallery > li').length") >= 12
    page.run(PICK.format("kind", "images"))
    assert set(page.run(f"{VISIBLE}.map((item) => item.dataset.kind)")) == {"images"}
    shown = page.run(f"{VISIBLE}.length")
    assert 0 < shown < every
    assert page.run("document.getElementById('found').textContent") == f"{shown} of {every} samples"
    page.run(PICK.format("kind", ""))
    page.run(PICK.format("fate", "hardly <seen>"))
    fates = page.run(f"{VISIBLE}.map((item) => item.textContent)")
    assert fates
    assert all("dropped: hardly <seen>" in text for text in fates)
    page.run("document.getElementById('reset').click()")
    assert page.run(f"{VISIBLE}.length") == every
    page.run("""(() => { const range = document.getElementById('hidden-range'); range.value = 3;
                range.dispatchEvent(new Event('input')); })()""")
    assert max(page.run(f"{VISIBLE}.map((item) => Number(item.dataset.hidden))")) <= 3


def test_layers_can_be_switched(page: chromium.Page, reports: dict[str, Path]) -> None:
    page.open(reports["both"])
    shown = "getComputedStyle(document.querySelector('.gallery .{}')).display !== 'none'"
    assert page.run(shown.format("joints"))
    assert not page.run(shown.format("detections"))
    page.run("document.querySelector('input[data-layer=detections]').click()")
    page.run("document.querySelector('input[data-layer=joints]').click()")
    assert not page.run(shown.format("joints"))
    assert page.run(shown.format("detections"))


def test_a_sample_close_up(page: chromium.Page, reports: dict[str, Path]) -> None:
    page.open(reports["both"])
    page.run("document.querySelectorAll('.tile')[1].click()")
    assert page.run("document.getElementById('closer').open")
    assert "recording" in page.run("document.querySelector('#closer dl').textContent")
    ink = """(() => { const c = document.querySelector('#closer canvas');
        return c.getContext('2d').getImageData(0, 0, c.width, c.height).data.filter((v, k) => k % 4 === 3 && v).length;
    })()"""
    assert page.run(ink) > 1000
    title = page.run("document.querySelector('#closer h3').textContent")
    page.run("document.querySelector('#closer .step[data-by=\"1\"]').click()")
    assert page.run("document.querySelector('#closer h3').textContent") != title
    page.run("document.querySelector('#closer .close').click()")
    assert not page.run("document.getElementById('closer').open")


def test_it_says_what_it_shows(reports: dict[str, Path]) -> None:
    text = reports["both"].read_text(encoding="utf-8")
    for words in (
        "first <span", "beside second", "the model is posefix", "No leak.", "near-duplicate",
        "hardly &lt;seen&gt;", "CMU Graphics Lab Motion Capture Database", "overhead drilling", "ISO 11226",
    ):  # fmt: skip
        assert words in text
    plain = reports["plain"].read_text(encoding="utf-8")
    assert "This corpus has no detections" in plain
    assert "This page shows the corpus as it is" in plain
    assert not re.search(r"""(src|href)=["'](?!#|data:)""", text + plain)


def test_recordings_without_pixels_or_props_have_a_report(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    rows = posed_rows(random_turns(30, rng), rng, np.arange(30) % 2)
    folder = tmp_path / "plain"
    posed_part(folder, "one", rows, [clip("01", "01_01"), clip("02", "02_<b>01")])
    write_report(folder, tmp_path / "r.html", threads=True, workers=1)
    text = (tmp_path / "r.html").read_text()
    assert "02_&lt;b&gt;01" in text
    assert "02_<b>" not in text


def test_what_cannot_be_reported_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is not a name for an HTML page"):
        write_report(tmp_path, tmp_path / "r.pdf")
    with pytest.raises(InputError, match="is not a corpus"):
        write_report(tmp_path, tmp_path / "r.html")
    rng = np.random.default_rng(0)
    rows = posed_rows(random_turns(4, rng), rng, np.zeros(4))
    part = posed_part(tmp_path / "c", "one", rows, [clip("01", "01_01")])
    with pytest.raises(InputError, match="has no selection 'mine'"):
        write_report(tmp_path / "c", tmp_path / "r.html", selection="mine")
    part.receipt_path(0).unlink()
    assert Corpus(tmp_path / "c").part_names() == ["one"]
    with pytest.raises(InputError, match="no finished shard"):
        write_report(tmp_path / "c", tmp_path / "r.html")
