from __future__ import annotations

from benchmarks.pairs import describe, measure


def test_pairs_in_small() -> None:
    facts = measure(shards=1, per_shard=8)
    assert facts["samples"] == 8
    assert describe(facts)[0].startswith("pairs: ")
