"""Pairs a second end to end on disk, one process on one core, and where the time goes."""

from __future__ import annotations

from benchmarks.bench import Bench, Facts
from benchmarks.shards import describe_end_to_end, end_to_end, shard_size


def measure(shards: int = 12, per_shard: int | None = None) -> Facts:
    return end_to_end("pairs", shards, per_shard or shard_size("pairs"))


def describe(facts: Facts) -> list[str]:
    return describe_end_to_end("pairs", facts)


BENCH = Bench(__doc__, measure, describe)
