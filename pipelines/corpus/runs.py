"""The finished samples of a corpus or a selection, as runs: stretches of a shard's rows that one read takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import zarr.errors
from numpy.typing import NDArray

from pipelines.corpus.corpus import Corpus, Part
from pipelines.corpus.selection import SPLITS, Selection, read_selection
from synth.core.errors import InputError
from synth.core.words import count as count_of

LONGEST = 8192
Finished = dict[
    str, list[list[int]]
]  # of each part, the shards with receipts: [first, one past the last], ...


@dataclass(frozen=True)
class Runs:
    """Runs in the corpus' order, and which of their samples are wanted.

    `part` (n,) numbers of `parts`; `start`, `stop` (n,) the rows a run spans; `first` (n + 1,) how many wanted
    samples lie before each run. Where not every row is wanted, `chosen` (m,) are the rows and `weight` (m,) their
    weights, in the order of the runs.
    """

    parts: tuple[Part, ...]
    part: NDArray[np.int64]
    start: NDArray[np.int64]
    stop: NDArray[np.int64]
    first: NDArray[np.int64]
    chosen: NDArray[np.int64] | None = None
    weight: NDArray[np.float32] | None = None

    def __len__(self) -> int:
        return len(self.part)

    @property
    def samples(self) -> int:
        return int(self.first[-1])

    def rows(self, run: int) -> NDArray[np.int64]:
        """The wanted rows of a run, ascending."""
        if self.chosen is None:
            return np.arange(self.start[run], self.stop[run])
        return self.chosen[self.first[run] : self.first[run + 1]]


def finished(folder: Path, parts: Sequence[str] | None = None) -> Finished:
    """The shards of each part (all parts if not named) that count by now: those with a receipt."""
    from pipelines.corpus.part import finished_shards  # brings Dask, which no loader's worker needs

    corpus = Corpus(folder)
    return {name: _ranges(finished_shards(corpus.part(name))) for name in _names(corpus, parts)}


def open_runs(
    folder: Path,
    *,
    selection: str | None = None,
    split: str | None = None,
    parts: Sequence[str] | None = None,
    shards: Finished | None = None,
    longest: int = LONGEST,
) -> Runs:
    """Runs of at most `longest` rows over what is finished of a corpus, or what of it a selection chose.

    `shards` is what `finished` gave at some time; by default it is asked now. Raises InputError where a part or a
    split is unknown, or a selection has samples in shards that are not finished.
    """
    corpus = Corpus(folder)
    there = finished(folder, parts) if shards is None else shards
    opened = tuple(corpus.part(name) for name in there)
    edges = [_cut(part, there[part.name], longest) for part in opened]
    part = np.repeat(np.arange(len(opened)), [len(start) for start, _ in edges])
    start = np.concatenate([start for start, _ in edges] or [np.zeros(0, np.int64)])
    stop = np.concatenate([stop for _, stop in edges] or [np.zeros(0, np.int64)])
    if selection is None:
        if split is not None:
            raise InputError(
                "a corpus has no splits of its own", where=f"split '{split}'", remedy="name a selection"
            )
        return Runs(opened, part, start, stop, _offsets(stop - start))
    return _chosen(
        read_selection(corpus, selection), split, Runs(opened, part, start, stop, np.zeros(1, int))
    )


class RowReader:
    """Reads rows of parts, and keeps their arrays open: opening one takes as long as reading thousands of rows."""

    def __init__(self) -> None:
        self._open: dict[tuple[str, str], Any] = {}

    def read(self, part: Part, name: str, rows: NDArray[np.int64]) -> NDArray[Any]:
        """Rows (ascending, repeats allowed) of an array, by one read of the stretch they span.

        Raises InputError, naming part and array, where it cannot be read.
        """
        first, last = int(rows[0]), int(rows[-1])
        try:
            if (part.name, name) not in self._open:
                self._open[part.name, name] = part.array(name)
            stretch = np.asarray(self._open[part.name, name][first : last + 1])
        except (OSError, ValueError, RuntimeError, zarr.errors.BaseZarrError) as error:
            raise InputError(
                f"'{name}' of samples {first} to {last} cannot be read",
                where=str(part.folder),
                remedy="run `posemill verify` to see what is broken",
            ) from error
        whole = len(rows) == last + 1 - first and (np.diff(rows) == 1).all()
        return stretch if whole else stretch[rows - first]


def _names(corpus: Corpus, parts: Sequence[str] | None) -> list[str]:
    there = corpus.part_names()
    for name in parts or []:
        if name not in there:
            raise InputError(
                f"has no part '{name}'", where=str(corpus.folder), remedy=f"there are: {', '.join(there)}"
            )
    return there if parts is None else [name for name in there if name in parts]


def _ranges(shards: list[int]) -> list[list[int]]:
    """Ascending numbers as half-open ranges."""
    breaks = [-1, *(i for i, (a, b) in enumerate(pairwise(shards)) if b != a + 1), len(shards) - 1]
    return [[shards[a + 1], shards[b] + 1] for a, b in pairwise(breaks)] if shards else []


def _cut(part: Part, ranges: list[list[int]], longest: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First rows and one past the last of a part's runs: shards, in equal pieces where they are longer."""
    shards = np.concatenate([np.arange(a, b) for a, b in ranges] or [np.zeros(0, np.int64)])
    pieces = -(-part.per_shard // longest)
    each = -(-part.per_shard // pieces)
    offset = np.arange(pieces) * each
    start = (shards[:, None] * part.per_shard + offset).ravel()
    stop = (shards[:, None] * part.per_shard + np.minimum(offset + each, part.per_shard)).ravel()
    stop = np.minimum(stop, part.samples)
    return start[start < stop], stop[start < stop]


def _chosen(selection: Selection, split: str | None, runs: Runs) -> Runs:
    """The runs that hold samples of a selection, with these."""
    if split is not None and split not in SPLITS:
        raise InputError(
            "there is no such split", where=f"split '{split}'", remedy=f"use {', '.join(SPLITS)}"
        )
    rows, weights, counts = [], [], []
    for number, part in enumerate(runs.parts):
        row, weight = selection.of(part.name, split)
        own = runs.part == number
        low, high = np.searchsorted(row, runs.start[own]), np.searchsorted(row, runs.stop[own])
        if int((high - low).sum()) != len(row):
            missing = len(row) - int((high - low).sum())
            raise InputError(
                f"selection '{selection.name}' has {count_of(missing, 'sample')} in shards that are not finished",
                where=str(part.folder),
                remedy="run the `posemill generate` that makes the part, or `posemill curate` again",
            )
        rows.append(row)
        weights.append(weight)
        counts.append(high - low)
    count = np.concatenate(counts or [np.zeros(0, np.int64)])
    some = count > 0
    return Runs(
        runs.parts,
        runs.part[some],
        runs.start[some],
        runs.stop[some],
        _offsets(count[some]),
        np.concatenate(rows or [np.zeros(0, np.int64)]),
        np.concatenate(weights or [np.zeros(0, np.float32)]),
    )


def _offsets(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def spread(items: list[int], most: int) -> list[int]:
    """At most `most` of the items, evenly spaced from first to last."""
    if len(items) <= most:
        return items
    return [items[i] for i in np.unique(np.linspace(0, len(items) - 1, most).round().astype(int))]
