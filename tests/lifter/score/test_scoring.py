"""Checkpoints scored on files and corpora: who is held out, and what is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")

from lifter.data.samples import groups, read_samples
from lifter.models.lifter import Lifter, load_lifter
from lifter.score.compare import compare_models
from lifter.score.scoreboard import about
from lifter.score.scoring import cases_for, corpus_cases, evaluate_model, write_evaluation
from lifter.train.run import train
from synth.core.errors import InputError
from tests.lifter.cases import people as somebody
from tests.lifter.cases import write_benchmark
from tests.lifter.corpora import people
from tests.lifter.made import tiny


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus, two lifters trained on it, and one on another split of its people."""
    folder = tmp_path_factory.mktemp("home")
    people(folder / "corpus")
    people(folder / "other", 100, name="b", seed=3)
    train(folder / "corpus", folder / "one", tiny())
    train(folder / "corpus", folder / "two", tiny("matching"))
    held_out = groups(folder / "corpus", read_samples(folder / "corpus", split="test"), "subject")
    other = "CMU/02" if "CMU/02" not in held_out else "CMU/03"
    train(folder / "corpus", folder / "odd", tiny(splits={"hold_out": {"test": [other]}}))
    return folder


def lifter(home: Path, name: str) -> Lifter:
    return load_lifter(home / name / "model.pt")


def test_only_held_out_people_are_scored(home: Path) -> None:
    trained = read_samples(home / "corpus", split="train")
    seen = set(groups(home / "corpus", trained, "recording"))
    for split in (None, "test", "val"):
        cases = corpus_cases([lifter(home, "one")], home / "corpus", split=split)
        assert len(cases)
        assert not set(cases.group) & seen
    facts = evaluate_model(home / "one", home / "corpus").facts
    assert facts["cases"] == "corpus, test"
    assert facts["model"]["method"] == "baseline"
    assert facts["unanswered"] > 0  # those with three detected joints
    assert facts["interval"]["groups_are"] == "recording"  # there are too few subjects
    assert facts["bands"]


def test_an_evaluation_is_written(home: Path, tmp_path: Path) -> None:
    facts = evaluate_model(home / "one", home / "corpus").facts
    write_evaluation(facts, tmp_path)
    assert json.loads((tmp_path / "evaluation.json").read_text()) == facts
    assert "MPJPE, mm" in (tmp_path / "evaluation.md").read_text()
    assert (tmp_path / "evaluation.png").stat().st_size > 10_000


def test_whose_2d_was_seen_is_said(home: Path, tmp_path: Path) -> None:
    yard = write_benchmark(tmp_path / "yard.npz", somebody(20))
    for name, source in (("file", yard), ("folder", home / "other")):
        train(home / "corpus", tmp_path / name, tiny(epochs=1, unlabelled={"path": str(source)}))
        facts = evaluate_model(tmp_path / name, source).facts
        assert facts["saw_2d"]
        assert "given their 2D" in about(facts)
    assert not evaluate_model(home / "one", yard).facts["saw_2d"]


def test_people_it_was_trained_on_are_refused(home: Path) -> None:
    with pytest.raises(InputError, match="no test of them"):
        evaluate_model(home / "one", home / "corpus", split="train")


def test_a_lifter_that_does_not_say_is_refused(home: Path) -> None:
    known = lifter(home, "one")
    for facts in (
        {},
        {"corpus": known.facts["corpus"]},
        {"corpus": known.facts["corpus"], "recipe": {"model": "?"}},
    ):
        with pytest.raises(InputError, match="does not say"):
            corpus_cases([replace(known, facts=facts)], home / "corpus")


def test_of_another_corpus_everybody_is_scored(home: Path) -> None:
    cases = cases_for([lifter(home, "one")], home / "other")
    assert len(cases) == 100
    assert cases.name == "other, other people"
    with pytest.raises(InputError, match="leave out the split"):
        cases_for([lifter(home, "one")], home / "other", split="val")


def test_lifters_of_other_splits_are_not_compared(home: Path) -> None:
    with pytest.raises(InputError, match="splits differ"):
        compare_models([home / "one", home / "odd"], home / "corpus")
    one, odd = (set(corpus_cases([lifter(home, name)], home / "corpus").group) for name in ("one", "odd"))
    assert one != odd


def test_two_are_compared(home: Path, tmp_path: Path) -> None:
    found = compare_models([home / "one" / "model.pt", home / "two" / "model.pt"], home / "corpus")
    assert list(found.results) == ["one", "two"]
    assert found.differences["two"]["mean"] is not None
    benchmark = write_benchmark(tmp_path / "yard.npz", somebody(20))
    found = compare_models([home / "one", home / "two", home / "odd"], benchmark)
    assert list(found.results) == ["one", "two", "odd"]
    found.write(tmp_path)
    assert (tmp_path / "compare.png").stat().st_size > 10_000


def test_the_number_of_people_is_bounded_and_the_same_each_time(home: Path) -> None:
    one, again = (corpus_cases([lifter(home, "one")], home / "corpus", people=20) for _ in range(2))
    assert len(one) == 20
    assert np.array_equal(one.keypoints, again.keypoints)


def test_benchmarks_have_no_splits(home: Path, tmp_path: Path) -> None:
    path = write_benchmark(tmp_path / "yard.npz", somebody(20))
    assert evaluate_model(home / "one", path, mirror=True).facts["scored"] == 20
    with pytest.raises(InputError, match="no splits"):
        evaluate_model(home / "one", path, split="test")
    for wrong in (tmp_path / "absent.npz", home / "one" / "model.pt", tmp_path):
        with pytest.raises(InputError):
            evaluate_model(home / "one", wrong)


def test_a_method_of_windows_is_scored_on_whole_tracks(home: Path, tmp_path: Path) -> None:
    people(tmp_path / "tracks", 400, name="t", track=8)
    config = {"token": 8, "layers": 1, "heads": 2, "width": 32, "blocks": 1, "frames": 3, "time": 8}
    found = train(tmp_path / "tracks", tmp_path / "out", tiny("posemill", config=config, epochs=1))
    cases = corpus_cases([found, lifter(home, "one")], tmp_path / "tracks", people=20)
    assert len(cases) == 16
    facts = evaluate_model(tmp_path / "out", tmp_path / "tracks").facts
    assert facts["unanswered"] == 0  # those with three detected joints have neighbours
    compared = compare_models([tmp_path / "out", home / "one"], tmp_path / "tracks")
    assert list(compared.results) == ["out", "one"]
