"""A mechanism of another package changes detections after the model, with values of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from synth.core.errors import InputError
from synth.core.randomness import Draws
from synth.core.registry import Registry
from synth.detector import mechanisms
from synth.detector.detector import DetectionError
from synth.detector.mechanisms import MechanismDraws, apply
from tests.synth.detector.people import detector, people, rows


def drop(
    detection: NDArray[np.float32],
    error: NDArray[np.uint8],
    labels: Mapping[str, NDArray[Any]],
    draws: MechanismDraws,
    parameters: Mapping[str, Any],
) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """Some joints of a scene are never reported."""
    gone = draws.lasting("gone", labels) < parameters["share"]
    return np.where(gone[..., None], 0.0, detection).astype(np.float32), np.where(
        gone, DetectionError.MISS, error
    )


def wrong(*given: Any) -> Any:
    return given[0][:1], given[1]


@pytest.fixture(autouse=True)
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    own = {name: f"{__name__}:{name}" for name in ("drop", "wrong")}
    registry: Registry[Any] = Registry("detector mechanism", "posemill.detector_mechanisms", own)
    for module in ("synth.detector.mechanisms", "synth.detector.spec"):
        monkeypatch.setattr(f"{module}.MECHANISMS", registry)


def test_detections_are_changed_after_the_model() -> None:
    labels = people(400)
    before = detector().detect(labels)
    after = detector(mechanisms={"drop": {"share": 0.25}}).detect(labels)
    gone = MechanismDraws(0, "drop").uniform("gone", labels["scene"], 17) < 0.25
    assert gone.mean() == pytest.approx(0.25, abs=0.02)
    assert (after["detection"][gone] == 0).all()
    assert (after["detection_error"][gone] == DetectionError.MISS).all()
    for name, values in before.items():
        assert np.array_equal(after[name][~gone], values[~gone])
        assert after[name].dtype == values.dtype


def test_a_sample_is_changed_alike_in_any_batch() -> None:
    labels, watching = people(50), detector(mechanisms={"drop": {"share": 0.5}})
    which = np.array([7, 3, 40])
    alone, together = watching.detect(rows(labels, which)), watching.detect(labels)
    assert all(np.array_equal(alone[name], together[name][which]) for name in together)


def test_draws_are_the_mechanisms_own_and_keyed() -> None:
    labels = {"scene": np.array([5, 5, 9]), "step": np.array([0, 1, 0])}
    one, two = MechanismDraws(1, "one"), MechanismDraws(1, "two")
    lasting, fresh = one.lasting("x", labels), one.fresh("x", labels)
    assert np.array_equal(lasting[0], lasting[1])
    assert not np.array_equal(fresh[0], fresh[1])
    assert not np.array_equal(lasting, two.lasting("x", labels))
    assert not np.array_equal(lasting, Draws(1).uniform("x", labels["scene"], 17))
    later = {name: values[1:] for name, values in labels.items()}
    assert np.array_equal(one.fresh("x", later), fresh[1:])


def test_what_a_mechanism_returns_is_checked() -> None:
    detection, error = np.zeros((2, 17, 3), np.float32), np.zeros((2, 17), np.uint8)
    with pytest.raises(ValueError, match="mechanism 'wrong' returns arrays of shapes"):
        apply({"wrong": {}}, detection, error, {}, 0)
    with pytest.raises(InputError, match="there is no detector mechanism 'other'"):
        apply({"other": {}}, detection, error, {}, 0)
    assert mechanisms.apply({}, detection, error, {}, 0)[0] is detection
