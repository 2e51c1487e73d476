"""Reading a corpus once in Dask: blocks of rows, the rules that their samples break, and their columns.

A block is some whole shards of a part, or a piece of a large one. Its task gives a Block: for every sample the
first quality rule it breaks, and what later steps ask for. Results come in the order of the corpus.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.corpus.corpus import Corpus, Part
from pipelines.corpus.part import finished_shards
from pipelines.corpus.soundness import broken_pictures, checked, unsound
from pipelines.curate.columns import COLUMNS, Arrays, made, needed
from pipelines.curate.neighbours import Axes, fit_axes
from pipelines.curate.rules import Rules
from synth.core.errors import InputError
from synth.label.pose_space import POSE_JOINTS, SIZE, standard_poses, view_directions

_ROWS = 16_384  # of a block: what bounds a worker's memory
_SPANS_SAMPLED, _ROWS_SAMPLED = 64, 256  # for the axes of poses
_NAMED = 20  # broken samples that a block names
CORRUPT, UNREADABLE = "corrupt", "unreadable"


@dataclass(frozen=True)
class Span:
    """Rows start to stop - 1 of a part of a corpus; `identity` is the part's."""

    corpus: str
    part: str
    identity: str
    start: int
    stop: int


@dataclass(frozen=True)
class Block:
    """What a task found in a span of n samples.

    broken (n,) number of the first rule that a sample breaks, -1 for a sound one, in the order of `rule_names`;
    matched: how many samples break each rule, whatever the others say; named: (row, what is wrong).
    """

    span: Span
    broken: NDArray[np.int16]
    matched: NDArray[np.int64]
    named: list[tuple[int, str]] = field(default_factory=list)
    poses: NDArray[np.float32] | None = None
    views: NDArray[np.float32] | None = None
    columns: Arrays = field(default_factory=dict)


def rule_names(rules: Rules) -> list[str]:
    """Reasons to drop a sample by itself, in the order in which they are checked."""
    return [UNREADABLE, CORRUPT, *(rule.title for rule in rules.quality)]


def spans(corpus: Corpus, wanted: list[str] | None = None) -> list[Span]:
    """The finished shards of a corpus as spans, in order. Raises InputError for a part that does not exist."""
    names = corpus.part_names()
    for name in wanted or []:
        if name not in names:
            raise InputError(f"has no part '{name}'", where="parts", remedy=f"there are: {', '.join(names)}")
    found = []
    for name in names:
        if wanted is None or name in wanted:
            part = corpus.part(name)
            identity = str(part.facts.get("identity"))
            found += [Span(str(corpus.folder), name, identity, *rows) for rows in _stretches(part)]
    return found


def _stretches(part: Part) -> Iterator[tuple[int, int]]:
    """Neighbouring finished shards put together, and large ones cut, to some _ROWS rows."""
    edge = start = -1
    for shard in finished_shards(part):
        first, stop = part.rows(shard)
        if edge >= 0 and (first != edge or stop - start > _ROWS):
            yield from _cut(start, edge)
            start = first
        elif edge < 0:
            start = first
        edge = stop
    if edge >= 0:
        yield from _cut(start, edge)


def _cut(start: int, stop: int) -> Iterator[tuple[int, int]]:
    for first in range(start, stop, _ROWS):
        yield first, min(first + _ROWS, stop)


@lru_cache(maxsize=64)
def open_part(corpus: str, name: str, identity: str) -> Part:
    """A part, kept by the process that works on it."""
    return Corpus(Path(corpus)).part(name)


def read(span: Span, names: Iterable[str]) -> Arrays:
    """Arrays of a span, those of `names` that its part has. Raises InputError where one cannot be read."""
    part = open_part(span.corpus, span.part, span.identity)
    there = {label.name for label in part.labels}
    arrays = {}
    for name in names:
        if name in there:
            try:
                arrays[name] = part.read(name, span.start, span.stop)
            except (OSError, ValueError, RuntimeError, TypeError) as error:
                reason = (str(error) or type(error).__name__).splitlines()[0][:120]
                raise InputError(
                    f"'{name}' of rows {span.start} to {span.stop - 1} cannot be read ({reason})",
                    where=str(part.folder),
                    remedy="run `posemill verify` to see what is broken",
                ) from error
    return arrays


