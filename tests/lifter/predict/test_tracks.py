"""Who is who over frames, the camera, and which way is up."""

from __future__ import annotations

import numpy as np
import pytest

from lifter.data.joints import JOINTS3D
from lifter.predict.optics import Optics, projected, settled, up_of, upright
from lifter.predict.recording import Figure, Frame, Recording
from lifter.predict.tracks import rows_of
from synth.core.errors import InputError
from tests.lifter.predict.people import SIZE, K, seen, standing


def at(x: float, name: str | None = None) -> Figure:
    return Figure(seen(standing(), (x, 0.0, 4.0)), name)


def test_people_keep_their_number_whatever_their_order() -> None:
    frames = [Frame(str(t), [at(-1 + 0.02 * t), at(1 - 0.02 * t)][:: 1 if t % 2 else -1]) for t in range(10)]
    rows = rows_of(Recording("x", frames))
    assert rows.names == ("person 1", "person 2")
    for person in (0, 1):
        own = rows.keypoints[rows.person == person, :, 0].mean(1)
        assert rows.frame[rows.person == person].tolist() == list(range(10))
        assert np.abs(np.diff(own)).max() < 20


def test_who_was_away_for_long_is_somebody_new() -> None:
    def gone(frames: int) -> tuple[str, ...]:
        return rows_of(
            Recording("x", [Frame("", [at(0)]), *[Frame("", [])] * frames, Frame("", [at(0)])], 10.0)
        ).names

    assert gone(5) == ("person 1",)
    assert gone(20) == ("person 1", "person 2")


def test_who_is_elsewhere_is_somebody_else() -> None:
    assert len(rows_of(Recording("x", [Frame("", [at(-1.5)]), Frame("", [at(1.5)])])).names) == 2


def test_pictures_of_their_own_are_not_followed() -> None:
    frames = [Frame("a", [at(0), at(1)]), Frame("b", [at(-1)])]
    rows = rows_of(Recording("x", frames, moving=False))
    assert rows.person.tolist() == [0, 0, 1]
    assert rows.frame.tolist() == [0, 1, 0]


def test_names_of_the_file_are_kept() -> None:
    frames = [Frame("", [at(0, "anna"), at(1, "ben")]), Frame("", [at(0, "ben"), at(1, "anna")])]
    rows = rows_of(Recording("x", frames))
    assert rows.names == ("anna", "ben")
    assert rows.keypoints[rows.person == 0, 0, 0].tolist() == pytest.approx([500, 750], abs=20)


def test_who_has_no_joint_is_counted() -> None:
    recording = Recording("x", [Frame("", [Figure(np.zeros((17, 3)))])])
    assert len(rows_of(recording).frame) == 0
    assert recording.dropped["people without a joint"] == 1


def test_the_camera_is_what_is_known_of_it() -> None:
    def camera(
        optics: Optics, focal: float | None = None, size: tuple[int, int] | None = SIZE
    ) -> tuple[float, str]:
        recording = Recording("x", [Frame("", [at(0)], size=size)], focal=focal)
        k, _, words = settled(rows_of(recording), recording, optics)
        assert k[0, :2, 2].tolist() == [500, 500]
        return float(k[0, 0, 0]), words.split(":")[0].split(",")[0]

    assert camera(Optics()) == (pytest.approx(500 / np.tan(np.radians(30))), "a guess")
    assert camera(Optics(), focal=900) == (900, "the photo's EXIF")
    assert camera(Optics(fov=90), focal=900) == (pytest.approx(500), "--fov 90°")
    assert camera(Optics(intrinsics=(800, 800, 500, 500)), size=None) == (800, "given by --intrinsics")
    assert camera(Optics(size=(1000, 1000), fov=90), size=None)[0] == pytest.approx(500)
    with pytest.raises(InputError, match="how large its pictures are"):
        camera(Optics(), size=None)


def test_a_files_own_camera_is_used() -> None:
    figure = Figure(seen(standing()), "cam1", SIZE, K)
    recording = Recording("x", [Frame("", [figure])])
    k, _, words = settled(rows_of(recording), recording, Optics())
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
        Optics(**wrong)  # type: ignore[arg-type]


def test_up() -> None:
    level, words = up_of(Optics())
    assert level.tolist() == [0, -1, 0]
    assert "taken for the world's" in words
    turned = standing() @ upright(level).T
    x, y, z = (dict(zip(JOINTS3D, column, strict=True)) for column in turned.T)
    assert x["left_shoulder"] > 0 > x["right_shoulder"]  # facing the camera, the left is on the right
    assert y["head_top"] > y["pelvis"] > y["left_ankle"]
    assert z["nose"] > 0  # the face is nearer
    for tilt in (-30.0, 20.0, 90.0):
        axes = upright(up_of(Optics(tilt=tilt))[0])
        assert np.allclose(axes @ axes.T, np.eye(3))
        assert np.linalg.det(axes) == pytest.approx(1)
        ahead = axes @ [0, 0, 1.0]
        assert np.degrees(np.arcsin(-ahead[1])) == pytest.approx(tilt)  # looks down by that much


def test_joints_are_seen_where_they_were_detected() -> None:
    joints = standing() + np.array([0.3, -0.2, 4.0])
    assert np.allclose(projected(joints[None], K[None])[0, :17], seen(standing(), (0.3, -0.2, 4.0))[:, :2])
    joints[3, 2] = -1
    assert np.isnan(projected(joints[None], K[None])[0, 3]).all()
