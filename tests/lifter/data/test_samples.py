from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")

from lifter.data.joints import JOINTS3D
from lifter.data.samples import Samples, Splits, groups, read_samples, read_tracks
from pipelines.corpus.corpus import Corpus
from pipelines.corpus.selection import write_selection
from synth.core.errors import InputError
from tests.lifter.corpora import SUBJECTS, people
from tests.lifter.models import made
from tests.pipelines.fakes import fake_part


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    people(folder)
    return folder


def test_all_samples_in_order(corpus: Path) -> None:
    found, truth = read_samples(corpus), made.samples(400, noise=2.0)
    assert len(found) == 400
    assert found.origin.tolist() == [[0, row] for row in range(400)]
    assert found.truth == pytest.approx(truth.truth)
    assert found.keypoints[1::10] == pytest.approx(truth.keypoints[1::10])
    assert found.up[0].tolist() == [0, -1, 0]
    assert (found.keypoints[::10, 3:] == 0).all()
    assert found.usable.tolist() == [row % 10 != 0 for row in range(400)]


def test_subjects_are_in_one_split(corpus: Path) -> None:
    seen = {}
    for split in ("train", "val", "test"):
        found = read_samples(corpus, split=split)
        seen[split] = set(groups(corpus, found, "subject"))
        assert len(found)
    assert sorted(name for names in seen.values() for name in names) == [f"CMU/{s}" for s in SUBJECTS]
    again = Splits(hold_out={"val": ["CMU/03"]})
    assert "CMU/03" in groups(corpus, read_samples(corpus, split="val", splits=again), "subject")
    assert groups(corpus, read_samples(corpus))[1] == "CMU/01/01_02"


def test_a_limit_draws_by_the_seed(corpus: Path) -> None:
    one, same, other = (read_samples(corpus, limit=50, seed=seed, usable=True) for seed in (1, 1, 2))
    assert len(one) == 50
    assert one.usable.all()
    assert (one.origin == same.origin).all()
    assert (one.origin != other.origin).any()
    assert (np.diff(one.origin[:, 1]) > 0).all()


def test_a_selections_splits(corpus: Path) -> None:
    rows = np.arange(0, 400, 2)
    empty = np.zeros(0)
    dropped = {f"dropped_{key}": empty for key in ("part", "row", "reason", "twin_part", "twin_row")}
    arrays = {
        "part": np.zeros(200),
        "row": rows,
        "weight": np.ones(200),
        "split": np.arange(200) % 3,
        **dropped,
    }
    write_selection(Corpus(corpus), "chosen", {"reasons": []}, arrays)
    found = read_samples(corpus, selection="chosen", split="val")
    assert found.origin[:, 1].tolist() == rows[1::3].tolist()


def test_pieces_and_parts_of_samples() -> None:
    whole = made.samples(7)
    joined = Samples.joined([whole[:3], whole[np.array([3, 4])], whole[np.arange(7) > 4]])
    assert (joined.truth == whole.truth).all()
    whole.truth[0, JOINTS3D.index("left_hip")] = np.nan
    whole.truth[1, :, 2] *= -1
    assert whole.usable.tolist() == [False, False, True, True, True, True, True]


def test_what_cannot_be_learnt_from_is_refused(corpus: Path, tmp_path: Path) -> None:
    fake_part(tmp_path, "a", 20, 8)
    with pytest.raises(InputError, match="has no detections"):
        read_samples(tmp_path)
    with pytest.raises(InputError, match="'holiday': is not a split"):
        read_samples(corpus, split="holiday")
    few = tmp_path / "few"
    people(few, 1)  # who has three detected joints
    with pytest.raises(InputError, match="has no usable samples;"):
        read_samples(few, usable=True)


def test_whole_tracks_are_drawn(tmp_path: Path) -> None:
    people(tmp_path, 60, track=6)
    found = read_tracks(tmp_path, limit=20, seed=1)
    assert len(found) == 18
    assert (np.bincount(found.track) == 6).all()
    assert found.step.tolist() == [*range(6)] * 3
    assert len(read_tracks(tmp_path, limit=3, seed=1)) == 6  # one there is in any case
    other = {int(read_tracks(tmp_path, limit=6, seed=seed).scene[0]) for seed in range(5)}
    assert len(other) > 1


def test_tracks_of_two_parts_are_two(tmp_path: Path) -> None:
    for name in "ab":
        people(tmp_path, 12, name=name, track=6)
    assert np.bincount(read_samples(tmp_path).track).tolist() == [6] * 4
