"""Columns against numbers worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from pipelines.curate.columns import COLUMNS, made, needed
from pipelines.curate.rules import QualitySpec
from synth.risk.scores import scores_from_joints
from synth.scene.visibility import COCO_ROWS, Visibility
from tests.pipelines.posed import posed_rows, random_turns
from tests.synth.staging import staged


def value(name: str, **arrays: object) -> list[float]:
    given = {key: np.asarray(array) for key, array in arrays.items()}
    return np.asarray(COLUMNS[name].make(given)).tolist()


def test_sizes_in_the_picture() -> None:
    box, size = [[10, 20, 110, 320], [0, -50, 10, 50]], [[640, 480], [640, 200]]
    assert value("box_height", box=box) == [300, 100]
    assert value("box_share", box=box, image_size=size) == [300 / 480, 0.5]


def test_counts_of_joints_by_state() -> None:
    visibility = np.full((1, 48), Visibility.SEEN)
    visibility[0, COCO_ROWS[:5]] = Visibility.SELF
    visibility[0, COCO_ROWS[5:7]] = Visibility.PROP
    visibility[0, COCO_ROWS[7]] = Visibility.OUTSIDE
    found = [value(name, visibility=visibility) for name in ("self_hidden", "prop_hidden", "outside")]
    assert found == [[5], [2], [1]]
    assert value("seen", hidden=np.array([0, 17], np.uint8)) == [17, 0]


def test_distance_is_from_the_camera_to_the_pelvis() -> None:
    assert value("distance", joints_camera=[[[0, 3.0, 4.0], [9, 9, 9]]]) == [5.0]


def test_the_camera_seen_from_the_person() -> None:
    """An upright person who faces +x; cameras straight ahead, at their left (+y), and overhead at 45 degrees."""
    rng = np.random.default_rng(0)
    rows = posed_rows(random_turns(1, rng, spread=0.0), rng, np.zeros(1))
    joints = rows["joints_world"]
    facing = np.cross(joints[0, 1] - joints[0, 2], [0, 0, 1.0])  # from right hip to left hip, and up
    facing /= np.linalg.norm(facing)
    left = np.cross([0, 0, 1.0], facing)
    for at, azimuth, elevation in (
        (3 * facing, 0, 0),
        (3 * left, 90, 0),
        (facing + np.array([0, 0, 1]), 0, 45),
    ):
        where = joints[0, 0] + at
        arrays = {"joints_world": joints, "rotation": np.eye(3)[None], "translation": -where[None]}
        assert value("azimuth", **arrays)[0] == pytest.approx(azimuth, abs=3)
        assert value("elevation", **arrays)[0] == pytest.approx(elevation, abs=3)


def test_scalar_labels_are_columns_and_identities_are_not() -> None:
    assert {"hidden", "band", "gender", "step"} <= set(COLUMNS)
    assert not {"sample", "scene", "clip", "joints_world"} & set(COLUMNS)
    assert COLUMNS["band"].names[0] == "0"
    assert not COLUMNS["band"].continuous


def test_the_arrays_that_columns_need() -> None:
    assert needed(["box_share", "seen"]) == {"box", "image_size", "hidden"}


def test_unknown_columns_are_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"there is no column 'sen'; there are .*seen"):
        QualitySpec(column="sen", min=1)


def test_scores_are_the_stored_ones_and_else_made_from_joints() -> None:
    _, _, labels = staged(20)
    joints = labels["joints_world"]
    stored = {"reba": np.array([[3, 9], [1, 1]], np.int8), "rula": np.array([[7, 2], [2, 1]], np.int8)}
    stored |= {"owas_class": np.array([4, 1], np.int8), "joints_world": joints[:2]}
    assert made("reba", stored).tolist() == [9, 1]
    assert made("reba_level", stored).tolist() == [3, 0]
    assert COLUMNS["reba_level"].names == ("negligible", "low", "medium", "high", "very high")
    assert made("rula_level", stored).tolist() == [3, 0]
    assert made("owas_class", stored).tolist() == [4, 1]
    found = scores_from_joints(joints)
    assert np.array_equal(made("reba", {"joints_world": joints}), found.reba.score.max(axis=1))
    assert np.array_equal(made("owas_class", {"joints_world": joints}), found.owas.action)
    assert made("risk_trunk_flexion", {"joints_world": joints}) == pytest.approx(found.angles.trunk_flexion)
    angles = found.angles.table().astype(np.float16)
    assert made("risk_left_knee_flexion", {"risk_angles": angles}) == pytest.approx(
        found.angles.knee_flexion[:, 0], abs=0.1
    )
    assert made("reba", {}) is None
    assert needed(["reba"]) == {"reba", "joints_world"}
