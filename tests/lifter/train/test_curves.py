from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("tensorboard")
from PIL import Image
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from lifter.train.curves import Curves, plotted

ROWS = [
    {"seen": 100, "losses": {"loss": 2.0, "pose": 1.0}},
    {"seen": 200, "losses": {"loss": 1.0, "pose": 0.5}},
    {"seen": 200, "epoch": 1, "val": {"whole": {"mpjpe": 90.0, "pa_mpjpe": 60.0}, "near": {"mpjpe": 99.0}}},
]


def test_tensorboard_has_every_row_once_after_a_resume(tmp_path: Path) -> None:
    first = Curves(tmp_path, [])
    for row in ROWS[:2]:
        first.add(row)
    first.close()
    again = Curves(tmp_path, ROWS[:1])  # the second row was logged after the last checkpoint
    for row in ROWS[1:]:
        again.add(row)
    again.plot(ROWS)
    again.close()
    board = EventAccumulator(str(tmp_path / "tensorboard"))
    board.Reload()
    assert [(event.step, event.value) for event in board.Scalars("train/loss")] == [(100, 2.0), (200, 1.0)]
    assert [event.value for event in board.Scalars("mpjpe/near")] == [99.0]
    assert (tmp_path / "curves.png").exists()


@pytest.mark.parametrize("rows", [[], ROWS[:1], ROWS])
def test_the_picture(rows: list[dict[str, object]]) -> None:
    image = Image.open(io.BytesIO(plotted(rows)))
    assert image.size == (1200, 480)
    coloured = (np.ptp(np.asarray(image.convert("RGB"), int), axis=-1) > 50).any(0)  # the axes are grey
    assert coloured[:600].any() == bool(rows)
    assert coloured[600:].any() == any("val" in row for row in rows)
