"""Files are whole or absent, and what was changed is noticed."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from synth.core.disk import (
    canonical,
    read_json,
    read_sealed,
    sealed,
    sha256_file,
    sha256_of,
    write_atomically,
)
from synth.core.errors import InputError


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "new" / "x.json"
    write_atomically(path, b"one")
    write_atomically(path, b"two")
    assert path.read_bytes() == b"two"
    assert [each.name for each in path.parent.iterdir()] == ["x.json"]


def test_a_write_that_fails_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.json"
    write_atomically(path, b"one")

    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("synth.core.disk.os.fsync", fail)
    with pytest.raises(OSError, match="disk full"):
        write_atomically(path, b"two")
    assert path.read_bytes() == b"one"
    assert [each.name for each in tmp_path.iterdir()] == ["x.json"]


def test_the_same_content_gives_the_same_bytes() -> None:
    assert (
        canonical({"b": 1, "a": [2]})
        == canonical({"a": [2], "b": 1})
        == b'{\n "a": [\n  2\n ],\n "b": 1\n}\n'
    )


def test_json_is_read_or_refused_with_the_remedy(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text('{"a": 1}')
    assert read_json(path, "run again") == {"a": 1}
    for content in ("{", "[" * 100_000):
        path.write_text(content)
        with pytest.raises(InputError, match="is not valid JSON; run again"):
            read_json(path, "run again")
    path.unlink()
    with pytest.raises(InputError, match="is missing; run again"):
        read_json(path, "run again")
    with pytest.raises(InputError, match="cannot be read"):
        read_json(tmp_path, "run again")


def test_a_seal_shows_any_change(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(sealed({"frames": 10, "name": "a"}))
    assert read_sealed(path, "run again") == {"frames": 10, "name": "a"}
    for old, new in ((b"10", b"11"), (b'"a"', b'"b"'), (b"\n", b" \n"), (b'"receipt": "', b'"receipt": "0')):
        path.write_bytes(sealed({"frames": 10, "name": "a"}).replace(old, new, 1))
        with pytest.raises(InputError, match="changed since it was written; run again"):
            read_sealed(path, "run again")
    path.write_text("[1]")
    with pytest.raises(InputError, match="changed since it was written"):
        read_sealed(path, "run again")


def test_checksums_are_sha256(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"abc")
    expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # FIPS 180-2, B.1
    assert sha256_of(b"abc") == expected == hashlib.sha256(b"abc").hexdigest()
    assert sha256_file(tmp_path / "x") == (3, expected)
