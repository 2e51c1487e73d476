"""The data card says what is true of every part."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from pipelines.corpus.schema import LABELS
from pipelines.exchange.card import _SIZES
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


# what huggingface.co/docs/hub/datasets-cards and the hub's datasetcard.md say that a header's fields may hold
FIELDS: dict[str, tuple[str, ...] | None] = {
    "pretty_name": None,
    "license": ("other",),
    "license_name": None,
    "license_details": None,
    "annotations_creators": ("crowdsourced", "found", "expert-generated", "machine-generated", "no-annotation"),
    "size_categories": (
        "n<1K", "1K<n<10K", "10K<n<100K", "100K<n<1M", "1M<n<10M", "10M<n<100M", "100M<n<1B", "1B<n<10B", "10B<n<100B",
        "100B<n<1T", "n>1T",
    ),
    "task_categories": ("keypoint-detection", "depth-estimation"),
    "tags": None,
}  # fmt: skip


def test_header_holds_what_hugging_face_takes(tmp_path: Path) -> None:
    folder = tmp_path / "Körper: #1"
    fake_part(folder, "pairs", 4, 4, images=True)
    text = export("card", folder, tmp_path / "card").files[0].read_text(encoding="utf-8")
    assert text.startswith("---\n")
    header = yaml.safe_load(text.split("---\n", 2)[1])
    assert header["pretty_name"] == "Körper: #1"
    assert re.fullmatch(r"[a-z0-9-]+", header["license_name"])
    for field, value in header.items():
        values = value if isinstance(value, list) else [value]
        assert all(isinstance(each, str) for each in values)
        assert FIELDS[field] is None or set(values) <= set(FIELDS[field] or ())


def test_size_categories_are_all_there_are() -> None:
    assert (*(name for _, name in _SIZES), "n>1T") == FIELDS["size_categories"]
