"""Drawn cameras: uniform where nothing constrains them, and within what their spec says."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from pydantic import ValidationError
from scipy import stats

from synth.body.skeleton import JOINTS
from synth.core.randomness import Draws
from synth.scene.framing import outline
from synth.scene.scenes import SceneSpec
from synth.scene.viewpoint import PRESETS, CameraSpec, PresetSpec, draw_viewpoints
from synth.scene.visibility import COCO_ROWS
from tests.synth.staging import staged

N = 1500
Array = NDArray[np.float64]


def directions(preset: str) -> tuple[Array, Array, Array]:
    """Azimuth, sine of elevation and height of the cameras, as seen from the middle of the person's outline."""
    _, scenes, _ = staged(N, camera=preset)
    points = outline(scenes.people.joints[:, 0])
    away = scenes.viewpoints.position - 0.5 * (points.min(1) + points.max(1))
    sine = away[:, 2] / np.linalg.norm(away, axis=1)
    return np.arctan2(away[:, 1], away[:, 0]), sine, scenes.viewpoints.position[:, 2]


def whole(preset: str) -> NDArray[np.bool_]:
    """Of which scenes the edge of the picture is not meant to cut the person."""
    studio, scenes, _ = staged(N, camera=preset)
    return studio.draws.uniform("camera.cut", scenes.ids)[:, 0] >= PRESETS[preset].cut


@pytest.mark.parametrize("preset", PRESETS)
def test_azimuth_is_uniform(preset: str) -> None:
    azimuth, _, _ = directions(preset)
    assert stats.kstest(azimuth / (2 * np.pi) % 1, "uniform").pvalue > 1e-3


def test_azimuth_is_uniform_about_the_person_too() -> None:
    azimuth, _, _ = directions("sphere")
    _, scenes, _ = staged(N)
    joints = scenes.people.joints[:, 0]
    left = joints[:, JOINTS.index("left_hip")] - joints[:, JOINTS.index("right_hip")]
    facing = np.arctan2(-left[:, 0], left[:, 1])
    counts = np.histogram((azimuth - facing) % (2 * np.pi), 12, (0, 2 * np.pi))[0]
    assert stats.chisquare(counts).pvalue > 1e-3


def test_elevation_is_uniform_in_its_sine_where_nothing_constrains_it() -> None:
    # no floor, no ceiling, and one lens and one size, small enough for any of them
    spec = CameraSpec(
        elevation=(-60, 80), height=(0.001, 1e9), field_of_view=(60, 60), fill=(0.2, 0.5), cut=0, roll=0
    )
    joints = staged(N)[1].people.joints + np.array((0, 0, 1000.0))
    views = draw_viewpoints(Draws(3), np.arange(N), joints, [spec], (256, 256))
    points = outline(joints[:, 0])
    away = views.position - 0.5 * (points.min(1) + points.max(1))
    sine = away[:, 2] / np.linalg.norm(away, axis=1)
    low, high = np.sin(np.radians(spec.elevation))
    assert low - 1e-9 <= sine.min()
    assert sine.max() <= high + 1e-9
    assert stats.kstest((sine - low) / (high - low), "uniform").pvalue > 1e-3


@pytest.mark.parametrize("preset", PRESETS)
def test_heights_are_kept_always_and_elevations_nearly(preset: str) -> None:
    _, sine, height = directions(preset)
    spec = PRESETS[preset]
    assert spec.height[0] - 1e-9 <= height.min()
    assert height.max() <= spec.height[1] + 1e-9
    low, high = np.sin(np.radians(spec.elevation))
    # where no camera of the preset can hold the person, it steps back and keeps its height
    assert ((sine < low - 1e-9) | (sine > high + 1e-9)).mean() < 0.03


@pytest.mark.parametrize("preset", PRESETS)
def test_people_who_are_not_to_be_cut_are_wholly_inside(preset: str) -> None:
    _, scenes, _ = staged(N, camera=preset)
    _, _, outside = scenes.viewpoints.project(scenes.people.vertices.astype(np.float64))
    assert outside[:, 0].any(1)[whole(preset)].mean() < 0.006
    assert scenes.seen.outside[:, 0].any(1)[whole(preset)].mean() < 0.003


