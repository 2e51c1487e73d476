"""Runs of finished rows: what counts, how it is cut, and what a selection leaves of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipelines.corpus.corpus import Corpus
from pipelines.corpus.runs import RowReader, finished, open_runs, spread
from pipelines.corpus.selection import write_selection
from synth.core.errors import InputError
from tests.pipelines.fakes import fake_part, write_fake_shard


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Part a: shards of 4 rows, 0, 1 and 3 of them finished, the last of 2 rows; part b: one shard of 5."""
    part = fake_part(tmp_path, "a", 14, 4, shards=range(2))
    write_fake_shard(part, 3)
    fake_part(tmp_path, "b", 5, 5)
    return tmp_path


def select(corpus: Path, part: list[int], row: list[int]) -> None:
    n = len(row)
    dropped = {f"dropped_{name}": np.zeros(0) for name in ("part", "row", "reason", "twin_part", "twin_row")}
    arrays = {"part": part, "row": row, "weight": np.arange(1.0, n + 1), "split": [0] * (n - 1) + [1]}
    write_selection(
        Corpus(corpus), "mine", {"reasons": []}, {k: np.array(v) for k, v in arrays.items()} | dropped
    )


def test_what_has_receipts_is_finished(corpus: Path) -> None:
    assert finished(corpus) == {"a": [[0, 2], [3, 4]], "b": [[0, 1]]}
    assert finished(corpus, ["b"]) == {"b": [[0, 1]]}
    with pytest.raises(InputError, match="has no part 'c'; there are: a, b"):
        finished(corpus, ["c"])


def test_runs_are_finished_shards_and_cut_where_they_are_long(corpus: Path) -> None:
    runs = open_runs(corpus)
    rows = [(int(runs.part[n]), *runs.rows(n)) for n in range(len(runs))]
    assert rows == [(0, 0, 1, 2, 3), (0, 4, 5, 6, 7), (0, 12, 13), (1, 0, 1, 2, 3, 4)]
    assert runs.samples == 15
    cut = open_runs(corpus, longest=2, parts=["b"])
    assert [cut.rows(n).tolist() for n in range(len(cut))] == [[0, 1], [2, 3], [4]]


def test_a_selection_leaves_its_rows_in_order_with_weights(corpus: Path) -> None:
    select(corpus, [0, 0, 1], [1, 12, 4])
    runs = open_runs(corpus, selection="mine")
    assert [runs.rows(n).tolist() for n in range(len(runs))] == [[1], [12], [4]]
    assert runs.weight is not None
    assert runs.weight.tolist() == [1, 2, 3]
    assert open_runs(corpus, selection="mine", split="val").samples == 1
    for changes, said in (
        ({"split": "dev"}, "split 'dev': there is no such split"),
        ({"selection": None, "split": "val"}, "no splits"),
    ):
        with pytest.raises(InputError, match=said):
            open_runs(corpus, **({"selection": "mine"} | changes))  # type: ignore[arg-type]


def test_selected_samples_that_are_not_finished_are_refused(corpus: Path) -> None:
    select(corpus, [0, 0], [1, 9])
    with pytest.raises(InputError, match="has 1 sample in shards that are not finished"):
        open_runs(corpus, selection="mine")


def test_rows_are_read_in_one_stretch(corpus: Path) -> None:
    reader, part = RowReader(), Corpus(corpus).part("a")
    assert reader.read(part, "sample", np.array([1, 1, 6])).tolist() == [1, 1, 6]
    assert reader.read(part, "sample", np.array([4, 5])).tolist() == [4, 5]
    part.files_of(1)["sample"].write_bytes(b"x")
    with pytest.raises(InputError, match=r"'sample' of samples 4 to 5 cannot be read.*posemill verify"):
        reader.read(part, "sample", np.array([4, 5]))


def test_items_are_spread_from_first_to_last() -> None:
    assert spread([3, 5, 9], 5) == [3, 5, 9]
    assert spread(list(range(11)), 3) == [0, 5, 10]
