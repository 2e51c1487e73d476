"""Zarr's side of a part: its metadata, chunks and shards, and writing one shard of one array.

A Zarr shard is a task's shard, so no two tasks ever write to one file, and a write never reads what was there.
"""

from __future__ import annotations

import shutil
import warnings
from pathlib import Path
from typing import Any

import zarr
import zarr.errors
from numpy.typing import NDArray
from zarr.codecs import ZstdCodec

from pipelines.corpus.schema import Label, bytes_per_sample

# what zarr raises for metadata that is missing or not as it was written
BROKEN = (OSError, ValueError, KeyError, TypeError, AttributeError, zarr.errors.BaseZarrError)
_CHUNK_BYTES = 1 << 20  # aimed size of a Zarr chunk before compression: what one read takes at least
_JPEG_BYTES = 1 << 14
# variable-length bytes have no ratified Zarr specification yet; zarr-python says so at each use
warnings.filterwarnings("ignore", category=zarr.errors.UnstableSpecificationWarning)


def lay_out(
    folder: Path, labels: tuple[Label, ...], sizes: dict[str, int], samples: int, per_shard: int
) -> None:
    """Write the metadata of a group and its arrays, in place of any that is there; shards stay as they are."""
    (folder / "zarr.json").unlink(missing_ok=True)
    group = zarr.open_group(str(folder), mode="a")
    for label in labels:
        (folder / label.name / "zarr.json").unlink(missing_ok=True)
        shape = label.sized(sizes)
        per_sample = bytes_per_sample(label, sizes) or _JPEG_BYTES
        chunk = near_divisor(per_shard, max(1, _CHUNK_BYTES // per_sample))
        # noise-like floats and JPEGs shrink by less than a tenth: not worth a third of the time to write
        shrinks = label.dtype.startswith(("int", "uint"))
        group.create_array(
            label.name,
            shape=(samples, *shape),
            chunks=(chunk, *shape),
            shards=(per_shard, *shape),
            dtype=label.dtype,
            compressors=ZstdCodec(level=1) if shrinks else None,
            attributes={"unit": label.unit, "frame": label.frame, "about": label.sentence},
        )


def label_of(name: str, array: zarr.Array[Any]) -> Label:
    """The row of an array that no installed package describes, without codes and function."""
    about = {key: str(array.attrs.get(key, "")) for key in ("unit", "frame", "about")}
    return Label(name, array.shape[1:], str(array.dtype), about["unit"], about["frame"], about["about"])


def near_divisor(n: int, aim: int) -> int:
    """The divisor of n nearest to `aim` by ratio, the smaller of two as near.

    A Zarr chunk must divide its shard evenly; for a shard of prime length that leaves 1 and the whole.
    """
    small = [d for d in range(1, int(n**0.5) + 1) if n % d == 0]
    divisors = sorted({*small, *(n // d for d in small)})
    return min(divisors, key=lambda d: max(d / aim, aim / d))


def shard_file(folder: Path, label: Label, shard: int) -> Path:
    """Where Zarr keeps a shard of an array of the group in `folder`."""
    return folder / label.name / "c" / "/".join([str(shard)] + ["0"] * len(label.shape))


def open_to_write(folder: Path, label: Label) -> zarr.Array[Any]:
    """An array of the group in `folder`. Raises one of `BROKEN` where its metadata is missing or broken."""
    array = zarr.open_array(str(folder / label.name), mode="r+")
    # by default chunks of zeros alone are left out, and with them the file that a receipt lists
    return array.with_config({"write_empty_chunks": True})


def write(folder: Path, label: Label, array: zarr.Array[Any], shard: int, values: NDArray[Any]) -> None:
    """Write a whole shard of an array that is open, in place of whatever is there."""
    there = folder / label.name / "c" / str(shard)
    if there.is_dir() and not there.is_symlink():
        shutil.rmtree(there)
    else:
        there.unlink(missing_ok=True)
    assert array.shards is not None
    start = shard * array.shards[0]
    array[start : start + len(values)] = values


def leftovers(folder: Path, labels: tuple[Label, ...]) -> list[Path]:
    """Files that killed processes left half-written, where they are not inside a shard's own folder."""
    flat = [folder / label.name / "c" for label in labels if not label.shape]
    receipts = folder / "receipts"
    places = [folder, receipts, *receipts.glob("*/"), *(folder / label.name for label in labels), *flat]
    return sorted(path for place in places for path in place.glob("*.partial"))
