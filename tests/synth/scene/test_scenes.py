"""Batches of scenes: what one is does not depend on the others, nor tracks on how they are cut."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError

from synth.label.compute import label
from synth.scene.picture import draw_looks
from synth.scene.scenes import SceneSpec, Studio
from synth.scene.viewpoint import PRESETS
from synth.wardrobe.outfit import PLAIN
from tests.synth.staging import motion, pick, stage, staged

EVERY_CAMERA = {"cameras": [{"preset": name} for name in PRESETS]}


@pytest.mark.parametrize("frames", [1, 5])
def test_labels_are_the_same_bytes_alone_in_any_batch_and_in_any_order(frames: int) -> None:
    studio = Studio(SceneSpec.model_validate(EVERY_CAMERA), 11)
    ids = np.random.default_rng(0).choice(10**9, 40, replace=False)
    moments = motion(40, frames)
    together = label(stage(studio, ids, moments))
    order = np.random.default_rng(1).permutation(40)
    another = Studio(studio.spec, 11)
    for rows in (order, order[:13], np.array([7]), np.array([39, 0])):
        again = label(stage(another, ids[rows], pick(moments, rows)))
        at = (rows[:, None] * frames + np.arange(frames)).ravel()
        for name, array in together.items():
            assert array.dtype == again[name].dtype
            assert array[at].tobytes() == again[name].tobytes(), name


def test_scenes_of_one_moment_share_the_person_and_nothing_else() -> None:
    studio = Studio(SceneSpec(), 2)
    ids, moment = np.arange(20), np.repeat([0, 1], 10)
    labels = label(studio.scenes(ids, moment, np.array([100, 101]), motion(2)))
    for name in ("betas", "pose", "trans", "joints_world", "gender"):
        assert (labels[name][:10] == labels[name][0]).all()
    assert (labels["betas"][0] != labels["betas"][10]).any()
    for name in ("rotation", "intrinsics", "joints_image"):
        assert len(np.unique(labels[name].reshape(20, -1), axis=0)) == 20
    # and the person is the same one whichever scenes look on
    fewer = label(studio.scenes(ids[3:4], np.array([0]), np.array([101]), pick(motion(2), [1])))
    assert fewer["joints_world"].tobytes() == labels["joints_world"][10:11].tobytes()


def test_a_seed_changes_everything_drawn() -> None:
    one, two = (label(stage(Studio(SceneSpec(), seed), np.arange(8), motion(8))) for seed in (1, 2))
    for name in ("betas", "rotation", "intrinsics", "joints_image", "prop_translation"):
        assert (one[name] != two[name]).any()
    assert np.array_equal(one["pose"], two["pose"])


def test_a_track_has_one_camera_one_body_and_frames_in_sequence() -> None:
    _, scenes, labels = staged(30, frames=9)
    for name in ("rotation", "translation", "intrinsics", "distortion", "betas", "gender", "prop"):
        rows = labels[name].reshape(30, 9, -1)
        assert (rows == rows[:, :1]).all()
    assert np.array_equal(labels["joints_world"].reshape(30, 9, 48, 3), scenes.people.joints)
    step = np.linalg.norm(np.diff(scenes.people.joints[:, :, 0], axis=1), axis=2)
    assert step.max() > 0.01
    assert np.median(step) < 0.2


def test_looks_are_the_same_alone_and_in_any_batch() -> None:
    draws = staged(30)[0].draws
    together = draw_looks(draws, np.arange(30), np.zeros(30, int), {PLAIN: 1.0})
    alone = draw_looks(draws, np.array([17]), np.zeros(1, int), {PLAIN: 1.0})
    assert np.array_equal(together.colours[17], alone.colours[0])
    assert np.array_equal(together.light.direction[17], alone.light.direction[0])


def test_presets_are_looked_up_and_keep_the_recipes_weight() -> None:
    spec = SceneSpec.model_validate({"cameras": [{"preset": "low", "weight": 4}, {"height": [1, 2]}]})
    low, own = spec.camera_specs()
    assert (low.weight, low.height) == (4, PRESETS["low"].height)
    assert (own.weight, own.height) == (1, (1, 2))


@pytest.mark.parametrize(
    "wrong",
    [
        {"cameras": []},
        {"cameras": [{"preset": "drone"}]},
        {"cameras": [{"preset": "low", "weight": 0}]},
        {"picture": {"width": 8}},
        {"lights": 3},
    ],
)
def test_impossible_scenes_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        SceneSpec.model_validate(wrong)
