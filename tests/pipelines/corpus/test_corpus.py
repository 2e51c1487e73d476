"""A part's layout in Zarr, its receipts, and the index of a corpus."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zarr

from pipelines.corpus.corpus import Corpus, Fault, Part
from pipelines.corpus.layout import near_divisor, shard_file
from pipelines.corpus.schema import LABELS, labels_of
from synth.core.disk import canonical, read_sealed, sealed, sha256_of, write_atomically
from synth.core.errors import InputError
from tests.pipelines.tiny import digests

SIZES = {"shape": 4, "props": 2, "height": 6, "width": 5}


def facts(name: str = "a-images", samples: int = 7, per_shard: int = 3, **made_of: Any) -> dict[str, Any]:
    kind = name.split("-")[1]
    made_of = {"recipe": {"seed": 1, kind: {"count": samples}}, **made_of}
    return {
        "name": name, "kind": kind, "samples": samples, "samples_per_shard": per_shard, "sizes": SIZES,
        "arrays": [label.name for label in labels_of(kind)],
        "made_of": made_of, "identity": sha256_of(canonical(made_of)),
    }  # fmt: skip


def some(part: Part, shard: int, empty: bool = False) -> dict[str, np.ndarray[Any, Any]]:
    """Arrays of a shard with numbers that tell the rows apart, or zeros."""
    start, stop = part.rows(shard)
    arrays: dict[str, np.ndarray[Any, Any]] = {}
    for label in part.labels:
        shape = (stop - start, *label.sized(SIZES))
        if label.dtype == "variable_length_bytes":
            arrays[label.name] = np.array(
                [b"" if empty else b"\xff" * (n + 1) for n in range(start, stop)] + [None], object
            )[:-1]
        else:
            rows = (
                np.zeros(shape)
                if empty
                else np.full(shape, 1.0) * (1 + np.arange(start, stop)).reshape(-1, *[1] * len(label.shape))
            )
            arrays[label.name] = rows.astype(label.dtype)
    return arrays


@pytest.fixture
def part(tmp_path: Path) -> Part:
    """A part of three shards, the last of one row."""
    made = Corpus(tmp_path).create_part(facts())
    for shard in range(made.shards):
        made.write_shard(shard, some(made, shard))
    return made


def test_what_is_written_is_read(part: Part) -> None:
    again = Corpus(part.folder.parents[1]).part("a-images")
    assert again.group.store.read_only
    for name, expected in some(part, 1).items():
        read = again.read(name, 3, 6)
        assert read.dtype == expected.dtype
        assert [bytes(x) for x in read] == [bytes(x) for x in expected], name
    assert [int(x[0, 0]) for x in again.read("depth", 0, 7)] == [1, 2, 3, 4, 5, 6, 7]
    assert [len(jpeg) for jpeg in again.read("image", 0, 7)] == [1, 2, 3, 4, 5, 6, 7]


def test_arrays_are_those_of_the_schema(part: Part) -> None:
    for label in LABELS:
        array = part.array(label.name)
        assert array.shape == (7, *label.sized(SIZES))
        assert array.shards is not None
        assert array.shards[0] == 3
        assert dict(array.attrs) == {"unit": label.unit, "frame": label.frame, "about": label.sentence}


def test_a_shard_is_one_file_of_every_array(part: Part) -> None:
    written = {p.relative_to(part.folder).as_posix() for p in part.folder.glob("*/c/**/*") if p.is_file()}
    expected = {p.relative_to(part.folder).as_posix() for s in range(3) for p in part.files_of(s).values()}
    assert written == expected


def test_shards_of_zeros_are_written_too(tmp_path: Path) -> None:
    made = Corpus(tmp_path).create_part(facts())
    for shard in range(made.shards):
        made.write_shard(shard, some(made, shard, empty=True))
        assert made.check_shard(shard) == []


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


def test_parts_are_listed_in_the_order_they_were_made(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    for name in ("c-pairs", "a-pairs", "b-pairs"):
        corpus.create_part(facts(name))
    corpus.create_part(facts("c-pairs"))
    assert corpus.part_names() == ["c-pairs", "a-pairs", "b-pairs"]
    before = corpus.index.read_bytes()
    for broken in (
        b"",
        b"{",
        b"[]",
        before.replace(b"a-pairs", b"x-pairs"),
        before.replace(b" ", b"\t", 1),
        None,
    ):
        corpus.index.unlink()
        if broken is not None:
            corpus.index.write_bytes(broken)
        with pytest.raises(InputError, match=r"corpus\.json: (is|changed)"):
            corpus.part_names()
        assert corpus.is_one()
        corpus.repair_index()
        assert corpus.index.read_bytes() == before


def test_a_broken_description_does_not_let_another_recipe_in(part: Part, tmp_path: Path) -> None:
    path = part.folder / "part.json"
    other = facts(seed=2)
    path.write_bytes(path.read_bytes().replace(part.identity.encode(), other["identity"].encode()))
    with pytest.raises(InputError, match="was made differently"):
        Corpus(tmp_path).create_part(other)
    path.unlink()
    with pytest.raises(InputError, match="was made differently"):
        Corpus(tmp_path).create_part(other)
    Corpus(tmp_path).create_part(facts())
    assert part.check_metadata() == []


def test_shards_of_another_part_in_its_place_are_not_taken_for_ours(part: Part, tmp_path: Path) -> None:
    (part.folder / "part.json").unlink()
    part.receipt_path("metadata").unlink()  # nothing is left that says what the shards are
    other = Corpus(tmp_path).create_part(facts(seed=2))
    assert [other.check_shard(shard)[0].array for shard in range(3)] == ["receipt"] * 3


def test_what_a_part_was_made_of_is_compared_by_field(part: Part, tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    corpus.refuse_other("a-images", {"made_of": {"recipe": {"seed": 1}}})
    corpus.refuse_other("new-images", {"made_of": {"recipe": {"seed": 2}}})
    # a count does not count: parts grow
    with pytest.raises(InputError, match=r"made differently \(recipe\.seed was 1, now 2\)"):
        corpus.refuse_other("a-images", {"made_of": {"recipe": {"seed": 2, "images": {"count": 9}}}})


@pytest.mark.parametrize("name", ["../a-images", "", "a/b", ".", "a" * 100])
def test_names_do_not_lead_out_of_the_corpus(part: Part, tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="there is no part"):
        Corpus(tmp_path).part(name)


@pytest.mark.parametrize(
    "content",
    [
        [],
        {},
        {"name": 1},
        {**facts(), "samples": 0},
        {**facts(), "samples_per_shard": -1},
        {**facts(), "arrays": "x"},
    ],
)
def test_a_description_that_is_none_is_refused(part: Part, tmp_path: Path, content: Any) -> None:
    (part.folder / "part.json").write_text(json.dumps(content))
    with pytest.raises(
        InputError, match=r"part\.json: describes? .*run the same `posemill generate`|does not"
    ):
        Corpus(tmp_path).part("a-images")


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


def test_plain_zarr_reads_a_part(part: Part) -> None:
    group = zarr.open_group(str(part.folder), mode="r")
    assert set(group.array_keys()) == {label.name for label in LABELS}
    assert group["image_size"].attrs["unit"] == "pixels"
    label = next(label for label in LABELS if label.name == "pose")
    assert shard_file(part.folder, label, 2) == part.folder / "pose/c/2/0/0"


def test_sealed_files_know_every_change(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    content = {"b": [1, 2.5, "é\udc80"], "a": {"c": None}}
    write_atomically(path, sealed(content))
    assert read_sealed(path, "") == content
    good = path.read_bytes()
    for at in range(len(good)):
        path.write_bytes(good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :])
        with pytest.raises(InputError):
            read_sealed(path, "mend it")
    for bad in (b"", b"[]", b"1", b"null", b"[" * 100_000, b"\xff", good[:-1], good + b"\n"):
        path.write_bytes(bad)
        with pytest.raises(InputError):
            read_sealed(path, "mend it")


def test_a_write_that_fails_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x"
    write_atomically(path, b"old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError):
        write_atomically(path, b"new")
    assert [p.name for p in tmp_path.iterdir()] == ["x"]
    assert path.read_bytes() == b"old"
