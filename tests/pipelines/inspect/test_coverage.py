"""`info` says what of the space of work postures a corpus covers, with scores and without."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from pipelines.corpus.corpus import Corpus
from pipelines.inspect.coverage import coverage_of, coverage_tables, gather_coverage
from synth.core.errors import InputError
from tests.pipelines.conftest import Posemill
from tests.synth.posture.explore.test_space import posture


def test_the_coverage_of_a_corpus(posemill: Posemill, made: Path) -> None:
    found = json.loads(posemill("info", made, "--json").stdout)["coverage"]
    assert found == gather_coverage(Corpus(made).parts())
    assert found["postures"] == 50
    assert 2 <= found["cells"] <= 100
    assert found["share"] == pytest.approx(found["cells"] / found["reachable"])
    assert sum(found["reba"].values()) == pytest.approx(1)
    shown = posemill("info", made).stdout
    for words in (
        "reachable cells of work postures",
        "lacking: ",
        "path: explore",
        "of the scores 1 to 12",
        "of 84 codes",
        "standing",
    ):
        assert words in shown


def test_scores_are_not_needed() -> None:
    _, joints = posture()
    found = coverage_of({"joints_world": joints})
    assert found.postures == 1
    assert found.reba.sum() == 0
    assert coverage_of({"joints_world": joints, "weight": np.array([0.25])}).postures == 0.25
    assert coverage_tables(None) == []
    assert gather_coverage([]) is None


def test_a_broken_shard_is_named(corpus: Path) -> None:
    part = Corpus(corpus).part("small-pairs")
    part.files_of(1)["joints_world"].write_bytes(b"broken" * 99)
    with pytest.raises(InputError, match="shard 1 of the joints or scores cannot be read"):
        gather_coverage([part])
