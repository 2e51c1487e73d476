"""A small corpus made through the command line, and the command line as a user has it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from pipelines.commands.main import app

RECIPE = """\
name: small
seed: 5
motion:
  sources:
    - path: builtin/small
pairs:
  count: 40
images:
  count: 10
storage: {pairs_per_shard: 16, images_per_shard: 4}
"""
Posemill = Callable[..., Result]


@pytest.fixture(scope="session")
def posemill() -> Posemill:
    """Runs the command line in this process: exit_code, stdout and stderr of `posemill ARGUMENTS`."""

    def run(*arguments: object) -> Result:
        return CliRunner().invoke(app, [str(argument) for argument in arguments])

    return run


@pytest.fixture(scope="session")
def recipe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("recipe") / "small.yaml"
    path.write_text(RECIPE)
    return path


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory, posemill: Posemill, recipe: Path) -> Path:
    """A finished corpus, to look at only."""
    folder = tmp_path_factory.mktemp("made") / "corpus"
    result = posemill("generate", recipe, folder, "--threads", "--workers", 1)
    assert result.exit_code == 0, result.stderr
    return folder


@pytest.fixture
def corpus(made: Path, tmp_path: Path) -> Path:
    """A finished corpus, to break."""
    folder = tmp_path / "corpus"
    shutil.copytree(made, folder)
    return folder
