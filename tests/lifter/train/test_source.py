"""What a training reads, and what tells that it has changed."""

from __future__ import annotations

import copy
import hashlib
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch")

from lifter.data.samples import LEAST
from lifter.train.source import difference, facts_of, read_split, read_unlabelled, windows_in
from pipelines.corpus.corpus import Corpus
from synth.core.errors import InputError
from synth.core.progress import NoProgress
from tests.lifter.cases import people as somebody
from tests.lifter.cases import write_benchmark
from tests.lifter.corpora import people
from tests.lifter.made import tiny


def corpus(folder: Path) -> Path:
    people(folder, 60, per_shard=20)
    return folder


def test_the_checksum_is_of_every_shards_receipt(tmp_path: Path) -> None:
    part = facts_of(corpus(tmp_path), tiny())["parts"][0]
    receipts = tmp_path / "parts" / "a" / "receipts"
    files = sorted((receipts / "000000").glob("*.json"))
    assert len(files) == 3
    lines = [f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}\n" for path in files]
    assert part["shards"] == hashlib.sha256("".join(lines).encode()).hexdigest()
    own = hashlib.sha256((receipts / "metadata.json").read_bytes()).hexdigest()
    assert part["receipts"] == hashlib.sha256(f"metadata.json {own}\n".encode()).hexdigest()


def test_a_changed_shard_and_a_grown_corpus_differ(tmp_path: Path) -> None:
    folder = corpus(tmp_path / "corpus")
    part, before = Corpus(folder).part("a"), facts_of(folder, tiny())
    assert difference(before, facts_of(folder, tiny())) is None
    arrays = {label.name: part.read(label.name, 20, 40) for label in part.labels}
    part.write_shard(1, arrays)
    assert difference(before, facts_of(folder, tiny())) is None  # the same bytes
    part.write_shard(1, {**arrays, "detection": arrays["detection"] + 1})
    assert difference(before, facts_of(folder, tiny())) == "parts.0.shards"
    part.write_shard(1, arrays)
    part.receipt_path(2).unlink()
    fewer = facts_of(folder, tiny())
    assert difference(fewer, before) == "parts.0.shards"
    people(folder, 20, name="b")
    assert difference(before, facts_of(folder, tiny())) == "parts"
    assert difference(before, facts_of(folder, tiny(parts=["a"]))) == "parts.0.shards"


def test_what_was_not_recorded_and_names_of_folders_are_not_compared(tmp_path: Path) -> None:
    now = facts_of(corpus(tmp_path / "corpus"), tiny())
    old: dict[str, Any] = copy.deepcopy(now)
    del old["parts"][0]["shards"]
    assert difference(old, now) is None
    old["parts"][0]["receipts"] = "0" * 64
    assert difference(old, now) == "parts.0.receipts"
    shutil.move(tmp_path / "corpus", tmp_path / "moved")
    assert difference(now, facts_of(tmp_path / "moved", tiny())) is None


def test_unlabelled_samples_count(tmp_path: Path) -> None:
    folder, free = corpus(tmp_path / "corpus"), tmp_path / "free"
    people(free, 20, seed=1)
    spec = tiny(unlabelled={"path": str(free)})
    before = facts_of(folder, spec)
    people(free, 20, name="b", seed=2)
    assert difference(before, facts_of(folder, spec)) == "unlabelled.parts"
    file = write_benchmark(tmp_path / "free.npz", somebody(4))
    spec = tiny(unlabelled={"path": str(file)})
    before = facts_of(folder, spec)
    write_benchmark(file, somebody(4, seed=1))
    assert difference(before, facts_of(folder, spec)) == "unlabelled.sha256"


def test_a_split_is_of_the_seed_and_usable(tmp_path: Path) -> None:
    people(tmp_path, 200)
    few = [read_split(tmp_path, tiny(pairs=30, seed=seed), "train", NoProgress()) for seed in (0, 0, 1)]
    assert [len(each) for each in few] == [30, 30, 30]
    assert np.array_equal(few[0].origin, few[1].origin)
    assert not np.array_equal(few[0].origin, few[2].origin)
    val = [read_split(tmp_path, tiny(val_pairs=5, seed=seed), "val", NoProgress()) for seed in (0, 1)]
    assert np.array_equal(val[0].origin, val[1].origin)
    assert not set(map(tuple, few[0].origin)) & set(map(tuple, val[0].origin))
    assert all(((each.keypoints[..., 2] > 0).sum(1) >= LEAST).all() for each in (*few, *val))


def test_windows_need_tracks(tmp_path: Path) -> None:
    people(tmp_path / "tracks", 80, track=8)
    samples = read_split(tmp_path / "tracks", tiny(), "train", NoProgress())
    assert windows_in(samples, tmp_path, 3).rows.shape == (len(samples), 3)
    people(tmp_path / "alone", 80)
    samples = read_split(tmp_path / "alone", tiny(), "train", NoProgress())
    with pytest.raises(InputError, match="has no tracks"):
        windows_in(samples, tmp_path / "alone", 3)


def test_only_the_2d_of_unlabelled_samples_is_read(tmp_path: Path) -> None:
    assert read_unlabelled(tiny(), NoProgress()) is None
    given = somebody(6)
    given.keypoints[:2, 3:] = 0  # three joints are too few
    pool = read_unlabelled(
        tiny(unlabelled={"path": str(write_benchmark(tmp_path / "a.npz", given))}), NoProgress()
    )
    assert pool is not None
    assert len(pool) == 4
    assert pool.truth.isnan().all()
    given.keypoints[:, 3:] = 0
    path = write_benchmark(tmp_path / "b.npz", given)
    with pytest.raises(InputError, match=f"{LEAST} detected joints"):
        read_unlabelled(tiny(unlabelled={"path": str(path)}), NoProgress())
