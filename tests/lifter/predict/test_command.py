"""`posemill predict` as a user types it: what it prints, exit codes, one line for whatever is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

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


def test_it_says_what_it_did_and_assumed(tmp_path: Path, model: Path) -> None:
    source = write_openpose(tmp_path / "a.json", [seen(standing())])
    result = predict(model, source, tmp_path / "out", *CAMERA)
    assert result.exit_code == 0, result.stderr
    assert "1 pose of 1 person in 1 frame." in result.stdout
    assert "Camera: given by --intrinsics." in result.stdout
    assert "as if it looked level" in result.stdout
    assert "page.html" in result.stdout
    told = json.loads(
        predict(model, source, tmp_path / "out", "--fov", 60, "--image-size", 1000, 800, "--json").stdout
    )
    assert told["camera"].startswith("--fov 60")
    assert told["lifted"] == 1


def test_a_model_may_be_named_by_its_folder(tmp_path: Path, model: Path) -> None:
    source = write_openpose(tmp_path / "a.json", [seen(standing())])
    assert predict(model.parent, source, tmp_path / "out", *CAMERA).exit_code == 0


def test_nobody_is_no_error_and_has_a_reason(tmp_path: Path, model: Path) -> None:
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


def test_what_cannot_be_used_is_one_line(tmp_path: Path, model: Path) -> None:
    source = write_openpose(tmp_path / "a.json", [seen(standing())])
    out = tmp_path / "out"
    refused(predict(model, source, out), "how large its pictures are", "--image-size")
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
