"""A part that tests may break."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.corpus.corpus import Corpus, Part
from tests.pipelines.corpus.small import facts, some


@pytest.fixture
def part(tmp_path: Path) -> Part:
    """A part of three shards, the last of one row."""
    made = Corpus(tmp_path).create_part(facts())
    for shard in range(made.shards):
        made.write_shard(shard, some(made, shard))
    return made
