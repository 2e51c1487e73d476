"""A selection: which samples of a corpus to train on, with their weights and splits, and why the others not.

selections/<name>/selection.json   the rules, the parts and what was counted
selections/<name>/selection.npz    a row a sample, sorted by part and row: `part`, `row`, `weight`, `split`;
                                   and of what was dropped: `dropped_part`, `dropped_row`, `dropped_reason`,
                                   with the sample it is like in `dropped_twin_part`, `dropped_twin_row` (-1: none)

Nothing of the corpus is copied. A selection is refused once one of its parts is another; one that has grown since
still has the same samples in its first rows.
"""

from __future__ import annotations

import re
import shutil
import uuid
import zipfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.corpus.corpus import Corpus
from synth.core.disk import canonical, read_json, write_atomically
from synth.core.errors import InputError

SPLITS = ("train", "val", "test")
FORMAT = "posemill-selection"
VERSION = 1
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_REMEDY = "run `posemill curate` again"
_TYPES: dict[str, Any] = {
    "part": np.int16,
    "row": np.int64,
    "weight": np.float32,
    "split": np.uint8,
    "dropped_part": np.int16,
    "dropped_row": np.int64,
    "dropped_reason": np.uint8,
    "dropped_twin_part": np.int16,
    "dropped_twin_row": np.int64,
}


