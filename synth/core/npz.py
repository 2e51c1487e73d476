"""Untrusted .npz files: pickles are refused, and the sizes of arrays are checked before memory is allocated.

Format: numpy's npy header (NEP 1) in the members of a zip archive. A header may claim any shape and a member may unpack
to a thousand times its size, so both are checked against limits before anything is allocated.
"""

from __future__ import annotations

import math
import tokenize
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from synth.core.errors import InputError

MOST_BYTES = 1 << 29  # of the arrays of one file together, unless a caller says otherwise
# Deflate reaches 1032:1 on zeros; measured data stays under 20:1. Small members may have any ratio.
_MOST_RATIO, _ANY_RATIO_BYTES = 100, 1 << 24
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # numpy writes no others; those unpack without a bound
_HEADERS = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
_DAMAGED = (SyntaxError, tokenize.TokenError,
    ValueError, OSError, EOFError, KeyError, TypeError, SyntaxError, OverflowError, MemoryError, RecursionError,
    zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError,
)  # fmt: skip


def read_npz(
    path: Path,
    wanted: Collection[str] | None = None,
    *,
    most_bytes: int = MOST_BYTES,
    remedy: str = "get the file again from its source",
    pickled: str = "save plain arrays instead",
) -> dict[str, NDArray[Any]]:
    """The arrays of a file by name: the `wanted` ones that it has, or all of them.

    `most_bytes` bounds the unpacked size of what is read. Errors give `remedy` as what to do, or `pickled` where an
    array holds pickled objects. Raises InputError for a file that is not an .npz, is damaged, holds pickles, or is
    larger than its limits.
    """
    with _opened(path, remedy) as archive:
        there = {entry.filename.removesuffix(".npy"): entry for entry in archive.infolist()}
        names = [name for name in there if wanted is None or name in wanted]
        check_sizes([there[name] for name in names], path, most_bytes)
        arrays = {}
        for name in names:
            with _damage(f"{path}:{name}", remedy):
                _check_header(archive, there[name], f"{path}:{name}", remedy, pickled)
                with archive.open(there[name]) as stream:
                    arrays[name] = np.lib.format.read_array(stream, allow_pickle=False)
        return arrays


def write_npz(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write arrays, compressed. Unlike numpy.savez, the same arrays give the same bytes: no time is stored."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in arrays.items():
            entry = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(entry, "w") as member:
                np.lib.format.write_array(member, np.asanyarray(array), allow_pickle=False)


@contextmanager
def open_member(path: Path, name: str, *, most_bytes: int = MOST_BYTES, remedy: str) -> Iterator[IO[bytes]]:
    """One member of an .npz as a stream positioned after its header, for arrays of objects.

    Raises InputError as `read_npz` does, and where the file has no such member or it holds plain numbers.
    """
    with _opened(path, remedy) as archive, _damage(f"{path}:{name}", remedy):
        if f"{name}.npy" not in archive.namelist():
            raise InputError(f"has no '{name}'", where=str(path), remedy=remedy)
        entry = archive.getinfo(f"{name}.npy")
        check_sizes([entry], path, most_bytes)
        with archive.open(entry) as stream:
            _, dtype = _header(stream)
            if not dtype.hasobject:
                raise InputError(f"holds {dtype}, not objects", where=f"{path}:{name}", remedy=remedy)
            yield stream


def check_sizes(entries: Collection[zipfile.ZipInfo], path: Path, most_bytes: int) -> None:
    """Raise InputError unless members of an archive may be unpacked: by what the archive says of their sizes."""
    for entry in entries:
        where = f"{path}:{entry.filename.removesuffix('.npy')}"
        if entry.compress_type not in _METHODS:
            raise InputError(
                "is compressed in an unusual way", where=where, remedy="save it with numpy.savez"
            )
        large = entry.file_size > max(_ANY_RATIO_BYTES, _MOST_RATIO * entry.compress_size)
        if large and entry.file_size <= most_bytes:
            what = f"unpacks to {_size(entry.file_size)} from {_size(entry.compress_size)}, more than data compresses"
            raise InputError(what, where=where, remedy="if it is genuine, save it uncompressed (numpy.savez)")
    total = sum(entry.file_size for entry in entries)
    if total > most_bytes:
        raise InputError(
            f"unpacks to {_size(total)}, and at most {_size(most_bytes)} are read",
            where=str(path),
            remedy="split the file, or check that it is the right one",
        )


def _check_header(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, where: str, remedy: str, pickled: str
) -> None:
    with archive.open(entry) as stream:
        shape, dtype = _header(stream)
        stored = entry.file_size - stream.tell()
    if dtype.hasobject:
        raise InputError("holds pickled objects, which are never loaded", where=where, remedy=pickled)
    claimed = math.prod(shape) * dtype.itemsize
    if min(shape, default=0) < 0 or claimed > stored or (dtype.itemsize == 0 and math.prod(shape) > 1):
        raise InputError(
            f"its header claims {dtype} of shape {shape}, but {stored:,} bytes are stored",
            where=where,
            remedy=remedy,
        )


def _header(stream: IO[bytes]) -> tuple[tuple[int, ...], np.dtype[Any]]:
    version = np.lib.format.read_magic(stream)
    if version not in _HEADERS:
        raise ValueError(f"version {version} of the npy format")
    shape, _, dtype = _HEADERS[version](stream)
    return shape, dtype


@contextmanager
def _opened(path: Path, remedy: str) -> Iterator[zipfile.ZipFile]:
    try:
        with path.open("rb") as stream:
            is_zip = stream.read(2) == b"PK"
    except OSError as error:
        what = f"cannot be read ({error.strerror})"
        raise InputError(what, where=str(path), remedy="check the path and its permissions") from error
    if not is_zip:
        raise InputError("is not an .npz file", where=str(path), remedy=remedy)
    with _damage(str(path), remedy), zipfile.ZipFile(path) as archive:
        yield archive


@contextmanager
def _damage(where: str, remedy: str) -> Iterator[None]:
    """Turn whatever reading a damaged archive raises into an InputError."""
    try:
        yield
    except _DAMAGED as error:
        reason = (str(error) or type(error).__name__).splitlines()[0]
        raise InputError(f"is a damaged .npz file ({reason[:100]})", where=where, remedy=remedy) from error


def _size(count: int) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.1f} MB"
