"""One bad file is a line of the list, whatever is wrong with it, and hides no other."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest

from pipelines.inspect import recordings
from pipelines.inspect.recordings import examine, listed_formats
from synth.core.errors import InputError
from synth.core.progress import NoProgress
from tests.synth.motion.formats.test_bvh import TWO_BONES
from tests.synth.motion.helpers import amass_arrays


def claiming(path: Path, shape: tuple[int, ...], content: bytes = b"") -> None:
    """An .npz whose poses have a header of any shape."""
    text = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    header = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text.encode()
    np.savez(path, **{name: array for name, array in amass_arrays().items() if name != "poses"})
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("poses.npy", header + content)


def folder_of_bombs(folder: Path) -> Path:
    claiming(folder / "claims.npz", (10**9, 156))
    claiming(folder / "zeros.npz", (1 << 15, 156), bytes(8 * 156 << 15))
    (folder / "frames.bvh").write_text(TWO_BONES.replace("Frames: 2", "Frames: 1000000000"))
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 12)]
    (folder / "laughs.posture.yaml").write_text("\n".join(lines))
    (folder / "07_01.amc").write_text("1\n")
    (folder / "empty.bvh").write_bytes(b"")
    np.savez(folder / "good.npz", **amass_arrays(90))
    return folder


def test_bad_files_are_lines_and_the_good_one_is_read(tmp_path: Path) -> None:
    files = {file["name"]: file for file in examine(folder_of_bombs(tmp_path), None, None, NoProgress())}
    assert files["good.npz"]["kept"] == 90
    said = {
        "claims.npz": "its header claims float64 of shape (1000000000, 156)",
        "zeros.npz": "unpacks to 40.9 MB from 0.0 MB",
        "frames.bvh": "an unknown skeleton with the joints hip, leg",
        "laughs.posture.yaml": "more than 100,000 values",
        "07_01.amc": "no 07.asf lies beside it",
        "empty.bvh": "does not begin with HIERARCHY",
    }
    for name, words in said.items():
        assert words in files[name]["unreadable"]
        assert name in files[name]["unreadable"]
        assert "\n" not in files[name]["unreadable"]


@pytest.mark.parametrize("error", [RuntimeError("odd"), MemoryError(), RecursionError("deep")])
def test_unexpected_failures_are_lines_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    np.savez(tmp_path / "a.npz", **amass_arrays(90))
    np.savez(tmp_path / "b.npz", **amass_arrays(90))
    real = recordings.prepare

    def fail(path: Path, *given: object, **named: object) -> object:
        if path.name == "a.npz":
            raise error
        return real(path, *given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(recordings, "prepare", fail)
    first, second = examine(tmp_path, None, None, NoProgress())
    assert type(error).__name__ in first["unreadable"]
    assert second["kept"] == 90


def test_a_mapping_is_read_once_and_before_the_recordings(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", **amass_arrays(90))
    with pytest.raises(InputError, match="no such mapping"):
        examine(tmp_path, None, tmp_path / "none.yaml", NoProgress())


def test_the_rate_that_is_given_is_used(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", **amass_arrays(90))
    assert examine(tmp_path, 90.0, None, NoProgress())[0]["rate"] == 90.0


def test_formats_are_listed_from_the_registry() -> None:
    bvh = {"name": "bvh", "title": "BVH", "suffixes": [".bvh"], "options": ["mapping", "rate", "units", "up"]}
    assert bvh in listed_formats()
