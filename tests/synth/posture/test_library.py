"""The task pages that ship: each can be read, is described, and names things that there are."""

from __future__ import annotations

from pathlib import Path

import pytest

from synth.motion import ASSETS
from synth.posture.checks import checks
from synth.posture.setting import Dice, place_things
from synth.posture.solve import solve_page
from synth.posture.task import is_task, read_task

PAGES = [path for path in sorted((ASSETS / "postures").glob("*.posture.yaml")) if is_task(path.read_text())]
EXAMPLES = sorted((Path(__file__).parents[3] / "manifests" / "postures").glob("*.posture.yaml"))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name.removesuffix(".posture.yaml"))
def test_a_page_is_described_and_its_things_exist(path: Path) -> None:
    page = read_task(path)
    assert all((page.title, page.trade, page.description))
    assert (page.author, page.licence) == ("Posemill", "CC0-1.0")
    setting = place_things(page, Dice(1, path.name, 0))
    for thing in setting.things.values():
        assert len(thing.piece().prop.vertices)


def test_titles_differ() -> None:
    titles = [read_task(path).title for path in PAGES]
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name.removesuffix(".posture.yaml"))
def test_an_example_is_explained_and_holds(path: Path) -> None:
    assert path.read_text().count(" # ") >= 3
    solved = solve_page(read_task(path), path.name.removesuffix(".posture.yaml"), "male", (0.0,) * 10, 0, 0)
    assert all(checks(solved).passes.values())


def test_there_are_examples_of_several_stances() -> None:
    assert len({read_task(path).stance for path in EXAMPLES}) >= 4
