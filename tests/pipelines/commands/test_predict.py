"""`posemill predict` as a user types it: what it prints, exit codes, one line for whatever is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from lifter.predict.layouts import LAYOUTS
from pipelines.commands import lifting
from tests.lifter.predict.fake_detector import program, said
from tests.lifter.predict.people import photo, seen, standing, tiny_model, write_openpose

CAMERA = ("--intrinsics", 1000, 1000, 500, 500)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_model(tmp_path_factory.mktemp("model") / "model.pt")


def predict(*arguments: object) -> Result:
    app = typer.Typer()
    app.command("predict")(lifting.predict)
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def refused(result: Result, *words: str) -> None:
    assert result.exit_code == 2
    lines = result.stderr.splitlines()
    assert len(lines) == 1, lines
    assert lines[0].startswith("posemill: ")
    for word in words:
        assert word in lines[0]


def test_it_prints_what_it_did_and_assumed(tmp_path: Path, model: Path) -> None:
    source = write_openpose(tmp_path / "a.json", [seen(standing())])
    result = predict(model, source, tmp_path / "out", *CAMERA)
    assert result.exit_code == 0, result.stderr
    assert "1 pose of 1 person in 1 frame." in result.stdout
    assert "Camera: given by --intrinsics." in result.stdout
    assert "as if it looked level" in result.stdout
    assert "page.html" in result.stdout
    facts = json.loads(
        predict(model, source, tmp_path / "out", "--fov", 60, "--image-size", 1000, 800, "--json").stdout
    )
    assert facts["camera"].startswith("--fov 60")
    assert facts["lifted"] == 1


def test_a_newcomer_needs_no_model_and_no_option(tmp_path: Path) -> None:
    frames = tmp_path / "frames"
    frames.mkdir()
    for number in range(2):
        write_openpose(frames / f"walk_{number:012d}_keypoints.json", [seen(standing())])
    result = predict(frames, tmp_path / "out")
    assert result.exit_code == 0, result.stderr
    assert "2 poses of 1 person in 2 frames." in result.stdout
    assert "720 × 1280 is assumed" in result.stdout  # the ankles are at 603 and 777 px
    poses = json.loads((tmp_path / "out" / "poses.json").read_text())
    assert poses["model"].startswith("posemill, ")
    assert (tmp_path / "out" / "page.html").is_file()


def test_a_model_may_be_given_before_the_input_or_by_option(tmp_path: Path, model: Path) -> None:
    source = write_openpose(tmp_path / "a.json", [seen(standing())])
    models = []
    for arguments in (
        (model, source, tmp_path / "out"),
        (source, tmp_path / "out", "--model", model),
        ("default", source, tmp_path / "out"),
        (source, tmp_path / "out", "--model", "default"),
    ):
        result = predict(*arguments, *CAMERA, "--json")
        assert result.exit_code == 0, result.stderr
        models.append(json.loads(result.stdout)["model"].split(",")[0])
    assert models == ["baseline", "baseline", "posemill", "posemill"]
    refused(predict(model, source, tmp_path / "out", "--model", model), "MODEL is given twice")
    refused(predict(source), "INPUT and OUT")
    refused(predict(model, source, tmp_path / "out", source), "INPUT and OUT")


def test_a_photo_without_a_detector_says_how_to_get_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("POSEMILL_DETECTOR_PYTHON", raising=False)
    monkeypatch.setattr("lifter.predict.detector.has_mediapipe", lambda: False)
    refused(
        predict(photo(tmp_path / "a.jpg"), tmp_path / "out"),
        "need a 2D detector",
        "pip install 'posemill[detector]'",
    )


def test_json_has_no_nan(tmp_path: Path, model: Path) -> None:
    points = seen(standing())
    points[3:] = float("nan")  # three joints: not lifted
    source = write_openpose(tmp_path / "a.json", [points, seen(standing(), (1, 0, 3))], "coco17")
    result = predict(model, source, tmp_path / "out", *CAMERA, "--json")
    for text in (result.stdout, (tmp_path / "out" / "poses.json").read_text()):
        facts = json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
        assert facts["lifted"] == 1


def test_a_model_may_be_named_by_its_folder(tmp_path: Path, model: Path) -> None:
    source = write_openpose(tmp_path / "a.json", [seen(standing())])
    assert predict(model.parent, source, tmp_path / "out", *CAMERA).exit_code == 0


def test_an_input_without_people_is_not_an_error(tmp_path: Path, model: Path) -> None:
    (tmp_path / "a.json").write_text('{"people": []}')
    result = predict(model, tmp_path / "a.json", tmp_path / "out", *CAMERA)
    assert result.exit_code == 0
    assert result.stdout.startswith("Nothing was lifted: no person was found.")


def test_a_video_shows_its_progress(tmp_path: Path, model: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"x")
    python = program(tmp_path, said([[seen(standing())]] * 3, rate=25))
    result = predict(model, tmp_path / "a.mp4", tmp_path / "out", "--detector-python", python)
    assert result.exit_code == 0, result.stderr
    assert "looking for people: 3 frames" in result.stderr
    assert "3 poses of 1 person in 3 frames." in result.stdout


def test_a_floor_for_confidence_and_the_lens(tmp_path: Path, model: Path) -> None:
    points = seen(standing())
    points[9, 2] = 0.1
    source = write_openpose(tmp_path / "a.json", [points], "coco17")
    said_once = predict(model, source, tmp_path / "out", *CAMERA).stdout
    assert "1 of 17 joints are below confidence 0.28 and count as missing" in said_once
    kept = predict(model, source, tmp_path / "out", *CAMERA, "--confidence-floor", 0)
    assert "count as missing" not in kept.stdout
    lens = ("--distortion", -0.1, 0.01, 0, 0, 0)
    assert predict(model, source, tmp_path / "out", *CAMERA, *lens).exit_code == 0
    row = json.loads((tmp_path / "out" / "poses.json").read_text())["rows"][0]
    assert row["distortion"] == [-0.1, 0.01, 0, 0, 0]
    assert predict(model, source, tmp_path / "out", *CAMERA, "--fisheye", 0.01, 0, 0, 0).exit_code == 0
    refused(predict(model, source, tmp_path / "out", *lens), "--distortion", "needs the camera's intrinsics")
    refused(
        predict(model, source, tmp_path / "out", *CAMERA, *lens, "--fisheye", 1, 0, 0, 0),
        "excludes --fisheye",
    )


def test_every_layout_may_be_chosen() -> None:
    assert [each.value for each in lifting.Layout] == sorted(LAYOUTS, key=[*LAYOUTS].index)


def test_what_cannot_be_used_is_one_line(tmp_path: Path, model: Path) -> None:
    source = write_openpose(tmp_path / "a.json", [seen(standing())])
    out = tmp_path / "out"
    refused(predict(model, source, out, *CAMERA, "--fov", 50), "--fov")
    refused(predict(model, source, out, *CAMERA, "--layout", "coco18"), "25 joints")
    refused(predict(source, source, out, *CAMERA), "is not a checkpoint")
    refused(predict(model, tmp_path / "none.json", out, *CAMERA), "is missing")
    refused(
        predict(model, photo(tmp_path / "a.jpg"), out, "--detector-python", tmp_path / "no"),
        "is not a program",
    )
    (tmp_path / "b.json").write_text(source.read_text()[:200])
    refused(predict(model, tmp_path / "b.json", out, *CAMERA), "not valid JSON")
    (tmp_path / "c.mp4").write_text("text")
    python = program(tmp_path, [{"error": "no frame of it can be decoded"}], 2)
    refused(predict(model, tmp_path / "c.mp4", out, "--detector-python", python), "c.mp4", "no frame")
    assert not out.exists()
