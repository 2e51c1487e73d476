from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from benchmarks import curate as bench
from pipelines.curate.run import curate
from tests.pipelines.posed import clip, posed_part, posed_rows, random_turns


def test_curation_in_small(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    @contextmanager
    def corpus(pairs: int, images: int) -> Iterator[Path]:
        """As many samples as wanted, half of which are near-duplicates of the others, of six people."""
        rng = np.random.default_rng(0)
        clips = [clip(f"{k:02d}", f"{k:02d}_01") for k in range(6)]
        turns = np.tile(random_turns(pairs // 2, rng), (2, 1, 1))
        posed_part(tmp_path, "one", posed_rows(turns, rng, np.arange(pairs) % (pairs // 2) % 6), clips)
        yield tmp_path

    monkeypatch.setattr(bench, "quickstart_corpus", corpus)
    monkeypatch.setattr(bench, "curate", functools.partial(curate, threads=True))
    facts = bench.measure(samples=180, workers=1)
    assert 0 < facts["as shipped"]["kept"] < facts["without duplicates"]["kept"] <= 180
    assert facts["as shipped"]["memory"] > 1e7
    assert bench.describe(facts)[0] == "curate: a dry run over 180 samples with 1 worker"
