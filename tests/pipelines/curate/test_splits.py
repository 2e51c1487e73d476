"""Splits: groups stay whole, shares are met, what is asked for is held out."""

from __future__ import annotations

import numpy as np
import pytest

from pipelines.curate.rules import SplitSpec
from pipelines.curate.splits import HeldOut, assign, group_of
from synth.core.errors import InputError


def test_groups_of_clips() -> None:
    real = {"dataset": "CMU", "subject": "01", "recording": "01_03"}
    drawn = {"dataset": "authored postures", "subject": "authored", "recording": "deep squat lift"}
    assert group_of(real, "subject") == "CMU/01"
    assert group_of(real, "recording") == "CMU/01/01_03"
    assert group_of(drawn, "subject") == "authored postures/authored/deep squat lift"
    assert group_of({"dataset": "mine", "subject": "", "recording": "a"}, "subject") == "mine/a"


def sizes(n: int) -> dict[str, int]:
    return {f"CMU/{k:02d}": int(100 + 900 * np.sin(k) ** 2) for k in range(n)}


def test_shares_are_met_and_repeat() -> None:
    spec, groups = SplitSpec(), sizes(60)
    found = assign(groups, spec, seed=1)
    assert set(found) == set(groups)
    for split, share in spec.shares.items():
        got = sum(size for group, size in groups.items() if found[group] == split) / sum(groups.values())
        assert got == pytest.approx(share, abs=0.02)
    assert found == assign(dict(reversed(groups.items())), spec, seed=1)


def test_hold_out_and_earlier_splits() -> None:
    spec = SplitSpec(hold_out={"test": ["CMU/03", "CMU/07"]})
    before = assign(sizes(20), spec, seed=1)
    assert before["CMU/03"] == before["CMU/07"] == "test"
    after = assign(sizes(40), spec, seed=2, earlier=before)
    assert {group: after[group] for group in before} == before


def test_no_split_is_left_empty() -> None:
    found = assign({"a": 1000, "b": 5, "c": 4}, SplitSpec(), seed=0)
    assert sorted(found.values()) == ["test", "train", "val"]


def test_too_few_groups_are_refused() -> None:
    with pytest.raises(
        InputError, match="2 subjects are too few for the splits train, val, test; use by: rec"
    ):
        assign({"a": 10, "b": 10}, SplitSpec(), seed=0)
    two = assign({"a": 10, "b": 9}, SplitSpec(shares={"train": 0.5, "test": 0.5}), seed=0)
    assert sorted(two.values()) == ["test", "train"]


def test_unknown_groups_are_refused() -> None:
    with pytest.raises(InputError, match="no sample is of the subject 'CMU/99'"):
        assign(sizes(5), SplitSpec(hold_out={"val": ["CMU/99"]}), seed=0)


def test_held_out_poses_are_found_from_the_earlier_splits_only() -> None:
    held = HeldOut(5.0, 2)
    poses = np.array([[0, 0], [100, 0], [0.01, 0]], np.float32)
    held.add(np.array([1, 2, 1], np.uint8), poses, np.array([10, 20, 11]))
    asked = np.array([[3, 0], [103, 0], [6, 0], [98, 0], [1, 0], [100, 1]], np.float32)
    twins, apart = held.near(np.array([0, 0, 0, 1, 1, 2], np.uint8), asked)
    assert twins.tolist() == [10, 20, -1, 20, -1, -1]
    assert apart[0] == pytest.approx(3)
