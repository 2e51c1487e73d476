"""Shards of a part and their receipts."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipelines.corpus.corpus import Corpus, Fault, Part
from pipelines.corpus.part import finished_shards
from synth.core.errors import InputError
from tests.pipelines.corpus.small import facts, some
from tests.pipelines.tiny import digests


def test_what_is_written_is_read(part: Part) -> None:
    again = Corpus(part.folder.parents[1]).part("a-images")
    assert again.group.store.read_only
    for name, expected in some(part, 1).items():
        read = again.read(name, 3, 6)
        assert read.dtype == expected.dtype
        assert [bytes(x) for x in read] == [bytes(x) for x in expected], name
    assert [int(x[0, 0]) for x in again.read("depth", 0, 7)] == [1, 2, 3, 4, 5, 6, 7]
    assert [len(jpeg) for jpeg in again.read("image", 0, 7)] == [1, 2, 3, 4, 5, 6, 7]


def test_a_shard_is_one_file_of_every_array(part: Part) -> None:
    written = {p.relative_to(part.folder).as_posix() for p in part.folder.glob("*/c/**/*") if p.is_file()}
    expected = {p.relative_to(part.folder).as_posix() for s in range(3) for p in part.files_of(s).values()}
    assert written == expected


def test_shards_of_zeros_are_written_too(tmp_path: Path) -> None:
    made = Corpus(tmp_path).create_part(facts())
    for shard in range(made.shards):
        made.write_shard(shard, some(made, shard, empty=True))
        assert made.check_shard(shard) == []


def test_writing_again_gives_the_same_bytes_and_leaves_nothing_else(part: Part) -> None:
    before = digests(part.folder.parents[1])
    (part.folder / "pose/c/1/0/0.abc.partial").write_text("cut short")
    part.write_shard(1, some(part, 1, empty=True))
    part.write_shard(1, some(part, 1))
    assert digests(part.folder.parents[1]) == before


@pytest.mark.parametrize("shard", [1, 2])
def test_a_broken_shard_is_not_read_to_write_it(part: Part, shard: int) -> None:
    before = digests(part.folder.parents[1])
    for path in part.files_of(shard).values():
        path.write_bytes(b"rubbish")
    part.write_shard(shard, some(part, shard))
    assert digests(part.folder.parents[1]) == before


def test_a_folder_in_the_place_of_a_file_is_no_obstacle(part: Part) -> None:
    path = part.files_of(0)["sample"]
    path.unlink()
    (path / "deep").mkdir(parents=True)
    assert [fault.array for fault in part.check_shard(0)] == ["sample"]
    part.write_shard(0, some(part, 0))
    assert part.check_shard(0) == []


@pytest.mark.parametrize("wrong", ["rows", "missing", "more"])
def test_arrays_that_are_not_the_shards_are_refused_before_anything_is_written(
    part: Part, wrong: str
) -> None:
    before = digests(part.folder.parents[1])
    arrays = some(part, 0)
    if wrong == "rows":
        arrays["visibility"] = arrays["visibility"][:2]
    elif wrong == "missing":
        del arrays["visibility"]
    else:
        arrays["more"] = arrays["visibility"]
    with pytest.raises(ValueError):
        part.write_shard(0, arrays)
    assert digests(part.folder.parents[1]) == before


def test_a_shard_without_its_receipt_does_not_count(part: Part) -> None:
    part.receipt_path(1).unlink()
    assert not part.has_receipt(1)
    (fault,) = part.check_shard(1)
    assert str(fault) == "part a-images shard 1: receipt: missing: the shard was never finished"


def test_a_receipt_of_another_part_does_not_count(part: Part, tmp_path: Path) -> None:
    other = Corpus(tmp_path).create_part(facts("b-images", seed=2))
    other.write_shard(0, some(other, 0))
    shutil.copy(other.receipt_path(0), part.receipt_path(0))
    assert part.check_shard(0) == [
        Fault("a-images", 0, "receipt", "is of another recipe, seed, motion or version")
    ]


def test_broken_zarr_metadata_is_one_line(part: Part) -> None:
    good = (part.folder / "pose" / "zarr.json").read_text()
    changes = [
        ("", ""),
        ("zarr_format", "zarr"),
        ("float32", "float3"),
        ("sharding_indexed", "x"),
        ("7,", '"7",'),
        ("array", "group"),
    ]
    for old, new in changes:
        (part.folder / "pose" / "zarr.json").write_text(good.replace(old, new) if old else "")
        with pytest.raises(InputError, match="run the same `posemill generate` again"):
            Part(part.folder, part.facts).array("pose")


def test_readers_need_no_right_to_write(part: Part) -> None:
    folders = [part.folder, *(p for p in part.folder.rglob("*") if p.is_dir())]
    try:
        for folder in folders:
            folder.chmod(0o555)
        again = Part(part.folder, part.facts)
        assert len(again.read("sample", 0, 7)) == 7
        assert again.check_shard(0) == []
    finally:
        for folder in folders:
            folder.chmod(0o755)


def grown(part: Part, samples: int) -> Part:
    return Part(part.folder, {**part.facts, "samples": samples})


def test_a_receipt_of_fewer_samples_does_not_count(part: Part) -> None:
    assert [fault.problem for fault in grown(part, 9).check_shard(2)] == ["is of 1 samples, not 3"]
    assert grown(part, 9).check_shard(1) == []


@pytest.mark.parametrize(("samples", "left"), [(7, [0, 1, 2]), (8, [0, 1]), (30, [0, 1])])
def test_the_last_shard_is_forgotten_where_the_part_has_grown(
    part: Part, samples: int, left: list[int]
) -> None:
    more = grown(part, samples)
    more.forget_partial_shard()
    assert finished_shards(more) == left


def test_how_many_samples_have_receipts(part: Part) -> None:
    assert part.samples_with_receipts() == 7
    assert grown(part, 4).samples_with_receipts() == 7  # also those past the end
    assert finished_shards(grown(part, 4)) == [0, 1]
    assert finished_shards(grown(part, 4), beyond=True) == [0, 1, 2]
