"""Evaluation against errors that were put there."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lifter.data.joints import BODY, BODY12, HIPS, JOINTS3D
from lifter.score.cases import Cases, read_benchmark
from lifter.score.evaluate import ERRORS_2D, METRICS, evaluate, from_one_root
from synth.body.skeleton import COCO_17
from synth.core.errors import InputError
from tests.lifter.cases import answer, people, standing

WRIST = JOINTS3D.index("left_wrist")


def off(cases: Cases, joint: str, by: tuple[float, float, float]) -> np.ndarray:
    joints = cases.truth.copy()
    joints[:, JOINTS3D.index(joint)] += by
    return joints


def test_the_truth_has_no_error() -> None:
    cases = people(40)
    facts = evaluate(answer(cases.truth), cases).facts
    wanted = {"mpjpe": 0, "pa_mpjpe": 0, "n_mpjpe": 0, "pck": 100, "auc": 100 * 30 / 31}
    for name in METRICS:
        assert facts["all"][name]["mean"] == pytest.approx(wanted[name], abs=1e-6)
    assert facts["scored"] == 40
    assert facts["roots"] == {"middle of the hips": 40}
    assert facts["root"]["metres"]["mean"] == pytest.approx(0, abs=1e-6)
    for errors in facts["angles"].values():
        assert errors["mean"] == pytest.approx(0, abs=1e-5)


def test_one_joint_off_by_a_known_way() -> None:
    cases = people(40)
    facts = evaluate(answer(off(cases, "left_wrist", (0, 0.12, 0))), cases).facts
    assert facts["all"]["mpjpe"]["mean"] == pytest.approx(10)
    assert facts["joints"]["left_wrist"]["mean"] == pytest.approx(120)
    assert facts["joints"]["right_wrist"]["mean"] == pytest.approx(0, abs=1e-9)
    assert facts["all"]["pck"]["mean"] == pytest.approx(100)
    assert facts["angles"]["elbow flexion"]["mean"] > 1
    assert facts["angles"]["knee flexion"]["mean"] == pytest.approx(0, abs=1e-5)
    json.dumps(facts, allow_nan=False)


def test_the_place_of_a_person_is_no_error_of_the_pose() -> None:
    cases = people(40)
    moved = answer(cases.truth + np.array([0.0, 0.0, 0.4]))
    facts = evaluate(moved, cases).facts
    assert facts["all"]["mpjpe"]["mean"] == pytest.approx(0, abs=1e-9)
    assert facts["root"]["metres"]["mean"] == pytest.approx(0.4, abs=0.01)
    assert facts["root"]["percent"]["mean"] == pytest.approx(10, abs=0.5)


def test_a_benchmark_is_the_mean_of_its_groups() -> None:
    cases = people(40)
    joints = cases.truth.copy()
    few = np.arange(40) < 4
    cases = replace(cases, group=np.where(few, "few", "many"))
    joints[few, WRIST, 0] += 0.24
    facts = evaluate(answer(joints), cases).facts
    assert facts["groups"]["few"]["mpjpe"]["mean"] == pytest.approx(20)
    assert facts["all"]["mpjpe"]["mean"] == pytest.approx(10)
    of_samples = evaluate(answer(joints), replace(cases, mean_of="samples")).facts
    assert of_samples["all"]["mpjpe"]["mean"] == pytest.approx(2)


def test_without_hips_the_shoulders_are_the_root() -> None:
    cases = people(12)
    joints = off(cases, "left_wrist", (0.1, 0, 0))
    joints += [0, 0, 3.0]
    cases.truth[:6, 11:] = np.nan  # nothing below the shoulders and arms
    cases.truth[6:9, HIPS[1]] = np.nan
    cases.truth[9:, HIPS] = np.nan
    cases.truth[9:, JOINTS3D.index("right_shoulder")] = np.nan
    found = evaluate(answer(joints), cases)
    assert found.facts["roots"] == {"middle of the shoulders": 9, "middle of the known joints": 3}
    assert found.each["mpjpe"][:6] == pytest.approx(100 / 6)
    assert found.each["mpjpe"][6:9] == pytest.approx(100 / 11)
    assert "left_knee" not in found.facts["joints"] or found.facts["joints"]["left_knee"]["count"] == 6
    assert found.facts["angles"]["elbow flexion"]["count"] == 9 * 2 + 3


def test_one_root_is_at_the_origin() -> None:
    joints, truth, root = from_one_root(np.random.default_rng(0).normal(size=(5, 20, 3)), people(5).truth)
    assert joints[:, HIPS].mean(1) == pytest.approx(0, abs=1e-12)
    assert truth[:, HIPS].mean(1) == pytest.approx(0, abs=1e-12)
    assert (root == 0).all()


def test_who_is_not_told_of_is_counted_and_not_scored() -> None:
    cases = people(12)
    given = answer(off(cases, "left_wrist", (0.12, 0, 0)))
    given.predicted[:5] = False
    given.joints[:5] = np.nan
    cases.truth[5, BODY[2:]] = np.nan
    facts = evaluate(given, cases).facts
    assert (facts["scored"], facts["unanswered"], facts["untrue"]) == (6, 5, 1)
    assert facts["all"]["mpjpe"]["mean"] == pytest.approx(10)


def test_nothing_to_score_is_said() -> None:
    cases = people(4)
    given = answer(cases.truth)
    given.predicted[:] = False
    with pytest.raises(InputError, match="four detected joints"):
        evaluate(given, cases)
    cases.truth[:, 2:] = np.nan
    with pytest.raises(InputError, match="no truth"):
        evaluate(answer(people(4).truth), cases)


def test_what_the_corpus_knows_splits_the_errors() -> None:
    cases = people(40)
    visibility, wrong = np.zeros((40, 17), int), np.zeros((40, 17), int)
    column = COCO_17.index("left_wrist")
    visibility[::2, column], wrong[::2, column] = 2, 4
    cases.keypoints[::4, column] = 0
    joints = cases.truth.copy()
    joints[::2, WRIST, 2] += 0.3
    band = np.arange(40) % 2
    cases = replace(cases, band=band, visibility=visibility, detection_error=wrong, mean_of="samples")
    facts = evaluate(answer(joints), cases).facts
    assert facts["bands"]["0"]["mpjpe"]["mean"] == pytest.approx(25)
    assert facts["bands"]["1-4"]["mpjpe"]["mean"] == pytest.approx(0, abs=1e-9)
    assert "9+" not in facts["bands"]
    assert facts["visibility"]["hidden by a prop"]["mean"] == pytest.approx(300)
    assert facts["visibility"]["seen"]["mean"] == pytest.approx(0, abs=1e-9)
    assert facts["errors_2d"]["miss"]["count"] == 10
    assert facts["errors_2d"]["not reported"]["count"] == 10
    assert facts["errors_2d"]["good"]["count"] == 40 * 12 - 20
    assert set(facts["errors_2d"]) <= set(ERRORS_2D)
    assert facts["hidden"]["1"]["mpjpe"]["mean"] == pytest.approx(25)
    assert facts["missing"]["1"]["mpjpe"]["mean"] == pytest.approx(25)
    assert facts["missing"]["0"]["mpjpe"]["count"] == 30
    assert "the back" not in facts["views"]
    assert facts["views"]["the front"]["mpjpe"]["count"] > 20


def test_degrees_of_a_bent_elbow() -> None:
    cases = people(3)
    cases = replace(cases, truth=np.repeat(standing()[None], 3, 0))
    joints = cases.truth.copy()
    elbow, shoulder = (joints[:, JOINTS3D.index(f"left_{name}")] for name in ("elbow", "shoulder"))
    line = elbow - shoulder
    true = np.linalg.norm(cases.truth[:, WRIST] - elbow, axis=1, keepdims=True)
    cases.truth[:, WRIST] = elbow + line / np.linalg.norm(line, axis=1, keepdims=True) * true
    joints[:, WRIST] = elbow + np.array([0.0, 0.0, -0.3])  # forward, at a right angle to the arm
    facts = evaluate(answer(joints), cases).facts
    assert facts["angles"]["elbow flexion"]["mean"] == pytest.approx((90 + 0) / 2, abs=1e-4)
    assert facts["angles"]["upper arm elevation"]["mean"] == pytest.approx(0, abs=1e-5)


def test_calibration_of_an_uncertainty_that_is_right() -> None:
    rng = np.random.default_rng(0)
    cases = people(600)
    noisy = cases.truth.copy()
    rows = [row for row in BODY if row not in HIPS]
    noisy[:, rows] += rng.normal(0, 0.05, (600, len(rows), 3))
    given = answer(noisy, 0.05)
    given.sigma[:, HIPS] = np.nan
    facts = evaluate(given, cases).facts["calibration"]
    assert facts["observed"] == pytest.approx(facts["levels"], abs=0.03)
    assert facts["error"] < 0.02
    assert facts["sigma_mm"] == pytest.approx(50)
    assert facts["nine_tenths"]["left_wrist"] == pytest.approx(0.9, abs=0.04)
    assert facts["rank"] is None
    sure = evaluate(replace_sigma(given, 0.02), cases).facts["calibration"]
    assert sure["error"] > 0.25


def replace_sigma(given: object, sigma: float) -> object:
    return replace(given, sigma=np.full_like(given.sigma, sigma))  # type: ignore[type-var, attr-defined]


def test_names_of_the_body() -> None:
    assert len(BODY12) == 12
    assert [JOINTS3D[row] for row in BODY] == list(BODY12)


def test_the_shipped_benchmark_scored_against_itself(shared: Path) -> None:
    cases = read_benchmark(shared / "benchmarks" / "pose2sim.npz")
    joints = np.where(np.isfinite(cases.truth), cases.truth, 0.0)
    facts = evaluate(answer(joints), cases).facts
    assert facts["all"]["mpjpe"]["mean"] == pytest.approx(0, abs=1e-3)
    assert facts["interval"]["how_many"] == 4
    assert facts["angles"]["neck bend"]["mean"] is None
