"""Time to the first task and memory of the driver, for a plan of a thousand empty shards and one of a million."""

from __future__ import annotations

import time
from collections.abc import Sequence

import psutil

from benchmarks.bench import Bench, Facts, peak_memory
from pipelines.cluster import as_finished, connect
from pipelines.generate.plan import PartPlan

_PLANS = (1000, 1_000_000)
_PER_SHARD = 8192


def measure(plans: Sequence[int] = _PLANS, tasks: int = 2000, threads: bool = False) -> Facts:
    """At most `tasks` of each plan's tasks are run."""
    facts: Facts = {"tasks_run": tasks, "plans": list(plans)}
    memory = psutil.Process()
    with connect(1, None, threads) as client:
        for _ in as_finished(client, _nothing, (("", "", "", n) for n in range(tasks))):
            pass
        for shards in plans:
            before = memory.memory_info().rss
            start = time.perf_counter()
            plan = PartPlan("pairs", "bench", 0, shards * _PER_SHARD, 1, None, _PER_SHARD)
            jobs = (("corpus", plan.name, "identity", shard) for shard in range(plan.shards))
            first = 0.0
            done = 0
            for done, _ in enumerate(as_finished(client, _nothing, jobs), 1):
                first = first or time.perf_counter() - start
                if done == tasks:
                    break
            facts[str(shards)] = {
                "seconds_to_first_task": first,
                "tasks_a_second": done / (time.perf_counter() - start),
                "driver_memory": memory.memory_info().rss,
                "driver_memory_grew": memory.memory_info().rss - before,
            }
    facts["driver_memory_peak"] = peak_memory()
    return facts


def _nothing(corpus: str, name: str, identity: str, shard: int) -> str:
    return "kept"


def describe(facts: Facts) -> list[str]:
    lines = []
    for shards in facts["plans"]:
        row = facts[str(shards)]
        lines.append(
            f"plan of {shards:,} empty shards: first task done after {1000 * row['seconds_to_first_task']:.0f} ms, "
            f"{row['tasks_a_second']:,.0f} tasks a second, driver at {row['driver_memory'] / 2**20:.0f} MiB "
            f"({row['driver_memory_grew'] / 2**20:+.1f})"
        )
    return [*lines, f"  of a long plan the first {facts['tasks_run']:,} tasks were run"]


BENCH = Bench(__doc__, measure, describe)
