"""The posture pages that ship, and the joint angles that a page may give."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from rich.console import RenderableType
from rich.markup import escape
from rich.table import Table

from synth.core.errors import InputError
from synth.core.text import read_text
from synth.core.yamlfile import MOST_BYTES
from synth.motion import ASSETS, is_task_page
from synth.posture.by_angles.angles import RANGES
from synth.posture.by_angles.page import STAND, read_page
from synth.posture.naming import choice
from synth.posture.task import is_task, read_task
from synth.scene.props.furniture import FURNITURE, piece_of

FOLDER = ASSETS / "postures"
_SUFFIX = ".posture.yaml"


def listed() -> dict[str, Any]:
    """`pages`: name, file, seconds and postures of each; `angles`: joint, angle, what is positive, usual degrees."""
    pages, tasks = [], []
    for path in sorted(FOLDER.glob(f"*{_SUFFIX}")):
        if is_task_page(path):
            tasks.append(_task_row(path))
            continue
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
    return {"pages": pages, "tasks": tasks, "angles": angles}


def _task_row(path: Path) -> dict[str, Any]:
    task = read_task(path)
    return {
        "name": path.name.removesuffix(_SUFFIX),
        "title": task.title,
        "trade": task.trade,
        "stance": task.stance,
        "phases": [phase.do for phase in task.phases],
    }


def shipped(name: str) -> Path:
    """The file of a page by its name or its file's. Raises InputError, with the names like it, where there is none."""
    paths = sorted(FOLDER.glob(f"*{_SUFFIX}"))
    there = {path.name.removesuffix(_SUFFIX): path for path in paths}
    titles = {
        read_task(path).title if is_task_page(path) else read_page(path).name: path
        for path in (paths if name not in there else [])
    }
    found = (titles | there).get(name.removesuffix(_SUFFIX))
    if found is None:
        raise InputError(
            f"no page called '{name[:70]}' ships",
            where="postures",
            remedy=f"for one of yours give its file; {choice(name, there, 'posemill postures list')}",
        )
    return found


def page_file(name: str) -> Path:
    """The file of a page that ships, by name, or a user's own. Raises InputError where there is neither."""
    path = Path(name)
    if path.suffix in (".yaml", ".yml") or (len(path.parts) > 1 and not path.is_dir()):
        if path.is_file():
            return path
        there = path.parent.glob(f"*{_SUFFIX}") if path.parent.is_dir() else []
        near = choice(path.name, (other.name for other in there), f"ls {path.parent}")
        raise InputError("there is no such file", where=name, remedy=near or "check the path")
    if path.is_dir():
        raise InputError("is a folder", where=name, remedy="give one page, NAME.posture.yaml")
    return shipped(name)


def require_task(path: Path) -> None:
    """Raise InputError for a page of joint angles, which has nothing to solve."""
    text = read_text(path, MOST_BYTES)
    if not is_task(text) and re.search(r"^(postures|keyframes):", text, re.MULTILINE):
        raise InputError(
            "is a page of joint angles, not a task",
            where=str(path),
            remedy="look at it with `posemill generate` and `preview`, or describe a task (`posemill postures new`)",
        )


def listed_things() -> list[dict[str, Any]]:
    """Every kind of furniture, load and tool: its sizes in metres, how it is held and its grips."""
    found = []
    for name in FURNITURE.names():
        kind = FURNITURE.get(name)
        grips = list(dict.fromkeys(re.sub(r"_\d+$", "", grip) for grip in piece_of(name).grips))
        found.append({"kind": name, "held": kind.hold, "sizes": dict(kind.sizes), "grips": grips})
    return found


def thing_table(found: list[dict[str, Any]]) -> Table:
    """What `listed_things` found, for people."""
    table = _table("Things of tasks, metres", "kind", "held as", "sizes", "grips")
    for row in found:
        sizes = ", ".join(f"{name} {value:g}" for name, value in row["sizes"].items())
        table.add_row(row["kind"], row["held"], sizes, ", ".join(row["grips"]))
    return table


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
    tasks = _table(
        "Tasks (a source of motion as `path: postures`)", "name", "title", "trade", "stance", "phases"
    )
    for task in found["tasks"]:
        tasks.add_row(
            task["name"],
            *(escape(task[key]) for key in ("title", "trade", "stance")),
            " ".join(task["phases"]),
        )
    return [tasks, "", pages, "", angles, "", notes]


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", header_style="dim", box=None)
    for column in columns:
        table.add_column(column.lstrip("#"), justify="right" if column.startswith("#") else "left")
    return table
