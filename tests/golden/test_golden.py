"""What was made before the packages were restructured is read, checked, resumed and made again to the same bytes.

Bytes are compared where the processor and numpy are those that made them. Elsewhere the last bits of sines and sums may
differ, and with them a pixel at an edge: there arrays are compared within tolerances.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from pipelines.corpus.corpus import Corpus
from pipelines.corpus.part import Part
from pipelines.corpus.runs import spread
from pipelines.corpus.selection import read_selection
from pipelines.curate.rules import load_rules
from pipelines.curate.run import curate
from pipelines.generate.recipe import load_recipe
from pipelines.generate.run import generate
from pipelines.inspect.verify import verify
from tests.pipelines.tiny import digests

BEFORE = Path(__file__).with_name("before.zip")
METHODS = ("baseline", "matching", "adversarial", "lcr", "posemill")


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("before")
    with zipfile.ZipFile(BEFORE) as archive:
        archive.extractall(folder)
    return folder


@pytest.fixture(scope="module")
def exact(before: Path) -> bool:
    """Whether this machine computes as the one did that made the files."""
    made = json.loads((before / "machine.json").read_text())
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return False
    flags = next((line.split(":")[1].split() for line in lines if line.startswith("flags")), [])
    same = hashlib.sha256(" ".join(sorted(flags)).encode()).hexdigest() == made["flags"]
    return same and np.__version__ == made["numpy"]


def files_of_shards(corpus: Path) -> dict[str, str]:
    """The SHA-256 of the arrays' files, without what describes them."""
    return {
        name: digest
        for name, digest in digests(corpus).items()
        if not name.endswith(".json") and "/receipts/" not in name
    }


def assert_alike(one: Part, two: Part) -> None:
    """The same labels but for the last bits of floats and some pixels at edges."""
    assert [label.name for label in one.labels] == [label.name for label in two.labels]
    for label in one.labels:
        a, b = (part.read(label.name, 0, part.samples) for part in (one, two))
        if a.dtype == object:
            assert len(a) == len(b)
        elif a.dtype.kind == "f":
            assert np.isclose(a, b, rtol=1e-3, atol=1e-3, equal_nan=True).mean() > 0.98, label.name
        else:
            assert (a == b).mean() > 0.98, label.name


@pytest.mark.parametrize("name", ["golden", "tracks"])
def test_a_corpus_is_read_and_whole(before: Path, name: str) -> None:
    found = verify(before / "corpora" / name)
    assert found.faults == []
    assert found.samples == sum(part.samples for part in Corpus(before / "corpora" / name).parts())
    assert found.projected > 0


@pytest.mark.parametrize("name", ["golden", "tracks"])
def test_a_finished_corpus_is_left_as_it_is(before: Path, tmp_path: Path, name: str) -> None:
    corpus = tmp_path / name
    shutil.copytree(before / "corpora" / name, corpus)
    was = digests(corpus)
    recipe = load_recipe(before / "home" / f"{name}.json")
    outcome = generate(recipe, before / "home", corpus, threads=True, workers=1)
    assert all(done["made"] == done["repaired"] == 0 for done in outcome.parts.values())
    assert digests(corpus) == was


@pytest.mark.parametrize("name", ["golden", "tracks"])
def test_a_corpus_is_resumed_with_the_same_bytes(
    before: Path, tmp_path: Path, exact: bool, name: str
) -> None:
    corpus = tmp_path / name
    shutil.copytree(before / "corpora" / name, corpus)
    was = digests(corpus)
    for part in Corpus(corpus).parts():
        for shard in spread(list(range(part.shards)), 2):
            part.receipt_path(shard).unlink()
    recipe = load_recipe(before / "home" / f"{name}.json")
    outcome = generate(recipe, before / "home", corpus, threads=True, workers=1)
    assert sum(done["made"] + done["repaired"] for done in outcome.parts.values()) >= 2
    if exact:
        assert digests(corpus) == was
    assert verify(corpus).faults == []


@pytest.mark.parametrize("name", ["golden", "tracks"])
def test_a_recipe_gives_the_same_samples_anew(before: Path, tmp_path: Path, exact: bool, name: str) -> None:
    recipe = load_recipe(before / "home" / f"{name}.json")
    generate(recipe, before / "home", tmp_path / name, threads=True, workers=1)
    old, new = before / "corpora" / name, tmp_path / name
    if exact:
        assert files_of_shards(new) == files_of_shards(old)
    for one, two in zip(Corpus(old).parts(), Corpus(new).parts(), strict=True):
        assert one.name == two.name
        assert_alike(one, two)


def test_a_selection_is_read_and_chosen_again(before: Path, tmp_path: Path, exact: bool) -> None:
    corpus = tmp_path / "golden"
    shutil.copytree(before / "corpora" / "golden", corpus)
    old = read_selection(Corpus(corpus), "golden")
    assert len(old.row) == 20
    shutil.rmtree(corpus / "selections")
    curate(corpus, load_rules(before / "home" / "rules.yaml", None), threads=True, workers=1)
    new = read_selection(Corpus(corpus), "golden")
    assert np.array_equal(old.row, new.row)
    assert np.allclose(old.weight, new.weight, rtol=0 if exact else 0.05)


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """As it was made: sums over several threads come in another order."""
    torch = pytest.importorskip("torch")
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def near(a: NDArray[Any], b: NDArray[Any], exact: bool) -> bool:
    return np.array_equal(a, b, equal_nan=True) if exact else np.allclose(a, b, atol=2e-3, equal_nan=True)


@pytest.mark.parametrize("method", METHODS)
def test_a_checkpoint_answers_as_it_did(before: Path, exact: bool, method: str) -> None:
    pytest.importorskip("torch")
    from lifter.models.lifter import load_lifter

    seen, answers = np.load(before / "seen.npz"), np.load(before / "answers.npz")
    poses = load_lifter(before / "models" / method / "model.pt").lift(seen["keypoints"], seen["intrinsics"])
    for name in ("joints", "sigma", "root"):
        assert near(getattr(poses, name), answers[f"{method}_{name}"], exact), name


@pytest.mark.parametrize("method", ["baseline", "posemill"])
def test_a_training_cut_short_ends_with_the_same_weights(
    before: Path, tmp_path: Path, exact: bool, method: str
) -> None:
    pytest.importorskip("torch")
    from lifter.train.recipe import TrainSpec
    from lifter.train.run import train

    shutil.copytree(before / "stopped" / method, tmp_path / "out")
    spec = TrainSpec.model_validate_json((before / "home" / f"{method}.json").read_text())
    lifter = train(before / "corpora" / "people", tmp_path / "out", spec)
    weights = np.load(before / "weights.npz")
    for name, value in lifter.model.state_dict().items():
        assert near(value.numpy(), weights[f"{method}.{name}"], exact), name
