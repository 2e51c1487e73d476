"""`predict` from a model's file and an input to a folder, and what it says where there is nothing to lift."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lifter.models.lifter import load_lifter
from lifter.predict.camera import CameraSettings
from lifter.predict.readers.format import ReadOptions
from lifter.predict.run import PredictOptions, predict
from synth.core.errors import InputError
from synth.motion.formats.bvh import parse_bvh
from tests.lifter.predict.fake_detector import program, said
from tests.lifter.predict.people import (
    Array,
    K,
    photo,
    seen,
    standing,
    tiny_model,
    windows_model,
    write_openpose,
)

PAGES = ["risk.csv", "page.html", "risk.html"]
KNOWN = PredictOptions(camera=CameraSettings(intrinsics=(1000, 1000, 500, 500), size=(1000, 1000)))


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_model(tmp_path_factory.mktemp("model") / "model.pt")


def facts_in(out: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((out / "poses.json").read_text())
    return content


def sequence(folder: Path, frames: int = 4) -> Path:
    folder.mkdir()
    for t in range(frames):
        people = [seen(standing(), (0.01 * t, 0, 3.0)), seen(standing(), (1.0 - 0.01 * t, 0, 4.0))]
        write_openpose(folder / f"{t}.json", people)
    return folder


def test_a_folder_of_openpose(tmp_path: Path, model: Path) -> None:
    told = predict(model, sequence(tmp_path / "in"), tmp_path / "out", KNOWN)
    names = ["poses.npz", "poses.json", "poses.trc", "poses.bvh", "poses-2.trc", "poses-2.bvh", *PAGES]
    assert told["files"] == names
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(names)
    assert (told["lifted"], told["people"], told["empty"]) == (8, ["person 1", "person 2"], None)
    content = facts_in(tmp_path / "out")
    assert [(row["person"], row["frame"]) for row in content["rows"][::3]] == [
        ("person 1", 0), ("person 1", 3), ("person 2", 2),
    ]  # fmt: skip
    assert any("frames a second are assumed" in note for note in content["notes"])
    # the same as the lifter says by itself
    points = np.array([row["keypoints"] for row in content["rows"]])
    poses = load_lifter(model).lift(points, K, mirror=False)
    assert np.allclose([row["joints"] for row in content["rows"]], poses.joints, atol=2e-3)
    assert len(parse_bvh(tmp_path / "out" / "poses.bvh").values) == 4


def test_what_predict_wrote_can_be_given_to_it_again(tmp_path: Path, model: Path) -> None:
    first = predict(model, sequence(tmp_path / "in"), tmp_path / "out", KNOWN)
    second = predict(model, tmp_path / "out" / "poses.npz", tmp_path / "again")
    assert second["lifted"] == first["lifted"]
    assert second["camera"] == "the file's"
    rows = [facts_in(tmp_path / folder)["rows"] for folder in ("out", "again")]
    assert np.allclose(rows[0][2]["joints"], rows[1][2]["joints"], atol=1e-3)


def test_gaps_and_frames_without_people_are_kept_when_it_is_given_again(tmp_path: Path, model: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for t in (0, 1, 5, 6):
        write_openpose(folder / f"v_{t:012d}_keypoints.json", [seen(standing())] if 0 < t < 6 else [])
    options = PredictOptions(camera=KNOWN.camera, rate=10.0)
    predict(model, folder, tmp_path / "out", options)
    told = predict(model, tmp_path / "out" / "poses.npz", tmp_path / "again")
    assert (told["frame_count"], told["rate"]) == (7, 10.0)
    for out in ("out", "again"):
        with np.load(tmp_path / out / "poses.npz") as arrays:
            assert arrays["frame"].tolist() == [1, 5]
        times = [line.split("\t")[1] for line in (tmp_path / out / "poses.trc").read_text().splitlines()[6:]]
        assert [float(time) for time in times] == pytest.approx([0.1, 0.2, 0.3, 0.4, 0.5])


def test_nothing_over_time_is_written_of_single_pictures(tmp_path: Path, model: Path) -> None:
    keypoints = seen(standing()).ravel().tolist()
    path = tmp_path / "a.json"
    path.write_text(json.dumps([{"image_id": n, "keypoints": keypoints} for n in (139, 285, 632)]))
    told = predict(model, path, tmp_path / "out", KNOWN)
    assert told["files"] == ["poses.npz", "poses.json", *PAGES]
    assert any("taken for single ones" in note for note in told["notes"])


def test_an_earlier_runs_people_are_gone(tmp_path: Path, model: Path) -> None:
    predict(model, sequence(tmp_path / "in"), tmp_path / "out", KNOWN)
    predict(model, write_openpose(tmp_path / "a.json", [seen(standing())]), tmp_path / "out", KNOWN)
    assert not (tmp_path / "out" / "poses-2.bvh").exists()


def test_a_photo_with_an_overlay(tmp_path: Path, model: Path) -> None:
    from PIL import Image

    python = program(tmp_path, said([[seen(standing())]]))
    options = PredictOptions(read=ReadOptions(detector_python=python))
    told = predict(model, photo(tmp_path / "a.jpg", FocalLengthIn35mmFilm=28), tmp_path / "out", options)
    assert "overlay.png" in told["files"]
    assert told["camera"].startswith("the photo's EXIF")
    with Image.open(tmp_path / "out" / "overlay.png") as overlay:
        pixels = np.asarray(overlay.convert("RGB")).astype(int)
    orange = np.argwhere((np.abs(pixels - [255, 140, 26]) < 12).all(2)).mean(0)
    blue = np.argwhere((np.abs(pixels - [35, 170, 255]) < 12).all(2)).mean(0)
    assert orange[1] > blue[1] + 50  # who faces the camera has the left on the right of the picture


def test_a_photo_given_with_its_2d(tmp_path: Path, model: Path) -> None:
    source = write_openpose(tmp_path / "a.json", [seen(standing())])
    options = PredictOptions(read=ReadOptions(pictures=photo(tmp_path / "a.jpg")))
    assert "overlay.png" in predict(model, source, tmp_path / "out", options)["files"]
    assert "overlay.png" not in predict(model, source, tmp_path / "out")["files"]
    folder = tmp_path / "two"
    folder.mkdir()
    photo(folder / "a.jpg"), photo(folder / "b.jpg")
    with pytest.raises(InputError, match="2 photos for 1 frames"):
        predict(model, source, tmp_path / "out", PredictOptions(read=ReadOptions(pictures=folder)))


def nobody(points: Array) -> Array:
    return np.zeros_like(points)


def three_joints(points: Array) -> Array:
    return np.where(np.arange(17)[:, None] < 3, points, 0.0)


def not_finite(points: Array) -> Array:
    return np.full_like(points, np.nan)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (nobody, "no person was found"),
        (not_finite, "no person was found"),
        (three_joints, "nobody could be lifted: 3 joints detected, 4 are needed"),
    ],
)
def test_nobody_to_lift_is_an_empty_result_with_the_reason(
    tmp_path: Path, model: Path, change: Any, why: str
) -> None:
    source = write_openpose(tmp_path / "a.json", [change(seen(standing()))], "coco17")
    told = predict(model, source, tmp_path / "out", KNOWN)
    assert (told["empty"], told["lifted"]) == (why, 0)
    content = facts_in(tmp_path / "out")
    assert content["empty"] == why
    if change is not_finite:
        assert content["dropped"]["joints that are not finite"] == 17
    assert told["files"] == ["poses.npz", "poses.json", *PAGES]
    assert why in (tmp_path / "out" / "page.html").read_text()


def test_an_empty_photo(tmp_path: Path, model: Path) -> None:
    options = PredictOptions(read=ReadOptions(detector_python=program(tmp_path, said([[]]))))
    told = predict(model, photo(tmp_path / "a.jpg"), tmp_path / "out", options)
    assert told["empty"] == "no person was found"
    assert "overlay.png" in told["files"]


def test_models_and_folders_that_cannot_be_used(tmp_path: Path, model: Path) -> None:
    source = write_openpose(tmp_path / "a.json", [seen(standing())])
    (tmp_path / "no.pt").write_bytes(model.read_bytes()[:2000])
    for wrong in (tmp_path / "no.pt", tmp_path / "none.pt", source):
        with pytest.raises(InputError):
            predict(wrong, source, tmp_path / "out", KNOWN)
    assert not (tmp_path / "out").exists()
    with pytest.raises(InputError, match="is a file"):
        predict(model, source, source, KNOWN)
    with pytest.raises(InputError, match="--rate"):
        predict(model, source, tmp_path / "out", PredictOptions(rate=0.0))


def test_a_real_recording(tmp_path: Path, model: Path, shared: Path) -> None:
    told = predict(model, shared / "benchmarks" / "pose2sim.npz", tmp_path / "out")
    assert told["lifted"] == 400
    assert told["people"] == ["cam1", "cam2", "cam3", "cam4"]
    assert told["frame_count"] == 100


def test_a_model_of_windows_reads_each_person_over_time(tmp_path: Path) -> None:
    given = sequence(tmp_path / "in", 5)
    found = windows_model(tmp_path / "model.pt")
    told = predict(tmp_path / "model.pt", given, tmp_path / "out", KNOWN)
    assert told["lifted"] == 10
    written = facts_in(tmp_path / "out")["rows"]
    points = np.array([row["keypoints"] for row in written])
    people = np.array([row["person"] for row in written])
    over_time = found.lift(points, K, sequence=people).joints
    joints = np.array([row["joints"] for row in written])
    assert np.allclose(joints, over_time, atol=2e-3)
    assert not np.allclose(joints, found.lift(points, K).joints, atol=2e-3)
