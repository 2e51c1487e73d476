"""The statistics of a detector against hand-made outcomes and closed forms."""

from __future__ import annotations

import json

import numpy as np
import pytest

from synth.detector.check import (
    CONFIDENCE_STEPS,
    check_confidence,
    check_shares,
    deviation,
    expected_confidence,
    outcomes,
    picture_sizes,
    similarity,
    unexplained,
)
from synth.detector.parameters import SIGMAS
from synth.detector.shares import SILENT
from synth.detector.spec import DetectorSpec
from synth.scene.visibility import COCO_ROWS
from tests.synth.detector.people import detector, people


def test_sizes_are_of_the_box_within_the_picture() -> None:
    labels = {"box": np.array([[-10.0, 0, 30, 40], [300, 0, 400, 10]]), "image_size": np.full((2, 2), 256)}
    root, half = picture_sizes(labels)
    assert root.tolist() == [np.sqrt(30 * 40), 4]  # the second lies beyond the picture: the least there is
    assert half.tolist() == [20, 4]


def test_similarity_is_cocos() -> None:
    labels = people(1)
    labels["box"][:] = (0, 0, 100, 100)
    truth = labels["joints_image"][:, COCO_ROWS]
    off = 2 * SIGMAS * 100  # k s of COCO's OKS, so that it is exp(-1/2)
    detection = np.concatenate([truth + np.stack([off, 0 * off], -1), np.ones((1, 17, 1))], 2).astype(
        np.float32
    )
    assert similarity(labels, detection) == pytest.approx(np.exp(-0.5), abs=1e-4)
    detection[..., 2] = 0
    assert (similarity(labels, detection) == 0).all()


def test_silence_is_an_outcome_of_its_own() -> None:
    detection = np.ones((1, 17, 3), np.float32)
    detection[0, 3, 2] = 0
    found = outcomes({"detection": detection, "detection_error": np.full((1, 17), 2, np.uint8)})
    assert found[0, 3] == SILENT
    assert set(np.delete(found[0], 3).tolist()) == {2}


def test_a_deviation_is_in_standard_errors() -> None:
    # gaps of 1, -1 and 2 from expectations of 1: their sum 2, its error the root of 6
    observed = np.array([[2.0], [0.0], [3.0]])
    assert deviation(observed, np.ones((3, 1))) == pytest.approx((5, 3, 2 / np.sqrt(6)))
    assert deviation(np.ones((3, 1)), np.ones((3, 1))) == (3, 3, 0)


def test_expected_confidence_is_the_mean_of_the_clipped_normal() -> None:
    spec = DetectorSpec.model_validate("posefix").confidence
    noise = np.random.default_rng(0).normal(spec.mean, spec.std, 400_000)
    for distance in (0.0, 0.05, 0.3):
        end = distance if spec.b == 0 else min(distance, max(0.0, np.sqrt(spec.a / spec.b) - spec.a))
        curve = spec.a / (end + spec.a) + spec.b * end
        by_hand = np.clip(curve + noise, spec.floor, 1).mean()
        assert expected_confidence(spec, np.array([distance]))[0] == pytest.approx(by_hand, abs=2e-3)
    certain = spec.model_copy(update={"std": 0.0, "mean": 0.0})
    assert expected_confidence(certain, np.array([0.0])).tolist() == [1.0]


def test_facts_are_json() -> None:
    labels, watching = people(300), detector()
    made = watching.detect(labels)
    facts = [check_confidence(watching, labels, made), check_shares(watching, labels, made)]
    json.loads(json.dumps(facts, allow_nan=False))
    assert facts[0][-1]["to"] is None
    assert facts[0][-1]["from"] == CONFIDENCE_STEPS[-1]


def test_what_the_model_does_not_allow_is_counted() -> None:
    labels, watching = people(200), detector()
    made = watching.detect(labels)
    assert set(unexplained(watching, labels, made).values()) == {0}
    made["detection"][0, :, :2] = -50
    made["detection"][1, :, 2] = 2
    found = unexplained(watching, labels, made)
    assert found["beyond the picture"] == 17
    assert found["confidence above its visibility's"] == 17
