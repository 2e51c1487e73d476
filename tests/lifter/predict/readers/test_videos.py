"""Videos: frames, rate and progress; the detector is a fake."""

from __future__ import annotations

from pathlib import Path

from lifter.predict.inputs import read_input
from lifter.predict.readers.format import ReadOptions
from synth.core.progress import NoProgress
from tests.lifter.predict.fake_detector import program, said
from tests.lifter.predict.people import seen, standing


class Watched(NoProgress):
    """Progress that remembers."""

    def __init__(self) -> None:
        self.stages: list[tuple[str, int, str]] = []
        self.done = 0

    def begin(self, title: str, total: int, unit: str) -> None:
        self.stages.append((title, total, unit))

    def advance(self, amount: int) -> None:
        self.done += amount


def test_a_video(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"x")
    python = program(tmp_path, said([[seen(standing())]] * 3, rate=12.5))
    progress = Watched()
    recording = read_input(tmp_path / "a.mp4", ReadOptions(detector_python=python), tmp_path, progress)
    assert (len(recording.frames), recording.rate, recording.moving) == (3, 12.5, True)
    assert progress.stages == [("looking for people", 3, "frames")]
    assert progress.done == 3


def test_frames_have_labels_and_pictures(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"x")
    lines = said([[seen(standing())]] * 2)
    lines[2]["picture"] = "000001.jpg"
    options = ReadOptions(detector_python=program(tmp_path, lines))
    frames = read_input(tmp_path / "a.mp4", options, tmp_path).frames
    assert [frame.label for frame in frames] == ["frame 0", "frame 1"]
    assert [frame.picture for frame in frames] == [None, tmp_path / "000001.jpg"]


def test_more_frames_than_the_file_claims(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"x")
    lines = said([[seen(standing())]] * 4)
    lines[0]["frames"] = 2
    progress = Watched()
    options = ReadOptions(detector_python=program(tmp_path, lines))
    assert len(read_input(tmp_path / "a.mp4", options, tmp_path, progress).frames) == 4
    assert progress.done == 2
