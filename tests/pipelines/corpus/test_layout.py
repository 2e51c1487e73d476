"""A part's arrays in Zarr: shapes, chunks and shards."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import zarr

from pipelines.corpus.corpus import Corpus, Part
from pipelines.corpus.layout import lay_out, near_divisor, shard_file
from pipelines.corpus.schema import LABELS
from tests.pipelines.corpus.small import SIZES, facts


def test_arrays_are_those_of_the_schema(part: Part) -> None:
    for label in LABELS:
        array = part.array(label.name)
        assert array.shape == (7, *label.sized(SIZES))
        assert array.shards is not None
        assert array.shards[0] == 3
        assert dict(array.attrs) == {"unit": label.unit, "frame": label.frame, "about": label.sentence}


def test_chunks_of_large_shards_are_about_a_megabyte(tmp_path: Path) -> None:
    made = Corpus(tmp_path).create_part(facts("a-pairs", samples=10**12, per_shard=8192))
    for name in ("joints_world", "pose", "visibility"):
        array = made.array(name)
        size = array.chunks[0] * int(np.prod(array.shape[1:])) * array.dtype.itemsize
        assert 8192 % array.chunks[0] == 0
        assert 2**18 < size <= 2**21 or array.chunks[0] == 8192


@pytest.mark.parametrize(
    ("n", "aim", "expected"),
    [(8192, 1820, 2048), (8181, 900, 909), (8191, 1820, 8191), (8191, 2, 1), (6, 1000, 6), (1, 1, 1)],
)  # fmt: skip
def test_the_nearest_divisor(n: int, aim: int, expected: int) -> None:
    assert near_divisor(n, aim) == expected


def test_plain_zarr_reads_a_part(part: Part) -> None:
    group = zarr.open_group(str(part.folder), mode="r")
    assert set(group.array_keys()) == {label.name for label in LABELS}
    assert group["image_size"].attrs["unit"] == "pixels"
    label = next(label for label in LABELS if label.name == "pose")
    assert shard_file(part.folder, label, 2) == part.folder / "pose/c/2/0/0"


def test_laying_out_for_more_samples_keeps_the_shards(part: Part) -> None:
    before = {shard: part.files_of(shard)["pose"].read_bytes() for shard in range(3)}
    lay_out(part.folder, part.labels, SIZES, 20, 3)
    assert {shard: part.files_of(shard)["pose"].read_bytes() for shard in range(3)} == before
    assert zarr.open_array(str(part.folder / "pose"), mode="r").shape[0] == 20
