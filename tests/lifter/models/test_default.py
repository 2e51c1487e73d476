"""The shipped lifter: it is there, small, loads by its name, lifts people, and names no path of another machine."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("safetensors")

from lifter.data.joints import BODY, HIPS
from lifter.models import default
from lifter.models.lifter import load_lifter
from synth.core.errors import InputError
from tests.lifter.predict.people import K, seen, standing


def test_it_lifts_somebody_who_stands() -> None:
    lifter = load_lifter("default")
    truth = standing()
    poses = lifter.lift(seen(truth)[None], K)
    truth = truth - truth[HIPS].mean(0)
    errors = np.linalg.norm(poses.joints[0] - truth, axis=-1)[BODY]
    assert errors.mean() < 0.12  # a lifter that has learnt nothing is off by 0.3 and more
    assert poses.root[0, 2] == pytest.approx(3.0, rel=0.25)


def test_it_is_small_and_its_figures_are_beside_it() -> None:
    assert default.CHECKPOINT.stat().st_size <= 8_000_000
    facts = json.loads(default.CHECKPOINT.with_suffix(".json").read_text())
    card = default.CHECKPOINT.with_suffix(".md").read_text()
    assert facts["file"]["bytes"] == default.CHECKPOINT.stat().st_size
    assert facts["parameters"] == load_lifter("default").parameters
    for what, terms in facts["corpus"]["licences"].items():
        assert "unknown" not in terms
        assert f"{what}: {terms}" in card
    assert f"{facts['scores']['held-out people']['all']['mpjpe']['mean']:.1f}" in card


def test_it_names_no_path_of_the_machine_that_trained_it() -> None:
    lifter = load_lifter("default")
    written = json.dumps([lifter.facts, json.loads(default.CHECKPOINT.with_suffix(".json").read_text())])
    for word in ("/tmp", "/home", "/root", "/work", ":\\\\"):
        assert word not in written
    assert lifter.facts["corpus"]["folder"] == "corpus"


def test_other_paths_are_as_they_are_given() -> None:
    assert default.resolved("default") == default.CHECKPOINT
    assert default.resolved(Path("default")) == default.CHECKPOINT
    assert default.resolved("default/model.pt") == Path("default/model.pt")
    assert default.resolved("runs/default") == Path("runs/default")


def test_an_installation_without_it_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(default, "CHECKPOINT", tmp_path / "none.safetensors")
    with pytest.raises(InputError, match="without its trained model; install posemill again"):
        load_lifter("default")
