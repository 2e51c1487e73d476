"""Task pages for people: whether small and large bodies can do them, a template to begin with, the JSON schema."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import RenderableType
from rich.markup import escape
from rich.table import Table

from pipelines.inspect.task_sheet import write_sheet
from synth.body.loading import load_body
from synth.core.disk import write_atomically
from synth.core.errors import InputError
from synth.core.text import read_text
from synth.core.yamlfile import MOST_BYTES
from synth.posture.checks import MOST_INSIDE, MOST_SLIDE, Checks, checks
from synth.posture.solve import Solved, solve_page
from synth.posture.task import TaskSpec, located, read_task
from synth.risk.scores import scores_from_poses
from synth.risk.task import inputs_of

SUFFIX = ".posture.yaml"
SCHEMA = ".task.schema.json"  # beside a page, for editors
# (label, gender, first shape component): stature of the 5th, 50th and 95th percentile of the shipped bodies
BODIES = tuple(
    (f"{gender}, {percent}th percentile", gender, deviations)
    for gender in ("female", "male")
    for percent, deviations in ((5, -1.645), (50, 0.0), (95, 1.645))
)
_SHAPE = 10


def page_name(path: Path) -> str:
    """What a page is called in draws and clips: its file's name without the ending."""
    return path.name.removesuffix(SUFFIX)


def solve_for(page: TaskSpec, name: str, gender: str, deviations: float, realisation: int = 0) -> Solved:
    """A realisation of a page by a body of a stature, which is `deviations` from the mean."""
    return solve_page(page, name, gender, (deviations, *[0.0] * (_SHAPE - 1)), 0, realisation)


def check_page(path: Path) -> list[dict[str, Any]]:
    """For each of `BODIES`: seconds, the checks in centimetres and degrees, REBA at its median and worst, what fails.

    Raises InputError for what is wrong with the page itself; a body that cannot do it is a row with `refused`.
    """
    page, rows = read_task(path), []
    text = read_text(path, MOST_BYTES)
    for number, (label, gender, deviations) in enumerate(BODIES):
        row: dict[str, Any] = {"body": label}
        try:
            solved = solve_for(page, page_name(path), gender, deviations, number)
        except InputError as error:
            found_at = located(error, text, path.name)
            if error.where.startswith(("things", "feet")):
                raise located(error, text, str(path)) from error
            rows.append(row | {"refused": f"{found_at.where}: {error.what}", "remedy": error.remedy})
            continue
        found = checks(solved)
        rows.append(row | _numbers(solved, found))
    return rows


def _numbers(solved: Solved, found: Checks) -> dict[str, Any]:
    frames = np.arange(0, len(solved.poses), 6)
    body = load_body(gender=solved.work.gender).proxy()
    joints = body.posed(solved.poses[frames], solved.work.betas, solved.trans[frames]).joints
    scores = scores_from_poses(solved.poses[frames], joints, inputs_of(solved.work, frames / solved.rate))
    reba = scores.reba.score.max(axis=-1) if scores.reba.score.ndim > 1 else scores.reba.score
    where = {
        "balance": "",
        "penetration": f" ({found.inside_of if found.inside >= found.folded else found.folded_of})",
        "limits": f" ({found.beyond_of})",
        "slide": "",
    }
    return {
        "seconds": round((len(solved.poses) - 1) / solved.rate, 1),
        "balance_cm": round(-100 * found.over, 1) + 0.0,
        "penetration_cm": round(100 * max(found.inside, found.folded, 0.0), 1),
        "beyond_limit_degrees": round(found.beyond, 1),
        "slide_cm": round(100 * found.slide, 1),
        "reba": [int(np.median(reba)), int(reba.max())],
        "fails": [f"{name}{where[name]}" for name, passed in found.passes.items() if not passed],
    }


def check_tables(path: Path, rows: list[dict[str, Any]]) -> list[RenderableType]:
    """What `check_page` found, for people."""
    table = Table(
        title=escape(str(path)), title_justify="left", title_style="bold", header_style="dim", box=None
    )
    for column in (
        "body",
        "seconds",
        "balance cm",
        "in things cm",
        "past limits",
        "slide cm",
        "REBA",
        "result",
    ):
        table.add_column(column, justify="left" if column in ("body", "result") else "right")
    notes = []
    for row in rows:
        if "refused" in row:
            table.add_row(row["body"], "", "", "", "", "", "", "cannot do it")
            notes.append(f"{row['body']}: {row['refused']}; {row['remedy']}")
            continue
        median, worst = row["reba"]
        result = "passes" if not row["fails"] else "fails: " + ", ".join(row["fails"])
        numbers = [
            row[key]
            for key in ("seconds", "balance_cm", "penetration_cm", "beyond_limit_degrees", "slide_cm")
        ]
        table.add_row(
            row["body"], *(f"{number:g}" for number in numbers), f"{median}-{worst}", escape(result)
        )
    limits = (
        "Balance is how far the centre of mass stays inside of the support; at most "
        f"{100 * MOST_INSIDE:g} cm in things and {100 * MOST_SLIDE:g} cm of slide pass. REBA: median and worst."
    )
    return [table, *(escape(note) for note in notes), "", limits]


