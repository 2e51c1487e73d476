"""The proof that a selection's splits do not leak: no group and no near-duplicate pose is in two of them.

It reads the chosen samples again and relies on nothing of how they were chosen, so it also finds later changes
by hand. Poses are compared exactly: every one of train with all of val and test, every one of val with
all of test (those of a split that are within `NEGLIGIBLE` of each other count as one).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from distributed import Client
from numpy.typing import NDArray

from pipelines.cluster.bounded import in_order
from pipelines.corpus.corpus import Corpus, Part
from pipelines.corpus.selection import SPLITS, Selection
from pipelines.curate.neighbours import Axes
from pipelines.curate.scan import Span, fit_pose_axes, read, read_poses, spans
from pipelines.curate.splits import HeldOut, groups_of
from synth.core.words import count

_NAMED = 20
Chosen = list[tuple[Span, NDArray[np.int64]]]


@dataclass(frozen=True)
class Leak:
    """A subject, recording or pose (`kind`) that is in two splits, and a sentence that names it."""

    kind: str
    text: str


@dataclass(frozen=True)
class LeakCheck:
    """What was compared, and every leak of groups, with the first of the poses named. Distances are in mm."""

    by: str
    groups: int
    crossing_groups: int
    distance: float | None
    poses: int
    held_out: int
    crossing_poses: int
    leaks: list[Leak]

    @property
    def tight(self) -> bool:
        return not self.crossing_groups and not self.crossing_poses


def check_leaks(
    client: Client,
    corpus: Corpus,
    selection: Selection,
    *,
    by: str = "subject",
    distance: float | None = 20.0,
) -> LeakCheck:
    """Check a selection for leaks: groups `by` subject or recording, and poses within `distance` (mm)."""
    parts = {part.name: part for part in map(corpus.part, selection.parts)}
    chosen = _by_span(selection, spans(corpus, selection.parts))
    groups, leaks = _groups(client, selection, chosen, parts, by)
    crossing_groups = len(leaks)
    held = selection.split > 0
    compared = crossing = 0
    if distance is not None and chosen:
        axes = fit_pose_axes([span for span, _ in chosen])
        store = HeldOut(distance, len(axes.middle))
        for rows, poses in _poses(client, selection, axes, [c for c in chosen if held[c[1]].any()]):
            store.add(selection.split[rows], poses, rows)
        for rows, poses in _poses(client, selection, axes, chosen):
            twins, apart = store.near(selection.split[rows], poses)
            compared += int((selection.split[rows] < len(SPLITS) - 1).sum())
            crossing += int((twins >= 0).sum())
            found = np.flatnonzero(twins >= 0)[: max(0, _NAMED + crossing_groups - len(leaks))]
            leaks += [_pose_leak(selection, rows[k], twins[k], apart[k]) for k in found]
    return LeakCheck(by, groups, crossing_groups, distance, compared, int(held.sum()), crossing, leaks)


def _by_span(selection: Selection, every: list[Span]) -> Chosen:
    """Per span the samples of the selection that lie in it, as numbers in the selection."""
    chosen = []
    for span in every:
        number = selection.parts.index(span.part)
        first, last = np.searchsorted(selection.part, [number, number + 1])
        own = selection.row[first:last]
        start, stop = first + np.searchsorted(own, [span.start, span.stop])
        if stop > start:
            chosen.append((span, np.arange(start, stop)))
    return chosen


def _poses(
    client: Client, selection: Selection, axes: Axes, chosen: Chosen
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32]]]:
    """Of each span the numbers of its chosen samples, and their poses."""
    results = in_order(client, read_poses, ((span, axes) for span, _ in chosen))
    for (span, rows), poses in zip(chosen, results, strict=True):
        yield rows, poses[selection.row[rows] - span.start]


def _groups(
    client: Client, selection: Selection, chosen: Chosen, parts: dict[str, Part], by: str
) -> tuple[int, list[Leak]]:
    """How many groups there are, and those that are in two splits, with how many samples of each."""
    counts: dict[str, NDArray[np.int64]] = defaultdict(lambda: np.zeros(len(SPLITS), np.int64))
    names = {name: np.array(groups_of(part, by)) for name, part in parts.items()}
    results = in_order(client, read, ((span, ["clip"]) for span, _ in chosen))
    for (span, rows), arrays in zip(chosen, results, strict=True):
        clips = arrays["clip"][selection.row[rows] - span.start]
        pairs, sizes = np.unique(np.stack([clips, selection.split[rows]]), axis=1, return_counts=True)
        for clip, split, size in zip(*pairs.tolist(), sizes.tolist(), strict=True):
            counts[str(names[span.part][clip])][split] += size
    leaks = []
    for group, sizes in sorted(counts.items()):
        if (sizes > 0).sum() > 1:
            where = " and ".join(
                f"{count(int(n), 'sample')} in {SPLITS[k]}" for k, n in enumerate(sizes) if n
            )
            leaks.append(Leak(by, f"{by} {group} has {where}"))
    return len(counts), leaks


def _pose_leak(selection: Selection, sample: int, twin: int, apart: float) -> Leak:
    def words(number: int) -> str:
        part, split = selection.parts[selection.part[number]], SPLITS[selection.split[number]]
        return f"{part} row {selection.row[number]} ({split})"

    return Leak("pose", f"{words(sample)} has the pose of {words(twin)}: {apart:.1f} mm apart")
