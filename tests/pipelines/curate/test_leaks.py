"""Leaks of selections that are written by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipelines.cluster.tasks import connect
from pipelines.corpus.corpus import Corpus
from pipelines.corpus.selection import Selection
from pipelines.curate.leaks import LeakCheck, check_leaks
from tests.pipelines.posed import clip, posed_part, posed_rows, random_turns

N = 40
CLIPS = [clip("01", "01_01"), clip("01", "01_02"), clip("02", "02_01"), clip("03", "03_01")]


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    """Ten samples of each clip in turn; row 3 (subject 03) has the pose of row 0 (subject 01)."""
    rng = np.random.default_rng(0)
    turns = random_turns(N, rng)
    turns[3] = turns[0]
    posed_part(tmp_path, "one", posed_rows(turns, rng, np.arange(N) % 4), CLIPS, per_shard=16)
    return Corpus(tmp_path)


def checked(
    corpus: Corpus, split_of_clip: list[int], rows: np.ndarray | None = None, **how: object
) -> LeakCheck:
    row = np.arange(N) if rows is None else rows
    split = np.array(split_of_clip, np.uint8)[row % 4]
    selection = Selection(
        "mine", {"parts": ["one"]}, part=np.zeros(len(row), np.int16), row=row, weight=np.ones(len(row), np.float32),
        split=split, dropped={},
    )  # fmt: skip
    with connect(1, None, threads=True) as client:
        return check_leaks(client, corpus, selection, **how)  # type: ignore[arg-type]


def test_a_pose_in_two_splits_is_named(corpus: Corpus) -> None:
    found = checked(corpus, [0, 0, 0, 2])
    assert not found.tight
    assert (found.groups, found.crossing_groups, found.crossing_poses) == (3, 0, 1)
    assert (found.poses, found.held_out) == (30, 10)
    assert found.leaks[0].text == "one row 0 (train) has the pose of one row 3 (test): 0.0 mm apart"


def test_poses_within_a_split_do_not_leak(corpus: Corpus) -> None:
    assert checked(corpus, [2, 2, 0, 2]).tight
    without = np.setdiff1d(np.arange(N), [3])
    assert checked(corpus, [0, 0, 0, 2], without).tight


def test_poses_are_not_compared_without_a_distance(corpus: Corpus) -> None:
    found = checked(corpus, [0, 0, 0, 2], distance=None)
    assert (found.tight, found.poses) == (True, 0)


def test_a_subject_in_two_splits_is_named_and_its_recordings_may_be(corpus: Corpus) -> None:
    found = checked(corpus, [0, 1, 0, 0], distance=None)
    assert found.crossing_groups == 1
    assert found.leaks[0].text == "subject CMU/01 has 10 samples in train and 10 samples in val"
    assert checked(corpus, [0, 1, 0, 0], distance=None, by="recording").tight
