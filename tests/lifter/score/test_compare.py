"""Several pretended lifters on the same people: paired differences, and what is written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from lifter.score.cases import Cases
from lifter.score.compare import compare, names_of
from synth.core.errors import InputError
from tests.lifter.cases import answer, corpus_like, noisy, people


def test_differences_are_paired() -> None:
    cases = people(80, groups=5)
    joints = cases.truth + np.random.default_rng(0).normal(0, 0.1, (80, 1, 1)) * np.ones((1, 20, 3))
    rng = np.random.default_rng(1)
    hard = rng.uniform(0, 0.3, 80)[:, None]  # how hard each person is
    first, second = cases.truth.copy(), cases.truth.copy()
    first[:, 9, :1] += hard
    second[:, 9, :1] += hard + 0.012
    found = compare({"a": answer(first), "b": answer(second), "c": answer(joints)}, cases)
    difference = found.differences["b"]
    assert difference["mean"] == pytest.approx(1)
    assert difference["high"] - difference["low"] < 1e-6  # though the scores themselves vary much
    assert "a" not in found.differences


def test_all_are_scored_on_the_cases_that_all_predicted() -> None:
    cases = people(40)
    first, second = noisy(cases, 0.02), noisy(cases, 0.04, 1)
    first.predicted[:10], second.predicted[5:20] = False, False
    first.joints[:10], second.joints[5:20] = np.nan, np.nan
    found = compare({"a": first, "b": second}, cases)
    assert {facts["scored"] for facts in found.results.values()} == {20}


def test_too_few_groups_for_a_ranking_are_said_and_give_no_interval() -> None:
    cases = people(40, groups=2)
    found = compare({"a": noisy(cases, 0.02), "b": noisy(cases, 0.04, 1)}, cases)
    assert found.differences["b"]["mean"] > 5
    assert (found.differences["b"]["low"], found.differences["b"]["high"]) == (None, None)
    text = found.markdown()
    assert "no ranking of lifters can be read from 2 groups: at least 5 are needed" in text
    assert "95%" not in text.split("### ")[1]


def strictly(text: str) -> Any:
    """JSON as the standard has it, without NaN and Infinity."""
    return json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))


def test_its_json_has_no_nan(tmp_path: Path) -> None:
    cases = people(12, groups=1)
    plain, alone = noisy(cases, 0.05), noisy(cases, 0.05, 1)
    plain.sigma[:], plain.root[:] = np.nan, np.inf
    alone.sigma[:] = 0.05  # the same everywhere: no rank correlation
    cases.truth[1:, 7:] = np.nan  # a single person is scored
    found = compare({"plain": plain, "alone": alone}, cases)
    found.write(tmp_path)
    written = strictly((tmp_path / "compare.json").read_text())
    assert written == found.facts()
    assert written["results"]["plain"]["root"]["metres"]["mean"] is None
    assert written["results"]["plain"]["calibration"]["error"] is None
    assert written["results"]["alone"]["calibration"]["rank"] is None


def test_without_cases_or_lifters_it_is_refused() -> None:
    cases = people(4)
    silent = noisy(cases, 0.1)
    silent.predicted[:] = False
    with pytest.raises(InputError):
        compare({"a": silent, "b": noisy(cases, 0.1)}, cases)
    with pytest.raises(InputError):
        compare({}, cases)


@pytest.mark.parametrize("cases", [people(60), corpus_like(200)], ids=["benchmark", "corpus"])
def test_what_is_written(tmp_path: Path, cases: Cases) -> None:
    found = compare({"sure": noisy(cases, 0.02), "not so|sure": noisy(cases, 0.06, 1)}, cases)
    found.write(tmp_path)
    assert json.loads((tmp_path / "compare.json").read_text())["differences"]["not so|sure"]["mean"] > 20
    text = (tmp_path / "compare.md").read_text()
    assert "MPJPE less sure's, mm" in text
    assert "not so\\|sure" in text
    with Image.open(tmp_path / "compare.png") as picture:
        assert picture.width > 1000
        assert len(np.unique(np.asarray(picture.convert("L")))) > 5


def test_models_get_names() -> None:
    paths = [Path("runs/small/model.pt"), Path("runs/large/model.pt"), Path("old.pt"), Path("older/old.pt")]
    assert names_of(paths) == ["small", "large", "old.pt", "older/old.pt"]
