from __future__ import annotations

import os
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from lifter.models import checkpoint  # noqa: E402
from synth.core.errors import InputError  # noqa: E402


class Malicious:
    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, ("unpickled",)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "a.pt"
    checkpoint.write(path, {"format": "x", "a": torch.arange(3), "b": [1, 2.5, "three", None, {"c": True}]})
    found = checkpoint.read(path, "x")
    assert found["a"].tolist() == [0, 1, 2]
    assert found["b"] == [1, 2.5, "three", None, {"c": True}]
    assert [p.name for p in path.parent.iterdir()] == ["a.pt"]


def test_nothing_is_unpickled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    torch.save({"format": "x", "a": Malicious()}, "bad.pt")
    with pytest.raises(InputError, match="no checkpoint at all"):
        checkpoint.read(Path("bad.pt"), "x")
    assert not Path("unpickled").exists()


@pytest.mark.parametrize("kept", [0, 10, 200, -1])
def test_truncated_files(tmp_path: Path, kept: int) -> None:
    path = tmp_path / "a.pt"
    checkpoint.write(path, {"format": "x", "a": torch.arange(300)})
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(InputError, match="truncated or no checkpoint"):
        checkpoint.read(path, "x")


def test_other_files(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is not there"):
        checkpoint.read(tmp_path / "none.pt", "x")
    torch.save([1, 2], tmp_path / "list.pt")
    with pytest.raises(InputError, match="something else"):
        checkpoint.read(tmp_path / "list.pt", "x")
    checkpoint.write(tmp_path / "y.pt", {"format": "y"})
    with pytest.raises(InputError, match="of format 'y', not 'x'"):
        checkpoint.read(tmp_path / "y.pt", "x")
    (tmp_path / "text.pt").write_text("hello")
    with pytest.raises(InputError, match="no checkpoint"):
        checkpoint.read(tmp_path / "text.pt", "x")