@pytest.mark.parametrize("preset", PRESETS)
def test_cut_people_are_cut_but_most_of_them_is_there(preset: str) -> None:
    _, scenes, _ = staged(N, camera=preset)
    cut = ~whole(preset)
    assert abs(cut.mean() - PRESETS[preset].cut) < 4 * np.sqrt(PRESETS[preset].cut / N)
    _, _, outside = scenes.viewpoints.project(scenes.people.vertices.astype(np.float64))
    # a ceiling camera cannot come near enough to one who crouches
    assert outside[:, 0].any(1)[cut].mean() > (0.75 if preset == "cctv" else 0.9)
    assert ((~scenes.seen.outside[:, 0][:, COCO_ROWS]).sum(1) >= 9).all()


@pytest.mark.parametrize("preset", PRESETS)
def test_people_fill_the_picture_as_wanted(preset: str) -> None:
    _, scenes, _ = staged(N, camera=preset)
    _, uv, _ = scenes.viewpoints.project(scenes.people.vertices.astype(np.float64))
    tall, wide = (np.ptp(uv[:, 0, :, axis], axis=1)[whole(preset)] / 256 for axis in (1, 0))
    low, high = PRESETS[preset].fill
    upright = wide < 0.75  # one who lies is as large as the width allows
    assert np.quantile(tall[upright], 0.01) > low - 0.04
    assert np.quantile(tall, 0.99) < high + 0.02
    share = (tall[upright] - low) / (high - low)
    assert 0.35 < share.mean() < 0.55
    assert min(np.histogram(share, 4, (0, 1))[0]) > 0.1 * len(share)


def test_the_camera_stays_an_arms_length_from_the_person() -> None:
    for preset in PRESETS:
        _, scenes, _ = staged(N, camera=preset)
        eye = scenes.viewpoints.position
        apart = np.linalg.norm(scenes.people.vertices[:, 0] - eye[:, None], axis=2)
        assert apart.min() > 0.15


def test_focal_length_roll_and_principal_point_are_as_drawn() -> None:
    spec = PRESETS["sphere"]
    _, scenes, _ = staged(N)
    k = scenes.viewpoints.intrinsics
    view = np.degrees(2 * np.arctan(128 / k[:, 0, 0]))
    assert spec.field_of_view[0] - 1e-6 <= view.min()
    assert view.max() <= spec.field_of_view[1] + 1e-6
    assert np.array_equal(k[:, 0, 0], k[:, 1, 1])
    off = (k[:, :2, 2] - 128) / 256
    assert 0.016 < off.std() < 0.02
    assert np.abs(off).max() <= 0.04 + 1e-12
    turn = scenes.viewpoints.rotation
    assert np.allclose(turn @ np.swapaxes(turn, 1, 2), np.eye(3))
    assert np.allclose(np.linalg.det(turn), 1)


def test_barrel_distortion_moves_the_corner_by_the_share_asked_for() -> None:
    spec = CameraSpec(distortion=(0.08, 0.08), principal_point=0)
    joints = staged(200)[1].people.joints
    views = draw_viewpoints(Draws(0), np.arange(200), joints, [spec], (320, 240))
    corner2 = (160**2 + 120**2) / views.intrinsics[:, 0, 0] ** 2
    assert np.allclose(1 + views.distortion[:, 0] * corner2, 0.92)
    _, uv, _ = views.project(joints)
    for row in range(0, 200, 20):
        assert np.allclose(views.camera(row).project(joints[row, 0])[0], uv[row, 0], equal_nan=True)


def test_weights_share_out_the_cameras() -> None:
    near, far = CameraSpec(weight=1, field_of_view=(90, 90)), CameraSpec(weight=3, field_of_view=(40, 40))
    joints = staged(N)[1].people.joints
    views = draw_viewpoints(Draws(0), np.arange(N), joints, [near, far], (256, 256))
    assert abs((views.intrinsics[:, 0, 0] > 200).mean() - 0.75) < 0.04


