"""What is laid out becomes a good part, and the time that it takes is accounted for."""

from __future__ import annotations

import pytest

from benchmarks.shards import describe_end_to_end, end_to_end, laid_out, shard_size
from pipelines.generate.recipe import StorageSpec
from pipelines.inspect.verify import verify


def test_pairs_end_to_end() -> None:
    facts = end_to_end("pairs", 2, 8)
    assert facts["samples"] == 16
    assert facts["per_second"] == pytest.approx(16 / facts["seconds"])
    assert 0.5 < sum(facts["stages"].values()) <= 1
    assert {"people", "labels", "write"} <= set(facts["stages"])
    assert "(16 in " in describe_end_to_end("pairs", facts)[0]


def test_something_else_is_measured_on_the_same_part() -> None:
    facts = end_to_end("pairs", 1, 4, beside=lambda job, samples: {"beside": (job.part.samples, samples)})
    assert facts["beside"] == (8, 4)


def test_what_is_laid_out_becomes_a_good_part() -> None:
    with laid_out("images", 2, 4) as job:
        assert [job.samples(shard) for shard in range(2)] == [4, 4]
        for shard in range(2):
            job.make(shard)
        verdict = verify(job.corpus)
    assert (verdict.samples, verdict.faults) == (8, [])


def test_shards_are_as_large_as_a_recipe_makes_them() -> None:
    assert shard_size("pairs") == StorageSpec().pairs_per_shard
