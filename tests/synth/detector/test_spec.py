"""The shipped parameters are the published ones, and wrong ones are refused by name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from synth.detector.spec import KINDS, DetectorSpec


@pytest.fixture(scope="module")
def published(shared: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((shared / "reference" / "detector_noise.json").read_text())
    return content


def _group(kind: str, row: dict[str, float]) -> float:
    """A published rate of a kind of joint; the groups are named 'nose,knee,ankle', 'face', 'upper', 'other'…"""
    face, upper = kind in ("nose", "eye", "ear"), kind in ("shoulder", "elbow", "wrist")
    for names, rate in row.items():
        group = names.split(",")
        if kind in group or ("face" in group and face) or ("upper" in group and upper):
            return rate
    return row["lower"] if "lower" in row else row["other"]


def test_posefix_is_as_published(published: dict[str, Any]) -> None:
    spec, wanted = DetectorSpec.model_validate("posefix"), published["posefix_coco17"]
    assert spec.rates is not None
    assert [spec.bands.good, spec.bands.jitter] == wanted["jitter_annulus_ks"]
    assert [spec.bands.jitter, spec.bands.miss] == wanted["miss_annulus_ks"]
    pairs = [
        *zip(spec.rates.jitter, wanted["jitter"].values(), strict=True),
        *zip(spec.rates.miss, wanted["miss"].values(), strict=True),
        (spec.rates.inversion, wanted["inversion"]),
        (spec.rates.swap, wanted["swap"]["else"]),
        (spec.rates.swap_crowded, wanted["swap"]["crowded"]),
    ]
    for ours, theirs in pairs:
        for kind in KINDS:
            if not (ours is spec.rates.inversion and kind == "nose"):  # which has no twin
                assert getattr(ours, kind) == _group(kind, theirs), (kind, theirs)
    assert [row.seen for row in spec.rates.jitter] == [10, 17]
    assert [row.seen for row in spec.rates.miss] == [5, 10, 17]
    assert [(c.seen, c.overlap) for c in spec.rates.crowded] == [(10, 1), (15, 3)]


def test_motionbert_is_as_published(published: dict[str, Any]) -> None:
    spec, wanted = DetectorSpec.model_validate("motionbert"), published["motionbert"]
    assert spec.mixture is not None
    assert spec.mixture.uniform_range == wanted["uniform_range"]
    assert (spec.mixture.per_frame, spec.mixture.missed) == (wanted["per_frame_std"], wanted["mask_ratio"])
    assert spec.time.keyframe == wanted["frames"] // wanted["keyframes"]
    names = {"left_eye": "nose", "right_ear": "head", "left_shoulder": "lsho", "right_ankle": "rank"}
    for name, theirs in names.items():
        ours, other = spec.mixture.joints[name], wanted["joints"][theirs]
        assert ours.mean == pytest.approx(other["mean"], abs=1e-6)
        assert ours.std == pytest.approx(other["std"], abs=1e-6)
        assert ours.gaussian == pytest.approx(other["p_gaussian"], abs=1e-4)


@pytest.mark.parametrize("model", ["posefix", "motionbert"])
def test_confidence_is_as_published(published: dict[str, Any], model: str) -> None:
    ours, theirs = DetectorSpec.model_validate(model).confidence, published["motionbert"]["confidence"]
    assert (ours.a, ours.b) == (theirs["a"], theirs["b"])
    assert (ours.mean, ours.std) == (theirs["shift_mean"], theirs["shift_std"])


def test_fields_that_differ_are_laid_over_the_shipped_ones() -> None:
    spec = DetectorSpec.model_validate({"model": "posefix", "silent": {"prop": 0.9}})
    assert (spec.silent.prop, spec.silent.seen) == (0.9, DetectorSpec.model_validate("posefix").silent.seen)
    assert DetectorSpec.model_validate(spec.model_dump(mode="json")) == spec
    assert "mechanisms" not in spec.model_dump(
        mode="json"
    )  # where there are none: as parts from before have it


@pytest.mark.parametrize(
    ("fields", "place", "message"),
    [
        ({"model": "openpose"}, "model", "posefix"),
        ({"bands": {"good": 0.4}}, "bands", "descend"),
        ({"hidden": {"prop": {"good": 0.9}}}, "hidden", "sum to 1"),
        ({"hidden": {"outside": {"good": 0.1}}}, "hidden", "Extra inputs"),
        ({"correlation": {"limb": 0.7, "pair": 0.7}}, "correlation", "exceed 1"),
        ({"confidence": {"floor": 0.0}}, "confidence", "greater than 0"),
        ({"neighbour": {"offset": [2.0, 1.0]}}, "neighbour", "above the upper"),
        ({"rates": {"jitter": []}}, "rates", "at least 1"),
        ({"silent": {"seen": 1.5}}, "silent", "less than or equal to 1"),
        ({"time": {"keyframe": 0}}, "time", "greater than or equal to 1"),
        ({"noise": 1}, "noise", "Extra inputs"),
        ({"mechanisms": {"frozen": {}}}, "mechanisms", "there is no detector mechanism 'frozen'"),
    ],
)
def test_wrong_parameters_are_refused_where_they_are(
    fields: dict[str, Any], place: str, message: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        DetectorSpec.model_validate({"model": "posefix", **fields})
    first = caught.value.errors()[0]
    assert first["loc"][0] == place
    assert message in first["msg"]
