"""Exports of whole corpora and of selections, in layouts by name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipelines.exchange.export import described, export
from synth.core.errors import InputError
from tests.pipelines.fakes import fake_part


def test_exports_of_a_selection(corpus: Path, tmp_path: Path) -> None:
    done = export("coco", corpus, tmp_path, selection="some", split="train")
    assert done.samples == 3
    assert done.files[0].name == "person_keypoints_train.json"
    names = [image["file_name"] for image in json.loads(done.files[0].read_text())["images"]]
    assert names == [f"pictures/{row:09d}.jpg" for row in (0, 6, 12)]
    assert export("webdataset", corpus, tmp_path, selection="some").samples == 15
    with pytest.raises(InputError, match="is there already"):
        export("coco", corpus, tmp_path, selection="some", split="train")


def test_nothing_finished_is_refused(tmp_path: Path) -> None:
    fake_part(tmp_path / "c", "p", 4, 4, shards=range(0))
    for layout in ("coco", "videopose", "webdataset", "card"):
        with pytest.raises(InputError, match="no finished samples"):
            export(layout, tmp_path / "c", tmp_path / "out")


def test_layouts_are_described_by_their_exporters() -> None:
    found = described()
    assert list(found)[:4] == ["coco", "videopose", "webdataset", "card"]
    assert found["card"] == "A data card in the style of Hugging Face, README.md."
    assert all(text.endswith(".") for text in found.values())


def test_an_unknown_layout_is_answered_with_those_there_are(corpus: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no layout 'parquet'; choose one of coco, videopose"):
        export("parquet", corpus, tmp_path)
