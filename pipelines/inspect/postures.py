"""The posture pages that ship, and the joint angles that a page may give."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rich.console import RenderableType
from rich.markup import escape
from rich.table import Table

from synth.core.errors import InputError
from synth.motion import ASSETS
from synth.posture.angles import RANGES
from synth.posture.page import STAND, read_page

FOLDER = ASSETS / "postures"
_SUFFIX = ".posture.yaml"


def listed() -> dict[str, Any]:
    """`pages`: name, file, seconds and postures of each; `angles`: joint, angle, what is positive, usual degrees."""
    pages = []
    for path in sorted(FOLDER.glob(f"*{_SUFFIX}")):
        page = read_page(path)
        times = [time for time, _ in page.keyframes]
        postures = [name for name in page.postures if name != STAND]
        pages.append(
            {"name": page.name, "file": path.name, "seconds": times[-1] - times[0], "postures": postures}
        )
    angles = [
        {"joint": joint, "angle": name, "positive": angle.positive, "low": angle.low, "high": angle.high}
        for joint, angles in RANGES.items()
        for name, angle in angles.items()
    ]
    return {"pages": pages, "angles": angles}


def shipped(name: str) -> Path:
    """The file of a page by its name or its file's. Raises InputError, listing the names, where there is none."""
    paths = sorted(FOLDER.glob(f"*{_SUFFIX}"))
    there = {path.name.removesuffix(_SUFFIX): path for path in paths}
    found = (there | {read_page(path).name: path for path in paths}).get(name.removesuffix(_SUFFIX))
    if found is None:
        raise InputError(
            f"unknown posture page '{name}'", where="postures", remedy=f"choose one of {', '.join(there)}"
        )
    return found


def posture_tables(found: dict[str, Any]) -> list[RenderableType]:
    """What `listed` found, for people."""
    pages = _table("Posture pages", "name", "file", "#seconds", "postures")
    for page in found["pages"]:
        postures = escape(", ".join(page["postures"]))
        pages.add_row(escape(page["name"]), page["file"], f"{page['seconds']:g}", postures)
    angles = _table(
        "Angles, in degrees from standing upright", "joint", "angle", "positive is", "#usual range"
    )
    last = ""
    for row in found["angles"]:
        joint = "" if row["joint"] == last else row["joint"]
        last = row["joint"]
        angles.add_row(joint, row["angle"], row["positive"], f"{row['low']:g} to {row['high']:g}")
    notes = (
        "Arms hang with the palms to the thighs. From collar to toe a joint is left_knee, right_knee or, for both, "
        "knees.\nA limb is first turned about itself, then abducted, then flexed. Ankles that a posture leaves out "
        "keep the soles level."
    )
    return [pages, "", angles, "", notes]


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", header_style="dim", box=None)
    for column in columns:
        table.add_column(column.lstrip("#"), justify="right" if column.startswith("#") else "left")
    return table
