"""Bootstrap intervals: means by hand, and that groups and not frames are what is resampled."""

from __future__ import annotations

import numpy as np
import pytest

from lifter.score.intervals import Bootstrap, MeanOf

GROUP = np.array(["a", "a", "a", "b"])
VALUES = np.array([1.0, 2.0, 3.0, 10.0])
FIVE = np.arange(5).astype(str)


def test_a_mean_of_groups_and_a_mean_of_samples() -> None:
    assert Bootstrap(GROUP, "groups").figure(VALUES).mean == pytest.approx(6)
    assert Bootstrap(GROUP, "samples").figure(VALUES).mean == pytest.approx(4)
    assert Bootstrap(GROUP, "samples").figure(VALUES).count == 4


def test_what_is_nan_does_not_count() -> None:
    found = Bootstrap(GROUP, "groups").figure(np.array([1.0, np.nan, 3.0, 10.0]))
    assert (found.mean, found.count) == (pytest.approx(6), 3)
    assert Bootstrap(GROUP).figure(np.full(4, np.nan)).facts() == {
        "mean": None, "low": None, "high": None, "count": 0,
    }  # fmt: skip


def test_numbers_of_several_joints_are_pooled() -> None:
    pairs = np.array([[1.0, np.nan], [2.0, 4.0], [3.0, 5.0], [10.0, np.nan]])
    assert Bootstrap(GROUP, "samples").figure(pairs).mean == pytest.approx(25 / 6)
    assert Bootstrap(GROUP, "groups").figure(pairs).mean == pytest.approx((15 / 5 + 10) / 2)


def test_groups_are_resampled_and_not_frames() -> None:
    rng = np.random.default_rng(0)
    middle = rng.normal(0, 1, 30)
    values = (middle[:, None] + rng.normal(0, 0.01, (30, 100))).ravel()
    group = np.repeat([f"g{k}" for k in range(30)], 100)
    found = Bootstrap(group).figure(values)
    width = found.high - found.low
    # 30 independent numbers: 2 * 1.96 standard errors of their mean, and not of 3000
    assert width == pytest.approx(3.92 * middle.std() / np.sqrt(30), rel=0.15)
    assert found.low < found.mean < found.high


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    rng = np.random.default_rng(1)
    group = np.repeat(np.arange(40).astype(str), 3)
    held = 0
    boot = Bootstrap(group, draws=300)
    for _ in range(200):
        values = np.repeat(rng.normal(0, 1, 40), 3) + rng.normal(0, 0.5, 120)
        found = boot.figure(values)
        held += found.low < 0 < found.high
    assert held / 200 == pytest.approx(0.95, abs=0.05)


def test_frames_of_one_recording_are_resampled_in_blocks() -> None:
    boot = Bootstrap.blocks(100)
    assert boot.facts()["resampled"] == "blocks of consecutive frames"
    assert boot.facts()["how_many"] == 20
    found = boot.figure(np.arange(100.0))
    assert found.mean == pytest.approx(49.5)
    assert found.low < 49.5 < found.high
    assert Bootstrap.blocks(3).figure(np.arange(3.0)).facts()["low"] is None
    assert Bootstrap.blocks(0).figure(np.zeros(0)).count == 0


@pytest.mark.parametrize("of", ["groups", "samples"])
def test_fewer_than_five_groups_give_no_interval(of: MeanOf) -> None:
    boot = Bootstrap(FIVE, of)
    values = np.array([1.0, 2.0, 3.0, 4.0, 10.0])
    found = boot.figure(values)
    assert found.low < found.mean == 4.0 < found.high
    assert boot.facts()["how_many"] == boot.facts()["fewest"] == 5
    four = Bootstrap(FIVE[:4], of)
    assert four.figure(values[:4]).facts() == {"mean": 2.5, "low": None, "high": None, "count": 4}
    assert four.facts()["how_many"] == 4


def test_what_only_four_groups_know_has_no_interval() -> None:
    found = Bootstrap(FIVE).figure(np.array([np.nan, 2.0, 3.0, 4.0, 11.0]))
    assert found.facts() == {"mean": 5.0, "low": None, "high": None, "count": 4}


def test_the_same_every_time_and_another_with_another_seed() -> None:
    values = np.random.default_rng(2).normal(size=(5, 40))
    once, again, other = (Bootstrap(FIVE, seed=seed).figure(values).facts() for seed in (0, 0, 1))
    assert once == again  # NaN would not be equal to itself, None is
    assert once["low"] is not None
    assert (once["mean"], once["low"]) != (other["mean"], other["low"])
    assert Bootstrap(np.zeros(0, str)).figure(np.zeros(0)).count == 0
