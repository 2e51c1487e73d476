"""A part's stored detections against the detector's model: what was changed on disk shows."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import zarr

from pipelines.corpus.corpus import Corpus
from pipelines.generate.recipe import Recipe
from pipelines.generate.run import generate
from pipelines.inspect.detector_check import changed, examine, lines
from synth.body.skeleton import COCO_17
from synth.core.errors import InputError
from tests.pipelines.conftest import Posemill

SAMPLES = 260


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus to look at only."""
    folder = tmp_path_factory.mktemp("detections") / "corpus"
    recipe = Recipe.model_validate({"name": "small", "seed": 4, "pairs": {"count": SAMPLES}})
    generate(recipe, folder.parent, folder, workers=1, threads=True)
    return folder


@pytest.fixture
def corpus(kept: Path, tmp_path: Path) -> Path:
    """A corpus to change."""
    shutil.copytree(kept, tmp_path / "corpus")
    return tmp_path / "corpus"


def change(corpus: Path, name: str, values: np.ndarray) -> None:
    array = zarr.open_array(corpus / "parts" / "small-pairs" / name, mode="r+")
    array[: len(values)] = values.astype(array.dtype)


def stored(corpus: Path, name: str) -> np.ndarray:
    return Corpus(corpus).part("small-pairs").read(name, 0, SAMPLES)


def test_what_generate_stored_is_what_the_model_gives(kept: Path) -> None:
    found = examine(kept, None, None, 20_000)
    assert (found["part"], found["model"], found["samples"]) == ("small-pairs", "posefix", SAMPLES)
    assert (found["stored"], found["changed"], found["changed_rows"]) == (True, 0, [])
    assert set(found["unexplained"].values()) == {0}
    wrist = stored(kept, "detection_error")[:, COCO_17.index("left_wrist")]
    assert found["joints"]["left_wrist"][:5] == pytest.approx(np.bincount(wrist, minlength=5) / SAMPLES)


def test_a_stored_detection_that_was_moved_shows(corpus: Path) -> None:
    detection = stored(corpus, "detection")
    detection[17, 3, 0] += 300
    change(corpus, "detection", detection)
    found = examine(corpus, None, None, 20_000)
    assert (found["changed"], found["changed_rows"]) == (1, [17])
    assert lines(found)[-1].endswith("1 sample (row 17)")


def test_the_statistics_are_of_what_is_stored(corpus: Path) -> None:
    """All joints reported at their place with the code of a swap: another share, and none of it explained."""
    change(corpus, "detection_error", np.full((SAMPLES, 17), 3))
    found = examine(corpus, None, None, 20_000)
    assert all(shares[3] == 1.0 for shares in found["joints"].values())
    assert found["changed"] == SAMPLES
    swaps = [row for row in found["shares"] if row["outcome"] == "swap" and row["visibility"] == "seen"]
    assert swaps[0]["count"] > 50 * swaps[0]["expected"]


@pytest.mark.parametrize(("name", "value"), [("detection", np.nan), ("detection_error", 99)])
def test_values_that_no_detector_gives_are_counted(corpus: Path, name: str, value: float) -> None:
    values = stored(corpus, name).copy()
    values[5, 2] = value
    change(corpus, name, values)
    found = examine(corpus, None, None, 20_000)
    assert found["unexplained"]["not finite, or an unknown code"] == 1
    assert found["changed_rows"] == [5]
    assert found["detections"] == (SAMPLES - 1) * 17


def test_another_detector_is_computed(corpus: Path) -> None:
    change(corpus, "detection", np.zeros((SAMPLES, 17, 3)))
    found = examine(corpus, "small-pairs", "motionbert", 100)
    assert (found["model"], found["stored"], found["changed"]) == ("motionbert", False, None)
    assert lines(found)[0] == "motionbert: 100 samples, 1,700 computed detections of small-pairs"
    assert all(f"\n{name}" in "\n".join(lines(found)) for name in COCO_17)
    assert all(sum(shares[:5]) == pytest.approx(1) for shares in found["joints"].values())


def test_small_differences_between_processors_do_not_count() -> None:
    one = {"detection": np.ones((2, 17, 3), np.float32), "detection_error": np.zeros((2, 17), np.uint8)}
    other = {**one, "detection": one["detection"] + np.float32(2e-4)}
    assert not changed(one, other).any()
    other["detection"][1, 16, 2] += 0.01
    assert changed(one, other).tolist() == [False, True]


def test_the_command_exits_with_1_where_something_was_changed(posemill: Posemill, corpus: Path) -> None:
    good = posemill("detections", corpus, "--json")
    assert good.exit_code == 0
    json.loads(good.stdout, parse_constant=pytest.fail)
    detection = stored(corpus, "detection")
    detection[[3, 9], 0, 2] = 0.0123
    change(corpus, "detection", detection)
    found = posemill("detections", corpus)
    assert found.exit_code == 1
    assert "2 samples are not what the model gives" in found.stderr
    assert "rows 3, 9" in found.stdout


def test_what_cannot_be_checked_is_refused(corpus: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no such detector"):
        examine(corpus, None, "openpose", 10)
    part = Corpus(corpus).part("small-pairs")
    part.receipt_path(0).unlink()
    with pytest.raises(InputError, match="is not finished"):
        examine(corpus, None, None, 10)
    bare = Recipe.model_validate({"name": "bare", "pairs": {"count": 4}, "detector": "none"})
    generate(bare, tmp_path, tmp_path / "bare", workers=1, threads=True)
    with pytest.raises(InputError, match="has no detector; give --detector"):
        examine(tmp_path / "bare", None, None, 10)
