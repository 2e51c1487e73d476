"""The study's training, its score and its table; the study itself is run by hand."""

from __future__ import annotations

import json

import numpy as np
import pytest

pytest.importorskip("torch")

from lifter.data.joints import JOINTS3D
from lifter.models.lifter import Lifter
from lifter.score.cases import Cases
from lifter.score.tables import readable
from lifter.studies.noise_study import COLUMNS, NOISES, facts_of, score, table, train, without_a_limb
from tests.lifter.models import made


def cases(n: int, seed: int = 0) -> Cases:
    given = made.samples(n, seed)
    group = np.array(["a", "b"])[np.arange(n) % 2]
    return Cases(
        "made", given.keypoints, given.intrinsics.astype(np.float64), given.image_size,
        given.truth.astype(np.float64), group, given.up.astype(np.float64),
    )  # fmt: skip


def trained(epochs: int) -> Lifter:
    given = made.samples(2048, seed=1)
    return train(given.keypoints, given.intrinsics, given.truth, epochs, 0)


def test_the_lifter_learns() -> None:
    people = cases(100)
    before, after = (score(trained(epochs), people.keypoints, people)["mpjpe"] for epochs in (0, 12))
    assert after < 0.6 * before


def test_the_score_is_the_mean_of_the_groups_and_leaves_out_what_is_not_known() -> None:
    people, lifter = cases(9), trained(0)
    found = score(lifter, people.keypoints, people)
    assert found["mpjpe"] == pytest.approx(np.mean([found["groups"][name][0] for name in "ab"]))
    ankle = JOINTS3D.index("left_ankle")
    people.truth[:, ankle] = np.nan
    other = score(lifter, people.keypoints, people)
    assert np.isfinite(other["mpjpe"])
    assert other["mpjpe"] != found["mpjpe"]


def test_a_limb_is_taken_away_from_every_frame() -> None:
    keypoints = np.ones((8, 17, 3), np.float32)
    found = without_a_limb(keypoints)
    assert ((found == 0).all(-1).sum(1) == 3).all()
    assert (found[0] == 0).all(-1).nonzero()[0].tolist() == [5, 7, 9]  # the left arm
    assert (keypoints == 1).all()


def test_the_table_has_a_row_a_noise() -> None:
    rows = [{"noise": noise, **dict.fromkeys(COLUMNS, 100.0 + seed)} for noise in NOISES for seed in range(3)]
    lines = table(rows)
    assert [line.split()[0] for line in lines[1:]] == list(NOISES)
    assert "101.0 (100.0, 101.0, 102.0)" in lines[1]


def test_the_facts_have_means_over_the_seeds() -> None:
    rows = [{"noise": noise, **dict.fromkeys(COLUMNS, 100.0 + seed)} for noise in NOISES for seed in range(3)]
    found = facts_of(rows, "yard", {"seeds": 3})
    assert json.loads(readable(found)) == found
    assert found["means"]["posefix"]["mpjpe"] == {"mean": 101.0, "of_seeds": [100.0, 101.0, 102.0]}
    assert facts_of(rows[:3], "yard", {})["means"]["motionbert"] == {}
