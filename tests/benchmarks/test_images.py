from __future__ import annotations

import pytest

from benchmarks.images import describe, measure


def test_images_in_small() -> None:
    facts = measure(shards=1, per_shard=2)
    assert facts["samples"] == 2
    assert "render" in facts["stages"]
    said = "\n".join(describe(facts))
    if facts["plain_pyrender"] is None:
        assert facts["remark"] in said
    else:
        assert f"{facts['per_second'] / facts['plain_pyrender']:.1f} times as fast" in said


def test_the_ratio_is_of_the_rates() -> None:
    facts = {
        "samples": 10, "seconds": 2.0, "per_second": 5.0, "stages": {"render": 0.9}, "plain_pyrender": 2.0,
        "memory_after_first_shard": 2**20, "memory_after_last_shard": 2**20, "memory_peak": 3 * 2**20,
    }  # fmt: skip
    assert describe(facts)[-1].endswith("alone: 2 a second; this is 2.5 times as fast")
    assert "1 after the last, 3 at most" in describe(facts)[2]
    with pytest.raises(KeyError):
        describe({**facts, "plain_pyrender": None})  # a missing figure comes with its reason
