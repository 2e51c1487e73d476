"""VideoPose3D's 2D files, whose dictionaries are pickles."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lifter.predict.inputs import read_input
from lifter.predict.readers.format import ReadOptions
from lifter.predict.recording import Recording
from pipelines.exchange.export import export
from synth.core.errors import InputError
from tests.lifter.predict.people import Array, seen, standing, written_as
from tests.pipelines import fakes
from tests.pipelines.fakes import fake_rows

CLIP: Array = np.stack([seen(standing(), (0.01 * t, 0, 3.0))[:, :2] for t in range(4)]).astype(np.float32)
METADATA = {"layout_name": "coco", "num_joints": 17, "video_metadata": {"walk.mp4": {"w": 1000, "h": 800}}}


def custom(path: Path, positions: Any, metadata: Any = METADATA) -> Path:
    np.savez_compressed(path, positions_2d=positions, metadata=metadata)
    return path


def read(path: Path, clip: str | None = None) -> Recording:
    return read_input(path, ReadOptions(clip=clip), path.parent)


def test_one_clip(tmp_path: Path) -> None:
    recording = read(custom(tmp_path / "a.npz", {"walk.mp4": {"custom": [CLIP]}}))
    assert recording.what == "VideoPose3D 2D, clip walk.mp4/custom"
    found = recording.frames[3].detections[0]
    assert np.allclose(found.keypoints[:, :2], CLIP[3])
    assert found.size == (1000, 800)


def test_several_clips_are_chosen_from(tmp_path: Path) -> None:
    path = custom(tmp_path / "a.npz", {"S1": {"Walking": [CLIP, CLIP + 5], "Sitting": [CLIP + 9]}})
    with pytest.raises(
        InputError, match="3 clips: S1/Walking/0, S1/Walking/1, S1/Sitting; choose one with --clip"
    ):
        read(path)
    with pytest.raises(InputError, match="has no clip 'S2'"):
        read(path, "S2")
    found = read(path, "S1/Walking/1").frames[0].detections[0].keypoints
    assert np.allclose(found[:, :2], CLIP[0] + 5)


def test_human36ms_joints_are_told_from_cocos(tmp_path: Path) -> None:
    points = np.stack([written_as(seen(standing()), "h36m17")[:, :2]] * 3)
    recording = read(custom(tmp_path / "a.npz", {"S1": {"Walking": [points]}}, {"layout_name": "h36m"}))
    found = recording.frames[0].detections[0].keypoints
    assert "h36m17" in recording.notes[0]
    assert np.allclose(found[5:, :2], seen(standing())[5:, :2])
    assert (found[1:5] == 0).all()


def test_confidences_beside_the_positions(tmp_path: Path) -> None:
    sure = np.full(CLIP.shape[:2], 0.8, np.float32)
    sure[1, 9] = 0  # filled in by whoever wrote the file
    arrays = {"positions_2d": {"v": {"custom": [CLIP]}}, "metadata": METADATA}
    np.savez_compressed(tmp_path / "a.npz", **arrays, confidence={"v": {"custom": [sure]}})  # type: ignore[arg-type]
    found = np.array([frame.detections[0].keypoints for frame in read(tmp_path / "a.npz").frames])
    assert np.allclose(found[..., 2], sure)
    assert (found[1, 9] == 0).all()
    np.savez_compressed(tmp_path / "b.npz", **arrays, confidence={"v": {"custom": [sure[1:]]}})  # type: ignore[arg-type]
    with pytest.raises(InputError, match=r"'confidence' does not fit 'positions_2d' of clip v/custom"):
        read(tmp_path / "b.npz")


def test_what_our_export_writes_comes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def detected(rows: Any, track: int = 1) -> Any:
        made = fake_rows(rows, track)
        made["detection"] += [3, 3, 0.4]
        made["detection"][rows % 4 == 1, 9] = 0
        return made

    monkeypatch.setattr(fakes, "fake_rows", detected)
    part = fakes.fake_part(tmp_path / "corpus", "t", 16, 16, track=8, detector=True)
    detections = part.read("detection", 0, 16)
    done = export("videopose", tmp_path / "corpus", tmp_path / "out")
    path = next(file for file in done.files if file.name.endswith("_detector.npz"))
    videos = np.load(path, allow_pickle=True)["metadata"].item()["video_metadata"]
    assert len(videos) == 2
    for video, facts in videos.items():
        frames = read(path, f"{video}/custom").frames
        found = np.array([frame.detections[0].keypoints for frame in frames])
        assert np.allclose(found, detections[facts["row"] : facts["row"] + 8], atol=1e-4)
        assert frames[0].detections[0].size == (fakes.SIZE, fakes.SIZE)


def test_detectrons_keypoints(tmp_path: Path) -> None:
    points = seen(standing())
    person = np.stack([points[:, 0], points[:, 1], np.zeros(17), points[:, 2]])
    keypoints, boxes = np.empty(3, object), np.empty(3, object)
    for t, people in enumerate(([person], [], [person, np.add(person, [[1], [1], [0], [0]])])):
        keypoints[t], boxes[t] = [[], np.array(people) if people else []], [[], []]
    np.savez_compressed(
        tmp_path / "a.npz", boxes=boxes, keypoints=keypoints, metadata=np.array({"w": 1000, "h": 800}, object)
    )
    recording = read(tmp_path / "a.npz")
    assert [len(frame.detections) for frame in recording.frames] == [1, 0, 2]
    assert np.allclose(recording.frames[0].detections[0].keypoints, points)
    assert recording.frames[0].size == (1000, 800)


class Evil:
    def __reduce__(self) -> Any:
        return (os.system, ("true",))


@pytest.mark.parametrize(
    ("positions", "what"),
    [({"a": Evil()}, "asks to import"), ({}, "has no clips"), ({"a": {"b": "text"}}, "has no clips"),
     ({"a": np.zeros((4, 17, 7))}, "not numbers")],
)  # fmt: skip
def test_other_content_is_refused(tmp_path: Path, positions: Any, what: str) -> None:
    with pytest.raises(InputError, match=what):
        read(custom(tmp_path / "a.npz", positions))
