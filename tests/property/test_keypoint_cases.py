"""The 2D inputs of ../shared/cases, each with its right value, by the shipped model."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lifter.predict.camera import CameraSettings
from lifter.predict.inputs import read_input
from lifter.predict.readers.format import ReadOptions
from lifter.predict.run import PredictOptions, predict
from synth.core.errors import InputError
from tests.lifter.predict.people import Array

KNOWN = CameraSettings(intrinsics=(1000, 1000, 640, 360))


@pytest.fixture
def cases(shared: Path) -> Path:
    if not (shared / "cases").is_dir():
        pytest.skip("needs the inputs of ../shared/cases, which are not here")
    return shared / "cases"


def lifted(
    path: Path, out: Path, camera: CameraSettings | None = None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The facts and the arrays."""
    facts = predict("default", path, out, PredictOptions(camera=camera or CameraSettings()))
    with np.load(out / "poses.npz") as arrays:
        return facts, dict(arrays)


def truth(path: Path) -> Array:
    """(17, 2) pixels of the person."""
    content = json.loads((path / "truth.json").read_text())
    if "coco17_pixels" in content:
        return np.array(content["coco17_pixels"], np.float64)
    k = content["intrinsics"]
    there = np.array(content["person"]) + np.array([0.0, 0.0, 4.0])
    return np.array(there[:, :2] / there[:, 2:] * k[:2] + k[2:])


def steps(trc: Path) -> float:
    """The largest step of any marker from one frame to the next, metres, per frame."""
    rows = [line.split("\t") for line in trc.read_text().splitlines()[6:]]
    values = np.array([[float(value) for value in row[2:]] for row in rows]) / 1000
    return float(np.linalg.norm(np.diff(values.reshape(len(values), -1, 3), axis=0), axis=2).max())


@pytest.mark.parametrize(
    ("name", "confidence"),
    [("halpe26_openpose_style/frames", 0.87), ("keypoints_without_confidence/frames", 1.0),
     ("mmpose_video/results.json", 0.87), ("ultralytics/a.json", 0.87),
     ("videopose3d_custom/data_2d_custom_mine.npz", 1.0)],
)  # fmt: skip
def test_keypoints_are_those_of_the_truth(cases: Path, name: str, confidence: float, tmp_path: Path) -> None:
    recording = read_input(cases / name, ReadOptions(), tmp_path)
    found = recording.frames[0].detections[0].keypoints
    assert np.abs(found[:, :2] - truth((cases / name).parent)).max() < 0.01
    assert np.allclose(found[:, 2], confidence)


def test_absent_people(cases: Path, tmp_path: Path) -> None:
    facts, _ = lifted(cases / "absent_people" / "frames", tmp_path / "out")
    assert (facts["lifted"], facts["people"]) == (6, ["person 1"])
    assert facts["dropped"]["people without a joint"] == 6


def test_coco_with_more_joints(cases: Path, tmp_path: Path) -> None:
    facts, arrays = lifted(cases / "coco_with_more_joints" / "annotations.json", tmp_path / "out")
    assert (arrays["keypoints_2d"][0, :, 2] == 1).all()
    assert "1 joints that are not COCO's are left out: neck" in facts["notes"]


def test_json_that_is_no_frame(cases: Path, tmp_path: Path) -> None:
    facts, _ = lifted(cases / "json_that_is_no_frame" / "frames", tmp_path / "out")
    assert (facts["lifted"], facts["frame_count"]) == (4, 4)
    assert facts["notes"][0] == "left out: info.json (has no people)"


def test_openpose_other_layouts(cases: Path, tmp_path: Path) -> None:
    folder = cases / "openpose_other_layouts"
    as_17 = lifted(folder / "as_17.json", tmp_path / "17")[1]["joints"]
    for name in ("body135", "version1_1"):
        facts, arrays = lifted(folder / f"{name}.json", tmp_path / name)
        assert np.abs(arrays["joints"] - as_17).max() < 0.003
        assert "joints are read as" in facts["notes"][0]
    mpi = lifted(folder / "mpi15.json", tmp_path / "mpi")[1]["keypoints_2d"][0]
    assert (mpi[:, 2] > 0).tolist() == [False] * 5 + [True] * 12


