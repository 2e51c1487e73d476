"""Seconds and memory to curate a million samples with two workers.

The embedded motion is small, so that nine of ten samples are near-duplicates; a second run without that rule keeps
nearly all, which is the larger part of the work and memory. Memory is that of all processes together.
"""

from __future__ import annotations

import time

from benchmarks.bench import Bench, Facts, watched_memory
from benchmarks.corpora import MANIFESTS, quickstart_corpus
from pipelines.curate.rules import load_rules
from pipelines.curate.run import curate
from synth.core.words import count

_RULES: dict[str, list[str]] = {"as shipped": [], "without duplicates": ["duplicates=null"]}


def measure(samples: int = 1_000_000, workers: int = 2) -> Facts:
    facts: Facts = {"samples": samples, "workers": workers}
    with quickstart_corpus(pairs=samples, images=0) as folder:
        for name, changes in _RULES.items():
            rules = load_rules(MANIFESTS / "rules" / "curate.yaml", changes)
            with watched_memory() as peak:
                start = time.perf_counter()
                outcome = curate(folder, rules, dry_run=True, workers=workers)
                seconds = time.perf_counter() - start
            facts[name] = {"seconds": seconds, "memory": peak[0], "kept": outcome.facts["kept"]}
    return facts


def describe(facts: Facts) -> list[str]:
    lines = [f"curate: a dry run over {facts['samples']:,} samples with {count(facts['workers'], 'worker')}"]
    for rules in _RULES:
        run = facts[rules]
        lines.append(
            f"  rules {rules}: {run['seconds']:.0f} s, {run['memory'] / 2**20:,.0f} MiB, {run['kept']:,} kept"
        )
    return lines


BENCH = Bench(__doc__, measure, describe)
