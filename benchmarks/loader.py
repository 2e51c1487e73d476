"""Samples a second that the training loader reads, beside webdataset and naive indexing of the same Zarr arrays.

Everything runs in one process on one core, from files that have just been read, so that what is measured is work
and not the disk. Each way of reading gives the same samples, shuffled, as batches of tensors; webdataset gets the
tars of our own exporter and, for pictures, the same JPEG decoder; the slower ways read part of the samples. The
best of several passes counts. `cpu` are samples a second of processor time, which a busy machine disturbs less.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.bench import Bench, Facts, one_core
from benchmarks.corpora import quickstart_corpus
from lifter.data.fields import PAIR, decode
from lifter.data.loader import Batch, CorpusDataset, Loader, torch
from pipelines.corpus.corpus import Corpus, Part
from pipelines.corpus.joint_sets import JointSet
from pipelines.exchange import webdataset
from pipelines.exchange.export import Source
from synth.core.errors import InputError

PASSES = 3
_MOST = 20_000  # samples that a slower way reads in a pass
_NAIVE = 400
_BATCH = {"pairs": 1024, "images": 64}
_BUFFER = {"pairs": 16384, "images": 1024}  # samples that both shuffle among
Figures = dict[str, float]


def measure(corpus: Path | None = None, passes: int = PASSES) -> Facts:
    """Samples a second of each kind of part that a corpus has, by each way of reading; of the quickstart's corpus,
    larger, if none is given.

    Raises InputError where the corpus has neither pairs nor images, or webdataset is not installed.
    """
    if corpus is None:
        with quickstart_corpus(pairs=200_000, images=2_000) as folder:
            return measure(folder, passes)
    facts: Facts = {}
    with one_core() as core, one_thread():
        for part in Corpus(corpus).parts():
            if part.kind in _BATCH and part.kind not in facts:
                facts[part.kind] = _measure(corpus, part, passes)
    if not facts:
        raise InputError("has neither pairs nor images", where=str(corpus), remedy="generate such a part")
    return {"core": core, "passes": passes, **facts}


def _measure(folder: Path, part: Part, passes: int) -> Facts:
    fields = PAIR if part.kind == "pairs" else (*PAIR, "image")
    batch, buffer = _BATCH[part.kind], _BUFFER[part.kind]
    data = CorpusDataset(folder, fields, batch=batch, parts=[part.name], buffer=buffer)
    rates = {"lifter.data.loader": _rate(lambda: iter(Loader(data)), passes)}
    with tempfile.TemporaryDirectory() as place:
        done = webdataset.write(Source(folder, only=(part.name,)), Path(place), fields)
        tars = [str(path) for path in done.files if path.suffix == ".tar"]
        rates["webdataset"] = _rate(lambda: _webdataset(tars, fields, batch, buffer), passes, _MOST)
    rates["naive zarr"] = _rate(lambda: _naive(part, fields, min(batch, 100)), 1)
    if part.kind == "images":
        jpegs = part.read("image", 0, min(256, part.samples))
        rates["decoding alone"] = _rate(lambda: iter([{"image": torch.from_numpy(decode(jpegs))}]), passes)
    ours = rates["lifter.data.loader"]
    return {
        "samples": part.samples,
        "rates": rates,
        "times faster": {
            name: round(ours["cpu"] / rates[name]["cpu"], 1) for name in ("webdataset", "naive zarr")
        },
    }


def _rate(read: Callable[[], Iterator[Batch]], passes: int, most: int | None = None) -> Figures:
    """Samples a second, of the clock and of the processor: each the best of some passes."""
    wall = cpu = 0.0
    for _ in range(passes):
        start, busy, samples = time.perf_counter(), time.process_time(), 0
        for batch in read():
            samples += len(next(iter(batch.values())))
            if most is not None and samples >= most:
                break
        wall = max(wall, samples / (time.perf_counter() - start))
        cpu = max(cpu, samples / (time.process_time() - busy))
    return {"wall": wall, "cpu": cpu}


def _webdataset(tars: list[str], fields: tuple[str, ...], batch: int, buffer: int) -> Iterator[Batch]:
    """As webdataset's documentation reads: shuffled tars, a shuffle buffer, decoding, batches."""
    try:
        import webdataset as wds  # type: ignore[import-untyped]
    except ImportError as error:
        raise InputError(
            "webdataset is not installed", where="posemill bench loader", remedy="pip install webdataset"
        ) from error
    joints = JointSet("coco17")
    names = [name for name in fields if name != "image"]
    pictures = ["jpg"] if "image" in fields else []

    def picked(sample: dict[str, Any]) -> tuple[Any, ...]:
        values = [sample[f"{name}.npy"] for name in names]
        chosen = [joints.apply(v[None])[0] if len(v) == 48 else v for v in values]
        return *chosen, *(decode([sample[name]])[0] for name in pictures)

    data = (
        wds.WebDataset(
            tars, shardshuffle=len(tars), seed=0, select_files=lambda name: not name.endswith(".json")
        )
        .shuffle(buffer)
        .decode()
        .map(picked)
        .batched(batch)
    )
    for values in data:
        tensors = (torch.from_numpy(np.asarray(value)) for value in values)
        yield dict(zip([*names, *pictures], tensors, strict=True))


def _naive(part: Part, fields: tuple[str, ...], batch: int) -> Iterator[Batch]:
    """A map-style dataset as one writes it first: array[i] of every field, for random i."""
    arrays, joints = {name: part.array(name) for name in fields}, JointSet("coco17")
    order = np.random.default_rng(0).integers(part.samples, size=_NAIVE)
    for start in range(0, _NAIVE, batch):
        rows: dict[str, list[Any]] = {name: [] for name in fields}
        for i in order[start : start + batch].tolist():
            for name, array in arrays.items():
                value = np.asarray(array[i : i + 1])[0]
                if name == "image":
                    rows[name].append(decode([value])[0])
                else:
                    rows[name].append(joints.apply(value[None])[0] if value.shape[:1] == (48,) else value)
        yield {name: torch.from_numpy(np.stack(values)) for name, values in rows.items()}


@contextmanager
def one_thread() -> Iterator[None]:
    """One thread of torch."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def describe(facts: Facts) -> list[str]:
    """The figures as lines of text."""
    lines = [f"one process on core {facts['core']}, best of {facts['passes']} passes; samples a second"]
    for kind in _BATCH:
        if kind in facts:
            own = facts[kind]
            lines.append(f"{kind}, {own['samples']:,} samples:")
            lines += [
                f"  {name:15} {rate['wall']:>10,.0f} by the clock {rate['cpu']:>10,.0f} of processor time"
                for name, rate in own["rates"].items()
            ]
            faster = ", ".join(f"{times:g} times {name}" for name, times in own["times faster"].items())
            lines.append(f"  lifter.data.loader is {faster}")
    return lines


BENCH = Bench(__doc__, measure, describe, reads_corpus=True)
