"""A benchmark that measures nothing, for the command's test.

Its figures are made up.
"""

from __future__ import annotations

from pathlib import Path

from benchmarks.bench import Bench, Facts


def measure(corpus: Path | None = None) -> Facts:
    return {"rate": float("inf"), "corpus": None if corpus is None else str(corpus)}


def describe(facts: Facts) -> list[str]:
    return [f"tiny: {facts['rate']} a second"]


BENCH = Bench(__doc__, measure, describe, reads_corpus=True)
