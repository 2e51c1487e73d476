"""What readers get: files in order, and JSON that is read once and not beyond its bounds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lifter.predict.readers import format as formats
from lifter.predict.readers.format import ReadOptions, Source, in_order, json_format
from lifter.predict.recording import Frame, Recording
from synth.core.errors import InputError


def test_files_follow_their_numbers() -> None:
    names = ["f10.json", "f9.json", "f9b.json", "a.json", "f²1.json", "f001.json"]
    assert [path.name for path in in_order([Path(name) for name in names])] == [
        "a.json", "f001.json", "f9.json", "f9b.json", "f10.json", "f²1.json",
    ]  # fmt: skip


def test_every_file_is_read_once(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("a.json", "b.json")]
    for number, path in enumerate(paths):
        path.write_text(str(number))
    source = Source(tmp_path, tuple(paths), tmp_path)
    assert source.is_folder
    assert source.contents == [(paths[0], 0), (paths[1], 1)]
    for path in paths:
        path.unlink()
    assert source.some(lambda content: content == 1)
    assert not Source(paths[0], (paths[0],), tmp_path).is_folder


def test_words_for_what_is_not_a_number(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('{"nan": [1, -nan(ind), nan , 1.#QNAN, -1.#IND, inf], "b": -Infinity}')
    [(_, content)] = Source(path, (path,), tmp_path).contents
    assert content["nan"][0] == 1
    assert all(value != value for value in content["nan"][1:])
    path.write_bytes(b"\xef\xbb\xbf[1]")  # as Windows' editors begin a file
    assert Source(path, (path,), tmp_path).contents[0][1] == [1]


def test_a_file_that_is_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "_MOST_BYTES", 10)
    path = tmp_path / "a.json"
    path.write_text("[1, 2, 3, 4, 5]")
    with pytest.raises(InputError, match="larger than 1 GiB; split it"):
        _ = Source(path, (path,), tmp_path).contents


def folder(tmp_path: Path, contents: dict[str, Any]) -> Source:
    for name, content in contents.items():
        (tmp_path / name).write_text(json.dumps(content))
    paths = tuple(tmp_path / name for name in contents)
    return Source(tmp_path, paths, tmp_path)


def parse(recording: Recording, content: Any, where: str) -> list[Frame]:
    if content == "odd":
        raise InputError("is odd", where=where, remedy="mend it")
    return [Frame("") for _ in range(content)]


NUMBERS = json_format("Numbers", lambda content: content != "other", parse)


def test_files_of_a_folder_are_frames(tmp_path: Path) -> None:
    source = folder(tmp_path, {"f1.json": 1, "f3.json": 1, "f4.json": "odd", "x.json": "other"})
    recording = NUMBERS.read(source, ReadOptions())
    assert [(frame.label, frame.number) for frame in recording.frames] == [("f1", 1), ("f3", 3)]
    assert [error.what for error in recording.errors] == ["is odd", "has no people"]
    assert recording.what == "Numbers, 2 frames"


def test_several_files_of_several_frames_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"2 files, of which b\.json alone has several frames"):
        NUMBERS.read(folder(tmp_path, {"a.json": 1, "b.json": 3}), ReadOptions())
    one = NUMBERS.read(folder(tmp_path, {"b.json": 3}), ReadOptions())
    assert len(one.frames) == 3
