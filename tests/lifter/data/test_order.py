from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lifter.data.order import Batches, Epoch, Order
from pipelines.corpus.runs import Runs
from synth.core.errors import InputError


def runs_of(*counts: int, weight: np.ndarray | None = None) -> Runs:
    """Runs of eight rows or less, of parts with these numbers of samples."""
    part, start, stop = [], [], []
    for number, count in enumerate(counts):
        for a in range(0, count, 8):
            part.append(number)
            start.append(a)
            stop.append(min(a + 8, count))
    first = np.concatenate([[0], np.cumsum(np.array(stop) - np.array(start))])
    chosen = None if weight is None else np.concatenate([np.arange(count) for count in counts])
    parts = tuple(Path(str(i)) for i in range(len(counts)))
    return Runs(parts, np.array(part), np.array(start), np.array(stop), first, chosen, weight)  # type: ignore[arg-type]


def drawn(runs: Runs, weights: list[float], order: Order) -> list[tuple[int, int]]:
    """Part and row of every sample that a rank gets, lane by lane."""
    epoch = Epoch(runs, np.array(weights, float), order)
    found = []
    for number in range(order.lanes):
        lane = epoch.lane(number)
        pieces = [piece for window in range(len(lane.windows) - 1) for piece in lane.pieces(window)]
        rows = [(int(runs.part[p.run]), int(row)) for p in pieces for row in epoch.rows(p)]
        count = epoch.batches.in_lane(number)
        assert len(rows) == epoch.batches.offset(number, count) == lane.windows[-1]
        found += rows
    return found


@pytest.mark.parametrize("samples", [1, 7, 8, 9, 10, 63, 64, 65])
@pytest.mark.parametrize("lanes", [1, 2, 5])
@pytest.mark.parametrize("batch", [2, 4])
def test_batches_are_whole_but_the_last_two(samples: int, lanes: int, batch: int) -> None:
    for count in (-(-samples // batch), samples // batch + 1):
        if count > samples:
            continue
        batches = Batches(samples, count, batch, lanes)
        sizes = []
        for b in range(count):
            lane, place = b % lanes, b // lanes
            sizes.append(batches.offset(lane, place + 1) - batches.offset(lane, place))
        assert sum(sizes) == samples
        assert all(0 < size <= batch for size in sizes)
        assert all(size == batch for size in sizes[:-2])
        assert sum(batches.in_lane(lane) for lane in range(lanes)) == count


@pytest.mark.parametrize(
    ("ranks", "lanes", "batch"), [(1, 1, 1), (2, 1, 4), (2, 3, 1), (3, 3, 5), (7, 2, 16)]
)
def test_every_sample_once(ranks: int, lanes: int, batch: int) -> None:
    runs = runs_of(101, 5, 40)
    found, counts = [], set()
    for rank in range(ranks):
        order = Order(seed=3, batch=batch, rank=rank, ranks=ranks, lanes=lanes, buffer=20)
        found += drawn(runs, [1, 1, 1], order)
        counts.add(Epoch(runs, np.ones(3), order).batches.count)
    everything = [(part, row) for part, n in enumerate((101, 5, 40)) for row in range(n)]
    assert sorted(found) == everything
    assert batch == 1 or len(counts) == 1


def test_order_depends_on_seed_and_epoch_alone() -> None:
    runs = runs_of(100, 30)
    base = drawn(runs, [1, 1], Order(seed=1, buffer=16))
    assert base == drawn(runs, [1, 1], Order(seed=1, buffer=16))
    assert base != drawn(runs, [1, 1], Order(seed=2, buffer=16))
    assert base != drawn(runs, [1, 1], Order(seed=1, epoch=1, buffer=16))
    assert drawn(runs, [1, 1], Order(shuffle=False)) == [(0, i) for i in range(100)] + [
        (1, i) for i in range(30)
    ]


def test_parts_are_evenly_spread() -> None:
    runs = runs_of(8 * 60, 8 * 20)
    epoch = Epoch(runs, np.ones(2), Order(seed=5))
    small = np.flatnonzero(runs.part[epoch.runs] == 1)
    assert np.abs(np.diff(small) - 4).max() <= 7
    assert np.histogram(small, 4, (0, 80))[0].tolist() == pytest.approx([5, 5, 5, 5], abs=1)


def test_part_weights_are_copies() -> None:
    runs = runs_of(40, 30)
    seen = np.zeros(70)
    for epoch in range(8):
        found = drawn(runs, [3, 0.25], Order(epoch=epoch, ranks=1, buffer=16))
        times = np.bincount([row + 40 * part for part, row in found], minlength=70)
        assert (times[:40] == 3).all()
        assert times[40:].sum() in (7, 8)
        seen += times
    assert seen[40:].min() >= 1
    assert seen[40:].max() <= 3


def test_selection_weights_are_copies_on_average() -> None:
    rng = np.random.default_rng(0)
    weight = rng.uniform(0, 2.5, 50).astype(np.float32)
    runs = runs_of(50, weight=weight)
    times = np.zeros(50)
    for epoch in range(64):
        found = drawn(runs, [1], Order(epoch=epoch, batch=3, lanes=2, buffer=16))
        now = np.bincount([row for _, row in found], minlength=50)
        assert (np.abs(now - weight) < 1.001).all()
        times += now
    assert times / 64 == pytest.approx(weight, abs=0.08)


def test_fewer_samples_than_ranks_is_refused() -> None:
    with pytest.raises(InputError, match="2 samples cannot be split over 3 ranks"):
        Epoch(runs_of(2), np.ones(1), Order(ranks=3))
