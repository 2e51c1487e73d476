"""What every exporter needs: the samples to write, read in runs, and files that appear whole or not at all.

An exporter of several files lists them in `all_or_none`: one that fails or is interrupted leaves nothing.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from pipelines.corpus.corpus import Part
from pipelines.corpus.runs import RowReader, Runs, open_runs
from synth.core.errors import InputError

_ROWS_AT_ONCE = 1024  # bounds memory where samples have pixels
# names that Windows keeps for devices (learn.microsoft.com, 'Naming files, paths, and namespaces')
_DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}


@dataclass(frozen=True)
class Exported:
    """What was written: files (a folder for many), samples, and what of the corpus was left out and why."""

    files: list[Path]
    samples: int
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Stretch:
    """Some rows (n,) of a part, ascending, and their arrays by name."""

    part: Part
    rows: NDArray[np.int64]
    arrays: dict[str, NDArray[Any]]

    def has(self, name: str) -> bool:
        return name in self.arrays


@dataclass(frozen=True)
class Source:
    """The finished samples of a corpus, or those of a selection."""

    corpus: Path
    selection: str | None = None
    split: str | None = None
    only: tuple[str, ...] | None = None  # of the parts

    @cached_property
    def runs(self) -> Runs:
        return open_runs(
            self.corpus, selection=self.selection, split=self.split, parts=self.only, longest=_ROWS_AT_ONCE
        )

    @property
    def title(self) -> str:
        """A word for file names: the split or the selection, or 'all'."""
        word = self.split or self.selection or "all"
        return _unlike(word, _DEVICES)

    @cached_property
    def file_names(self) -> dict[str, str]:
        """A name for the files of each part: the part's own, but distinct where upper and lower case are one."""
        names: dict[str, str] = {}
        for part in self.runs.parts:
            taken = {name.casefold() for name in names.values()}
            names[part.name] = _unlike(part.name, _DEVICES | taken)
        return names

    def parts(self) -> list[tuple[Part, int]]:
        """The parts with how many of their samples there are to write."""
        counts = np.zeros(len(self.runs.parts), np.int64)
        np.add.at(counts, self.runs.part, np.diff(self.runs.first))
        return list(zip(self.runs.parts, counts.tolist(), strict=True))

    def able(self, needed: Collection[str], what: str) -> tuple[list[Part], list[str]]:
        """The parts that have the arrays a layout needs, and a note for each of the others.

        Raises InputError where no sample is left.
        """
        self.require_samples()
        able, notes = [], []
        for part, count in self.parts():
            missing = set(needed) - {label.name for label in part.labels}
            if not missing and count:
                able.append(part)
            elif missing and count:
                notes.append(f"part {part.name} is left out: {count:,} samples without '{min(missing)}'")
        if not able:
            raise InputError(
                f"has no finished samples with {', '.join(sorted(needed))}",
                where=str(self.corpus),
                remedy=f"{what} needs them: generate such a part, or choose another layout",
            )
        return able, notes

    def require_samples(self) -> None:
        """Raise InputError where a corpus, or the split of a selection, holds no samples."""
        if self.runs.samples:
            return
        if self.selection is None:
            raise InputError(
                "has no finished samples", where=str(self.corpus), remedy="run `posemill generate` first"
            )
        split = f", split '{self.split}'," if self.split else ""
        raise InputError(
            f"selection '{self.selection}'{split} has no samples",
            where=str(self.corpus),
            remedy="choose another split, or curate with other rules",
        )

    def stretches(self, parts: list[Part], names: Collection[str]) -> Iterator[Stretch]:
        """The samples of these parts in the corpus' order, with those of the named arrays that each part has."""
        runs, wanted, reader = self.runs, {part.name for part in parts}, RowReader()
        for run in range(len(runs)):
            part, rows = runs.parts[runs.part[run]], runs.rows(run)
            if part.name in wanted:
                have = [label.name for label in part.labels if label.name in names]
                yield Stretch(part, rows, {name: reader.read(part, name, rows) for name in have})


def licences(parts: list[Part]) -> list[dict[str, str]]:
    """What the parts are made of and its terms, each once."""
    found = {(row["what"], row["terms"]) for part in parts for row in part.facts.get("licences", [])}
    return [{"what": what, "terms": terms} for what, terms in sorted(found)]


def _unlike(word: str, taken: Collection[str]) -> str:
    """The word, or the word with as few '_' as make it none of `taken` in any case."""
    while word.casefold() in taken:
        word += "_"
    return word


@contextmanager
def all_or_none() -> Iterator[list[Path]]:
    """A list for the files that an export has written: they are removed where the block ends by an error."""
    written: list[Path] = []
    try:
        yield written
    except BaseException:
        for path in written:
            path.unlink(missing_ok=True)
        raise


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """A file to write that is there, whole, once the block ends well. Raises InputError where it is there already."""
    if path.exists():
        raise InputError("is there already", where=str(path), remedy="give another folder, or remove it")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(
            f"cannot be made ({reason})", where=str(path.parent), remedy="check the path"
        ) from error
    partial = path.with_name(f".{path.name}.{uuid.uuid4().hex}.partial")
    try:
        with partial.open("w+b") as stream:
            yield stream
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)
