"""Checking a corpus: every byte against the receipts, and the labels' geometry against itself.

A sample of rows is projected anew: joints_world through rotation, translation, intrinsics and distortion must
give joints_camera and joints_image. That finds what checksums cannot, such as labels written in a wrong frame.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from pipelines.cluster.bounded import in_threads
from pipelines.corpus import layout
from pipelines.corpus.corpus import Corpus, Fault, Part, open_corpus
from pipelines.corpus.part import METADATA, finished_shards
from pipelines.corpus.runs import spread
from pipelines.corpus.soundness import checked, find_problems
from pipelines.generate.motion_bank import check_bank
from synth.core.errors import InputError
from synth.core.progress import NoProgress, Progress

_SHARDS_READ = 8  # for geometry, spread over the part
_ROWS_READ = 128  # of each of these shards
_GAPS_NAMED = 20


@dataclass(frozen=True)
class Verdict:
    """What `verify` found: how much it read, and everything that is not as it should be."""

    parts: int
    shards: int
    samples: int
    projected: int
    faults: list[Fault]


def verify(folder: Path, *, workers: int | None = None, progress: Progress | None = None) -> Verdict:
    """Check every file of every part. Raises InputError where the folder is not a corpus."""
    watch = progress or NoProgress()
    corpus = open_corpus(folder)
    names, faults = _names(corpus)
    shards = samples = projected = 0
    for name in names:
        try:
            part = corpus.part(name)
        except InputError as error:
            faults.append(Fault(name, None, "part.json", error.what))
            continue
        metadata = part.check_metadata()
        faults += metadata
        done = finished_shards(part)
        faults += _unfinished(part, done) + _strays(part, done)
        bad: set[int] = set()
        watch.begin(part.name, len(done), "shards")
        for shard, found in in_threads(part.check_shard, done, workers):
            faults += found
            if found:
                bad.add(shard)
            watch.advance(1)
        good = [shard for shard in done if shard not in bad]
        shards, samples = shards + len(good), samples + _samples(part, good)
        if not metadata:  # without them Zarr reads nothing, or something else
            rows, wrong = _check_geometry(part, good)
            projected, faults = projected + rows, faults + wrong
    return Verdict(len(names), shards, samples, projected, faults + _motion_faults(corpus))


def _motion_faults(corpus: Corpus) -> list[Fault]:
    """What of the motion that shards are made from has changed: it would get into those made or repaired next."""
    banks = sorted(path.parent for path in (corpus.folder / "motion").glob("*/bank.json"))
    return [
        Fault("(motion)", None, f"{bank.name}/{name}", problem)
        for bank in banks
        for name, problem in check_bank(bank)
    ]


def _names(corpus: Corpus) -> tuple[list[str], list[Fault]]:
    """The parts to check, and what is wrong with the index of them and with what else lies among them."""
    entries = sorted((corpus.folder / "parts").glob("*"))
    there = [path.name for path in entries if (path / "part.json").exists()]
    try:
        listed = corpus.part_names()
    except InputError as error:
        listed, faults = there, [Fault("(index)", None, "corpus.json", error.what)]
    else:
        forgotten = [name for name in there if name not in listed]
        faults = [Fault(name, None, "corpus.json", "does not list this part") for name in forgotten]
    others = [path for path in entries if path.name not in {*there, *listed}]
    for path in others:
        what = "a folder without a part.json: not a part" if path.is_dir() else "a stray file among the parts"
        faults.append(Fault(path.name, None, f"parts/{path.name}", f"{what}; move it elsewhere or remove it"))
    return listed, faults


def _strays(part: Part, done: list[int]) -> list[Fault]:
    """Files in a part's folder that no part has; the checks of metadata and of shards name those half-written."""
    finished, arrays = set(done), {label.name: label for label in part.labels}
    expected = {*part.metadata_files(), part.receipt_path(METADATA)}

    def is_stray(path: Path) -> bool:
        if path in expected or path.suffix == ".partial":
            return False
        inside = path.relative_to(part.folder).parts
        if inside[0] == "receipts":
            return not (
                path.stem.isdigit()
                and int(path.stem) < part.shards
                and path == part.receipt_path(int(path.stem))
            )
        if len(inside) < 3 or inside[0] not in arrays or inside[1] != "c" or not inside[2].isdigit():
            return True
        shard = int(inside[2])
        if len(inside) > 3 and shard in finished and path.parent == part.files_of(shard)[inside[0]].parent:
            return False  # beside a shard's file
        return shard >= part.shards or path != layout.shard_file(part.folder, arrays[inside[0]], shard)

    paths = (Path(place) / file for place, _, files in os.walk(part.folder) for file in files)
    return [
        Fault(
            part.name,
            None,
            str(path.relative_to(part.folder)),
            "a stray file: no part has it; move it elsewhere",
        )
        for path in sorted(filter(is_stray, paths))
    ]


def _unfinished(part: Part, done: list[int]) -> list[Fault]:
    """A fault for each of the first gaps between the shards that are done, then one for all the others."""
    edges = [-1, *done, part.shards]
    gaps = [(a + 1, b - 1) for a, b in pairwise(edges) if b - a > 1]
    faults = [_gap(part, first, last) for first, last in gaps[:_GAPS_NAMED]]
    if len(gaps) > _GAPS_NAMED:
        more = sum(last - first + 1 for first, last in gaps[_GAPS_NAMED:])
        faults.append(Fault(part.name, None, "receipts", f"{more:,} more shards were never finished"))
    return faults


def _gap(part: Part, first: int, last: int) -> Fault:
    if first == last:
        return part.check_shard(first)[0]
    text = (
        f"missing for shards {first} to {last}: {last - first + 1:,} of {part.shards:,} were never finished"
    )
    return Fault(part.name, None, "receipts", text)


def _samples(part: Part, shards: list[int]) -> int:
    return sum(stop - start for start, stop in map(part.rows, shards))


def _check_geometry(part: Part, shards: list[int]) -> tuple[int, list[Fault]]:
    """How many rows were judged by their labels, and the shards in which these contradict each other."""
    rows, faults = 0, []
    needed = [label.name for label in part.labels if label.name in checked()]
    for shard in spread(shards, _SHARDS_READ):
        first, stop = part.rows(shard)
        stop = min(stop, first + _ROWS_READ)
        try:
            arrays = {name: part.read(name, first, stop) for name in needed}
        except (InputError, OSError, ValueError, RuntimeError) as error:
            faults.append(Fault(part.name, shard, "arrays", f"cannot be read ({error})".replace("\n", " ")))
            continue
        partial = part.kind == "imported"  # measured by others: not every joint is known
        faults += [Fault(part.name, shard, *found) for found in wrong_labels(arrays, partial)]
        rows += stop - first
    return rows, faults


def wrong_labels(arrays: dict[str, NDArray[Any]], partial: bool = False) -> list[tuple[str, str]]:
    """What of some rows' labels cannot be: pairs of an array's name and what is wrong with it first."""
    wrong: dict[str, str] = {}
    for problem in find_problems(arrays, partial):
        row = int(problem.rows[0])
        wrong.setdefault(problem.array, f"{problem.of(row)} in {len(problem.rows)} samples, first in {row}")
    return list(wrong.items())
