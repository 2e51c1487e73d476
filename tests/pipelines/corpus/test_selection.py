"""Selections on disk: what is written is read, and what does not fit the corpus is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipelines.corpus.corpus import Corpus
from pipelines.corpus.selection import read_selection, selection_names, write_selection
from synth.core.errors import InputError
from tests.pipelines.posed import clip, posed_part, posed_rows, random_turns


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    rng = np.random.default_rng(0)
    rows = posed_rows(random_turns(20, rng), rng, np.zeros(20))
    for name in ("one", "two"):
        posed_part(tmp_path / "corpus", name, rows, [clip("01", "01_01")])
    return Corpus(tmp_path / "corpus")


def arrays(**changed: Any) -> dict[str, Any]:
    return {
        "part": [0, 0, 1], "row": [3, 4, 0], "weight": [0.5, 1.5, 1], "split": [0, 0, 2],
        "dropped_part": [1], "dropped_row": [7], "dropped_reason": [0],
        "dropped_twin_part": [-1], "dropped_twin_row": [-1],
    } | changed  # fmt: skip


FACTS = {"reasons": ["dull"]}


def test_round_trip(corpus: Corpus) -> None:
    write_selection(corpus, "mine", FACTS, arrays())
    found = read_selection(corpus, "mine")
    assert selection_names(corpus) == ["mine"]
    assert found.counts == {"train": 2, "val": 0, "test": 1}
    rows, weight = found.of("one")
    assert (rows.tolist(), weight.tolist()) == ([3, 4], [0.5, 1.5])
    assert len(found.of("two", "train")[0]) == 0
    assert found.reasons[found.dropped["dropped_reason"][0]] == "dull"
    write_selection(corpus, "mine", FACTS, arrays(row=[1, 2, 3]))
    assert read_selection(corpus, "mine").row.tolist() == [1, 2, 3]
    assert [path.name for path in (corpus.folder / "selections").iterdir()] == ["mine"]


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        ({"part": [0, 0, 5]}, "names parts that it does not list"),
        ({"row": [3, 4, 20]}, "names samples that their part does not have"),
        ({"row": [-1, 4, 1]}, "names samples that their part does not have"),
        ({"split": [0, 0, 3]}, "do not fit together"),
        ({"weight": [1.0]}, "do not fit together"),
        ({"dropped_part": [0, 1]}, "different lengths"),
    ],
)
def test_what_points_nowhere_is_refused(corpus: Corpus, changed: dict[str, Any], text: str) -> None:
    write_selection(corpus, "mine", FACTS, arrays(**changed))
    with pytest.raises(InputError, match=text):
        read_selection(corpus, "mine")


def test_a_corpus_that_has_changed_is_noticed(corpus: Corpus) -> None:
    write_selection(corpus, "mine", FACTS, arrays())
    path = corpus.folder / "parts" / "two" / "part.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "identity": "another"}))
    with pytest.raises(InputError, match="when part 'two' was another"):
        read_selection(corpus, "mine")


def test_missing_and_broken_selections(corpus: Corpus) -> None:
    with pytest.raises(InputError, match="has no selection 'mine'; there are: none yet"):
        read_selection(corpus, "mine")
    with pytest.raises(InputError, match="cannot name a selection"):
        read_selection(corpus, "../mine")
    folder = write_selection(corpus, "mine", FACTS, arrays())
    (folder / "selection.npz").write_bytes(b"PK\x03\x04 nothing")
    with pytest.raises(InputError, match="cannot be read"):
        read_selection(corpus, "mine")
    np.savez(folder / "selection.npz", part=np.array([{}], object))
    with pytest.raises(InputError, match="cannot be read"):
        read_selection(corpus, "mine")
    (folder / "selection.json").write_text("[]")
    with pytest.raises(InputError, match="is not a selection"):
        read_selection(corpus, "mine")


def test_arrays_out_of_order_are_a_mistake_of_ours(corpus: Corpus) -> None:
    with pytest.raises(ValueError, match="sorted by part and row"):
        write_selection(corpus, "mine", FACTS, arrays(row=[4, 3, 0]))
