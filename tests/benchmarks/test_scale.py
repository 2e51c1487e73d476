from __future__ import annotations

import pytest

from benchmarks.scale import describe, measure


def test_one_worker_and_two_in_small() -> None:
    facts = measure(shards={"pairs": 2}, per_shard=4, threads=True)
    rates = facts["pairs"]["per_second"]
    assert set(rates) == {"1", "2"}
    assert facts["pairs"]["ratio"] == pytest.approx(rates["2"] / rates["1"])


def test_it_says_how_many_times() -> None:
    facts = {"pairs": {"per_second": {"1": 1000.0, "2": 1900.0}, "ratio": 1.9}}
    assert describe(facts) == ["scale: pairs: 1,000 a second with 1 worker, 1,900 with 2: 1.90 times"]
