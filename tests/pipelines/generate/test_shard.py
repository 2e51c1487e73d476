"""The labels of one shard, whatever pieces they are made in, and what a task does with what is there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import simplejpeg

import pipelines.generate.shard as making
from pipelines.corpus.corpus import Corpus
from pipelines.generate.shard import Maker, encode, make_shard
from synth.core.errors import InputError
from synth.scene.visibility import Visibility
from tests.pipelines.tiny import assert_same, digests, make, motion_in, recipe


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished corpus; tests that break it mend it."""
    home = motion_in(tmp_path_factory.mktemp("home"))
    make(home / "corpus", home)
    return home / "corpus"


def identity(corpus: Path, part: str) -> str:
    return Corpus(corpus).part(part).identity


def test_arrays_are_of_the_schemas_types(corpus: Path) -> None:
    maker = Maker(corpus, "tiny-images")
    arrays = maker.make(2)  # the last: one sample
    assert list(arrays) == [label.name for label in maker.part.labels]
    for label in maker.part.labels:
        kind = "object" if label.dtype == "variable_length_bytes" else label.dtype
        assert arrays[label.name].dtype == kind, label.name
        assert arrays[label.name].shape == (1, *label.sized(maker.part.facts["sizes"])), label.name


@pytest.mark.parametrize("part", ["tiny-images", "tiny-pairs"])
def test_how_many_samples_are_held_at_once_does_not_matter(
    corpus: Path, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    maker = Maker(corpus, part)
    whole = maker.make(0)
    monkeypatch.setattr(making, "SAMPLES_AT_ONCE", 2)
    assert_same(maker.make(0), whole)


def test_only_the_pixels_asked_for_are_made(tmp_path: Path) -> None:
    home = motion_in(tmp_path)
    make(tmp_path / "corpus", home, recipe(images={"count": 2, "arrays": ["depth"]}, pairs={}))
    arrays = Maker(tmp_path / "corpus", "tiny-images").make(0)
    assert not {"image", "instance", "part", "normal"} & set(arrays)
    assert arrays["depth"].max() > 500  # millimetres
    assert arrays["visibility_zbuffer"].max() <= Visibility.OUTSIDE


def test_labels_agree_with_each_other(corpus: Path) -> None:
    arrays = Maker(corpus, "tiny-pairs").make(0)
    by_prop = arrays["visibility"] == Visibility.PROP
    np.testing.assert_array_equal(by_prop, arrays["hidden_by"] >= 0)
    rows = np.nonzero(by_prop)[0]
    assert (arrays["prop"][rows, arrays["hidden_by"][by_prop]] >= 0).all()
    np.testing.assert_allclose(
        np.einsum("nij,nkj->nki", arrays["rotation"], arrays["joints_world"]) + arrays["translation"][:, None],
        arrays["joints_camera"], atol=1e-4,
    )  # fmt: skip
    assert (arrays["image_size"] == (32, 40)).all()


def test_normals_are_unit_vectors_where_there_is_something(corpus: Path) -> None:
    arrays = Maker(corpus, "tiny-images").make(0)
    length = np.linalg.norm(arrays["normal"].astype(float), axis=-1)
    there = arrays["instance"] > 0
    assert (np.abs(length[there] - 127) < 2).all()
    assert (length[~there] == 0).all()
    np.testing.assert_array_equal(arrays["depth"] > 0, there)


def test_a_whole_shard_is_kept_a_broken_one_repaired_a_lost_one_made(corpus: Path) -> None:
    before = digests(corpus)
    task = (str(corpus), "tiny-pairs", identity(corpus, "tiny-pairs"), 22, 1)
    part = Corpus(corpus).part("tiny-pairs")
    assert make_shard(*task) == "kept"
    part.files_of(1)["betas"].write_bytes(b"")
    assert make_shard(*task) == "repaired"
    part.receipt_path(1).unlink()
    assert make_shard(*task) == "made"
    assert digests(corpus) == before


def test_a_failure_leaves_no_receipt(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    part = Corpus(corpus).part("tiny-pairs")
    task = (str(corpus), "tiny-pairs", part.identity, 22, 1)
    part.files_of(1)["betas"].write_bytes(b"")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("pipelines.corpus.layout.write", full)
        with pytest.raises(OSError):
            make_shard(*task)
    assert not part.has_receipt(1)
    assert make_shard(*task) == "made"


def test_a_part_that_was_made_anew_is_not_served_from_memory(corpus: Path) -> None:
    with pytest.raises(InputError, match="was laid out anew while tasks were waiting"):
        make_shard(str(corpus), "tiny-pairs", "of another", 22, 0)


def test_jpegs_keep_the_picture() -> None:
    smooth = np.linspace(0, 255, 32 * 48).reshape(32, 48).astype(np.uint8)
    image = np.stack([smooth, smooth[::-1], smooth[:, ::-1]], axis=-1)
    back = simplejpeg.decode_jpeg(encode(image, 95))
    assert back.shape == image.shape
    assert np.abs(back.astype(int) - image).mean() < 4
    assert len(encode(image, 30)) < len(encode(image, 95))


def test_a_worker_with_another_body_model_is_refused(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "body_digests", lambda studio: ["of another file"])
    with pytest.raises(
        InputError, match=r"is not the body model that the part was begun with.*choose another"
    ):
        Maker(corpus, "tiny-pairs")
