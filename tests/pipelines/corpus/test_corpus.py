"""The index of a corpus, and which description a part keeps."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from pipelines.corpus.corpus import Corpus, Part
from pipelines.corpus.made_of import in_older_form
from synth.core.disk import canonical, read_sealed, sealed, write_atomically
from synth.core.errors import InputError
from tests.pipelines.corpus.small import facts, some
from tests.pipelines.tiny import digests


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


def test_a_whole_description_stays_whatever_else_is_given(part: Part, tmp_path: Path) -> None:
    before = digests(tmp_path)
    again = Corpus(tmp_path).create_part({**facts(), "bank": "renamed", "clips": ["renamed"]})
    assert digests(tmp_path) == before
    assert "bank" not in again.facts


def test_a_broken_description_is_written_anew(part: Part, tmp_path: Path) -> None:
    before = digests(tmp_path)
    (part.folder / "part.json").write_bytes(canonical({**part.facts, "samples": 9}))
    Corpus(tmp_path).create_part(facts())
    assert digests(tmp_path) == before


def test_a_part_grows_and_does_not_shrink(part: Part, tmp_path: Path) -> None:
    more = Corpus(tmp_path).create_part(facts(samples=11))
    assert (more.samples, more.shards) == (11, 4)
    assert more.identity == part.identity
    assert [shard for shard in range(4) if more.has_receipt(shard)] == [0, 1]  # the third was not full
    for broken in (False, True):
        if broken:
            (more.folder / "part.json").unlink()
        with pytest.raises(
            InputError, match=r"has \d+ samples, and the recipe asks for 4; parts grow but do not"
        ):
            Corpus(tmp_path).create_part(facts(samples=4))


def test_an_older_part_keeps_its_identity_though_its_description_is_lost(tmp_path: Path) -> None:
    now = facts()
    older = in_older_form(now)
    assert older["identity"] != now["identity"]
    part = Corpus(tmp_path).create_part(older)
    for shard in range(part.shards):
        part.write_shard(shard, some(part, shard))
    before = digests(tmp_path)
    assert Corpus(tmp_path).holds(now)
    Corpus(tmp_path).create_part(now)
    (part.folder / "part.json").unlink()
    assert Corpus(tmp_path).holds(now)
    Corpus(tmp_path).create_part(now)
    assert digests(tmp_path) == before
    grown = Corpus(tmp_path).create_part(facts(samples=9))
    assert grown.identity == older["identity"]
