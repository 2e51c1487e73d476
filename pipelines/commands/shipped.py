"""The recipes and curation rules that come with Posemill, by name: found, listed and copied."""

from __future__ import annotations

import shutil
from importlib import resources
from pathlib import Path
from typing import Annotated, Literal

import typer

from pipelines.commands.shared import DONE, AsJson, one_line, print_json
from synth.core.errors import InputError

Kind = Literal["recipe", "rules"]
MANIFESTS = (
    Path(str(resources.files("pipelines"))).parent / "manifests"
)  # beside the packages, also in a wheel
FOLDERS: dict[Kind, Path] = {"recipe": MANIFESTS, "rules": MANIFESTS / "rules"}


def shipped(kind: Kind) -> dict[str, Path]:
    """The files of a kind that come with Posemill, by name."""
    return {path.stem: path for path in sorted(FOLDERS[kind].glob("*.yaml"))}


def find(kind: Kind, given: Path) -> Path:
    """The file that a user gave, or the shipped one of that name where a name was given that is not a file.

    Raises InputError for a name that there is not; a path is passed on, for whoever reads it to judge.
    """
    is_name = len(given.parts) == 1 and not given.suffix
    if given.is_file() or not is_name:
        return given
    there = shipped(kind)
    if given.name not in there:
        raise InputError(
            f"there is no file and no shipped {kind} of this name",
            where=str(given),
            remedy=f"give a file, or one of {', '.join(there)}",
        )
    return there[given.name]


def about(path: Path) -> str:
    """The first sentence of the comment at the beginning of a file."""
    lines = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            break
        lines.append(line.removeprefix("#").strip())
    return " ".join(lines).partition(". ")[0].removesuffix(".") + "."


@one_line
def list_shipped(as_json: AsJson = False) -> int:
    """List the recipes and curation rules that come with Posemill: `generate` and `curate` take their names."""
    facts = [
        {"name": name, "kind": kind, "about": about(path)}
        for kind in FOLDERS
        for name, path in shipped(kind).items()
    ]
    if as_json:
        print_json(facts)
    else:
        width = max(len(row["name"]) for row in facts)
        for row in facts:
            print(f"{row['name']:{width}}  {row['kind']:6}  {row['about']}")
    return DONE


@one_line
def copy(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="As `posemill recipes list` has it.", show_default=False)
    ],
    to: Annotated[
        Path | None, typer.Argument(metavar="DEST", help="File or folder; NAME.yaml here if not given.")
    ] = None,
) -> int:
    """Copy a shipped recipe or rules to change it.

    Example: posemill recipes copy own_motion
    """
    there = shipped("rules") | shipped("recipe")
    if name not in there:
        raise InputError("is not shipped", where=name, remedy=f"copy one of {', '.join(there)}")
    target = (to / f"{name}.yaml" if to.is_dir() else to) if to else Path(f"{name}.yaml")
    if target.exists():
        raise InputError("exists already", where=str(target), remedy="give another file")
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(there[name], target)
    print(
        f"{target}: change it, then run posemill {'generate' if name in shipped('recipe') else 'curate'} with it"
    )
    return DONE
