"""Photos and videos through a detector in another Python: the protocol, EXIF, and everything that goes wrong."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import ExifTags, Image

from lifter.predict import detector
from lifter.predict.inputs import Reading, read_input
from lifter.predict.mediapipe_detector import LANDMARKS, in_pixels
from synth.body.skeleton import COCO_17
from synth.core.errors import InputError
from tests.lifter.predict.fake_detector import program, said
from tests.lifter.predict.people import SIZE, seen, standing


def photo(path: Path, size: tuple[int, int] = SIZE, **tags: Any) -> Path:
    picture = Image.new("RGB", size, (90, 120, 90))
    exif = Image.Exif()
    for name, value in tags.items():
        if name == "Orientation":
            exif[ExifTags.Base.Orientation] = value
        else:
            exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base[name]] = value
    picture.save(path, exif=exif)
    return path


def test_people_in_a_photo(tmp_path: Path) -> None:
    people = [seen(standing(), (x, 0.0, 4.0)) for x in (-1.0, 1.0)]
    python = program(tmp_path, said([people]))
    recording = read_input(photo(tmp_path / "a.jpg"), Reading(python=python), tmp_path)
    assert [
        np.allclose(f.keypoints, p) for f, p in zip(recording.frames[0].figures, people, strict=True)
    ] == [True] * 2
    assert recording.frames[0].label == "a.jpg"
    assert recording.frames[0].picture is not None
    assert not recording.moving
    assert "a fake" in recording.notes[0]


def test_who_is_found_twice_is_there_once(tmp_path: Path) -> None:
    one = seen(standing())
    again = one + np.array([8.0, -5.0, -0.2])
    python = program(tmp_path, said([[again, one, seen(standing(), (1.0, 0, 3.0))]]))
    recording = read_input(photo(tmp_path / "a.jpg"), Reading(python=python), tmp_path)
    assert len(recording.frames[0].figures) == 2
    assert any(np.allclose(figure.keypoints, one) for figure in recording.frames[0].figures)
    assert recording.dropped["people found twice"] == 1


def test_a_video(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"x")
    python = program(tmp_path, said([[seen(standing())]] * 3, rate=12.5))
    heard: list[tuple[int, int | None]] = []
    recording = read_input(
        tmp_path / "a.mp4", Reading(python=python), tmp_path, lambda done, of: heard.append((done, of))
    )
    assert (len(recording.frames), recording.rate, recording.moving) == (3, 12.5, True)
    assert heard == [(1, 3), (2, 3), (3, 3)]


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
def test_exif_tells_the_focal_length(tmp_path: Path, tags: dict[str, Any], focal: float | None) -> None:
    _, found = detector.open_photo(photo(tmp_path / "a.jpg", **tags))
    assert found == (None if focal is None else pytest.approx(focal))


def test_photos_are_turned_upright(tmp_path: Path) -> None:
    picture, _ = detector.open_photo(photo(tmp_path / "a.jpg", (64, 32), Orientation=6))
    assert picture.size == (32, 64)


@pytest.mark.parametrize(
    ("lines", "code", "complaint", "what"),
    [
        (
            [{"error": "no frame of it can be decoded"}],
            2,
            "",
            "no frame of it can be decoded; give a photo or a video",
        ),
        ([{"error": "mediapipe is not installed for x"}], 2, "", "pip install mediapipe"),
        (["Hello!"], 0, "", "says what is not understood"),
        (["[1]"], 0, "", "says what is not understood"),
        ([], 1, "ModuleNotFoundError: cv2", "the detector failed: ModuleNotFoundError: cv2"),
        (said([[]])[:1], 0, "", "stopped half-way"),
        ([], 0, "", "stopped half-way"),
    ],
)
def test_detectors_that_fail(tmp_path: Path, lines: list[Any], code: int, complaint: str, what: str) -> None:
    python = program(tmp_path, lines, code, complaint)
    (tmp_path / "a.mp4").write_bytes(b"x")
    with pytest.raises(InputError, match=what):
        read_input(tmp_path / "a.mp4", Reading(python=python), tmp_path)


def test_no_detector(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(detector.VARIABLE, raising=False)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(InputError, match="need a 2D detector"):
        read_input(photo(tmp_path / "a.jpg"), Reading(), tmp_path)
    monkeypatch.setenv(detector.VARIABLE, str(tmp_path / "nowhere"))
    with pytest.raises(InputError, match="is no program"):
        read_input(photo(tmp_path / "a.jpg"), Reading(), tmp_path)


def test_what_is_no_photo_is_refused(tmp_path: Path) -> None:
    python = program(tmp_path, said([[]]))
    for content in (b"", b"text", photo(tmp_path / "x.jpg").read_bytes()[:300]):
        (tmp_path / "a.jpg").write_bytes(content)
        with pytest.raises(InputError, match="no picture that can be read"):
            read_input(tmp_path / "a.jpg", Reading(python=python), tmp_path)


def test_landmarks_of_coco() -> None:
    # MediaPipe's landmarks: 0 nose, 2 and 5 eyes, 7 and 8 ears, 11 and on shoulders, ... , left before right
    assert [
        LANDMARKS[COCO_17.index(name)] for name in ("nose", "left_eye", "right_ear", "left_shoulder")
    ] == [0, 2, 8, 11]
    assert [LANDMARKS[COCO_17.index(name)] for name in ("right_wrist", "left_hip", "right_ankle")] == [
        16,
        23,
        28,
    ]

    class Mark:
        x, y, visibility, presence = 0.5, 0.25, 0.8, 0.9

    assert in_pixels(Mark, 200, 100) == [100.0, 25.0, 0.8]
    Mark.presence = 0.05
    assert in_pixels(Mark, 200, 100) == [0.0, 0.0, 0.0]
    Mark.presence, Mark.x = 0.9, 1.2
    assert in_pixels(Mark, 200, 100) == [0.0, 0.0, 0.0]


def test_mediapipe_itself(tmp_path: Path) -> None:
    if not os.environ.get(detector.VARIABLE):
        pytest.skip(f"needs a Python with mediapipe, named by {detector.VARIABLE}")
    recording = read_input(photo(tmp_path / "a.jpg", (320, 240)), Reading(), tmp_path)
    assert recording.frames[0].figures == []
    (tmp_path / "a.mp4").write_text("this is no video")
    with pytest.raises(InputError, match="no frame of it can be decoded"):
        read_input(tmp_path / "a.mp4", Reading(), tmp_path)
    folder = tmp_path / "pictures"
    folder.mkdir()
    for n in range(5):
        photo(folder / f"{n}.jpg", (160, 120))
    python = detector.detector_python(None)
    detector.write_film(python, folder, tmp_path / "film.mp4", 10.0)
    film = read_input(tmp_path / "film.mp4", Reading(), folder)
    assert (len(film.frames), film.rate, film.frames[0].size) == (5, 10.0, (160, 120))
