"""Every example of docs/extending.md works from outside the packages, end to end.

A section's files are written into a folder that Posemill knows nothing of, made known as an installed package by the
entry points of its pyproject.toml, and the section's commands and scripts are run: they hold what they show.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.docs.blocks import DOCS, ROOT, Block, script, sections

SECTIONS = {title: blocks for title, blocks in sections(DOCS / "extending.md").items() if blocks}
KINDS = (
    "A label",
    "A motion format",
    "A renderer",
    "A lifter",
    "A prop",
    "Furniture",
    "A detector-error mechanism",
    "An exporter",
)


def install(blocks: list[Block], place: Path) -> None:
    """What pip makes of a package: its modules, and its entry points beside them."""
    (project,) = (tomllib.loads(block.text) for block in blocks if block.file == "pyproject.toml")
    info = place / f"{project['project']['name'].replace('-', '_')}-{project['project']['version']}.dist-info"
    info.mkdir(parents=True)
    name, version = project["project"]["name"], project["project"]["version"]
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    lines = []
    for group, points in project["project"]["entry-points"].items():
        lines += [f"[{group}]", *(f"{key} = {value}" for key, value in points.items())]
    (info / "entry_points.txt").write_text("\n".join(lines) + "\n")
    for block in blocks:
        if block.file and block.file.endswith(".py"):
            (place / block.file).write_text(block.text)


def command(folder: Path) -> None:
    """The command line as an installed Posemill has it."""
    folder.mkdir()
    for name, arguments in (("posemill", " -m pipelines.commands.main"), ("python", "")):
        path = folder / name
        path.write_text(f'#!/bin/sh\nexec "{sys.executable}"{arguments} "$@"\n')
        path.chmod(0o755)


def test_there_is_an_example_of_every_kind() -> None:
    assert set(KINDS) <= set(SECTIONS)


@pytest.mark.parametrize("title", KINDS)
def test_an_example_works(title: str, tmp_path: Path) -> None:
    blocks, site, work = SECTIONS[title], tmp_path / "site", tmp_path / "work"
    install(blocks, site)
    command(tmp_path / "bin")
    work.mkdir()
    done = subprocess.run(
        [
            "bash",
            "-c",
            script(block for block in blocks if not (block.file or "").endswith((".py", ".toml"))),
        ],
        cwd=work,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(site), str(ROOT)]),
            "PATH": os.pathsep.join([str(tmp_path / "bin"), os.environ["PATH"]]),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
