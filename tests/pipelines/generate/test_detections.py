"""The recipe's detector, from its YAML to the arrays of a part."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipelines.corpus.corpus import Corpus
from pipelines.generate.detections import detector_of, read_inputs
from pipelines.generate.recipe import Recipe, load_recipe
from pipelines.generate.run import generate
from pipelines.inspect.detector_check import examine, statistics
from synth.core.errors import InputError
from synth.detector.detector import DetectorSpec

_RECIPE = """name: small
seed: 4
pairs: {count: 260}
images: {count: 4}
picture: {width: 64, height: 64}
"""


def _write(folder: Path, *lines: str) -> Path:
    path = folder / "small.yaml"
    path.write_text(_RECIPE + "\n".join(lines) + "\n")
    return path


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    folder = tmp_path_factory.mktemp("detections")
    recipe = load_recipe(_write(folder))
    generate(recipe, folder, folder / "corpus", workers=1, threads=True)
    return Corpus(folder / "corpus")


@pytest.mark.parametrize("kind", ["images", "pairs"])
def test_stored_detections_are_those_of_the_stored_labels(corpus: Corpus, kind: str) -> None:
    part = corpus.part(f"small-{kind}")
    detector = detector_of(part)
    assert detector is not None
    assert detector.spec == DetectorSpec.model_validate("posefix")
    for name, values in detector.detect(read_inputs(part, 0, part.samples)).items():
        assert part.read(name, 0, part.samples).tobytes() == values.tobytes()


def test_another_detector_needs_no_other_corpus(corpus: Corpus) -> None:
    part = corpus.part("small-pairs")
    found = {}
    for model in ("posefix", "motionbert"):
        detector = detector_of(part, DetectorSpec.model_validate(model))
        assert detector is not None
        labels = read_inputs(part, 0, 200)
        found[model] = statistics(detector, labels, detector.detect(labels))
        assert set(found[model]["unexplained"].values()) == {0}
        assert found[model]["detections"] == 200 * 17
    inverted = [sum(shares[2] for shares in found[model]["joints"].values()) for model in found]
    assert inverted[0] > inverted[1]


def test_a_recipe_names_a_model_none_or_a_file(tmp_path: Path) -> None:
    assert load_recipe(_write(tmp_path)).detector == DetectorSpec.model_validate("posefix")
    assert load_recipe(_write(tmp_path, "detector: none")).detector is None
    named = load_recipe(_write(tmp_path, "detector: motionbert")).detector_spec
    assert named is not None
    assert named.model == "motionbert"
    (tmp_path / "fit.yaml").write_text("model: posefix\nsilent: {seen: 0.5}\n")
    fitted = load_recipe(_write(tmp_path, "detector: fit.yaml"))
    spec = fitted.detector_spec
    assert spec is not None
    assert spec.silent.seen == 0.5
    # what a part stores of its recipe is the parameters, so that workers need no file and the identity holds them
    assert Recipe.model_validate(fitted.model_dump(mode="json")).detector == spec
    with pytest.raises(ValueError, match="not been read"):
        _ = Recipe.model_validate({"name": "x", "detector": "fit.yaml", "pairs": {"count": 1}}).detector_spec


def test_a_part_without_a_detector_has_no_such_arrays(corpus: Corpus, tmp_path: Path) -> None:
    changes = ["name=bare", "pairs.count=8", "images.count=0", "detector=none"]
    generate(load_recipe(_write(tmp_path), changes), tmp_path, corpus.folder, workers=1, threads=True)
    part = corpus.part("bare-pairs")
    assert "detection" not in part.facts["arrays"]
    assert detector_of(part) is None
    with pytest.raises(InputError, match="has no detector"):
        examine(corpus.folder, "bare-pairs", None, 8)


@pytest.mark.parametrize(
    ("line", "place", "message"),
    [
        ("detector: openpose", "small.yaml:6", "there is no such detector"),
        ("detector: absent.yaml", "absent.yaml", "cannot be read"),
        ("detector: {model: posefix, hidden: {prop: {good: 2}}}", "small.yaml:6", "less than or equal to 1"),
        ("detector: {model: posefix, noise: 1}", "small.yaml:6", "no such field"),
        ("detector: broken.yaml", "broken.yaml:3", "sum to 1"),
    ],
)
def test_wrong_detectors_are_refused_with_their_place(
    tmp_path: Path, line: str, place: str, message: str
) -> None:
    (tmp_path / "broken.yaml").write_text("model: posefix\nhidden:\n  prop: {good: 0.9}\n")
    with pytest.raises(InputError, match=message) as caught:
        load_recipe(_write(tmp_path, line))
    assert caught.value.where.endswith(place)
    assert "\n" not in str(caught.value)


def test_tracks_keep_their_errors_for_a_while(corpus: Corpus, tmp_path: Path) -> None:
    changes = ["name=tracks", "pairs.count=270", "images.count=0", "tracks={frames: 27}"]
    generate(load_recipe(_write(tmp_path), changes), tmp_path, corpus.folder, workers=1, threads=True)
    part = corpus.part("tracks-pairs")
    error: Any = part.read("detection_error", 0, 270).reshape(10, 27, 17)
    assert (error[:, 1:] == error[:, :-1]).mean() > 0.8
    assert np.ptp(error, axis=1).max() > 0