def draw_task(path: Path, out: Path, moments: int = 6) -> list[str]:
    """Write moments of a page for a small woman, a middling man and a tall man to a PNG; the bodies that cannot do it.

    Raises InputError where none can.
    """
    page, done, refused = read_task(path), [], []
    text = read_text(path, MOST_BYTES)
    last: InputError | None = None
    for realisation, number in enumerate((0, 4, 5)):
        label, gender, deviations = BODIES[number]
        try:
            done.append(
                (f"{page.title}: {label}", solve_for(page, page_name(path), gender, deviations, realisation))
            )
        except InputError as error:
            last = located(error, text, str(path))
            refused.append(f"{label}: {last.where}: {last.what}; {last.remedy}")
    if not done and last is not None:
        raise last
    write_sheet(list(done), out, moments)
    return refused


def new_page(name: str, folder: Path) -> Path:
    """Write a commented template as NAME.posture.yaml, and the JSON schema beside it, which its first line gives to
    editors. Raises InputError for a bad name, where the file is there, and where nothing can be written."""
    stem = name.removesuffix(SUFFIX)
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", stem):
        raise InputError(
            f"'{stem[:70]}' cannot name a page", where="NAME", remedy="use letters, digits, '-' and '_'"
        )
    path = folder / f"{stem}{SUFFIX}"
    if path.exists():
        raise InputError("is there already", where=str(path), remedy="choose another name, or edit that file")
    try:
        write_atomically(path, TEMPLATE.format(title=stem.replace("_", " ").replace("-", " ")).encode())
        write_atomically(folder / SCHEMA, schema().encode())
    except OSError as error:
        what = f"cannot be written: {error.strerror}"
        raise InputError(what, where=str(path), remedy="choose another --folder") from error
    return path


def schema() -> str:
    """The JSON schema of task pages, for editors."""
    return json.dumps(TaskSpec.model_json_schema(), indent=1)


TEMPLATE = """\
# yaml-language-server: $schema=.task.schema.json
# A task: what is done, where and with what. Look at it:   posemill postures show THIS_FILE sheet.png
# Check it for small and large bodies:                     posemill postures check THIS_FILE
# A number may be a range [low, high]: every realisation draws its own.
title: {title}
trade: assembly                  # whose work it is
description: One hand holds a part on the bench, the other works at it.
licence: CC0-1.0                 # its terms; they travel with every corpus
stance: standing                 # half_kneeling, kneeling, squatting, sitting, on_ladder, lying_under, walking
feet: {{apart: [0.2, 0.35], stagger: [0, 0.1]}}     # metres
trunk: {{flexion: [-5, 45], twist: [-25, 25]}}      # degrees that the trunk may bend forward, and twist to the left

things:                          # `posemill postures things` lists the kinds, their sizes and their grips
  bench: {{kind: bench, size: {{height: [0.85, 1.0]}}, forward: 0.65}}   # metres from between the feet to its middle
  part: {{kind: part, at: bench.front, weight: 3}}                     # stands on the bench
  drill: {{kind: drill, held: right, weight: 1.6}}                     # in the hand from the start

gaze: right hand                 # what the eyes are on: left hand, right hand, hands, ahead, a thing, a place

phases:                          # one after another; what a phase does not mention stays as it was
  - do: reach                    # reach, grip, lift, carry, place, hold, stroke or walk
    seconds: [1, 1.4]
    left: part                   # a thing, or thing.grip
    right: {{height: elbow, up: [0.05, 0.2], reach: [55 %, 75 %], side: [5 left, 20 right]}}
  - {{do: stroke, hand: right, along: forward, amplitude: 0.04, frequency: 0.5, seconds: [4, 6]}}
  - {{do: hold, seconds: [1, 2]}}

coupling: good                   # how well the load can be gripped: good, fair, poor, unacceptable
activity: [repeated]             # static (over a minute), repeated (over four times a minute), unstable
"""
