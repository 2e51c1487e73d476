"""Reading a corpus as numpy gives what the parts hold, in their order, whatever is asked for and how."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

import pipelines
from pipelines.corpus.corpus import Corpus
from pipelines.corpus.joint_sets import JointSet
from pipelines.corpus.reading import Samples
from synth.body.skeleton import joint_index
from synth.core.errors import InputError
from tests.golden.test_golden import BEFORE
from tests.pipelines.fakes import fake_part


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pictures of rows 0 to 4, then pairs of rows 0 to 10 in shards of 4."""
    corpus = tmp_path_factory.mktemp("corpus")
    fake_part(corpus, "pictures", 5, 2, images=True)
    fake_part(corpus, "pairs", 11, 4)
    return corpus


@pytest.fixture
def corpus(folder: Path) -> Samples:
    return pipelines.open(folder)


def test_samples_come_in_the_order_of_the_corpus(corpus: Samples, folder: Path) -> None:
    assert len(corpus) == 16
    assert [corpus.where(i) for i in (0, 4, 5, -1)] == [
        ("pictures", 0),
        ("pictures", 4),
        ("pairs", 0),
        ("pairs", 10),
    ]
    assert corpus["sample"][:].tolist() == [*range(5), *range(11)]
    assert len(pipelines.open(str(folder), part="pairs")) == 11
    assert "16 samples" in repr(corpus)


def test_joints_by_name_and_set(corpus: Samples) -> None:
    # of row r, joint j lies at (r + j, r, 5) in the camera's frame
    wrist = corpus.joints("left_wrist")
    assert wrist.shape == (16, 3)
    assert wrist[7].tolist() == [2 + joint_index("left_wrist"), 2, 5]
    assert corpus.joints("left_wrist", frame="image").shape == (16, 2)
    body = corpus.joints(set="h36m17", frame="world")
    stored = np.asarray(corpus["joints_world"])
    assert np.array_equal(body, JointSet("h36m17").apply(stored))
    assert np.array_equal(corpus.joints(), corpus["joints_camera"][:])
    assert corpus[3:5].joints("head").shape == (2, 3)


def test_rows_in_any_order_are_numpy(corpus: Samples) -> None:
    rows = np.array([15, 0, 6, 6, 12])
    got = corpus["visibility"][rows]
    assert type(got) is np.ndarray
    assert np.array_equal(got, corpus["visibility"][:][rows])
    assert got[0].tolist() == [(10 + joint) % 4 for joint in range(48)]
    assert corpus["sample"][-1] == 10
    assert np.array_equal(corpus["sample"][np.arange(16) > 12], [8, 9, 10])
    assert corpus["visibility"][[]].shape[0] == 0
    assert corpus.words("visibility")[3] == "outside the picture"


def test_pictures_are_decoded(corpus: Samples) -> None:
    picture = corpus.picture(3)
    assert picture.shape == (32, 32, 3)
    assert picture.dtype == np.uint8
    assert abs(picture.astype(int) - 3).max() <= 1  # of row r, a flat grey of r
    mask = corpus.mask(3)
    assert mask.dtype == bool
    assert mask.sum() == 16 * 8
    assert np.array_equal(corpus["image"][3], picture)
    assert np.array_equal(corpus[3]["image"], picture)


def test_samples_as_dictionaries(corpus: Samples) -> None:
    samples = list(corpus)
    assert [int(sample["sample"]) for sample in samples] == [*range(5), *range(11)]
    assert "image" in samples[0]
    assert "image" not in samples[-1]
    assert [int(sample["sample"]) for sample in corpus[-2:]] == [9, 10]
    assert int(corpus[-1]["sample"]) == 10


def test_what_there_is_not_is_answered_with_what_there_is(corpus: Samples, folder: Path) -> None:
    with pytest.raises(InputError, match=r"there is no label 'visibilty'; choose one of .*visibility"):
        corpus["visibilty"]
    with pytest.raises(InputError, match=r"there is no joint 'elbow'; choose one of .*left_elbow"):
        corpus.joints("elbow")
    with pytest.raises(InputError, match=r"there is no joint set 'coco'; choose one of .*coco17"):
        corpus.joints(set="coco")
    with pytest.raises(InputError, match="there is no frame 'cam'; choose one of camera, world, image"):
        corpus.joints(frame="cam")
    with pytest.raises(InputError, match="name and set: are both given"):
        corpus.joints("head", set="coco17")
    with pytest.raises(InputError, match="part 'pairs' has no 'image'"):
        corpus.picture(-1)
    with pytest.raises(IndexError, match="there is no sample 16: there are 16"):
        corpus[16]
    with pytest.raises(InputError, match=r"has no part 'train'; there are: pictures, pairs"):
        pipelines.open(folder, part="train")
    with pytest.raises(InputError, match="has no selection 'x'"):
        pipelines.open(folder, selection="x")
    with pytest.raises(InputError, match="does not exist"):
        pipelines.open(folder / "nowhere")


def test_a_corpus_made_before_is_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(BEFORE) as archive:
        archive.extractall(
            tmp_path, [name for name in archive.namelist() if name.startswith("corpora/golden/")]
        )
    folder = tmp_path / "corpora" / "golden"
    everything, chosen = pipelines.open(folder), pipelines.open(folder, selection="golden")
    assert len(everything) == sum(part.samples for part in Corpus(folder).parts())
    assert len(chosen) == 20
    assert chosen.weight.mean() == pytest.approx(1)
    images = pipelines.open(folder, part=next(p.name for p in everything.parts if p.kind == "images"))
    width, height = images["image_size"][0]
    assert images.picture(0).shape == (height, width, 3)
    assert images.mask(0).any()
    assert np.isfinite(everything.joints("left_wrist", frame="world")).all()


def test_importing_is_light() -> None:
    code = "import sys, pipelines; print([m for m in ('zarr', 'numba', 'numpy', 'dask') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
