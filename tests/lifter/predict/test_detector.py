"""The detector's process: the protocol, everything that goes wrong, and MediaPipe itself where it is installed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lifter.predict import detector
from lifter.predict.inputs import read_input
from lifter.predict.readers.format import ReadOptions
from synth.core.errors import InputError
from tests.lifter.predict.fake_detector import program, said
from tests.lifter.predict.people import photo, seen, standing


def test_who_is_found_twice_is_there_once(tmp_path: Path) -> None:
    one = seen(standing())
    again = one + np.array([8.0, -5.0, -0.2])
    python = program(tmp_path, said([[again, one, seen(standing(), (1.0, 0, 3.0))]]))
    recording = read_input(photo(tmp_path / "a.jpg"), ReadOptions(detector_python=python), tmp_path)
    assert len(recording.frames[0].detections) == 2
    assert any(np.allclose(figure.keypoints, one) for figure in recording.frames[0].detections)
    assert recording.dropped["people found twice"] == 1


@pytest.mark.parametrize(
    ("lines", "code", "complaint", "what"),
    [
        (
            [{"error": "no frame of it can be decoded"}],
            2,
            "",
            "no frame of it can be decoded; give a photo or a video",
        ),
        ([{"error": "mediapipe is not installed for x"}], 2, "", "pip install 'posemill.detector"),
        (["Hello!"], 0, "", "output is not understood"),
        (["[1]"], 0, "", "output is not understood"),
        ([], 1, "ModuleNotFoundError: cv2", "the detector failed: ModuleNotFoundError: cv2"),
        (said([[]])[:1], 0, "", "stopped half-way"),
        ([], 0, "", "stopped half-way"),
    ],
)
def test_detectors_that_fail(tmp_path: Path, lines: list[Any], code: int, complaint: str, what: str) -> None:
    python = program(tmp_path, lines, code, complaint)
    (tmp_path / "a.mp4").write_bytes(b"x")
    with pytest.raises(InputError, match=what):
        read_input(tmp_path / "a.mp4", ReadOptions(detector_python=python), tmp_path)


def test_no_detector(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(detector.VARIABLE, raising=False)
    monkeypatch.setattr(detector, "has_mediapipe", lambda: False)
    with pytest.raises(InputError, match="need a 2D detector, MediaPipe"):
        read_input(photo(tmp_path / "a.jpg"), ReadOptions(), tmp_path)
    monkeypatch.setenv(detector.VARIABLE, str(tmp_path / "nowhere"))
    with pytest.raises(InputError, match="is not a program"):
        read_input(photo(tmp_path / "a.jpg"), ReadOptions(), tmp_path)


def test_mediapipe_itself(tmp_path: Path) -> None:
    pytest.importorskip(
        "mediapipe", exc_type=ImportError, reason="needs the detector: pip install 'posemill[detector]'"
    )
    recording = read_input(photo(tmp_path / "a.jpg", (320, 240)), ReadOptions(), tmp_path)
    assert recording.frames[0].detections == []
    (tmp_path / "a.mp4").write_text("this is no video")
    with pytest.raises(InputError, match="no frame of it can be decoded"):
        read_input(tmp_path / "a.mp4", ReadOptions(), tmp_path)
    folder = tmp_path / "pictures"
    folder.mkdir()
    for n in range(5):
        photo(folder / f"{n}.jpg", (160, 120))
    python = detector.detector_python(None)
    detector.write_film(python, folder, tmp_path / "film.mp4", 10.0)
    film = read_input(tmp_path / "film.mp4", ReadOptions(), folder)
    assert (len(film.frames), film.rate, film.frames[0].size) == (5, 10.0, (160, 120))
