"""`posemill risk` as a user types it."""

from __future__ import annotations

import json
from pathlib import Path

import typer
from click.testing import Result
from typer.testing import CliRunner

from pipelines.commands.risk import risk as command
from synth.motion.library import ASSETS, find, read

CLIP = find(ASSETS / "motion")[0]


def risk(*arguments: object) -> Result:
    app = typer.Typer()
    app.command("risk")(command)
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_it_prints_levels_moments_and_what_drives_them(tmp_path: Path) -> None:
    result = risk(CLIP, "--csv", tmp_path / "risk.csv")
    assert result.exit_code == 0, result.stderr
    for word in ("REBA, % of time", "RULA, % of time", "OWAS", "worst moments", "What drives the scores"):
        assert word in result.stdout
    frames = read(CLIP).frames
    assert f"{frames:,} postures" in result.stdout
    assert len((tmp_path / "risk.csv").read_text().splitlines()) == frames + 1


def test_the_task_counts() -> None:
    said = [
        json.loads(risk(CLIP, *options, "--json").stdout)
        for options in (
            (),
            ("--load", 12),
            ("--load", 12, "--coupling", "poor", "--shock"),
            ("--activity", "static", "--activity", "unstable"),
            ("--supported", "both"),
        )
    ]
    plain, loaded, worse, active, supported = (max(each["reba"]["mean"]) for each in said)
    assert plain < loaded < worse
    assert plain < active
    assert supported < plain


def test_what_is_wrong_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "walk.fbx").write_text("")
    for arguments in ((tmp_path / "walk.fbx",), (tmp_path / "none.amc",)):
        result = risk(*arguments)
        assert result.exit_code == 2
        assert len(result.stderr.splitlines()) == 1
        assert result.stderr.startswith("posemill: ")
    assert risk(CLIP, "--load", -1).exit_code == 2
    assert risk(CLIP, "--coupling", "sticky").exit_code == 2
