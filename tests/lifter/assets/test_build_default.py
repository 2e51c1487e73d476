"""The script that makes the shipped lifter, on a tiny corpus and training: three files, and nobody's path in them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("safetensors")

from lifter.assets import build_default
from lifter.models.lifter import load_lifter
from lifter.train.run import train
from tests.lifter.cases import people as somebody
from tests.lifter.cases import write_benchmark
from tests.lifter.corpora import people
from tests.lifter.made import tiny

INFO: dict[str, Any] = {
    "parts": [{"name": "a", "samples": 300, "seed": 1, "rate": 30.0}],
    "motion": [{"sources": {"mine": {"recordings": 2, "clips": 2, "frames": 60, "seconds": 2.0}}}],
    "licences": [{"what": "motion: mine", "terms": "unknown"}, {"what": "body: open", "terms": "CC0-1.0"}],
}


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    people(tmp_path / "corpus", 300)
    train(tmp_path / "corpus", tmp_path / "run", tiny())
    monkeypatch.setattr(build_default, "posemill", lambda *arguments: json.dumps(INFO))
    return tmp_path


def test_a_training_becomes_the_three_files(run: Path) -> None:
    benchmark = write_benchmark(run / "yard.npz", somebody(20))
    code = build_default.main(
        [
            "--trained", str(run / "run"), "--corpus", str(run / "corpus"), "--out", str(run / "out"),
            "--benchmark", str(benchmark), "--terms", "mine=CC BY 4.0",
        ]
    )  # fmt: skip
    assert code == 0
    assert sorted(path.name for path in (run / "out").iterdir()) == [
        "default.json", "default.md", "default.safetensors",
    ]  # fmt: skip
    facts = json.loads((run / "out" / "default.json").read_text())
    assert facts["corpus"]["licences"] == {"motion: mine": "CC BY 4.0", "body: open": "CC0-1.0"}
    assert facts["scores"]["yard"]["scored"] == 20
    assert facts["scores"]["held-out people"]["cases"] == "corpus, test"
    card = (run / "out" / "default.md").read_text()
    assert "| mine | 2 | 60 | 2 s | CC BY 4.0 |" in card
    assert "mocap.cs.cmu.edu" not in card  # nobody used it
    cases = somebody(20)
    exact, stored = (
        load_lifter(run / path).lift(cases.keypoints, cases.intrinsics)
        for path in ("run", "out/default.safetensors")
    )
    assert np.abs(stored.joints - exact.joints).max() < 0.001
    assert np.abs(stored.sigma - exact.sigma).max() < 0.001


def test_paths_are_taken_out_of_the_facts() -> None:
    given = {"unlabelled": {"path": "/home/me/seen.npz"}, "list": ["/a/b", "a/b", 3], "rate": 0.1}
    assert build_default.portable(given) == {
        "unlabelled": {"path": "seen.npz"}, "list": ["b", "a/b", 3], "rate": 0.1,
    }  # fmt: skip


def test_a_file_that_is_too_large_is_refused(
    run: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(build_default, "MOST_BYTES", 1000)
    given = ["--trained", str(run / "run"), "--corpus", str(run / "corpus"), "--out", str(run / "out")]
    assert build_default.main(given) == 2
    assert "keep it below 1,000" in capsys.readouterr().err
    assert not (run / "out").exists()


def test_the_corpus_is_the_shipped_recipe_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[list[str]] = []
    monkeypatch.setattr(
        build_default, "posemill", lambda *arguments: calls.append([str(a) for a in arguments]) or ""
    )
    build_default.make_corpus(tmp_path / "corpus", ["builtin", str(tmp_path / "my motion")], 500)
    assert [call[0] for call in calls] == ["generate", "generate"]
    assert all(Path(call[1]).name == "lifter.yaml" and Path(call[1]).is_file() for call in calls)
    assert [call[call.index("--seed") + 1] for call in calls] == ["11", "12"]
    for call, detector in zip(calls, ("posefix", "motionbert"), strict=True):
        assert f"detector={detector}" in call
        assert "pairs.count=500" in call
        assert f'motion.sources=[{{path: builtin}}, {{path: "{tmp_path}/my motion"}}]' in call
