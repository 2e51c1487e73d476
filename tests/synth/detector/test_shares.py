"""Shares of outcomes worked out by hand from the published table."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from synth.body.skeleton import COCO_17
from synth.detector.shares import GOOD, INVERSION, JITTER, MISS, SILENT, SWAP
from synth.scene.visibility import COCO_ROWS, Visibility
from tests.synth.detector.people import detector, people

_ALONE = {"neighbour": {"share": 0.0, "own": 0.0}, "overlap": {"factor": 1.0}}


def _shares(labels: dict[str, Any], joint: str, **changes: Any) -> Any:
    return detector(**changes).shares(labels)[0, COCO_17.index(joint)]


def test_a_seen_joint_has_the_published_rates() -> None:
    labels = people(1, moved=0.0, hidden=False)
    wanted = {GOOD: 0.64, JITTER: 0.20, INVERSION: 0.06, SWAP: 0.0, MISS: 0.075, SILENT: 0.025}
    found = _shares(labels, "left_hip", **_ALONE)
    # 0.20 jitter, 0.10 miss of which a quarter is silent, 0.06 inversion; no swap without a neighbour
    assert found == pytest.approx([wanted[k] for k in range(6)])
    assert _shares(labels, "nose", **_ALONE) == pytest.approx([0.88, 0.10, 0, 0, 0.015, 0.005])


def test_few_seen_joints_have_the_rates_of_their_row() -> None:
    labels = people(1, moved=0.0, hidden=False)
    labels["visibility"][:, COCO_ROWS[:12]] = Visibility.SELF  # five of the 17 are seen
    found = _shares(labels, "left_ankle", **_ALONE)
    assert found[JITTER] == pytest.approx(0.15)
    assert found[MISS] + found[SILENT] == pytest.approx(0.20)


def test_crossing_limbs_invert_more_often() -> None:
    labels = people(1, moved=0.0, hidden=False)
    left, right = (COCO_ROWS[COCO_17.index(f"{side}_ankle")] for side in ("left", "right"))
    changes = {"neighbour": _ALONE["neighbour"]}
    assert _shares(labels, "left_ankle", **changes)[INVERSION] == pytest.approx(0.06)
    labels["joints_image"][:, [left, right]] = labels["joints_image"][:, [right, left]]
    assert _shares(labels, "left_ankle", **changes)[INVERSION] == pytest.approx(0.18)
    assert _shares(labels, "left_wrist", **changes)[INVERSION] == pytest.approx(0.03)


def test_a_crowd_swaps_more_often() -> None:
    labels = people(1, moved=0.0, hidden=False)
    beside = {
        "neighbour": {"share": 1.0, "offset": [0.2, 0.2], "size": [1.0, 1.0]},
        "overlap": {"factor": 1.0},
    }
    assert _shares(labels, "left_elbow", **beside)[SWAP] == pytest.approx(0.06)
    labels["visibility"][:, COCO_ROWS[:2]] = Visibility.SELF  # 15 seen, most of the neighbour's in the box
    assert _shares(labels, "left_elbow", **beside)[SWAP] == pytest.approx(0.15)


def test_what_cannot_be_has_no_share_and_the_rest_is_scaled_up() -> None:
    labels = people(1, moved=0.0, hidden=False)
    labels["visibility"][:, COCO_ROWS[COCO_17.index("right_hip")]] = Visibility.OUTSIDE
    found = _shares(labels, "left_hip", **_ALONE)
    assert found[INVERSION] == 0
    assert found == pytest.approx(np.array([0.64, 0.20, 0, 0, 0.075, 0.025]) / 0.94)


def test_hidden_joints_have_the_shares_of_what_hides_them() -> None:
    labels = people(1, moved=0.0, hidden=False)
    wrist = COCO_17.index("left_wrist")
    hidden = {"hidden": {"prop": {"good": 0.1, "jitter": 0.2, "inversion": 0.2, "swap": 0.0, "miss": 0.5}}}
    labels["visibility"][:, COCO_ROWS[wrist]] = Visibility.PROP
    found = detector(**hidden, **_ALONE).shares(labels)[0, wrist]
    assert found == pytest.approx([0.1, 0.2, 0.2, 0.0, 0.25, 0.25])


def test_joints_outside_are_never_at_their_place_and_silent_far_off() -> None:
    labels = people(1, moved=0.0, hidden=False)
    ankle = COCO_ROWS[COCO_17.index("left_ankle")]
    labels["visibility"][:, ankle] = Visibility.OUTSIDE
    labels["joints_image"][:, ankle] = [128, 260]
    labels["box"][:, 3] = 260
    near = _shares(labels, "left_ankle", **_ALONE)
    assert near[GOOD] == near[JITTER] == 0
    assert near[MISS] / near[SILENT] == pytest.approx(0.15 / 0.85)
    labels["joints_image"][:, ankle] = [128, 900]
    far = _shares(labels, "left_ankle", **_ALONE)
    assert far[MISS] == 0
    labels["joints_image"][:, ankle] = np.nan
    assert _shares(labels, "left_ankle", **_ALONE)[SILENT] == 1


def test_shares_are_shares() -> None:
    found = detector().shares(people(500))
    assert found.min() >= 0
    assert found.sum(-1) == pytest.approx(np.ones((500, 17)))
