"""Sheets of tasks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from pipelines.inspect.task_sheet import best_view, moment, write_sheet
from synth.posture.solve import solve_page
from synth.posture.task import parse_task

PAGE = (
    "title: a\nstance: standing\nthings: {d: {kind: drill, held: right}}\nphases: [{do: hold, seconds: 0.3}]"
)


def test_a_sheet_shows_a_person(tmp_path: Path) -> None:
    motion = solve_page(parse_task(PAGE, "a"), "a", "male", (0.0,) * 10, 0, 0)
    write_sheet([("a man", motion)], tmp_path / "sheet.png", moments=2)
    with Image.open(tmp_path / "sheet.png") as sheet:
        assert sheet.width == 2 * 288
    assert moment(motion, 0, 2.0, 64).shape == (64, 64, 3)
    assert best_view(motion, 0, (2.0, 1.0)) == 2.0
    assert np.unique(moment(motion, 0, 2.0, 48)).tolist() >= [0, 1]
