"""`posemill train`, `evaluate`, `compare` and `predict` as a user types them, one after the other."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import typer
from typer.testing import CliRunner, Result

from pipelines.commands import lifting
from pipelines.commands.main import app
from pipelines.exchange.importer import Origin
from tests.lifter.corpora import people
from tests.lifter.predict.people import seen, standing, write_openpose
from tests.pipelines.exchange.test_importer import files  # noqa: F401

SMALL = ("pairs=300", "val_pairs=40", "epochs=1", "batch=32", "config.width=16", "config.blocks=1")


def posemill(*arguments: object) -> Result:
    app = typer.Typer()
    for name in ("train", "evaluate", "compare", "predict"):
        app.command(name)(getattr(lifting, name))
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("commands") / "corpus"
    people(folder)
    return folder


@pytest.fixture(scope="module")
def model(corpus: Path) -> Path:
    out = corpus.parent / "out"
    changes = [word for change in SMALL for word in ("--set", change)]
    result = posemill("train", corpus, out, "--model", "baseline", "--seed", 3, *changes, "--json")
    assert result.exit_code == 0, result.stderr
    told = json.loads(result.stdout)
    assert told["recipe"]["seed"] == 3
    assert told["model"] == str(out / "model.pt")
    return out


def test_a_finished_training_is_told_again(corpus: Path, model: Path) -> None:
    changes = [word for change in SMALL for word in ("--set", change)]
    result = posemill("train", corpus, model, "--model", "baseline", "--seed", 3, *changes)
    assert result.exit_code == 0, result.stderr
    for words in ("MPJPE", "PA-MPJPE", "upper body", "parameters in"):
        assert words in result.stdout


def test_evaluate_and_compare(corpus: Path, model: Path, tmp_path: Path) -> None:
    told = json.loads(posemill("evaluate", model, corpus, "--split", "val", "--json").stdout)
    assert np.isfinite(told["all"]["mpjpe"]["mean"])
    shown = posemill("evaluate", model, corpus)
    assert shown.exit_code == 0, shown.stderr
    assert "Angles" in shown.stdout
    result = posemill("compare", model, model / "model.pt", "--on", corpus, "--out", tmp_path / "c")
    assert result.exit_code == 0, result.stderr
    assert sorted(path.name for path in (tmp_path / "c").iterdir()) == [
        "compare.json",
        "compare.md",
        "compare.png",
    ]
    assert "…" not in result.stdout
    result = posemill("compare", "default", model, "--on", corpus, "--json")
    facts = json.loads(result.stdout, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
    assert list(facts["results"]) == ["default", "out"]


def test_the_shipped_lifter_is_evaluated(corpus: Path) -> None:
    result = posemill("evaluate", "default", corpus, "--json")
    assert result.exit_code == 0, result.stderr
    facts = json.loads(result.stdout, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
    assert facts["model"]["method"] == "posemill"
    assert facts["cases"] == "corpus, other people"


def test_what_was_trained_lifts(model: Path, tmp_path: Path) -> None:
    source = write_openpose(tmp_path / "a.json", [seen(standing())])
    result = posemill("predict", model, source, tmp_path / "poses", "--intrinsics", 1000, 1000, 500, 500)
    assert result.exit_code == 0, result.stderr
    assert "1 pose of 1 person" in result.stdout


def test_mistakes_are_one_line(corpus: Path, model: Path, tmp_path: Path) -> None:
    for wrong, words in (
        (("train", tmp_path / "none", tmp_path / "o", "--model", "lcr"), "is missing"),
        (("train", corpus, tmp_path / "o"), "no method is named"),
        (("train", corpus, model, "--model", "baseline"), "another recipe"),
        (("evaluate", tmp_path / "none.pt", corpus), "does not exist"),
        (("evaluate", model, corpus, "--split", "train"), "split 'train'"),
        (("compare", model, "--on", tmp_path / "none.npz"), "none.npz"),
    ):
        result = posemill(*wrong)
        assert result.exit_code == 2, wrong
        complaint = [line for line in result.stderr.splitlines() if line.startswith("posemill: ")]
        assert len(complaint) == 1, result.stderr
        assert words in complaint[0]


def test_human36m_files_give_the_papers_protocols(
    model: Path,
    files: Origin,  # noqa: F811
    tmp_path: Path,
) -> None:
    """Files in Human3.6M's layout become a benchmark, which is scored by action: MPJPE is the papers' protocol 1,
    PA-MPJPE protocol 2."""
    arguments = ["import", "videopose", *files.files[:2], "--cameras", files.files[2]]
    benchmark = tmp_path / "h36m.npz"
    made = CliRunner().invoke(app, [*map(str, arguments), "--benchmark", str(benchmark)])
    assert made.exit_code == 0, made.stderr
    result = posemill("evaluate", model, benchmark, "--json")
    assert result.exit_code == 0, result.stderr
    told = json.loads(result.stdout)
    assert {"Walking", "Sitting"} <= set(told["groups"])
    assert told["interval"]["mean_of"] == "groups"
    assert all(np.isfinite(told["all"][name]["mean"]) for name in ("mpjpe", "pa_mpjpe"))
