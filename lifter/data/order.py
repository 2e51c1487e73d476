"""In which order an epoch goes through a corpus, and who reads what: arithmetic alone, nothing is read here.

An epoch lays the runs of a corpus end to end, shuffled so that each part's lie evenly spread. That line of samples
is cut into equal stretches, one a rank; a rank's stretch into lanes, one a loader's worker; and a lane into
windows of about as many samples as the buffer holds, each shuffled within. Batch b of a rank comes from lane
b modulo the number of lanes. So every sample has one place, whoever reads it; which batches come in which order
depends on the number of lanes but not on the number of workers; and any batch can be the first.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.corpus.runs import Runs
from synth.core.errors import InputError

Ints = NDArray[np.int64]
_GOLDEN = (np.sqrt(5.0) - 1.0) / 2.0


@dataclass(frozen=True)
class Order:
    """What the order of an epoch depends on, besides the runs and the part weights."""

    seed: int = 0
    epoch: int = 0
    shuffle: bool = True
    batch: int = 1
    rank: int = 0
    ranks: int = 1
    lanes: int = 1
    buffer: int = 65536

    def rng(self, *place: int | str) -> np.random.Generator:
        words = [zlib.crc32(word.encode()) if isinstance(word, str) else word for word in place]
        return np.random.Generator(np.random.PCG64([self.seed, self.epoch, *words]))


class Copies:
    """How often an epoch gives each sample: `weight` times on the average over epochs, every time within one of it.

    Sample k gets the whole numbers between the sums of the weights up to k and up to k + 1, both moved by an
    offset. From epoch to epoch the offset moves by the golden ratio, so that samples of weight 1/n come in turn.
    """

    def __init__(self, runs: Runs, part_weight: NDArray[np.float64], order: Order) -> None:
        part_first = np.searchsorted(runs.part, np.arange(len(runs.parts) + 1))
        self._first = runs.first[part_first]
        self._weight = part_weight
        self._sums: NDArray[np.float64] | None = None
        if runs.weight is not None and (runs.weight != 1).any():
            each = np.repeat(part_weight, np.diff(self._first)) * runs.weight.astype(np.float64)
            self._sums = np.concatenate([[0.0], np.cumsum(each)])
        else:
            self._base = np.concatenate([[0.0], np.cumsum(np.diff(self._first) * part_weight)])
        start = np.random.Generator(np.random.PCG64([order.seed, zlib.crc32(b"copies")])).random()
        # thousandths, so that sums of whole weights are not rounded over an edge
        self._offset = np.floor(((start + order.epoch * _GOLDEN) % 1.0) * 1024) / 1024

    def before(self, samples: Ints) -> Ints:
        """How many copies lie before each of these samples, in the corpus' order."""
        if self._sums is not None:
            sums = self._sums[samples]
        else:
            part = np.clip(np.searchsorted(self._first, samples, "right") - 1, 0, len(self._weight) - 1)
            sums = self._base[part] + self._weight[part] * (samples - self._first[part])
        return np.floor(sums + self._offset).astype(np.int64)


@dataclass(frozen=True)
class Piece:
    """Copies `start` to `stop` - 1 of a run's."""

    run: int
    start: int
    stop: int


