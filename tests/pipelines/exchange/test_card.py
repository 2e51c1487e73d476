"""The data card says what is true of every part."""

from __future__ import annotations

from pathlib import Path

import yaml

from pipelines.corpus.schema import LABELS
from pipelines.exchange.export import export
from pipelines.exchange.importer import Origin, import_part
from tests.pipelines.exchange.test_importer import files  # noqa: F401
from tests.pipelines.fakes import PAIR_ARRAYS, fake_part


def test_card_is_a_header_and_the_schema(corpus: Path, tmp_path: Path) -> None:
    text = export("card", corpus, tmp_path, selection="some").files[0].read_text()
    _, head, body = text.split("---\n", 2)
    header = yaml.safe_load(head)
    assert header["license"] == "other"
    assert "motion: CMU: free" in header["license_details"]
    assert header["size_categories"] == ["n<1K"]
    for label in LABELS:
        if label.name in PAIR_ARRAYS:
            assert f"| `{label.name}` |" in body
    assert "| pictures | images | synthetic | 5 | 20 |" in body
    assert "| body: open | CC0-1.0 |" in body
    assert "selection 'some'" in body


def test_card_of_synthetic_parts_says_so(corpus: Path, tmp_path: Path) -> None:
    text = export("card", corpus, tmp_path).files[0].read_text()
    assert "50 of them (part pictures, pairs) are synthetic: scenes posed by motion capture" in text
    assert "are real recordings" not in text
    header = yaml.safe_load(text.split("---\n", 2)[1])
    assert "synthetic" in header["tags"]
    assert header["annotations_creators"] == ["machine-generated"]


def test_card_of_recordings_does_not_call_them_synthetic(files: Origin, tmp_path: Path) -> None:  # noqa: F811
    import_part(files, tmp_path / "c", "h36m")
    text = export("card", tmp_path / "c", tmp_path / "alone").files[0].read_text()
    header = yaml.safe_load(text.split("---\n", 2)[1])
    assert "synthetic" not in text.lower()
    assert "geometry" not in text
    assert header["annotations_creators"] == ["found"]
    assert "are real recordings of Human3.6M" in text
    assert "NaN for joints that were not recorded" in text
    fake_part(tmp_path / "c", "pairs", 6, 6)
    both = export("card", tmp_path / "c", tmp_path / "both").files[0].read_text()
    assert "6 of them (part pairs) are synthetic" in both
    assert "(part h36m) are real recordings of Human3.6M" in both
    assert yaml.safe_load(both.split("---\n", 2)[1])["annotations_creators"] == ["machine-generated", "found"]


def test_card_lists_the_codes_that_a_sentence_leaves_out(tmp_path: Path) -> None:
    fake_part(tmp_path / "c", "pairs", 4, 4, images=True)
    text = export("card", tmp_path / "c", tmp_path / "card").files[0].read_text()
    (row,) = [line for line in text.splitlines() if line.startswith("| `visibility` |")]
    assert row.count("0 seen") == 1