def test_coco_sizes_and_ids(cases: Path, tmp_path: Path) -> None:
    for name in ("float_size", "text_ids"):
        _, arrays = lifted(cases / "coco_sizes_and_ids" / f"{name}.json", tmp_path / name)
        assert arrays["image_size"].tolist() == [[1280, 720]]


@pytest.mark.parametrize("name", ["results.json", "annotations.json"])
def test_coco_video_identities(cases: Path, name: str, tmp_path: Path) -> None:
    facts, _ = lifted(cases / "coco_video_identities" / name, tmp_path / "out", KNOWN)
    assert facts["people"] == ["person 1", "person 2"]
    assert max(steps(tmp_path / "out" / trc) for trc in ("poses.trc", "poses-2.trc")) < 0.1


def test_gap_in_frame_numbers(cases: Path, tmp_path: Path) -> None:
    facts, arrays = lifted(cases / "gap_in_frame_numbers" / "frames", tmp_path / "out")
    assert arrays["frame"].tolist() == [0, 1, 5]
    assert any("3 of the 6 frame numbers from 0 to 5 are missing" in note for note in facts["notes"])
    times = [line.split("\t")[1] for line in (tmp_path / "out" / "poses.trc").read_text().splitlines()[6:]]
    assert np.allclose(np.array(times, float), np.arange(6) / 30, atol=1e-6)
    assert "Frames: 6" in (tmp_path / "out" / "poses.bvh").read_text()


def test_two_videos_in_a_folder(cases: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"camA_\*, camB_\*"):
        read_input(cases / "two_videos_in_a_folder" / "frames", ReadOptions(), tmp_path)


def test_unsure_joints(cases: Path, tmp_path: Path) -> None:
    found = {
        name: lifted(cases / "unsure_joints" / f"{name}.json", tmp_path / name, KNOWN)
        for name in ("sure", "unsure", "missing")
    }
    others = [n for n in range(17) if n not in (9, 10, 15, 16)]
    apart = {
        name: 1000
        * np.linalg.norm(arrays["joints"][0, others] - found["missing"][1]["joints"][0, others], axis=1)
        for name, (_, arrays) in found.items()
    }
    assert apart["unsure"].max() < 20
    assert apart["sure"].mean() > 100
    assert found["unsure"][0]["dropped"]["joints below the confidence floor"] == 4


@pytest.mark.parametrize("name", ["results.json", "annotations.json", "keypoints.npz"])
def test_shares_of_the_picture(cases: Path, name: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="shares of the picture, not pixels"):
        read_input(cases / "shares_of_the_picture" / name, ReadOptions(), tmp_path)


def test_size_contradicts_keypoints(cases: Path, tmp_path: Path) -> None:
    folder = cases / "size_contradicts_keypoints"
    facts, _ = lifted(folder / "portrait.json", tmp_path / "a", CameraSettings(size=(1280, 720)))
    assert any(
        note.startswith("4 of 17 joints lie outside the picture of 1280 × 720") for note in facts["notes"]
    )
    facts, _ = lifted(folder / "portrait.json", tmp_path / "b", CameraSettings(size=(720, 1280)))
    assert not any("outside" in note for note in facts["notes"])
    facts, _ = lifted(folder / "negative.json", tmp_path / "c", KNOWN)
    assert any(note.startswith("17 of 17 joints lie outside") for note in facts["notes"])


def test_distorted_arrays(cases: Path, tmp_path: Path) -> None:
    found = {
        name: lifted(cases / "distorted_arrays" / f"{name}.npz", tmp_path / name)[1]
        for name in ("keypoints", "straight")
    }
    for key in ("joints", "root"):
        assert np.abs(found["keypoints"][key] - found["straight"][key]).max() < 0.003
    again = lifted(tmp_path / "keypoints" / "poses.npz", tmp_path / "again")[1]
    assert np.allclose(again["joints"], found["keypoints"]["joints"], atol=1e-4)


def test_frames_of_an_own_recording(cases: Path, tmp_path: Path) -> None:
    facts, _ = lifted(
        cases / "own_bvh_as_motion" / "frames", tmp_path / "out", CameraSettings(size=(1024, 1024))
    )
    assert (facts["lifted"], facts["people"], facts["frame_count"]) == (30, ["person 1"], 30)
