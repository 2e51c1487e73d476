"""The gallery of the library's tasks."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from benchmarks.library import LibraryPage, library
from docs.gallery import FOLDER, PAGE, Card, markdown, moments
from synth.posture.solve import Solved
from synth.posture.task import parse_task
from synth.scene.work import Furniture, Work

TASK = "title: t\nstance: standing\nphases: [{do: hold, seconds: 1}]\n"
SEQUENCE = """\
title: t
stance: standing
things: {box: {kind: box}}
phases: [{do: grip, thing: box, seconds: 1}, {do: lift, both: {height: elbow}, seconds: 1}]
"""


def motion(*furniture: Furniture) -> Solved:
    """Three seconds of nothing."""
    work = Work("t", "t", "", "female", (0.0,), furniture)
    still = np.zeros((91, 24, 3), np.float32)
    return Solved(still, still[:, 0], 30.0, work, np.zeros((91, 1)))


def test_a_task_is_pictured_at_work_and_a_sequence_from_grip_to_place() -> None:
    task, sequence = (LibraryPage("p", parse_task(text, "p")) for text in (TASK, SEQUENCE))
    assert moments(task, motion()) == [54]
    held = Furniture("box", (), hand="both", start=1.0, stop=2.0)
    assert moments(sequence, motion(held)) == [30, 45, 60]
    kept = Furniture("box", (), hand="both", start=1.0)
    assert moments(sequence, motion(kept)) == [30, 60, 90]


def test_the_page_has_a_table_a_trade_with_three_tasks_a_row() -> None:
    cards = [Card(f"t{k}", "digging", "construction", False, 3, 7) for k in range(4)]
    text = markdown([*cards, Card("s", "carrying", "care", True, 2, 2)])
    assert text.index("## Care") < text.index("## Construction")
    assert "![digging](gallery/t3.jpg)<br>digging<br>`t3`, REBA 3 to 7" in text
    assert "`s`, REBA 2 |" in text
    assert [line.count("gallery/") for line in text.splitlines() if "gallery/" in line] == [1, 3, 1]


def test_every_page_of_the_library_is_in_the_gallery_with_small_pictures() -> None:
    names = {page.name for page in library()}
    pictures = sorted(FOLDER.glob("*.jpg"))
    assert {path.stem for path in pictures} == names, "run: make gallery"
    assert all(f"gallery/{name}.jpg" in PAGE.read_text(encoding="utf-8") for name in names)
    assert sum(path.stat().st_size for path in pictures) < 3_000_000
    assert FOLDER.parent == Path(PAGE).parent
