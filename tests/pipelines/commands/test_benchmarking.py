"""`posemill bench`: lists, measures by name, gives JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import bench
from benchmarks.bench import Bench
from synth.core.registry import Registry
from tests.pipelines.conftest import Posemill


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    names = {"tiny": "tests.benchmarks.tiny:BENCH", "heavy": "benchmarks.no_such_module:BENCH"}
    registry: Registry[Bench] = Registry("benchmark", "posemill.no-such-group", names)
    monkeypatch.setattr(bench, "BENCHES", registry)


def test_the_list_names_every_benchmark(posemill: Posemill) -> None:
    pytest.importorskip("torch")
    lines = posemill("bench", "--list").stdout.splitlines()
    assert [line.split()[0] for line in lines] == list(bench.BENCHES.names())
    assert "Pairs a second end to end" in lines[1]
    assert json.loads(posemill("bench", "--list", "--json").stdout)["plan"].startswith("Time to the first")


@pytest.mark.usefixtures("tiny")
def test_one_is_measured(posemill: Posemill, tmp_path: Path) -> None:
    result = posemill("bench", "tiny")
    assert result.exit_code == 0, result.stderr
    assert result.stdout.splitlines()[1:] == ["tiny: inf a second"]
    facts = json.loads(posemill("bench", "tiny", "--corpus", tmp_path, "--json").stdout)
    assert facts["tiny"] == {"rate": None, "corpus": str(tmp_path)}
    assert facts["machine"] == bench.machine()


@pytest.mark.usefixtures("tiny")
def test_what_is_missing_is_named(posemill: Posemill) -> None:
    result = posemill("bench", "heavy")
    assert result.exit_code == 2
    assert "benchmark heavy: needs benchmarks.no_such_module" in result.stderr
    assert "needs benchmarks.no_such_module" in posemill("bench", "--list").stdout


def test_wrong_use_is_refused(posemill: Posemill, tmp_path: Path) -> None:
    assert "there is no benchmark 'walk'; choose one of render, pairs" in posemill("bench", "walk").stderr
    assert (
        "--corpus: is for a benchmark that reads one"
        in posemill("bench", "plan", "--corpus", tmp_path).stderr
    )