def fit_pose_axes(every: list[Span]) -> Axes:
    """The axes of the poses of a corpus, from some rows of spans spread over it; they make lengths an RMS, mm."""
    found = [np.empty((0, SIZE))]
    for span in [every[i] for i in np.unique(np.linspace(0, len(every) - 1, _SPANS_SAMPLED).astype(int))]:
        short = replace(span, stop=min(span.stop, span.start + _ROWS_SAMPLED))
        try:
            poses = standard_poses(read(short, ["joints_world"])["joints_world"])
        except InputError:
            continue  # the scan names it
        found.append(poses[np.isfinite(poses).all(axis=1)])
    poses = np.concatenate(found)
    return fit_axes(poses if len(poses) else np.zeros((1, SIZE)), scale=len(POSE_JOINTS) ** -0.5)


def read_poses(span: Span, axes: Axes) -> NDArray[np.float32]:
    """(n, 63) the poses of a span along the axes."""
    return _along(axes, read(span, ["joints_world"]))


def _along(axes: Axes, arrays: Arrays) -> NDArray[np.float32]:
    with np.errstate(all="ignore"):  # poses of broken samples are not used
        return axes(standard_poses(arrays["joints_world"]))


def scan(span: Span, rules: Rules, axes: Axes, columns: tuple[str, ...], views: bool) -> Block:
    """Scan a span: which quality rule each sample breaks, and the poses, views and columns of its samples.

    A span that cannot be read is broken as a whole, and named. Raises InputError for a column whose arrays the part
    does not have.
    """
    n, rows = span.stop - span.start, len(rule_names(rules))
    asked = [rule.column for rule in rules.quality] + list(columns)
    wanted = {*checked(), *needed([c for c in asked if c in COLUMNS]), "clip"}
    pictures = rules.pictures != "none"
    try:
        arrays = read(span, sorted(wanted | ({"image"} if pictures else set())))
    except InputError as error:
        matched = np.zeros(rows, np.int64)
        matched[0] = n
        return Block(span, np.zeros(n, np.int16), matched, [(span.start, error.what)])
    part = open_part(span.corpus, span.part, span.identity)
    problems = unsound(arrays, partial=part.kind == "imported", clips=len(part.facts["clips"]))
    if "image" in arrays:
        problems |= broken_pictures(arrays["image"], arrays["image_size"], rules.pictures == "decode")
    breaks = np.zeros((n, rows), bool)
    breaks[list(problems), 1] = True
    for number, rule in enumerate(rules.quality):
        with np.errstate(all="ignore"):  # what is broken has been named
            values = column(rule.column, arrays, span)
        low = -np.inf if rule.min is None else rule.min
        high = np.inf if rule.max is None else rule.max
        breaks[:, number + 2] = ~((values >= low) & (values <= high))
    broken = np.where(breaks.any(axis=1), breaks.argmax(axis=1), -1).astype(np.int16)
    named = [(span.start + row, problems[row]) for row in sorted(problems)[:_NAMED]]
    return Block(
        span, broken, breaks.sum(axis=0), named,
        poses=_along(axes, arrays),
        views=_views(arrays) if views else None,
        columns={"clip": arrays["clip"], **{name: column(name, arrays, span) for name in columns}},
    )  # fmt: skip


def _views(arrays: Arrays) -> NDArray[np.float32]:
    return view_directions(arrays["joints_world"], arrays["rotation"], arrays["translation"]).astype(
        np.float32
    )


def column(name: str, arrays: Arrays, span: Span) -> NDArray[Any]:
    """A column of a span's samples. Raises InputError where the part lacks an array that it needs."""
    values = made(name, arrays)
    if values is None:
        missing = next(array for array in COLUMNS[name].needs if array not in arrays)
        raise InputError(
            f"has no array '{missing}', which the column '{name}' needs",
            where=f"part {span.part}",
            remedy="leave the column out, or choose other parts with `parts`",
        )
    return values
