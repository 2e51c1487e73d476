"""The bench of solving tasks."""

from __future__ import annotations

from benchmarks.postures import describe, measure


def test_it_counts_what_is_solved() -> None:
    facts = measure(pages=1)
    assert facts["pages"] == 1
    assert facts["clip_seconds"] > 1
    assert sum(facts["profile"].values()) > 0.99
    assert "s of motion solved in a second" in describe(facts)[0]
