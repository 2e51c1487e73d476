"""Archives that claim more than they hold, hold more than they claim, or hold something else: one line, no memory."""

from __future__ import annotations

import io
import resource
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest

from synth.core.errors import InputError
from synth.core.npz import open_member, read_npz, write_npz


def header(shape: tuple[int, ...], descr: str = "<f8") -> bytes:
    text = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}"
    text = text.ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text.encode()


def archive(path: Path, compression: int = zipfile.ZIP_DEFLATED, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", compression) as stream:
        for name, content in members.items():
            stream.writestr(f"{name}.npy", content)
    return path


def peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def test_arrays_come_back_as_they_were_saved(tmp_path: Path) -> None:
    arrays = {
        "a": np.arange(6.0).reshape(2, 3),
        "b": np.asfortranarray(np.arange(6).reshape(2, 3)),
        "c": np.array("neutral"),
        "d": np.zeros((0, 4), np.float32),
        "e": np.float64(120.0),
    }
    for save in (np.savez, np.savez_compressed):
        save(tmp_path / "x.npz", **arrays)  # type: ignore[operator]
        found = read_npz(tmp_path / "x.npz")
        assert set(found) == set(arrays)
        for name, array in arrays.items():
            assert found[name].dtype == np.asarray(array).dtype
            np.testing.assert_array_equal(found[name], array)
        assert set(read_npz(tmp_path / "x.npz", ("a", "z"))) == {"a"}


@pytest.mark.parametrize("shape", [(10**9, 156), (10**30,), (-1, 3), (2, 3)])
def test_a_header_that_claims_more_than_is_stored(tmp_path: Path, shape: tuple[int, ...]) -> None:
    path = archive(tmp_path / "x.npz", poses=header(shape) + bytes(40))
    before = peak()
    with pytest.raises(
        InputError, match=r"x\.npz:poses: its header claims float64 of shape .* 40 bytes are stored"
    ):
        read_npz(path)
    assert peak() - before < 20_000  # KB


def test_zeros_that_unpack_to_a_thousand_times_their_size(tmp_path: Path) -> None:
    path = archive(tmp_path / "x.npz", poses=header((1 << 22,)) + bytes(8 << 22))
    assert path.stat().st_size < 100_000
    before = peak()
    with pytest.raises(InputError, match=r"x\.npz:poses: unpacks to 33\.6 MB from 0\.0 MB"):
        read_npz(path)
    assert peak() - before < 20_000


def test_a_limit_on_all_arrays_together(tmp_path: Path) -> None:
    np.savez(tmp_path / "x.npz", a=np.zeros(60, np.uint8), b=np.zeros(60, np.uint8))
    assert read_npz(tmp_path / "x.npz", ("a",), most_bytes=200)["a"].shape == (60,)
    with pytest.raises(InputError, match=r"at most 0\.0 MB are read; split the file"):
        read_npz(tmp_path / "x.npz", most_bytes=200)


def test_pickles_are_never_loaded(tmp_path: Path) -> None:
    np.savez(tmp_path / "x.npz", a=np.array([{}], object))
    with pytest.raises(
        InputError, match=r"x\.npz:a: holds pickled objects, which are never loaded; convert it"
    ):
        read_npz(tmp_path / "x.npz", pickled="convert it")


def test_one_member_of_objects(tmp_path: Path) -> None:
    np.savez(tmp_path / "x.npz", a=np.array([{}], object), b=np.zeros(3))
    with open_member(tmp_path / "x.npz", "a", remedy="r") as stream:
        assert stream.read(1) == b"\x80"  # a pickle's first byte
    with (
        pytest.raises(InputError, match="holds float64, not objects"),
        open_member(tmp_path / "x.npz", "b", remedy="r"),
    ):
        pass
    with pytest.raises(InputError, match="has no 'c'; r"), open_member(tmp_path / "x.npz", "c", remedy="r"):
        pass


def test_unusual_compression_has_no_bound_and_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "x.npz", zipfile.ZIP_LZMA, a=header((1,)) + bytes(8))
    with pytest.raises(InputError, match="compressed in an unusual way"):
        read_npz(path)


def test_damage_of_every_kind_is_one_error(tmp_path: Path) -> None:
    path = tmp_path / "x.npz"
    stream = io.BytesIO()
    np.savez_compressed(stream, a=np.random.default_rng(1).random(200))
    whole = stream.getvalue()
    flipped = bytearray(whole)
    flipped[len(whole) // 2] ^= 255
    for content, said in (
        (b"", "is not an .npz file"),
        (b"PK\x03\x04", "is a damaged .npz file"),
        (whole[:-30], "is a damaged .npz file"),
        (bytes(flipped), "is a damaged .npz file"),
        (np.lib.format.magic(1, 0) + whole, "is not an .npz file"),
    ):
        path.write_bytes(content)
        with pytest.raises(InputError, match=said) as caught:
            read_npz(path)
        assert "\n" not in str(caught.value)
    for content in (b"\x93NUMPY\x03\x00", b"nothing", header((1,), "<f9"), header((1,))[:20]):
        with pytest.raises(InputError, match=r"x\.npz:a: is a damaged"):
            read_npz(archive(path, a=content))
    with pytest.raises(InputError, match=r"cannot be read \(No such file"):
        read_npz(tmp_path / "none.npz")
    with pytest.raises(InputError, match=r"cannot be read \(Is a directory"):
        read_npz(tmp_path)


def test_what_is_written_is_read_and_has_the_same_bytes_again(tmp_path: Path) -> None:
    arrays = {"a": np.arange(6).reshape(2, 3), "b": np.array("text")}
    write_npz(tmp_path / "one.npz", arrays)
    write_npz(tmp_path / "two.npz", arrays)
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    found = read_npz(tmp_path / "one.npz")
    assert found["a"].tolist() == [[0, 1, 2], [3, 4, 5]]
    assert str(found["b"]) == "text"