@dataclass(frozen=True)
class Selection:
    """The chosen samples: `part` (n,) numbers of `parts`, `row` (n,) rows in them, `weight` (n,) with mean 1 over
    a split, `split` (n,) rows of SPLITS. `facts` is all of selection.json, `dropped` the arrays of that name."""

    name: str
    facts: dict[str, Any]
    part: NDArray[np.int16]
    row: NDArray[np.int64]
    weight: NDArray[np.float32]
    split: NDArray[np.uint8]
    dropped: dict[str, NDArray[Any]]

    @property
    def parts(self) -> list[str]:
        """Names of the corpus' parts that `part` counts."""
        return list(self.facts["parts"])

    @property
    def reasons(self) -> list[str]:
        """What `dropped_reason` counts."""
        return list(self.facts["reasons"])

    def __len__(self) -> int:
        return len(self.row)

    def of(self, part: str, split: str | None = None) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Rows, ascending, and weights of the chosen samples of one part, in one split or in all."""
        wanted = self.part == self.parts.index(part) if part in self.parts else np.zeros(len(self), bool)
        if split is not None:
            wanted = wanted & (self.split == SPLITS.index(split))
        return self.row[wanted], self.weight[wanted]

    @cached_property
    def counts(self) -> dict[str, int]:
        """Chosen samples of each split."""
        found = np.bincount(self.split, minlength=len(SPLITS))
        return {name: int(found[number]) for number, name in enumerate(SPLITS)}


def folder_of(corpus: Corpus, name: str) -> Path:
    """Where a selection lies. Raises InputError for a name that no folder should have."""
    if not _NAME.fullmatch(name):
        raise InputError(
            f"'{name[:40]}' cannot name a selection",
            where="selection",
            remedy="use up to 64 letters, digits, '-' and '_', and begin with a letter or digit",
        )
    return corpus.folder / "selections" / name


def selection_names(corpus: Corpus) -> list[str]:
    """The selections there are, by name."""
    found = (corpus.folder / "selections").glob("*/selection.json")
    return sorted(path.parent.name for path in found if _NAME.fullmatch(path.parent.name))


def read_selection(corpus: Corpus, name: str) -> Selection:
    """A selection of a corpus. Raises InputError where it is missing, broken, or the corpus has changed."""
    folder = folder_of(corpus, name)
    if not (folder / "selection.json").exists():
        there = ", ".join(selection_names(corpus)) or "none yet"
        raise InputError(f"has no selection '{name}'", where=str(corpus.folder), remedy=f"there are: {there}")
    facts = read_json(folder / "selection.json", _REMEDY)
    where = str(folder / "selection.json")
    lists = ("parts", "identities", "reasons", "samples")
    if not isinstance(facts, dict) or facts.get("format") != FORMAT or facts.get("version") != VERSION:
        raise InputError(
            "is not a selection that this version of Posemill reads", where=where, remedy=_REMEDY
        )
    if not all(isinstance(facts.get(key), list) for key in lists):
        raise InputError("does not describe a selection", where=where, remedy=_REMEDY)
    for part, identity in zip(facts["parts"], facts["identities"], strict=False):
        if corpus.part(part).facts.get("identity") != identity:
            raise InputError(f"was made when part '{part}' was another", where=str(folder), remedy=_REMEDY)
    arrays = _read_arrays(folder / "selection.npz")
    _check(arrays, facts, folder)
    kept = {key: arrays[key] for key in ("part", "row", "weight", "split")}
    dropped = {key: value for key, value in arrays.items() if key.startswith("dropped_")}
    return Selection(name, facts, **kept, dropped=dropped)


def _read_arrays(path: Path) -> dict[str, NDArray[Any]]:
    try:
        with np.load(path, allow_pickle=False) as stored:
            arrays = {key: stored[key] for key in _TYPES}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        problem = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError(f"cannot be read ({problem:.120})", where=str(path), remedy=_REMEDY) from error
    for key, dtype in _TYPES.items():
        if arrays[key].dtype != dtype or arrays[key].ndim != 1:
            raise InputError(f"'{key}' is not of the right type", where=str(path), remedy=_REMEDY)
    return arrays


def _check(arrays: dict[str, NDArray[Any]], facts: dict[str, Any], folder: Path) -> None:
    """Refuse numbers that point to no sample: a loader would read something else, or fail mid-epoch."""
    where = str(folder / "selection.npz")
    for prefix in ("", "dropped_"):
        part, row = arrays[f"{prefix}part"], arrays[f"{prefix}row"]
        if len(part) != len(row):
            raise InputError("holds arrays of different lengths", where=where, remedy=_REMEDY)
        if not len(part):
            continue
        if part.min() < 0 or part.max() >= len(facts["parts"]):
            raise InputError("names parts that it does not list", where=where, remedy=_REMEDY)
        if row.min() < 0 or (row >= np.array(facts["samples"], np.int64)[part]).any():
            raise InputError("names samples that their part does not have", where=where, remedy=_REMEDY)
    lengths = {len(arrays[key]) for key in ("part", "weight", "split")}
    if len(lengths) > 1 or (arrays["split"] >= len(SPLITS)).any():
        raise InputError("holds arrays that do not fit together", where=where, remedy=_REMEDY)


def write_selection(
    corpus: Corpus, name: str, facts: dict[str, Any], arrays: dict[str, NDArray[Any]]
) -> Path:
    """Write a selection whole or not at all, in place of one of that name; gives its folder.

    Raises ValueError where the arrays are not those of a selection, or not sorted by part and row.
    """
    if set(arrays) != set(_TYPES):
        raise ValueError(f"a selection has the arrays {list(_TYPES)}, not {list(arrays)}")
    order = np.lexsort((arrays["row"], arrays["part"]))
    if not np.array_equal(order, np.arange(len(order))):
        raise ValueError("a selection is sorted by part and row")
    folder = folder_of(corpus, name)
    parts = [corpus.part(part) for part in corpus.part_names()]
    facts = {
        **facts,
        "format": FORMAT,
        "version": VERSION,
        "parts": [part.name for part in parts],
        "identities": [part.facts.get("identity") for part in parts],
        "samples": [part.samples for part in parts],
    }
    partial = folder.with_name(f".{name}.{uuid.uuid4().hex}.partial")
    partial.mkdir(parents=True)
    try:
        with (partial / "selection.npz").open("wb") as stream:
            typed = {key: np.ascontiguousarray(arrays[key], dtype=dtype) for key, dtype in _TYPES.items()}
            np.savez_compressed(stream, **typed)  # type: ignore[arg-type]
        write_atomically(partial / "selection.json", canonical(facts))
        shutil.rmtree(folder, ignore_errors=True)
        partial.replace(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return folder
