"""The benchmarks measure what they say, on small amounts."""

from __future__ import annotations

import pytest

from benchmarks import samples as bench
from pipelines.inspect.verify import verify


def test_the_machine_is_named() -> None:
    assert "cores" in bench.machine()


def test_pairs_end_to_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "_shard_size", lambda kind: 8)
    facts = bench._end_to_end("pairs", 2)
    assert facts["samples"] == 16
    assert facts["per_second"] == pytest.approx(16 / facts["seconds"])
    assert 0.5 < sum(facts["stages"].values()) <= 1
    assert "16 in" in "\n".join(bench.describe("pairs", facts))


def test_what_is_laid_out_becomes_a_good_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "_shard_size", lambda kind: 4)
    with bench._laid_out("images", 2) as job:
        for shard in range(2):
            job.make(shard)
        verdict = verify(job.corpus)
    assert (verdict.samples, verdict.faults) == (8, [])
