"""The camera as far as it is known, and which way is up."""

from __future__ import annotations

import numpy as np
import pytest

from lifter.data.joints import JOINTS3D
from lifter.predict.camera import (
    CameraSettings,
    note_outside,
    projected,
    resolve_camera,
    resolve_lenses,
    straight_keypoints,
    up_direction,
    upright_axes,
    usual_size,
)
from lifter.predict.lens import Lens
from lifter.predict.recording import Detection2D, Frame, Recording
from lifter.predict.tracks import rows_of
from synth.core.errors import InputError
from tests.lifter.predict.people import SIZE, K, seen, standing


def at(x: float, name: str | None = None) -> Detection2D:
    return Detection2D(seen(standing(), (x, 0.0, 4.0)), name)


def test_the_camera_is_what_is_known_of_it() -> None:
    def camera(
        optics: CameraSettings, focal: float | None = None, size: tuple[int, int] | None = SIZE
    ) -> tuple[float, str]:
        recording = Recording("x", [Frame("", [at(0)], size=size)], focal=focal)
        k, _, words = resolve_camera(rows_of(recording), recording, optics)
        assert k[0, :2, 2].tolist() == [500, 500]
        return float(k[0, 0, 0]), words.split(":")[0].split(",")[0]

    assert camera(CameraSettings()) == (pytest.approx(500 / np.tan(np.radians(30))), "a guess")
    assert camera(CameraSettings(), focal=900) == (900, "the photo's EXIF")
    assert camera(CameraSettings(fov=90), focal=900) == (pytest.approx(500), "--fov 90°")
    assert camera(CameraSettings(intrinsics=(800, 800, 500, 500)), size=None) == (
        800,
        "given by --intrinsics",
    )
    assert camera(CameraSettings(size=(1000, 1000), fov=90), size=None)[0] == pytest.approx(500)


@pytest.mark.parametrize(
    ("places", "size"),
    [
        ([(600, 400)], (640, 480)),
        ([(400, 600)], (480, 640)),
        ([(1000, 100), (100, 700)], (1280, 720)),
        ([(1000, 1500)], (1080, 1920)),
        ([(5000, 200)], (5000, 200)),
        ([], (640, 480)),
    ],
)
def test_a_size_that_nobody_gives_is_the_smallest_usual_one(
    places: list[tuple[float, float]], size: tuple[int, int]
) -> None:
    points = np.zeros((max(1, len(places)), 17, 3), np.float32)
    points[:, 5] = (9999, 9999, 0)  # not detected
    for n, place in enumerate(places):
        points[n, n] = (*place, 0.5)
    assert usual_size(points) == size


def test_an_assumed_size_is_noted() -> None:
    recording = Recording("x", [Frame("", [at(0)])])
    k, sizes, words = resolve_camera(rows_of(recording), recording, CameraSettings())
    assert sizes.tolist() == [[1280, 720]]
    assert k[0, :2, 2].tolist() == [640, 360]
    assert words.startswith("a guess")
    assert "1280 × 720 is assumed" in recording.notes[0]


@pytest.mark.parametrize(
    ("x", "size", "said"),
    [(0.0, SIZE, False), (1.0, SIZE, False), (2.5, SIZE, True), (-2.5, SIZE, True), (-2.5, None, True),
     (2.5, None, False)],
)  # fmt: skip
def test_joints_outside_of_the_picture_are_said(x: float, size: tuple[int, int] | None, said: bool) -> None:
    recording = Recording("x", [Frame("", [at(x)], size=size)])
    rows = rows_of(recording)
    note_outside(rows, rows.size, recording)
    assert bool(recording.notes) is said
    if said:
        assert "of 17 joints lie outside the picture" in recording.notes[0]


def test_keypoints_are_made_straight_by_the_users_lens_or_the_files() -> None:
    lens = Lens(np.array([-0.2, 0.0, 0.0, 0.0, 0.0]))
    bent = seen(standing())
    bent[:, :2] = lens.bent(bent[:, :2], K)
    bent[3] = [900, 900, 0.9]  # no ray is bent as far as this
    for own, given in (
        (lens, None),
        (None, (-0.2, 0.0, 0.0, 0.0, 0.0)),
        (Lens(np.ones(5)), (-0.2, 0.0, 0.0, 0.0, 0.0)),
    ):
        recording = Recording("x", [Frame("", [Detection2D(bent, None, SIZE, K, own)])])
        rows = rows_of(recording)
        lenses = resolve_lenses(rows, rows.intrinsics, CameraSettings(distortion=given))
        found = straight_keypoints(rows, rows.intrinsics, lenses, recording)[0]
        assert np.allclose(np.delete(found, 3, 0), np.delete(seen(standing()), 3, 0), atol=0.01)
        if not found[3].any():
            assert recording.dropped["joints where the lens shows nothing"] == 1


def test_a_files_own_camera_is_used() -> None:
    figure = Detection2D(seen(standing()), "cam1", SIZE, K)
    recording = Recording("x", [Frame("", [figure])])
    k, _, words = resolve_camera(rows_of(recording), recording, CameraSettings())
    assert np.array_equal(k[0], K)
    assert words == "the file's"


@pytest.mark.parametrize(
    "wrong",
    [
        {"fov": 0.0}, {"fov": 200.0}, {"fov": 60.0, "intrinsics": (1, 1, 1, 1)}, {"intrinsics": (0, 1, 1, 1)},
        {"intrinsics": (float("nan"), 1, 1, 1)}, {"size": (0, 5)}, {"tilt": 100.0},
    ],
)  # fmt: skip
def test_cameras_that_cannot_be_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(InputError):
        CameraSettings(**wrong)  # type: ignore[arg-type]


def test_up() -> None:
    level, words = up_direction(CameraSettings())
    assert level.tolist() == [0, -1, 0]
    assert "taken for the world's" in words
    turned = standing() @ upright_axes(level).T
    x, y, z = (dict(zip(JOINTS3D, column, strict=True)) for column in turned.T)
    assert x["left_shoulder"] > 0 > x["right_shoulder"]  # facing the camera, the left is on the right
    assert y["head_top"] > y["pelvis"] > y["left_ankle"]
    assert z["nose"] > 0  # the face is nearer
    for tilt in (-30.0, 20.0, 90.0):
        axes = upright_axes(up_direction(CameraSettings(tilt=tilt))[0])
        assert np.allclose(axes @ axes.T, np.eye(3))
        assert np.linalg.det(axes) == pytest.approx(1)
        ahead = axes @ [0, 0, 1.0]
        assert np.degrees(np.arcsin(-ahead[1])) == pytest.approx(tilt)  # looks down by that much


def test_joints_are_seen_where_they_were_detected() -> None:
    joints = standing() + np.array([0.3, -0.2, 4.0])
    assert np.allclose(projected(joints[None], K[None])[0, :17], seen(standing(), (0.3, -0.2, 4.0))[:, :2])
    joints[3, 2] = -1
    assert np.isnan(projected(joints[None], K[None])[0, 3]).all()