def test_a_whole_track_is_held_in_view() -> None:
    spec = CameraSpec(cut=0)
    joints = np.cumsum(np.full((40, 27, 48, 3), (0.05, 0, 0)), axis=1) + staged(40)[1].people.joints
    views = draw_viewpoints(Draws(0), np.arange(40), joints, [spec], (256, 256))
    assert not views.project(joints)[2].any()


def test_a_camera_depends_on_its_own_scene_alone() -> None:
    joints = staged(64)[1].people.joints
    specs = [PRESETS[name] for name in PRESETS]
    together = draw_viewpoints(Draws(0), np.arange(64), joints, specs, (256, 256))
    for row in (0, 17, 63):
        alone = draw_viewpoints(Draws(0), np.array([row]), joints[row : row + 1], specs, (256, 256))
        for name in ("intrinsics", "rotation", "translation", "distortion"):
            assert np.array_equal(getattr(alone, name)[0], getattr(together, name)[row])


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("elevation", (-100, 0), "between -90 and 90"),
        ("elevation", (20, 10), "above the upper bound"),
        ("field_of_view", (0, 60), "field_of_view"),
        ("field_of_view", (60, 180), "field_of_view"),
        ("fill", (0, 0.5), "fill"),
        ("height", (-1, 2), "above the floor"),
        ("distortion", (0, 0.15), "folds the corners over"),
        ("distortion", (-2, 0), "distortion"),
    ],
)
def test_impossible_cameras_are_refused(field: str, value: tuple[float, float], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        CameraSpec.model_validate({field: value})


def test_the_strongest_barrel_that_is_taken_can_be_rendered() -> None:
    from synth.scene.lens import reach

    for offset in (0.0, 0.02, 0.05):
        most = 0.99 * 4 / (27 * (1.08 + 2 * 2 * np.sqrt(2) * offset) ** 2)
        spec = CameraSpec(distortion=(most, most), principal_point=offset)
        for size in ((256, 256), (640, 200)):
            joints = staged(N)[1].people.joints[:300]
            views = draw_viewpoints(Draws(0), np.arange(300), joints, [spec], size)
            for row in range(300):
                reach(views.camera(row).lens, *size)  # raises where the lens folds the picture over


def test_fields_given_with_a_preset_replace_its_own() -> None:
    spec = SceneSpec.model_validate({"cameras": [{"preset": "phone", "fill": [0.8, 0.95], "weight": 2}]})
    (camera,) = spec.camera_specs()
    expected = PRESETS["phone"].model_dump() | {"fill": (0.8, 0.95), "weight": 2.0}
    assert camera.model_dump() == expected
    # written as it was given, and read again as the same
    (written,) = spec.model_dump(mode="json")["cameras"]
    assert written == {"preset": "phone", "fill": [0.8, 0.95], "weight": 2.0}
    assert SceneSpec.model_validate(spec.model_dump(mode="json")) == spec
    (plain,) = SceneSpec.model_validate({"cameras": [{"preset": "phone"}]}).model_dump(mode="json")["cameras"]
    assert plain == {
        "preset": "phone",
        "weight": 1.0,
    }  # as before presets had other fields: parts stay the same


def test_ranges_are_checked_against_those_of_the_preset() -> None:
    # cctv's barrel of up to 0.1 is too strong for an axis this far off the middle of the picture
    with pytest.raises(ValidationError, match="a stronger barrel folds"):
        PresetSpec.model_validate({"preset": "cctv", "principal_point": 0.1})
    PresetSpec.model_validate({"preset": "phone", "principal_point": 0.1})


def test_the_schema_names_the_fields_of_presets() -> None:
    fields = SceneSpec.model_json_schema()["$defs"]["PresetSpec"]["properties"]
    assert {"preset", "weight", "fill"} <= set(fields)
