"""The labels of whole scenes, each made anew in the plainest way there is."""

from __future__ import annotations

import numpy as np

from pipelines.corpus.schema import LABELS
from synth.scene.placement import band_of
from synth.scene.visibility import COCO_ROWS, Visibility
from tests.synth.staging import staged


def test_names_and_shapes_are_the_schemas() -> None:
    _, _, labels = staged(30, frames=9)
    sizes = {"shape": 10, "props": 3}
    schema = {row.name: row for row in LABELS if row.kind == "all" and "risk" not in row.by}
    assert set(schema) - set(labels) == {"sample", "scene", "step", "clip", "clip_frame"}  # the plan's
    for name, array in labels.items():
        assert array.shape == (270, *schema[name].sized(sizes)), name
        if array.dtype != schema[name].dtype:
            assert np.can_cast(schema[name].dtype, array.dtype), name  # float64 is stored as float32


def test_the_cameras_of_the_labels_project_the_joints() -> None:
    for frames in (1, 9):
        _, scenes, labels = staged(30, frames=frames)
        for row in range(0, 30 * frames, 7):
            R, t, K = (labels[name][row] for name in ("rotation", "translation", "intrinsics"))
            world, camera, uv = (labels[f"joints_{name}"][row] for name in ("world", "camera", "image"))
            assert np.allclose(world @ R.T + t, camera, atol=1e-9)
            ahead = camera[:, 2] > 0
            by_hand = camera[ahead] @ K.T
            assert np.allclose(by_hand[:, :2] / by_hand[:, 2:], uv[ahead], atol=1e-7)
            assert np.isnan(uv[~ahead]).all()
            assert np.array_equal(scenes.viewpoints.camera(row // frames).rotation, R)


def test_counts_and_box_follow_from_the_rest() -> None:
    _, _, labels = staged(1500)
    visibility = labels["visibility"][:, COCO_ROWS]
    assert np.array_equal(labels["hidden"], (visibility != Visibility.SEEN).sum(1))
    assert np.array_equal(labels["band"], band_of((visibility == Visibility.PROP).sum(1)))
    uv = labels["joints_image"]
    assert np.array_equal(
        labels["box"], np.concatenate([np.nanmin(uv, axis=1), np.nanmax(uv, axis=1)], axis=1)
    )
    assert (labels["hidden_by"] >= 0).any()
    rows, joints = np.nonzero(labels["hidden_by"] >= 0)
    assert (labels["prop"][rows, labels["hidden_by"][rows, joints]] >= 0).all()
