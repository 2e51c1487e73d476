"""Curation: choosing the samples of a corpus that are worth training on, with what each rule dropped and why.

The corpus is read up to three times, in Dask, in its order: first for quality rules and near-duplicates; then, if
there are splits, for the poses of val and test; then for what of train is too near those, and for clusters of
pose. The leak check reads what was chosen once more. Memory grows with the poses that are kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from distributed import Client
from numpy.typing import NDArray

from pipelines.cluster.bounded import in_order
from pipelines.cluster.tasks import connect
from pipelines.corpus.corpus import Corpus, open_corpus
from pipelines.corpus.selection import SPLITS, Selection, read_selection, write_selection
from pipelines.curate.balance import (
    Classes,
    assign_clusters,
    cluster,
    draw_weighted,
    from_column,
    from_names,
    view_cells,
    weigh,
)
from pipelines.curate.columns import COLUMNS, GROUPS
from pipelines.curate.findings import KEPT, SampleTable, facts_of, leak_facts
from pipelines.curate.leaks import LeakCheck, check_leaks
from pipelines.curate.neighbours import Axes, RadiusIndex
from pipelines.curate.rules import BalanceSpec, Rules
from pipelines.curate.scan import Span, fit_pose_axes, read_poses, rule_names, scan, spans
from pipelines.curate.splits import HeldOut, assign, group_of
from synth.core.errors import InputError
from synth.core.progress import NoProgress, Progress
from synth.core.randomness import Draws

DUPLICATE, TOO_NEAR, NOT_DRAWN = "near-duplicate", "near a held-out pose", "not drawn"
_SAMPLED = 40_000  # poses that clusters are made from
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Outcome:
    """The result of curation: `facts`, as in selection.json, the leak check of the selection, its folder."""

    facts: dict[str, Any]
    leaks: LeakCheck | None
    folder: Path | None


def curate(
    folder: Path,
    rules: Rules,
    *,
    dry_run: bool = False,
    workers: int | None = None,
    scheduler: str | None = None,
    threads: bool = False,
    progress: Progress | None = None,
) -> Outcome:
    """Choose samples of a corpus by rules and write the selection `rules.name`; a dry run writes nothing.

    Raises InputError for rules that the corpus cannot meet.
    """
    corpus = open_corpus(folder)
    every = spans(corpus, rules.parts)
    if not every:
        raise InputError(
            "has no finished shard yet", where=str(folder), remedy="let `posemill generate` finish"
        )
    with connect(workers, scheduler, threads) as client:
        curation = Curation(client, corpus, rules, every, progress or NoProgress())
        curation.scan()
        curation.require_samples()
        curation.assign_splits()
        curation.compare()
        curation.balance()
        facts, arrays = facts_of(curation), curation.arrays()
        leaks = None
        if rules.splits:
            chosen = {key: arrays[key] for key in ("part", "row", "weight", "split")}
            selection = Selection(rules.name, {**facts, "parts": corpus.part_names()}, **chosen, dropped={})
            curation.progress.begin("checking for leaks", 1, "selection")
            leaks = check_leaks(
                client, corpus, selection, by=rules.splits.by, distance=rules.splits.distance_mm
            )
            curation.progress.advance(1)
            facts["leaks"] = leak_facts(leaks)
    written = None if dry_run else write_selection(corpus, rules.name, facts, arrays)
    return Outcome(facts, leaks, written)


def check(folder: Path, name: str, *, workers: int | None = None, threads: bool = False) -> LeakCheck:
    """Check a selection on disk for leaks, by the rules it was made with."""
    corpus = open_corpus(folder)
    selection = read_selection(corpus, name)
    splits = (selection.facts.get("rules") or {}).get("splits") or {}
    with connect(workers, None, threads) as client:
        return check_leaks(
            client, corpus, selection,
            by=splits.get("by", "subject"), distance=splits.get("distance_mm", 20.0),
        )  # fmt: skip


class Curation:
    """One curation: the steps in order, each of which gives reasons, splits or weights to rows of the table."""

    def __init__(
        self, client: Client, corpus: Corpus, rules: Rules, every: list[Span], progress: Progress
    ) -> None:
        self.client, self.corpus, self.rules, self.spans, self.progress = (
            client,
            corpus,
            rules,
            every,
            progress,
        )
        self.names = corpus.part_names()
        self.parts = {name: corpus.part(name) for name in {span.part for span in every}}
        self.edges = np.concatenate([[0], np.cumsum([span.stop - span.start for span in every])])
        self.axes: Axes = fit_pose_axes(every)
        self.reasons = [*rule_names(rules), DUPLICATE, TOO_NEAR, NOT_DRAWN]
        # how many samples each reason would drop by itself, and the broken ones by name
        self.matched = np.zeros(len(self.reasons), np.int64)
        self.named: list[str] = []
        self.groups: dict[str, str] = {}
        self.balances: list[dict[str, Any]] = []
        n = int(self.edges[-1])
        self.table = SampleTable(
            part=np.concatenate(
                [np.full(s.stop - s.start, self.names.index(s.part), np.int16) for s in every]
            ),
            row=np.concatenate([np.arange(s.start, s.stop) for s in every]),
            clip=np.full(n, -1, np.int32),
            reason=np.full(n, KEPT, np.int16),
            twin=np.full(n, -1, np.int64),
            apart=np.full(n, np.inf, np.float32),
            split=np.zeros(n, np.uint8),
            weight=np.ones(n, np.float32),
        )

    # ---- first reading: quality and near-duplicates

    def scan(self) -> None:
        table, spec = self.table, self.rules.duplicates
        columns = tuple(sorted({rule.by for rule in self.rules.balance if rule.by in COLUMNS}))
        views = any(rule.by == "view" for rule in self.rules.balance)
        cosine = -2.0
        if spec and spec.view_degrees is not None:
            cosine, views = float(np.cos(np.radians(spec.view_degrees))), True
        index = RadiusIndex(spec.distance_mm, len(self.axes.middle), cosine) if spec else None
        self.progress.begin("scanning samples", int(self.edges[-1]), "samples")
        jobs = ((span, self.rules, self.axes, columns, views) for span in self.spans)
        for number, block in enumerate(in_order(self.client, scan, jobs)):
            first, stop = self.edges[number], self.edges[number + 1]
            table.reason[first:stop] = block.broken
            self.matched[: len(block.matched)] += block.matched
            self.named += [f"{block.span.part} row {row}: {text}" for row, text in block.named]
            if block.poses is not None:
                self._keep(slice(first, stop), block.columns, block.views)
                good = np.flatnonzero(block.broken == KEPT)
                if index is not None:
                    seen = None if block.views is None else block.views[good]
                    twins, apart = index.add(block.poses[good], first + good, seen)
                    self._drop(first + good, DUPLICATE, twins, apart)
            self.progress.advance(int(stop - first))

    def _keep(self, at: slice, columns: dict[str, NDArray[Any]], views: NDArray[np.float32] | None) -> None:
        self.table.clip[at] = columns["clip"]
        if views is not None and any(rule.by == "view" for rule in self.rules.balance):
            columns = {**columns, "view": views}
        for name, values in columns.items():
            if name != "clip":
                if name not in self.table.extra:
                    shape = (len(self.table.row), *values.shape[1:])
                    self.table.extra[name] = np.zeros(shape, values.dtype)
                self.table.extra[name][at] = values

    def _drop(
        self, rows: NDArray[np.int64], why: str, twins: NDArray[np.int64], apart: NDArray[np.float32]
    ) -> None:
        """Give a reason to those of the rows that have a twin."""
        gone = rows[twins >= 0]
        self.table.reason[gone] = self.reasons.index(why)
        self.table.twin[gone], self.table.apart[gone] = twins[twins >= 0], apart[twins >= 0]
        self.matched[self.reasons.index(why)] += len(gone)

    def require_samples(self) -> None:
        """Raise InputError where the rules so far leave no sample to train on."""
        if not (self.table.kept & (self.table.split == 0)).any():
            raise InputError(
                "leave no sample to train on",
                where=f"the rules '{self.rules.name}'",
                remedy=f"loosen them; {self._worst()}",
            )

    def _worst(self) -> str:
        dropped = np.bincount(self.table.reason[~self.table.kept], minlength=len(self.reasons))
        return (
            f"'{self.reasons[int(dropped.argmax())]}' drops {int(dropped.max()):,} of {len(self.table.row):,}"
        )

    # ---- splits

    def assign_splits(self) -> None:
        """Put every sample into the split of its group."""
        spec, table = self.rules.splits, self.table
        if spec is None:
            return
        sizes: dict[str, int] = {}
        codes = {}
        for name, part in self.parts.items():
            own = table.kept & (table.part == self.names.index(name))
            clips = part.facts["clips"]
            counts = np.bincount(table.clip[own], minlength=len(clips))
            codes[name] = [group_of(clip, spec.by) for clip in clips]
            for group, count in zip(codes[name], counts.tolist(), strict=True):
                sizes[group] = sizes.get(group, 0) + count
        there = {group: size for group, size in sizes.items() if size}
        earlier = None
        if spec.like:
            earlier = read_selection(self.corpus, spec.like).facts.get("groups")
        self.groups = assign(there, spec, self.rules.seed, earlier)
        for name, groups in codes.items():
            number = np.array([SPLITS.index(self.groups.get(group, "train")) for group in groups], np.uint8)
            own = (table.part == self.names.index(name)) & (table.clip >= 0)
            table.split[own] = number[table.clip[own]]

    # ---- second and third reading: what is too near the held-out poses; clusters of pose

    def compare(self) -> None:
        spec, table = self.rules.splits, self.table
        distance = spec.distance_mm if spec else None
        counts = sorted({rule.clusters for rule in self.rules.balance if rule.by == "pose"})
        if distance is None and not counts:
            return
        held = None if distance is None else HeldOut(distance, len(self.axes.middle))
        share = _SAMPLED / max(1, int(table.kept.sum()))
        sample = (
            table.kept & (self._uniform("curate.sample") < share) if counts else np.zeros_like(table.kept)
        )
        found = []
        for rows, poses in self._poses(sample | (table.kept & (table.split > 0)), "reading poses"):
            if held is not None:
                held.add(table.split[rows], poses, rows)
            found.append(poses[sample[rows]])
        centres = {count: cluster(np.concatenate(found), count, self.rules.seed) for count in counts}
        for count in counts:
            table.extra[f"pose {count}"] = np.zeros(len(table.row), np.int64)
        for rows, poses in self._poses(table.kept, "comparing poses"):
            if held is not None:
                self._drop(rows, TOO_NEAR, *held.near(table.split[rows], poses))
            for count in counts:
                table.extra[f"pose {count}"][rows] = assign_clusters(poses, centres[count])

    def _poses(self, wanted: Flags, title: str) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32]]]:
        """Rows of the table that are wanted, and their poses (k, 63), span by span."""
        edges = zip(self.spans, self.edges[:-1], self.edges[1:], strict=True)
        chosen = [(span, a + np.flatnonzero(wanted[a:b]), a) for span, a, b in edges if wanted[a:b].any()]
        self.progress.begin(title, sum(len(rows) for _, rows, _ in chosen), "samples")
        results = in_order(self.client, read_poses, ((span, self.axes) for span, _, _ in chosen))
        for (_, rows, first), poses in zip(chosen, results, strict=True):
            yield rows, poses[rows - first]
            self.progress.advance(len(rows))

    def _uniform(self, name: str) -> NDArray[np.float64]:
        """A number in [0, 1) for every sample that depends on its part, its row and the seed alone."""
        out = np.empty(len(self.table.row))
        for part in self.parts:
            own = self.table.part == self.names.index(part)
            out[own] = Draws(self.rules.seed).uniform(f"{name}/{part}", self.table.row[own])[:, 0]
        return out

    # ---- weights

    def balance(self) -> None:
        """Weigh the training samples, and draw `count` of them; val and test keep weight 1."""
        table, rules = self.table, self.rules
        self.require_samples()
        train = np.flatnonzero(table.kept & (table.split == 0))
        classes = [self._classes(rule, train) for rule in rules.balance]
        weight = weigh(classes, len(train), rules.most_weight)
        for each in classes:
            before, after = each.shares(np.ones(len(train))), each.shares(weight)
            self.balances.append(
                {
                    "by": each.title, "classes": each.names, "wanted": each.wanted,
                    "before": before, "after": after,
                }
            )  # fmt: skip
        if rules.count is not None and rules.count < len(train):
            drawn = draw_weighted(weight, self._uniform("curate.count")[train], rules.count)
            table.reason[train[~drawn]] = self.reasons.index(NOT_DRAWN)
            self.matched[self.reasons.index(NOT_DRAWN)] = int((~drawn).sum())
            weight = np.ones(len(train))  # the draw has applied them
        table.weight[train] = weight

    def _classes(self, rule: BalanceSpec, rows: NDArray[np.int64]) -> Classes:
        extra = self.table.extra
        if rule.by == "pose":
            code = extra[f"pose {rule.clusters}"][rows]
            return Classes(rule.by, code, [f"cluster {k}" for k in range(int(code.max()) + 1)])
        if rule.by == "view":
            code = view_cells(extra["view"][rows], rule.azimuths, rule.elevations)
            return Classes(rule.by, code, [f"cell {k}" for k in range(rule.azimuths * rule.elevations)])
        if rule.by in GROUPS:
            return from_names(rule.by, self._group_names(rule.by, rows), rule.shares)
        return from_column(rule, extra[rule.by][rows])

    def _group_names(self, by: str, rows: NDArray[np.int64]) -> NDArray[Any]:
        """(n,) the dataset, subject, recording or part of samples."""
        out = np.empty(len(rows), object)
        for name, part in self.parts.items():
            own = self.table.part[rows] == self.names.index(name)
            clips = part.facts["clips"]
            if by in ("subject", "recording"):
                names = [group_of(clip, by) for clip in clips]
            else:
                names = [name if by == "part" else str(clip["dataset"]) for clip in clips]
            out[own] = np.array(names, object)[self.table.clip[rows[own]]]
        return out

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The arrays of the selection."""
        table, kept, gone = self.table, self.table.kept, ~self.table.kept
        twin = table.twin[gone]
        return {
            "part": table.part[kept],
            "row": table.row[kept],
            "weight": table.weight[kept],
            "split": table.split[kept],
            "dropped_part": table.part[gone],
            "dropped_row": table.row[gone],
            "dropped_reason": table.reason[gone],
            "dropped_twin_part": np.where(twin >= 0, table.part[twin], -1),
            "dropped_twin_row": np.where(twin >= 0, table.row[twin], -1),
        }
