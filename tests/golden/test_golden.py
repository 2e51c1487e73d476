"""What was made before the packages were restructured is read, checked, resumed and made again to the same bytes.

Bytes are compared where the processor and numpy are those that made them. Elsewhere the last bits of sines and sums may
differ, and with them a pixel at an edge: there arrays are compared within tolerances.

This also guards CODE and VERSION, by which parts and banks of another meaning are told apart and which are raised by
hand: a change of bytes that comes without raising them fails here, and says so.
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
from pipelines.corpus.schema import every_label
from pipelines.corpus.selection import read_selection
from pipelines.curate.rules import load_rules
from pipelines.curate.run import curate
from pipelines.generate.recipe import load_recipe
from pipelines.generate.run import generate
from pipelines.inspect.verify import verify
from tests.pipelines.tiny import digests

BEFORE = Path(__file__).with_name("before.zip")
DESCRIPTIONS = ("part.json", "receipts/metadata.json")
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


RAISE = (
    "the same recipe and seed give other bytes than before. If that is meant, raise CODE in "
    "pipelines/generate/facts.py (or, where `motion` differs, VERSION in pipelines/generate/build_bank.py, so that "
    "banks are made anew) and add files made by the new state beside before.zip. Parts made before are then refused "
    "instead of continued with other bytes"
)


def assert_alike(one: Part, two: Part) -> None:
    """The same labels but for the last bits of floats and some pixels at edges, and for arrays that came later."""
    assert [label.name for label in one.labels] == [label.name for label in two.labels if not label.added]
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


def test_what_is_broken_of_a_corpus_is_repaired_to_the_same_bytes(
    before: Path, tmp_path: Path, exact: bool
) -> None:
    corpus = tmp_path / "golden"
    shutil.copytree(before / "corpora" / "golden", corpus)
    was = digests(corpus)
    pairs, images = (corpus / "parts" / f"golden-{kind}" for kind in ("pairs", "images"))
    (pairs / "pose" / "zarr.json").write_text("{}")
    (pairs / "receipts" / "metadata.json").unlink()
    (
        images / "part.json"
    ).unlink()  # it comes back in the form of its time, without the paths of this machine
    Part(pairs, Corpus(corpus).part("golden-pairs").facts).files_of(0)["betas"].write_bytes(b"")
    recipe = load_recipe(before / "home" / "golden.json")
    outcome = generate(recipe, before / "home", corpus, threads=True, workers=1)
    assert outcome.parts["golden-pairs"]["repaired"] == 1
    assert outcome.parts["golden-images"]["made"] == outcome.parts["golden-images"]["repaired"] == 0
    described = {f"golden-{kind}/{file}" for kind in ("pairs", "images") for file in DESCRIPTIONS}
    after = digests(corpus)
    if exact:
        assert {name for name in was if after[name] != was[name]} <= described
    assert verify(corpus).faults == []
    old, new = (Corpus(folder).part("golden-images") for folder in (before / "corpora" / "golden", corpus))
    assert (old.identity, old.facts["made_of"]) == (new.identity, new.facts["made_of"])


def test_a_part_grows(before: Path, tmp_path: Path, exact: bool) -> None:
    corpus = tmp_path / "tracks"
    shutil.copytree(before / "corpora" / "tracks", corpus)
    old = Corpus(corpus).part("tracks-pairs")
    full = [shard for shard in range(old.shards) if len(range(*old.rows(shard))) == old.per_shard]
    was = files_of_shards(corpus)
    count = old.samples + old.per_shard
    recipe = load_recipe(before / "home" / "tracks.json", [f"pairs.count={count}"])
    outcome = generate(recipe, before / "home", corpus, threads=True, workers=1)
    new = Corpus(corpus).part("tracks-pairs")
    assert (new.samples, new.identity) == (count, old.identity)
    assert outcome.parts["tracks-pairs"] == {"made": new.shards - len(full), "kept": len(full), "repaired": 0}
    kept = {
        str(path.relative_to(corpus / "parts")) for shard in full for path in old.files_of(shard).values()
    }
    assert {name: files_of_shards(corpus)[name] for name in kept} == {name: was[name] for name in kept}
    assert verify(corpus).faults == []


@pytest.mark.parametrize("name", ["golden", "tracks"])
def test_a_recipe_gives_the_same_samples_anew(before: Path, tmp_path: Path, exact: bool, name: str) -> None:
    recipe = load_recipe(before / "home" / f"{name}.json")
    generate(recipe, before / "home", tmp_path / name, threads=True, workers=1)
    old, new = before / "corpora" / name, tmp_path / name
    if exact:
        for one, two in zip(Corpus(old).parts(), Corpus(new).parts(), strict=True):
            assert one.facts["made_of"]["motion"] == two.facts["made_of"]["motion"], RAISE
        made = files_of_shards(new)
        assert {name: made[name] for name in files_of_shards(old)} == files_of_shards(old), RAISE
        later = {row.name for row in every_label() if row.added}
        assert {name.split("/")[1] for name in made.keys() - files_of_shards(old).keys()} == later
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
