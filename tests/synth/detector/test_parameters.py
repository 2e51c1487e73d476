"""The arrays that the kernels read hold the document's numbers."""

from __future__ import annotations

import numpy as np
import pytest

from synth.body.skeleton import COCO_17
from synth.core.randomness import Draws
from synth.detector.parameters import BONES, KIND, LIMB, LIMBS, SIGMAS, TWIN, keys_of, radius, tables_of
from synth.detector.spec import KINDS, DetectorSpec


def test_twins_kinds_and_limbs() -> None:
    for joint, name in enumerate(COCO_17):
        assert COCO_17[TWIN[joint]].split("_")[-1] == name.split("_")[-1]
        assert (TWIN[joint] == joint) == (name == "nose")
        assert KINDS[KIND[joint]] == name.split("_")[-1]
    assert LIMBS[LIMB[COCO_17.index("left_wrist")]] == "left arm"
    assert LIMBS[LIMB[COCO_17.index("right_ear")]] == "face"
    first = [(COCO_17[a], COCO_17[b]) for a, b in BONES[:2]]
    assert first == [("left_shoulder", "left_elbow"), ("right_shoulder", "right_elbow")]


def test_a_radius_is_where_the_similarity_is_so() -> None:
    # exp(-d^2 / (2 (2 sigma)^2)) = s
    assert np.exp(-(radius(0.5) ** 2) / (2 * (2 * SIGMAS) ** 2)) == pytest.approx(0.5)


def test_tables_of_both_models() -> None:
    spec = DetectorSpec.model_validate("posefix")
    tables = tables_of(spec)
    assert not tables.has_mixture
    assert tables.jitter.shape == (len(spec.rates.jitter), len(KINDS))  # type: ignore[union-attr]
    assert tables.weights @ tables.weights == pytest.approx(1)
    assert tables.hidden[2].tolist()[:2] == [0, 0]  # beyond the edge nothing is good or nearly so
    assert tables.dimmed[0] == 1
    mixture = tables_of(DetectorSpec.model_validate("motionbert"))
    assert mixture.has_mixture
    assert mixture.noise.shape == (17, 5)
    assert (mixture.miss == mixture.loose[2]).all()


def test_every_named_draw_has_a_key_of_its_own() -> None:
    keys = keys_of(Draws(3))
    assert len(set(map(int, keys))) == len(keys)
    assert int(keys.kind) == int(Draws(3).key("detection.kind"))
