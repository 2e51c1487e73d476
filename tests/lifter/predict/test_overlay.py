"""Overlays: a picture, several, or a video, with left and right told apart and the lifted joints where they project."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lifter.data.joints import JOINTS3D
from lifter.predict.lifted import Lifted
from lifter.predict.overlay import joints_in_picture, side_colour, write_overlays
from synth.body.skeleton import COCO_17
from synth.core.colours import LEFT, MIDDLE, RIGHT
from tests.lifter.predict.fake_detector import program
from tests.lifter.predict.known import known
from tests.lifter.predict.people import SIZE, photo


def with_pictures(folder: Path, frames: int, size: tuple[int, int] = SIZE) -> Lifted:
    lifted = known(frames)
    for number, frame in enumerate(lifted.recording.frames):
        frame.picture, frame.size = photo(folder / f"{number}.jpg", size), SIZE
    return lifted


def drawn(path: Path, colour: tuple[int, ...]) -> np.ndarray:
    """(n, 2) x, y of the pixels of a colour."""
    with Image.open(path) as picture:
        pixels = np.asarray(picture.convert("RGB")).astype(int)
    return np.argwhere(np.abs(pixels - colour).max(2) < 12)[:, ::-1]


def test_without_pictures_there_is_none(tmp_path: Path) -> None:
    assert write_overlays(known(2), tmp_path, None, tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_a_picture_with_both_sides_in_their_colours(tmp_path: Path) -> None:
    lifted = with_pictures(tmp_path, 1)
    assert write_overlays(lifted, tmp_path, None, tmp_path) == ["overlay.png"]
    path = tmp_path / "overlay.png"
    points = lifted.rows.keypoints[0]
    for colour, side in ((LEFT, "left"), (RIGHT, "right")):
        found = drawn(path, colour)
        for name in (f"{side}_ankle", f"{side}_wrist"):  # a disc around each joint
            x, y, _ = points[COCO_17.index(name)]
            assert np.abs(found - [x, y]).max(1).min() < 4, name
    head = joints_in_picture(lifted, np.array([0]))[0, JOINTS3D.index("head_top")]
    assert (
        np.abs(drawn(path, (255, 255, 255)) - head).max(1).min() < 4
    )  # white: only the 3D has a top of the head


def test_a_smaller_picture_is_drawn_over_at_its_scale(tmp_path: Path) -> None:
    lifted = with_pictures(tmp_path, 1, (SIZE[0] // 2, SIZE[1] // 2))
    write_overlays(lifted, tmp_path, None, tmp_path)
    x, y, _ = lifted.rows.keypoints[0, COCO_17.index("left_ankle")]
    assert np.abs(drawn(tmp_path / "overlay.png", LEFT) - [x / 2, y / 2]).max(1).min() < 4


def test_several_pictures_are_a_folder(tmp_path: Path) -> None:
    lifted = with_pictures(tmp_path, 3)
    assert write_overlays(lifted, tmp_path, None, tmp_path) == ["overlay/"]
    assert sorted(path.name for path in (tmp_path / "overlay").iterdir()) == [
        "000000.png", "000001.png", "000002.png",
    ]  # fmt: skip


def test_of_a_video_they_are_a_video(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lifted = with_pictures(tmp_path, 4)
    lifted.recording.frames[1].picture = lifted.recording.frames[3].picture = None
    films: list[tuple[list[str], float]] = []
    monkeypatch.setattr(
        "lifter.predict.overlay.write_film",
        lambda python, folder, out, rate: films.append((sorted(p.name for p in folder.iterdir()), rate)),
    )
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    assert write_overlays(lifted, tmp_path, str(program(tmp_path, [])), scratch) == ["overlay.mp4"]
    # every second frame has a picture: 10 frames a second become 5
    assert films == [(["000000.jpg", "000002.jpg"], 5.0)]


def test_sides_by_name() -> None:
    assert [side_colour(name) for name in ("left_hip", "right_hip", "nose")] == [LEFT, RIGHT, MIDDLE]
