"""What readers get: files in order, and JSON that is read once and not beyond its bounds."""

from __future__ import annotations

from pathlib import Path

import pytest

from lifter.predict.readers import format as formats
from lifter.predict.readers.format import Source, in_order
from synth.core.errors import InputError


def test_files_follow_their_numbers() -> None:
    names = ["f10.json", "f9.json", "f9b.json", "a.json", "f²1.json", "f001.json"]
    assert [path.name for path in in_order([Path(name) for name in names])] == [
        "a.json", "f001.json", "f9.json", "f9b.json", "f10.json", "f²1.json",
    ]  # fmt: skip


def test_every_file_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = [tmp_path / name for name in ("a.json", "b.json")]
    for number, path in enumerate(paths):
        path.write_text(str(number))
    read: list[str] = []
    given = formats.read_json
    monkeypatch.setattr(formats, "read_json", lambda path, how: read.append(path.name) or given(path, how))
    source = Source(tmp_path, tuple(paths), tmp_path)
    assert source.is_folder
    assert source.first_json == 0
    assert source.contents() == [(paths[0], 0), (paths[1], 1)]
    assert read == ["a.json", "b.json"]
    assert not Source(paths[0], (paths[0],), tmp_path).is_folder


def test_a_file_that_is_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "_MOST_BYTES", 10)
    (tmp_path / "a.json").write_text("[1, 2, 3, 4, 5]")
    with pytest.raises(InputError, match="larger than 1 GiB; split it"):
        _ = Source(tmp_path / "a.json", (tmp_path / "a.json",), tmp_path).first_json
