"""What exporters share: samples in the corpus' order, notes on what is left out, files that appear whole."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipelines.exchange.samples import Source, licences, new_file
from synth.core.errors import InputError
from tests.pipelines.exchange.conftest import IMAGES, PAIRS


def test_stretches_are_the_rows_in_order(corpus: Path) -> None:
    source = Source(corpus)
    assert [(part.name, count) for part, count in source.parts()] == [("pictures", IMAGES), ("pairs", PAIRS)]
    parts, notes = source.able({"joints_image"}, "a test")
    assert notes == []
    rows = {part.name: [] for part in parts}  # type: ignore[var-annotated]
    for stretch in source.stretches(parts, {"sample", "image"}):
        assert np.array_equal(stretch.arrays["sample"], stretch.rows)
        assert stretch.has("image") == (stretch.part.name == "pictures")
        rows[stretch.part.name] += stretch.rows.tolist()
    assert rows == {"pictures": list(range(IMAGES)), "pairs": list(range(PAIRS))}


def test_parts_without_an_array_are_noted_or_refused(corpus: Path) -> None:
    parts, notes = Source(corpus).able({"image"}, "a test")
    assert [part.name for part in parts] == ["pictures"]
    assert notes == [f"part pairs is left out: {PAIRS} samples without 'image'"]
    with pytest.raises(InputError, match="has no finished samples with nothing; a test needs them"):
        Source(corpus).able({"nothing"}, "a test")


def test_titles_and_terms(corpus: Path) -> None:
    assert [Source(corpus).title, Source(corpus, "some").title, Source(corpus, "some", "val").title] == [
        "all", "some", "val",
    ]  # fmt: skip
    terms = licences([part for part, _ in Source(corpus).parts()])
    assert terms == [{"what": "body: open", "terms": "CC0-1.0"}, {"what": "motion: CMU", "terms": "free"}]


def test_a_file_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "new" / "file"
    with pytest.raises(ZeroDivisionError), new_file(path) as stream:
        stream.write(bytes([1 // 0]))
    assert list(path.parent.iterdir()) == []
    with new_file(path) as stream:
        stream.write(b"whole")
    assert path.read_bytes() == b"whole"
    with pytest.raises(InputError, match="is there already"), new_file(path):
        pass
