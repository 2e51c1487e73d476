"""What whole corpora cost: curating a million samples; and corpora for others to measure. For `posemill bench`."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

import manifests
from pipelines.curate.rules import load_rules
from pipelines.curate.run import curate
from pipelines.generate.recipe import load_recipe
from pipelines.generate.run import generate

Facts = dict[str, Any]
_MANIFESTS = Path(manifests.__path__[0])
_CURATED = 1_000_000  # samples


def curation() -> Facts:
    """Seconds, and memory of all processes together, to curate a million samples with two workers.

    The embedded motion is small, so that nine of ten samples are near-duplicates; a second run without that rule
    keeps nearly all, which is the larger part of the work and memory.
    """
    with made({"pairs": _CURATED, "images": 0}) as folder:
        facts: Facts = {"samples": _CURATED, "workers": 2}
        for name, changes in (("as shipped", []), ("without duplicates", ["duplicates=null"])):
            rules = load_rules(_MANIFESTS / "rules" / "curate.yaml", changes)
            with _memory() as peak:
                start = time.perf_counter()
                outcome = curate(folder, rules, dry_run=True, workers=2)
                seconds = time.perf_counter() - start
            facts[name] = {"seconds": seconds, "memory": peak[0], "kept": outcome.facts["kept"]}
    return facts


def describe_curation(name: str, facts: Facts) -> list[str]:
    """The figures for people."""
    lines = [f"{name}: a dry run over {facts['samples']:,} samples with {facts['workers']} workers"]
    for rules in ("as shipped", "without duplicates"):
        run = facts[rules]
        lines.append(
            f"  rules {rules}: {run['seconds']:.0f} s, {run['memory'] / 2**20:,.0f} MiB, {run['kept']:,} kept"
        )
    return lines


@contextmanager
def made(counts: dict[str, int]) -> Iterator[Path]:
    """The quickstart's corpus in another size, in a temporary folder."""
    changes = [f"{kind}.count={count}" for kind, count in counts.items()]
    recipe = load_recipe(_MANIFESTS / "quickstart.yaml", changes)
    with tempfile.TemporaryDirectory(prefix="posemill-bench-") as place:
        generate(recipe, _MANIFESTS, Path(place) / "corpus", workers=2)
        yield Path(place) / "corpus"


@contextmanager
def _memory() -> Iterator[list[int]]:
    """The most bytes that this process and its children have held meanwhile, in a list of one."""
    peak, done = [0], threading.Event()

    def watch() -> None:
        own = psutil.Process()
        while not done.wait(0.1):
            total = 0
            for process in (own, *own.children(recursive=True)):
                try:
                    total += process.memory_info().rss
                except psutil.NoSuchProcess:
                    continue  # it has just ended
            peak[0] = max(peak[0], total)

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield peak
    finally:
        done.set()
        thread.join()
