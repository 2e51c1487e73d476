"""What confidences mean, by the family of detectors."""

from __future__ import annotations

import numpy as np
import pytest

from lifter.predict.confidence import missed_confidence, note_of_floor, scale_of


def test_a_missed_joints_confidence_is_the_error_models_lowest() -> None:
    # the lowest of 0.028 / (d + 0.028) + 1.1 d, found by looking at all d, and the noise's mean
    d = np.linspace(0, 2, 200_001)
    assert missed_confidence() == pytest.approx((0.028 / (d + 0.028) + 1.1 * d).min() - 0.0045857, abs=1e-6)
    assert 0.3 < missed_confidence() < 0.33


def test_a_complete_detectors_low_confidences_are_missing() -> None:
    given = np.array([0.9] * 13 + [0.01, 0.04, 0.2, 0.35])
    scale = scale_of(given, True, None)
    assert scale.floor == pytest.approx(0.9 * missed_confidence(), rel=0.01)
    assert scale.read(given)[13:].tolist() == [0, 0, 0, 0.35]


def test_a_detector_with_a_threshold_is_believed() -> None:
    given = np.array([0.9] * 12 + [0.2, 0.04, 0, 0, np.nan])
    assert scale_of(given, True, None).read(given)[12:16].tolist() == [0.2, 0, 0, 0]


def test_probabilities_that_stay_low_keep_their_joints() -> None:
    given = np.linspace(0.1, 0.3, 17)
    scale = scale_of(given, True, None)
    assert scale.floor < 0.1
    assert np.array_equal(scale.read(given), given)


@pytest.mark.parametrize("floor", [None, 0.5])
def test_percentages(floor: float | None) -> None:
    given = np.array([90.0] * 15 + [45, 1])
    scale = scale_of(given, True, floor)
    assert scale.note == "confidences are read as percentages"
    assert scale.read(given).tolist() == [0.9] * 15 + [0.45 if floor is None else 0.0, 0.0]


def test_scores_of_heat_maps() -> None:
    given = np.array([6.0] * 16 + [1.0])
    scale = scale_of(given, True, None)
    assert scale.read(given).tolist() == [1.0] * 16 + [0.0]
    assert scale.note == "confidences go up to 6: 6 is read as 1"


def test_flags() -> None:
    given = np.array([2, 1, 0, 2.0])
    scale = scale_of(given, True, None)
    assert scale.read(given).tolist() == [1, 0.5, 0, 1]


def test_none_and_nobody() -> None:
    assert (
        scale_of(np.ones(17), False, None).note
        == "no confidences are given: every joint counts as seen, with 1"
    )
    assert scale_of(np.zeros(17), True, None).floor == 0
    assert scale_of(np.zeros(0), True, None).note is None


def test_the_note() -> None:
    scale = scale_of(np.array([0.9, 0.01]), True, 0.3)
    assert note_of_floor(scale, 0, 17, True) is None
    assert note_of_floor(scale, 4, 17, True) == (
        "4 of 17 joints are below confidence 0.3 and count as missing (as --confidence-floor asks)"
    )
