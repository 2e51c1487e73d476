"""Whatever happens to a corpus on disk is found, named and repaired to the byte, and no more is made anew."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from pipelines.corpus.corpus import Corpus, Fault
from synth.core.disk import sha256_file
from synth.core.errors import InputError
from tests.pipelines.tiny import digests, faults, make, motion_in

FLIPS = 60


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = motion_in(tmp_path_factory.mktemp("home"))
    make(home / "good", home)
    return home


@pytest.fixture
def corpus(home: Path, tmp_path: Path) -> Path:
    shutil.copytree(home / "good", tmp_path / "corpus")
    return tmp_path / "corpus"


def all_files(corpus: Path) -> dict[str, str]:
    index = {"corpus.json": sha256_file(corpus / "corpus.json")[1]}
    return digests(corpus) | index if (corpus / "corpus.json").exists() else digests(corpus)


def flip(path: Path, rng: random.Random) -> None:
    content = bytearray(path.read_bytes())
    content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
    path.write_bytes(content)


def owner(path: Path, corpus: Path) -> tuple[str, int | None, str]:
    """Part, shard and array that a file belongs to."""
    part, *inside = path.relative_to(corpus / "parts").parts
    if inside[0] == "receipts":
        shard = path.stem
        return (part, int(shard), "receipt") if shard.isdigit() else (part, None, "metadata receipt")
    if len(inside) > 1 and inside[1] == "c":
        return part, int(inside[2]), inside[0]
    return part, None, "/".join(inside)


def named(found: list[Fault]) -> set[tuple[str, int | None, str]]:
    return {(fault.part, fault.shard, fault.array) for fault in found}


def found_in(corpus: Path) -> set[tuple[str, int | None, str]]:
    """What is named as faulty; parts whose description is broken are named by what cannot be opened."""
    try:
        return named(faults(corpus))
    except InputError as error:
        broken = Path(error.where)
        return {owner(broken, corpus)} if broken.name == "part.json" else {(broken.name, None, "")}


def sample_of_files(corpus: Path) -> list[Path]:
    """Files of every kind, of both parts, in an order of chance that is the same in every run."""
    files = sorted(path for path in (corpus / "parts").rglob("*") if path.is_file())
    rng = random.Random(20)
    special = [
        path
        for path in files
        if path.name in ("part.json", "metadata.json") or path.parent.parent.name == "parts"
    ]
    receipts = [path for path in files if "receipts" in path.parts]
    return [*special, *rng.sample(receipts, 4), *rng.sample(files, FLIPS - len(special) - 4)]


def test_a_flip_of_any_byte_of_any_file_is_named(corpus: Path) -> None:
    rng = random.Random(3)
    for path in sample_of_files(corpus):
        good = path.read_bytes()
        flip(path, rng)
        found = found_in(corpus)
        wanted = owner(path, corpus)
        if path.name == "part.json":
            # a flipped identity also makes receipts look like those of another part
            assert any(part == wanted[0] and shard is None for part, shard, _ in found), path
        else:
            assert found == {wanted}, path
        path.write_bytes(good)
    assert faults(corpus) == []


def test_all_kinds_of_damage_at_once_are_repaired_to_the_byte(home: Path, corpus: Path) -> None:
    before, rng = all_files(corpus), random.Random(4)
    parts = corpus / "parts"
    flip(parts / "tiny-pairs/pose/c/1/0/0", rng)
    flip(parts / "tiny-images/image/c/0", rng)
    flip(parts / "tiny-images/depth/zarr.json", rng)
    flip(parts / "tiny-pairs/part.json", rng)
    flip(corpus / "corpus.json", rng)
    (parts / "tiny-pairs/receipts/000000/000000003.json").unlink()
    cut = parts / "tiny-images/normal/c/1/0/0/0"
    cut.write_bytes(cut.read_bytes()[:-7])
    (parts / "tiny-pairs/band/c/4.0123.partial").write_text("half")
    outcome = make(corpus, home)
    assert outcome.parts == {
        "tiny-images": {"made": 0, "kept": 1, "repaired": 2},
        "tiny-pairs": {"made": 1, "kept": 3, "repaired": 1},
    }
    assert all_files(corpus) == before


@pytest.mark.parametrize("seed", range(4))
def test_flips_anywhere_are_repaired_to_the_byte(home: Path, corpus: Path, seed: int) -> None:
    before, rng = all_files(corpus), random.Random(seed)
    hit = rng.sample([corpus / "corpus.json", *sample_of_files(corpus)], 8)
    shards = {owner(p, corpus)[:2] for p in hit if p.name != "corpus.json"}
    for path in hit:
        flip(path, rng)
    outcome = make(corpus, home).parts
    assert all_files(corpus) == before
    remade = sum(part["made"] + part["repaired"] for part in outcome.values())
    assert remade == len({(part, shard) for part, shard in shards if shard is not None})


@pytest.mark.parametrize("array", ["pose", "image", "sample"])
def test_an_array_that_is_gone_is_made_anew(home: Path, corpus: Path, array: str) -> None:
    before = all_files(corpus)
    shutil.rmtree(corpus / "parts" / "tiny-images" / array)
    expected = {("tiny-images", shard, array) for shard in range(3)} | {
        ("tiny-images", None, f"{array}/zarr.json")
    }
    assert named(faults(corpus)) == expected
    outcome = make(corpus, home).parts
    assert outcome["tiny-images"] == {"made": 0, "kept": 0, "repaired": 3}
    assert outcome["tiny-pairs"]["kept"] == 5
    assert all_files(corpus) == before


@pytest.mark.parametrize("shard", [0, 4])  # the last holds fewer samples
def test_only_the_faulty_shard_is_written(home: Path, corpus: Path, shard: int) -> None:
    part = Corpus(corpus).part("tiny-pairs")
    flip(part.files_of(shard)["trans"], random.Random(1))
    times = {path: path.stat().st_mtime_ns for path in corpus.rglob("*") if path.is_file()}
    make(corpus, home)
    written = {
        path for path, time in times.items() if path.stat().st_mtime_ns != time and path.name != ".lock"
    }
    assert written == {*part.files_of(shard).values(), part.receipt_path(shard)}


@pytest.mark.parametrize("gone", ["corpus.json", "parts/tiny-pairs/part.json", "parts/tiny-images/zarr.json",
                                  "parts/tiny-pairs/receipts/metadata.json", "parts/tiny-images/receipts",
                                  "parts/tiny-images", "motion"])  # fmt: skip
def test_what_is_gone_comes_back(home: Path, corpus: Path, gone: str) -> None:
    before, path = all_files(corpus), corpus / gone
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
    make(corpus, home)
    assert all_files(corpus) == before
    assert faults(corpus) == []


@pytest.mark.parametrize("name", ["poses.npy", "trans.npy", "clearance.npy", "bank.json"])
def test_broken_motion_does_not_get_into_repaired_shards(home: Path, corpus: Path, name: str) -> None:
    before = all_files(corpus)
    (bank,) = (corpus / "motion").iterdir()
    content = bytearray((bank / name).read_bytes())
    content[len(content) // 2 :: 64] = bytes(b ^ 1 for b in content[len(content) // 2 :: 64])
    (bank / name).write_bytes(content)
    shutil.rmtree(corpus / "parts" / "tiny-pairs" / "pose")
    make(corpus, home)
    assert all_files(corpus) == before


@pytest.mark.parametrize(
    ("stray", "expected"),
    [
        ("sample/c/1.0123.partial", ("tiny-pairs", None, "sample/c/1.0123.partial")),
        ("receipts/000000/1.0123.partial", ("tiny-pairs", None, "receipts/000000/1.0123.partial")),
        ("part.json.0123.partial", ("tiny-pairs", None, "part.json.0123.partial")),
        ("pose/zarr.0123.partial", ("tiny-pairs", None, "pose/zarr.0123.partial")),
        ("pose/c/2/0/0.0123.partial", ("tiny-pairs", 2, "pose")),
    ],
)  # fmt: skip
def test_what_a_killed_run_left_is_found_and_cleared(
    home: Path, corpus: Path, stray: str, expected: tuple[str, int | None, str]
) -> None:
    before = all_files(corpus)
    (corpus / "parts/tiny-pairs" / stray).write_text("half of it")
    assert named(faults(corpus)) == {expected}
    make(corpus, home)
    assert all_files(corpus) == before
