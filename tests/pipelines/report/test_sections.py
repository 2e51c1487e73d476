"""The report's sections: numbers of a survey that is written by hand."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from pipelines.report import sections
from pipelines.report.sections import Subject, trunk
from pipelines.report.survey import ERRORS, STEP, Survey
from synth.body.skeleton import COCO_17
from synth.label.coverage import nothing
from synth.posture.explore.space import reachable
from synth.scene.props.stock import BANDS


def subject(counts: dict[str, Any], samples: float = 100.0, **facts: Any) -> Subject:
    clips = [
        {"dataset": "CMU", "subject": "01", "recording": "01_01"},
        {"dataset": "mine", "subject": "", "recording": "walk"},
    ]
    part = SimpleNamespace(name="one", facts={"clips": clips, "recipe": {"detector": {"model": "posefix"}}})
    corpus: Any = SimpleNamespace(parts=lambda: [part], part=lambda name: part)
    survey = Survey(samples, 50, counts, {"one": np.array([75.0, 25.0])}, 30, 40)
    parts = [{"name": "one", "kind": "pairs", "labels": {"bands_wanted": {"0": 0.5}}}]
    return Subject("corpus", corpus, {"parts": parts, "motion": [], "recordings": 2, **facts}, survey)


def test_trunk_zones_are_shares_of_the_samples() -> None:
    counts = np.zeros(int(180 / STEP))
    counts[[0, 5, 20]] = 60, 30, 10  # 0 to 5, 25 to 30, 100 to 105 degrees
    assert trunk(subject({"angle trunk inclination": counts}))["shares"] == pytest.approx([0.6, 0.3, 0.1])


def test_key_numbers() -> None:
    states = np.tile([80.0, 10, 5, 5], (17, 1))
    found = {row["what"]: row["values"] for row in sections.numbers([subject({"states": states})])}
    assert found["samples"] == found["pairs"] == ["100"]
    assert found["with pictures"] == ["0"]
    assert found["recordings"] == ["2"]
    assert found["different poses"] == ["30 of 40"]
    assert found["joints seen"] == ["80%"]


def test_coverage_of_each_corpus() -> None:
    counts = nothing()
    counts.cells[0, np.flatnonzero(reachable()[0])[0]] = 5.0
    counts.reba[4] = 5.0
    (found,) = sections.coverage([subject({"cells": counts.cells, "reba": counts.reba, "owas": counts.owas})])
    assert found["name"] == "corpus"
    assert (found["cells"], found["reba_scores"]) == (1, 1)
    assert "svg" in found["chart"]


def test_people_with_their_shares() -> None:
    found = sections.people([subject({"gender": np.array([50.0, 25, 25])})])
    assert found["subjects"] == [
        {"names": ("CMU", "01"), "values": [0.75]},
        {"names": ("mine",), "values": [0.25]},
    ]
    assert found["recordings"][1]["names"] == ("walk", "mine")
    assert found["most_subject"] == 0.75
    assert found["genders"] == [[0.5, 0.25, 0.25]]


def test_occlusion_beside_what_the_recipe_asks_for() -> None:
    counts = {
        "states": np.tile([80.0, 10, 5, 5], (17, 1)), "band": np.array([75.0, 25, 0, 0]), "hidden": np.ones(18),
        "prop box": np.array([40.0]),
    }  # fmt: skip
    found = sections.occlusion([subject(counts)])
    assert found is not None
    assert [(band["name"], band["wanted"], band["values"]) for band in found["bands"]][:2] == [
        ("0", 0.5, [0.75]), (list(BANDS)[1], None, [0.25]),
    ]  # fmt: skip
    assert found["props"] == [{"name": "box", "values": [0.4]}]
    assert found["joints"][0]["shares"] == [[0.8, 0.1, 0.05, 0.05]]
    assert sections.occlusion([subject({})]) is None


def test_detections_by_type_and_distance() -> None:
    confidence = np.zeros((len(ERRORS) - 1, 2))
    confidence[0], confidence[2] = (30, 27), (10, 4)
    counts = {
        "confidence": confidence, "errors": np.tile([70.0, 20, 5, 0, 5], (17, 1)),
        "reported": np.tile([95.0, 100.0], (17, 1)),
    }  # fmt: skip
    found = sections.detector([subject(counts)])
    assert found is not None
    assert (found["models"], found["reported"]) == (["posefix"], ["95%"])
    assert [row["values"] for row in found["errors"]][:3] == [[0.75], [0.0], [0.25]]
    assert len(found["joints"]) == len(COCO_17)
    assert found["joints"][0]["shares"] == [[0.7, 0.2, 0.05, 0.0, 0.05]]
    assert "corpus, ≤1: 0.90" in found["confidence"]
    assert "corpus, ≤4: 0.40" in found["confidence"]
    assert sections.detector([subject({})]) is None


def test_only_what_tells_samples_apart_is_a_filter() -> None:
    shown: Any = [
        SimpleNamespace(filters={"kind": "pairs", "side": "left", "band": "1-4"}),
        SimpleNamespace(filters={"kind": "pairs", "side": "front", "band": "0"}),
        SimpleNamespace(filters={"kind": "pairs", "side": "front"}),
    ]
    found = {each["key"]: each["options"] for each in sections.filters(shown)}
    assert set(found) == {"band", "side"}
    assert found["side"] == [("front", 2), ("left", 1)]
    assert found["band"] == [("0", 1), ("1-4", 1)]


def test_curation_without_idle_rules() -> None:
    steps = [{"rule": "a", "matched": 0, "dropped": 0}, {"rule": "b", "matched": 3, "dropped": 2}]
    facts = {"steps": steps, "looked_at": 10, "groups": {"g2": "train", "g1": "train", "h": "test"},
             "rules": {"splits": {"by": "recording"}}}  # fmt: skip
    selection: Any = type("S", (), {"facts": facts, "name": "mine", "__len__": lambda self: 8})()
    found = sections.curation(selection)
    assert ([step["rule"] for step in found["steps"]], found["most"], found["kept"]) == (["b"], 2, 8)
    assert found["groups"] == [("h", "test"), ("g1", "train"), ("g2", "train")]
    assert found["by"] == "recording"


def test_levels_of_risk_are_shares() -> None:
    counts = {"risk reba": [10, 20, 30, 40, 0], "risk rula": [0, 0, 50, 50], "risk owas": [100, 0, 0, 0]}
    found = sections.risk([subject({name: np.array(values, float) for name, values in counts.items()})])
    assert [method["name"] for method in found] == ["REBA", "RULA", "OWAS"]
    assert [row["values"] for row in found[0]["rows"]] == [[0.1], [0.2], [0.3], [0.4], [0.0]]
    assert [row["name"] for row in found[0]["rows"]] == ["negligible", "low", "medium", "high", "very high"]
