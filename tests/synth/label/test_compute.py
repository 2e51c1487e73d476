"""Label functions are called in order, and each sees what those before it returned."""

from __future__ import annotations

import numpy as np
import pytest

from synth.label.batch import Batch, Labels
from synth.label.compute import GEOMETRY, label, load_function
from synth.label.geometry import camera, person
from tests.synth.staging import staged


def test_each_function_sees_those_before_it() -> None:
    _, scenes, labels = staged(30, frames=9)

    def height(batch: Batch) -> Labels:
        assert "sample" in batch.labels
        return {"height": batch.labels["joints_world"][..., 2].max(axis=1)}

    made = label(scenes, [*GEOMETRY, height], {"sample": np.arange(270)})
    assert np.array_equal(made["height"], labels["joints_world"][..., 2].max(axis=1))
    assert set(made) == {*labels, "sample", "height"}


def test_some_labels_alone_are_the_same() -> None:
    _, scenes, labels = staged(30, frames=9)
    some = label(scenes, [camera, person])
    assert list(some)[:1] == ["intrinsics"]
    assert all(np.array_equal(values, labels[name]) for name, values in some.items())


def test_functions_are_found_by_reference() -> None:
    assert load_function("synth.label.geometry:person") is person
    with pytest.raises(AttributeError):
        load_function("synth.label.geometry:nobody")
