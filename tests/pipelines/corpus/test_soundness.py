"""Broken samples are found, and told by what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from pipelines.corpus.soundness import broken_pictures, checked, projection_errors, unsound
from pipelines.generate.shard import encode
from tests.pipelines.posed import Arrays, posed_rows, random_turns


@pytest.fixture
def rows() -> Arrays:
    rng = np.random.default_rng(0)
    return posed_rows(random_turns(40, rng), rng, np.zeros(40, np.int32))


def test_sound_samples_are_left_alone(rows: Arrays) -> None:
    assert unsound(rows) == {}
    assert unsound({"visibility": rows["visibility"]}) == {}


def test_imported_samples_need_not_have_every_joint(rows: Arrays) -> None:
    for name in ("joints_world", "joints_camera", "joints_image"):
        rows[name][:, [0, 9]] = np.nan
    rows["joints_world"][4, 3] = np.nan
    assert len(unsound(rows)) == 40
    assert unsound(rows, partial=True) == {4: "joints_world is not finite"}


def _set(name: str, place: tuple[int, ...], value: float) -> Callable[[Arrays], None]:
    def change(rows: Arrays) -> None:
        rows[name][place] = value

    return change


def _add(name: str, place: tuple[int, ...], value: float) -> Callable[[Arrays], None]:
    def change(rows: Arrays) -> None:
        rows[name][place] += value

    return change


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (_set("joints_world", (7, 3, 1), np.nan), "joints_world is not finite"),
        (_set("pose", (7, 3, 1), np.inf), "pose is not finite"),
        (_add("joints_world", (7, 20, 2), 0.02), "m from joints_world seen by the camera"),
        (_add("joints_image", (7, 0, 0), 4.0), "joints_image is 4 pixels from"),
        (_set("joints_image", (7, 0, 0), np.nan), "joints_image is 256 pixels from"),
        (_set("visibility", (7, 2), 9), "visibility has an unknown code"),
        (_set("hidden", (7,), 30), "hidden is not from 0 to 17"),
        (_set("joints_camera", (7, 0, 2), -1.0), "m from joints_world seen by the camera"),
        (_add("joints_image", (7, 0, 0), 0.2), "joints_image is 0.2 pixels from"),
        (_add("joints_world", (7, 20, 2), 0.002), "m from joints_world seen by the camera"),
        (_set("box", (7, 2), -9999.0), "box has no size"),
        (_add("joints_world", (7, 5, 0), 12.0), "m wide, more than any person"),
    ],
)
def test_each_kind_of_damage_is_named(rows: Arrays, change: Callable[[Arrays], None], text: str) -> None:
    change(rows)
    problems = unsound(rows)
    assert list(problems) == [7]
    assert text in problems[7]


def test_a_distorting_lens_is_followed(rows: Arrays) -> None:
    from synth.scene.lens import pixels

    lens = np.array([-0.3, 0.1, 0.001, -0.002, 0.0])
    rows["distortion"][:] = lens
    assert len(unsound(rows)) > 20
    for row in range(40):
        rows["joints_image"][row] = pixels(rows["joints_camera"][row], rows["intrinsics"][row], lens)
    assert unsound(rows) == {}


def test_pictures() -> None:
    good = encode(np.random.default_rng(0).integers(0, 255, (16, 24, 3)).astype(np.uint8), 90)
    middle = good[: len(good) // 2] + b"\xff\xd9"
    images = np.array([good, good[:-1], b"no picture", good, middle, b""], object)
    sizes = np.array([[24, 16]] * 3 + [[16, 24]] + [[24, 16]] * 2)
    found = broken_pictures(images, sizes, decode=False)
    assert sorted(found) == [1, 2, 3, 5]
    assert "ends early" in found[1]
    assert "not a whole JPEG" in found[2]
    assert found[3] == "image is 24 x 16 pixels, not 16 x 24"
    assert sorted(broken_pictures(images, sizes, decode=True)) == [1, 2, 3, 4, 5]


def test_a_joint_behind_the_camera_has_no_pixel(rows: Arrays) -> None:
    # the camera frame of every label turned about: what was ahead lies behind, and may have no pixel
    back = np.diag([1.0, -1.0, -1.0])
    rows["joints_camera"] = (rows["joints_camera"] @ back).astype(np.float32)
    rows["rotation"] = (back @ rows["rotation"]).astype(np.float32)
    rows["translation"] = (rows["translation"] @ back).astype(np.float32)
    found = unsound(rows)
    assert len(found) == 40
    assert found[0].startswith("joints_image is 256 pixels")
    rows["joints_image"][:] = np.nan
    assert unsound(rows) == {}


def test_errors_are_measured_in_metres_and_pixels(rows: Arrays) -> None:
    assert max(error.max() for error in projection_errors(rows)) < 1e-2
    distance = float(np.linalg.norm(rows["joints_camera"][3, 5]))
    rows["joints_camera"][3, 5] *= 1 + 0.01 / distance  # a centimetre further along its ray: the pixel stays
    metres, pixels = projection_errors(rows)
    assert metres[3] == pytest.approx(0.01 / max(1.0, distance), rel=1e-2)
    assert pixels[3] < 1e-2
    assert np.delete(metres, 3).max() < 1e-5


def test_what_is_looked_at_is_what_the_schema_can_judge() -> None:
    assert {"joints_image", "visibility", "hidden", "image_size", "detection"} <= set(checked())
    assert not {"sample", "image", "instance", "depth"} & set(checked())
