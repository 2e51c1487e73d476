from __future__ import annotations

import os
import pickle
import zipfile
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("safetensors")
import safetensors.torch  # noqa: E402

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


def test_safetensors_hold_the_same(tmp_path: Path) -> None:
    path, state = tmp_path / "a.safetensors", {"w": torch.arange(6.0).view(2, 3).T, "n": torch.tensor(7)}
    checkpoint.write(
        path, {"format": "x", "state": state, "f": torch.tensor([[0.5]], dtype=torch.float64), "b": [1, None]}
    )
    found = checkpoint.read(path, "x")
    assert all(torch.equal(found["state"][name], value) for name, value in state.items())
    assert (found["f"], found["b"]) == ([[0.5]], [1, None])
    checkpoint.write(path, {"format": "x", "state": {}, "score": float("nan")})
    assert checkpoint.read(path, "x") == {"format": "x", "state": {}, "score": None}  # JSON has no NaN


def test_tensors_that_share_memory_are_written(tmp_path: Path) -> None:
    shared = torch.arange(4.0)
    checkpoint.write(tmp_path / "a.safetensors", {"format": "x", "state": {"a": shared, "b": shared[1:]}})
    assert checkpoint.read(tmp_path / "a.safetensors", "x")["state"]["b"].tolist() == [1, 2, 3]


@pytest.mark.parametrize("zipped", [True, False])
def test_code_is_named_and_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, zipped: bool) -> None:
    monkeypatch.chdir(tmp_path)
    torch.save({"format": "x", "a": Malicious()}, "bad.pt", _use_new_zipfile_serialization=zipped)
    with pytest.raises(InputError, match=r"holds code, which is not run: it asks for (posix|nt)\.mkdir,"):
        checkpoint.read(Path("bad.pt"), "x")
    torch.save(torch.nn.Linear(1, 1), "module.pt", _use_new_zipfile_serialization=zipped)
    with pytest.raises(InputError, match=r"holds code.* torch\.nn\.modules\.linear\.Linear,"):
        checkpoint.read(Path("module.pt"), "x")
    Path("pickle.pt").write_bytes(pickle.dumps({"format": "x", "a": Malicious()}))
    with pytest.raises(InputError, match="is not a checkpoint;"):
        checkpoint.read(Path("pickle.pt"), "x")
    assert not Path("unpickled").exists()


@pytest.mark.parametrize(
    ("kept", "says"), [(0, "is empty"), (10, "is truncated"), (200, "is truncated"), (-1, "is truncated")]
)
def test_truncated_files(tmp_path: Path, kept: int, says: str) -> None:
    path = tmp_path / "a.pt"
    checkpoint.write(path, {"format": "x", "a": torch.arange(300)})
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(InputError, match=says):
        checkpoint.read(path, "x")


@pytest.mark.parametrize("kept", [0, 4, 40, -1])
def test_truncated_safetensors(tmp_path: Path, kept: int) -> None:
    path = tmp_path / "a.safetensors"
    checkpoint.write(path, {"format": "x", "state": {"a": torch.arange(300)}})
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(InputError, match="is truncated or not a safetensors file"):
        checkpoint.read(path, "x")


def test_changed_bytes_are_found(tmp_path: Path) -> None:
    path = tmp_path / "a.pt"
    checkpoint.write(path, {"format": "x", "a": torch.full((50,), 0x55AA55AA)})
    content = path.read_bytes()
    at = content.index(b"\xaa\x55\xaa\x55")
    path.write_bytes(content[:at] + b"\x00" + content[at + 1 :])
    with pytest.raises(InputError, match="is damaged: its entry 'archive/data/0' does not have its checksum"):
        checkpoint.read(path, "x")


def test_other_files(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        checkpoint.read(tmp_path / "none.pt", "x")
    torch.save([1, 2], tmp_path / "list.pt")
    with pytest.raises(InputError, match="of another program"):
        checkpoint.read(tmp_path / "list.pt", "x")
    (tmp_path / "plain.safetensors").write_bytes(safetensors.torch.save({"a": torch.zeros(1)}))
    with pytest.raises(InputError, match="of another program"):
        checkpoint.read(tmp_path / "plain.safetensors", "x")
    for name in ("y.pt", "y.safetensors"):
        checkpoint.write(tmp_path / name, {"format": "y", "state": {}})
        with pytest.raises(InputError, match="of format 'y', not 'x'"):
            checkpoint.read(tmp_path / name, "x")
    (tmp_path / "text.pt").write_text("hello")
    with pytest.raises(InputError, match="is not a checkpoint;"):
        checkpoint.read(tmp_path / "text.pt", "x")
    with zipfile.ZipFile(tmp_path / "zip.pt", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/data.pkl", bytes(10_000))
    with pytest.raises(InputError, match="is not a checkpoint but a compressed zip"):
        checkpoint.read(tmp_path / "zip.pt", "x")
