"""Samples a second of one worker and of two, through Dask."""

from __future__ import annotations

import time

from benchmarks.bench import Bench, Facts
from benchmarks.shards import laid_out, shard_size
from pipelines.cluster import as_finished, connect
from pipelines.generate.shard import make_shard
from synth.core.progress import rounded

_SHARDS = {"pairs": 12, "images": 6}


def measure(
    shards: dict[str, int] | None = None, per_shard: int | None = None, threads: bool = False
) -> Facts:
    facts: Facts = {}
    for kind, number in (shards or _SHARDS).items():
        size = per_shard or shard_size(kind)
        rates = {str(workers): _rate(kind, number, size, workers, threads) for workers in (1, 2)}
        facts[kind] = {"per_second": rates, "ratio": rates["2"] / rates["1"]}
    return facts


def _rate(kind: str, shards: int, per_shard: int, workers: int, threads: bool) -> float:
    warm = 2 * workers  # shards made before the clock starts
    with laid_out(kind, shards + warm, per_shard) as job, connect(workers, None, threads) as client:
        jobs = [job.arguments(number) for number in range(shards + warm)]
        for _ in as_finished(client, make_shard, jobs[:warm]):
            pass
        start = time.perf_counter()
        for _ in as_finished(client, make_shard, jobs[warm:]):
            pass
        seconds = time.perf_counter() - start
        return sum(job.samples(number) for number in range(warm, shards + warm)) / seconds


def describe(facts: Facts) -> list[str]:
    return [
        f"scale: {kind}: {rounded(row['per_second']['1'])} a second with 1 worker, "
        f"{rounded(row['per_second']['2'])} with 2: {row['ratio']:.2f} times"
        for kind, row in facts.items()
    ]


BENCH = Bench(__doc__, measure, describe)
