"""The task pages that ship: each can be read, is described, and names things that there are."""

from __future__ import annotations

from pathlib import Path

import pytest

from synth.motion import ASSETS
from synth.posture.setting import Dice, place_things
from synth.posture.task import is_task, read_task

PAGES = [path for path in sorted((ASSETS / "postures").glob("*.posture.yaml")) if is_task(path.read_text())]


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
