"""Photos: who is in them, EXIF, and files that are none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lifter.predict.inputs import read_input
from lifter.predict.readers.format import ReadOptions
from lifter.predict.readers.photos import open_photo
from synth.core.errors import InputError
from tests.lifter.predict.fake_detector import program, said
from tests.lifter.predict.people import SIZE, photo, seen, standing


def test_people_in_a_photo(tmp_path: Path) -> None:
    people = [seen(standing(), (x, 0.0, 4.0)) for x in (-1.0, 1.0)]
    python = program(tmp_path, said([people]))
    recording = read_input(photo(tmp_path / "a.jpg"), ReadOptions(detector_python=python), tmp_path)
    assert [
        np.allclose(f.keypoints, p) for f, p in zip(recording.frames[0].detections, people, strict=True)
    ] == [True] * 2
    assert recording.frames[0].label == "a.jpg"
    assert recording.frames[0].picture is not None
    assert not recording.moving
    assert "a fake" in recording.notes[0]


@pytest.mark.parametrize(
    ("tags", "focal"),
    [
        ({}, None),
        ({"FocalLengthIn35mmFilm": 26}, 26 * np.hypot(*SIZE) / 43.267),
        ({"FocalLength": 5.0, "FocalPlaneXResolution": 200.0, "FocalPlaneResolutionUnit": 4}, 1000.0),
        ({"FocalLength": 5.0, "FocalPlaneXResolution": 0.0}, None),
        ({"FocalLengthIn35mmFilm": 0, "FocalLength": 5.0}, None),
    ],
)
def test_exif_gives_the_focal_length(tmp_path: Path, tags: dict[str, Any], focal: float | None) -> None:
    _, found = open_photo(photo(tmp_path / "a.jpg", **tags))
    assert found == (None if focal is None else pytest.approx(focal))


def test_photos_are_turned_upright(tmp_path: Path) -> None:
    picture, _ = open_photo(photo(tmp_path / "a.jpg", (64, 32), Orientation=6))
    assert picture.size == (32, 64)


def test_files_that_are_not_pictures_are_refused(tmp_path: Path) -> None:
    python = program(tmp_path, said([[]]))
    for content in (b"", b"text", photo(tmp_path / "x.jpg").read_bytes()[:300]):
        (tmp_path / "a.jpg").write_bytes(content)
        with pytest.raises(InputError, match="not a picture that can be read"):
            read_input(tmp_path / "a.jpg", ReadOptions(detector_python=python), tmp_path)


def test_photos_of_a_folder_follow_their_numbers(tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    for number in (10, 9):
        photo(folder / f"{number}.jpg", FocalLengthIn35mmFilm=20 + number)
    options = ReadOptions(detector_python=program(tmp_path, said([[], [seen(standing())]])))
    recording = read_input(folder, options, tmp_path)
    assert [frame.label for frame in recording.frames] == ["9.jpg", "10.jpg"]
    assert recording.what == "2 photos"
    assert recording.focal is None  # they differ