@dataclass(frozen=True)
class Batches:
    """A rank's `samples` in `count` batches of `batch`, dealt out to `lanes` in turn.

    All are whole but for the last, or the last two where the last would otherwise be empty.
    """

    samples: int
    count: int
    batch: int
    lanes: int

    def in_lane(self, lane: int) -> int:
        """How many batches a lane has."""
        return max(0, -(-(self.count - lane) // self.lanes))

    def offset(self, lane: int, number: int) -> int:
        """Where in its lane a batch begins that is the lane's `number`-th, or one past its last ends."""
        last = range(max(0, self.count - 2), self.count)
        before = [b for b in last if b % self.lanes == lane and b // self.lanes < number]
        return number * self.batch - sum(self.batch - self._edge(b + 1) + self._edge(b) for b in before)

    def _edge(self, batch: int) -> int:
        return min(batch * self.batch, self.samples - (self.count - batch))


class Lane:
    """A stretch of an epoch's line, in windows; `windows` (w + 1,) are their offsets in the lane."""

    def __init__(self, epoch: Epoch, start: int, stop: int) -> None:
        line = epoch.line
        runs = np.arange(np.searchsorted(line, start, "right") - 1, np.searchsorted(line, stop, "left"))
        low, high = np.maximum(line[runs], start), np.minimum(line[runs + 1], stop)
        kept = low < high
        self._runs, self._low, self._high, self._line = runs[kept], low[kept], high[kept], line
        self._order = epoch.runs
        window = (self._low - start) // epoch.order.buffer
        self._edge = np.flatnonzero(np.diff(window, prepend=-1))
        self.windows = np.append(self._low[self._edge] - start, stop - start)

    def pieces(self, window: int) -> list[Piece]:
        """What a window holds."""
        first, last = np.append(self._edge, len(self._runs))[window : window + 2]
        found = []
        for run, low, high in zip(*(a[first:last] for a in (self._runs, self._low, self._high)), strict=True):
            begin = self._line[run]
            found.append(Piece(int(self._order[run]), int(low - begin), int(high - begin)))
        return found


class Epoch:
    """One epoch over some runs.

    `runs` (n,) is their order, `line` (n + 1,) where each begins on the line of all samples' copies, `batches` this
    rank's. Raises InputError where there are fewer samples than ranks.
    """

    def __init__(self, runs: Runs, part_weight: NDArray[np.float64], order: Order) -> None:
        self.order, self._runs = order, runs
        weighted = (part_weight != 1).any() or (runs.weight is not None and (runs.weight != 1).any())
        self.copies = Copies(runs, part_weight, order) if weighted else None
        counts = np.diff(self.copies.before(runs.first) if self.copies else runs.first)
        self.runs = _spread(runs.part, order) if order.shuffle else np.arange(len(runs))
        self.line = np.concatenate([[0], np.cumsum(counts[self.runs])]).astype(np.int64)
        self.samples = int(self.line[-1])
        self._first, last = (self.samples * r // order.ranks for r in (order.rank, order.rank + 1))
        self._own = last - self._first
        longest = -(-self.samples // order.ranks)
        # every rank gets as many batches, so that none waits for another's gradients at the end
        count = -(-longest // order.batch) if order.batch > 1 else self._own
        self.batches = Batches(self._own, count, order.batch, order.lanes)
        if self.samples < order.ranks:
            raise InputError(
                f"an epoch of {self.samples} samples cannot be split over {order.ranks} ranks",
                where="corpus",
                remedy="make more samples, or use fewer ranks",
            )

    def lane(self, number: int) -> Lane:
        """One of the lanes."""
        ends = [self.batches.offset(lane, self.batches.in_lane(lane)) for lane in range(number + 1)]
        stop = self._first + sum(ends)
        return Lane(self, stop - ends[-1], stop)

    def rows(self, piece: Piece) -> Ints:
        """The rows of its part that a piece gives, ascending, repeated where there are copies."""
        rows = self._runs.rows(piece.run)
        if self.copies is None:
            return rows[piece.start : piece.stop]
        first = int(self._runs.first[piece.run])
        times = np.diff(self.copies.before(np.arange(first, first + len(rows) + 1)))
        return np.repeat(rows, times)[piece.start : piece.stop]


def _spread(part: Ints, order: Order) -> Ints:
    """A random order of the runs in which each part's are evenly spread."""
    rng = order.rng("runs")
    shuffled = np.lexsort((rng.random(len(part)), part))
    counts = np.bincount(part)
    place = np.empty(len(part))
    within = np.arange(len(part)) - np.repeat(np.cumsum(counts) - counts, counts)
    place[shuffled] = (within + rng.random(len(part))) / np.repeat(counts, counts)
    return np.argsort(place, kind="stable")
