"""A PyTorch dataset that streams a corpus or a selection of one.

    data = CorpusDataset("corpus", batch=1024, selection="balanced", split="train")
    for epoch in range(10):
        for batch in Loader(data, workers=2):  # {"joints_image": (1024, 17, 2), ...}
            ...

Every sample comes exactly once an epoch (or as often as its weight says) over all workers and ranks, in an order
that depends on the seed, the epoch and the number of lanes. `state_dict()` of the dataset, after any batch, is
enough to resume with the next one in another process. A corpus that is still being generated may be read: the shards
that are finished when an epoch begins are its samples.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lifter.data.fields import PAIR, Arrays, Fields, widest
from lifter.data.order import Epoch, Order
from pipelines.corpus.runs import LONGEST, Finished, RowReader, Runs, finished, open_runs
from synth.core.errors import InputError

try:
    import torch
    from torch.utils.data import DataLoader, IterableDataset, get_worker_info
except ImportError as error:
    raise InputError(
        "PyTorch is not installed",
        where="lifter.data.loader",
        remedy="install posemill with its extra 'lifter'",
    ) from error

Batch = dict[str, torch.Tensor]
_BUFFER_BYTES = 128 << 20
_BUFFER_SAMPLES = 65536
_FORMAT = 1


class CorpusDataset(IterableDataset[Batch]):
    """Samples of a corpus' finished shards, as dictionaries of tensors.

    `fields` and `joint_set` as in `Fields`. With `batch`, items are whole batches (first axis the samples): give it
    to `Loader`, or to a DataLoader with batch_size=None. Without, items are single samples, for a DataLoader that
    makes batches itself, which is slower. `weights` says how often an epoch gives the samples of a part, by its
    name (1 where not named; 0.5 is every other sample, the others in the next epoch; 3 is thrice); a selection's own
    weights count as well. `buffer` bounds how many samples are held to be shuffled. `rank` is (this rank, ranks);
    by default torch.distributed's.

    Raises InputError where the corpus, a part, a split or a field is not there or nothing is finished yet.
    """

    def __init__(
        self,
        folder: str | Path,
        fields: Sequence[str] = PAIR,
        *,
        joint_set: str | None = "coco17",
        batch: int | None = None,
        selection: str | None = None,
        split: str | None = None,
        parts: Sequence[str] | None = None,
        weights: Mapping[str, float] | None = None,
        shuffle: bool = True,
        seed: int = 0,
        buffer: int | None = None,
        rank: tuple[int, int] | None = None,
    ) -> None:
        if batch is not None and batch < 1:
            raise ValueError(f"a batch has at least one sample, not {batch}")
        self._folder, self._batched = Path(folder), batch is not None
        self._what = {"selection": selection, "split": split, "parts": None if parts is None else list(parts)}
        self._weights, self._buffer = dict(weights or {}), buffer
        self._fields = Fields(tuple(fields), joint_set)
        self._single = rank is not None
        number, ranks = rank or _distributed()
        self._order = Order(seed=seed, shuffle=shuffle, batch=batch or 1, rank=number, ranks=ranks)
        self._lanes: int | None = None
        self._taken = 0
        self._stale = False
        self.refresh()

    @property
    def epoch(self) -> int:
        return self._order.epoch

    def set_epoch(self, epoch: int) -> None:
        """Begin an epoch, with the shards that are finished by now."""
        self._order, self._taken = replace(self._order, epoch=epoch), 0
        self.refresh()

    def refresh(self) -> None:
        """Take in what has been finished of the corpus since; rank 0's view where there are several."""
        if self._taken:
            raise ValueError("an epoch has begun: what it is made of cannot change before its end")
        shards = finished(self._folder, self._what["parts"])
        self._open(shards if self._single else _agreed(shards))
        self._stale = False

    def _open(self, shards: Finished) -> None:
        self._shards = shards
        self._epoch_plan: Epoch | None = None
        parts = open_runs(self._folder, shards=shards).parts
        self._fields.check(parts)
        held = self._buffer or widest(parts, self._fields, _BUFFER_SAMPLES, _BUFFER_BYTES)
        self._order = replace(self._order, buffer=held)
        # runs shorter than the buffer, so that a window mixes several
        self._runs = open_runs(
            self._folder,
            selection=self._what["selection"],  # type: ignore[arg-type]
            split=self._what["split"],  # type: ignore[arg-type]
            shards=shards,
            longest=max(1, min(LONGEST, held // 4)),
        )
        unknown = set(self._weights) - {part.name for part in parts}
        if unknown:
            raise InputError(
                f"has no part '{min(unknown)}' to weigh",
                where=str(self._folder),
                remedy=f"there are: {', '.join(part.name for part in parts)}",
            )
        if not self._runs.samples:
            raise InputError(
                "has no finished samples yet", where=str(self._folder), remedy="wait for `posemill generate`"
            )

    @property
    def runs(self) -> Runs:
        """What the epoch is made of."""
        return self._runs

    def _plan(self, lanes: int) -> Epoch:
        if self._epoch_plan is None or self._epoch_plan.order != replace(self._order, lanes=lanes):
            weight = np.array([self._weights.get(part.name, 1.0) for part in self._runs.parts])
            self._epoch_plan = Epoch(self._runs, weight, replace(self._order, lanes=lanes))
        return self._epoch_plan

    def __len__(self) -> int:
        """Items that this rank gets in the epoch: batches, or samples where there is no `batch`."""
        return self._plan(self._lanes or 1).batches.count

    def __iter__(self) -> Iterator[Batch]:
        """The epoch from where it stands. In the main process this moves on to the next epoch at its end."""
        info = get_worker_info()
        workers, worker = (info.num_workers, info.id) if info else (1, 0)
        if info is None and self._stale:
            self.refresh()
        plan = self._plan(self._lanes or workers)
        lanes: dict[int, _LaneReader] = {}
        for number in range(self._taken + worker, plan.batches.count, workers):
            lane, place = number % plan.order.lanes, number // plan.order.lanes
            reader = lanes.get(lane) or lanes.setdefault(
                lane, _LaneReader(plan, lane, self._runs, self._fields)
            )
            arrays = reader.take(plan.batches.offset(lane, place), plan.batches.offset(lane, place + 1))
            if info is None:
                self._taken = number + 1
            yield self._item(arrays)
        if info is None:
            self.end_epoch()

    def _item(self, arrays: Arrays) -> Batch:
        tensors = {name: torch.from_numpy(a) for name, a in self._fields.finish(arrays).items()}
        return tensors if self._batched else {name: tensor[0] for name, tensor in tensors.items()}

    def end_epoch(self) -> None:
        """Go on to the next epoch; what is finished of the corpus is asked when that begins."""
        self._order = replace(self._order, epoch=self._order.epoch + 1)
        self._taken, self._lanes, self._stale = 0, None, True

    def begin(self, workers: int) -> None:
        """What `Loader` does before workers start: fix the lanes and, in a new epoch, take in what is finished."""
        if self._stale:
            self.refresh()
        if self._lanes is None:
            self._lanes = max(1, workers)

    def took(self) -> None:
        """Count a batch that came from a worker process."""
        self._taken += 1

    def state_dict(self) -> dict[str, Any]:
        """Where the epoch stands, as JSON can hold it: the same for all ranks."""
        order = asdict(self._order) | {"lanes": self._lanes or 1}
        del order["rank"]
        return {
            "format": _FORMAT,
            **order,
            **self._what,
            "weights": self._weights,
            "taken": self._taken,
            "stale": self._stale,
            "samples": self._runs.samples,
            "shards": self._shards,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from such a state, whatever the corpus has grown by since.

        Raises ValueError where the dataset was made otherwise than the one that the state is of, and InputError
        where the corpus is another.
        """
        mine = self.state_dict()
        free = ("epoch", "lanes", "taken", "stale", "samples", "shards", "buffer")
        other = [key for key in mine if key not in free and state.get(key) != mine[key]]
        if other:
            raise ValueError(
                f"the state is of a dataset with {other[0]}={state.get(other[0])!r}, not {mine[other[0]]!r}"
            )
        self._order = replace(self._order, epoch=state["epoch"])
        self._buffer = state["buffer"]
        self._open(state["shards"])
        if self._runs.samples != state["samples"]:
            raise InputError(
                f"had {state['samples']:,} samples when the state was saved, and these are {self._runs.samples:,} now",
                where=str(self._folder),
                remedy="start the epoch again with set_epoch",
            )
        self._taken, self._stale = state["taken"], state["stale"]
        self._lanes = state["lanes"] if self._taken else None


class Loader:
    """Batches of a dataset from worker processes (none: this one), an epoch each time it is iterated.

    Stopped within an epoch, the next iteration continues with the next batch. `options` are DataLoader's.
    """

    def __init__(self, data: CorpusDataset, workers: int = 0, **options: Any) -> None:
        if not data._batched:
            raise ValueError("a Loader takes a dataset that makes batches: give it `batch`")
        self.data, self._workers, self._options = data, workers, options

    def __len__(self) -> int:
        return len(self.data)

    def __iter__(self) -> Iterator[Batch]:
        self.data.begin(self._workers)
        loader = DataLoader(self.data, batch_size=None, num_workers=self._workers, **self._options)
        for batch in loader:
            if self._workers:
                self.data.took()
            yield batch
        if self._workers:
            self.data.end_epoch()

    def state_dict(self) -> dict[str, Any]:
        return self.data.state_dict()

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.data.load_state_dict(state)


class _LaneReader:
    """Reads a lane from any place on, holding one window of it."""

    def __init__(self, plan: Epoch, lane: int, runs: Runs, fields: Fields) -> None:
        self._plan, self._number, self._lane = plan, lane, plan.lane(lane)
        self._runs, self._fields, self._rows = runs, fields, RowReader()
        self._window = -1
        self._arrays: Arrays = {}
        self._places: NDArray[np.int64] = np.zeros(0, np.int64)

    def take(self, start: int, stop: int) -> Arrays:
        """Samples start to stop - 1 of the lane."""
        found = []
        while start < stop:
            window = int(np.searchsorted(self._lane.windows, start, "right")) - 1
            self._load(window)
            first, end = self._lane.windows[window : window + 2]
            places = self._places[start - first : min(stop, end) - first]
            found.append({name: np.take(values, places, axis=0) for name, values in self._arrays.items()})
            start = min(stop, int(end))
        if len(found) == 1:
            return found[0]
        return {name: np.concatenate([arrays[name] for arrays in found]) for name in found[0]}

    def _load(self, window: int) -> None:
        if window == self._window:
            return
        self._arrays = {}  # the last window's memory is free before the next is read
        pieces = self._lane.pieces(window)
        length = sum(piece.stop - piece.start for piece in pieces)
        at = 0
        arrays: Arrays = {}
        for piece in pieces:
            number = int(self._runs.part[piece.run])
            rows = self._plan.rows(piece)
            for name, values in self._fields.read(self._rows, self._runs.parts[number], number, rows).items():
                if name not in arrays:
                    arrays[name] = np.empty((length, *values.shape[1:]), values.dtype)
                arrays[name][at : at + len(rows)] = values
            at += len(rows)
        self._arrays, self._window = arrays, window
        order = self._plan.order
        rng = order.rng("window", order.rank, self._number, window)
        self._places = rng.permutation(length) if order.shuffle else np.arange(length)


def _distributed() -> tuple[int, int]:
    if torch.distributed.is_available() and torch.distributed.is_initialized():
        return torch.distributed.get_rank(), torch.distributed.get_world_size()
    return 0, 1


def _agreed(shards: Finished) -> Finished:
    """Rank 0's list: ranks that look at different moments may see a growing corpus differently."""
    if _distributed()[1] == 1:
        return shards
    box = [shards]
    torch.distributed.broadcast_object_list(box, src=0)
    return box[0]
