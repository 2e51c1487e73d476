"""What exporters share: samples in the corpus' order, notes on what is left out, files that appear whole."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipelines.exchange.export import export
from pipelines.exchange.samples import Source, all_or_none, licences, new_file
from synth.core.errors import InputError
from tests.pipelines.exchange.conftest import IMAGES, PAIRS
from tests.pipelines.fakes import fake_part


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


def test_what_was_written_is_removed_where_the_rest_fails(tmp_path: Path) -> None:
    def interrupted() -> None:
        with all_or_none() as written:
            for name in ("a", "b"):
                (tmp_path / name).touch()
                written.append(tmp_path / name)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert list(tmp_path.iterdir()) == []
    with all_or_none() as written:
        (tmp_path / "a").touch()
        written.append(tmp_path / "a")
    assert list(tmp_path.iterdir()) == [tmp_path / "a"]


def test_file_names_are_safe_and_distinct_on_every_system(tmp_path: Path) -> None:
    for name in ("Aux", "p", "P", "P_", "com1", "common"):
        fake_part(tmp_path, name, 1, 1)
    assert Source(tmp_path).file_names == {
        "Aux": "Aux_", "p": "p", "P": "P_", "P_": "P__", "com1": "com1_", "common": "common",
    }  # fmt: skip
    assert Source(tmp_path, "nul").title == "nul_"


@pytest.mark.parametrize("layout", ["coco", "videopose", "webdataset", "card"])
def test_a_split_without_samples_is_named(corpus: Path, tmp_path: Path, layout: str) -> None:
    with pytest.raises(
        InputError, match=r"selection 'some', split 'test', has no samples; choose another split"
    ):
        export(layout, corpus, tmp_path / "out", selection="some", split="test")
    assert not (tmp_path / "out").exists()
