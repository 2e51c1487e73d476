"""Values are summed up by the schema's row alone."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from pipelines.corpus.schema import Label, row_of
from pipelines.inspect.labels import summaries, summary, values_table
from tests.pipelines.fakes import fake_part


def test_codes_are_counted_by_their_words() -> None:
    found = summary(row_of("gender"), np.array([0, 1, 1, 2], np.uint8))
    assert found == {"codes": {"neutral": 0.25, "male": 0.5, "female": 0.25}}


def test_numbers_have_a_range_and_what_is_missing() -> None:
    row = Label("toy", (2,), "float32", "metres", "", "A toy.")
    found = summary(row, np.array([[1.0, np.nan], [2.0, 6.0]], np.float32))
    assert found == {"least": 1, "mean": 3, "greatest": 6, "missing": 0.25, "unit": "metres"}
    nothing = summary(row, np.full((1, 2), np.nan, np.float32))
    assert nothing == {"least": None, "mean": None, "greatest": None, "missing": 1, "unit": "metres"}


def test_a_parts_coded_labels_are_summed_up(tmp_path: Path) -> None:
    part = fake_part(tmp_path, "pairs", 8, 4, images=True)
    found = summaries(part, [0, 1])
    assert list(found) == ["visibility"]  # not the masks
    assert sum(found["visibility"]["codes"].values()) == pytest.approx(1)
    assert found["visibility"]["codes"]["seen"] == pytest.approx(0.25)
    assert summaries(part, []) == {}


def test_the_table_has_a_column_a_part() -> None:
    codes = {"codes": {"seen": 0.75, "outside the picture": 0.25}}
    numbers = {"least": 1.0, "mean": 2.0, "greatest": 3.0, "missing": 0.0, "unit": "m"}
    parts = [{"name": "a", "summaries": {"v": codes}}, {"name": "b", "summaries": {"toy": numbers}}]
    text = io.StringIO()
    Console(file=text, width=120).print(values_table(parts))
    assert "seen 75.0%, outside the picture 25.0%" in text.getvalue()
    assert "1 to 3, mean 2 m" in text.getvalue()
