from __future__ import annotations

from benchmarks.plan import describe, measure


def test_plans_in_small() -> None:
    facts = measure(plans=(3, 50), tasks=5, threads=True)
    assert facts["plans"] == [3, 50]
    for shards in ("3", "50"):
        assert 0 < facts[shards]["seconds_to_first_task"] < 30
        assert facts[shards]["tasks_a_second"] > 0
    lines = describe(facts)
    assert [line.split(" empty")[0] for line in lines[:2]] == ["plan of 3", "plan of 50"]
    assert "the first 5 tasks" in lines[2]
