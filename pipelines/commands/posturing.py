"""Commands for posture pages: list, show, check and begin them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines.commands.shared import DONE, FAULTY, AsJson, one_line, print_json, show

Page = Annotated[
    str,
    typer.Argument(metavar="NAME|FILE", help="A page that ships, or a file of yours.", show_default=False),
]


@one_line
def list_postures(as_json: AsJson = False) -> int:
    """List the pages that ship, tasks and postures in joint angles, and the angles with their signs and usual ranges.

    A page of your own, NAME.posture.yaml, is a source of motion like any recording.
    """
    from pipelines.inspect.postures import listed, posture_tables

    found = listed()
    if as_json:
        print_json(found)
    else:
        show(posture_tables(found))
    return DONE


@one_line
def show_posture(
    name: Page,
    sheet: Annotated[
        Path | None,
        typer.Argument(
            metavar="[SHEET.png]", help="Picture to write, of moments for three bodies.", show_default=False
        ),
    ] = None,
    moments: Annotated[int, typer.Option(min=1, max=20, help="Pictures of each body.")] = 6,
) -> int:
    """Print a page, to be copied and changed; with SHEET.png, draw what it describes instead."""
    from pipelines.inspect.postures import page_file

    path = page_file(name)
    if sheet is None:
        print(path.read_text(encoding="utf-8"), end="")
        return DONE
    from pipelines.inspect.postures import require_task
    from pipelines.inspect.tasks import draw_task

    require_task(path)
    for refused in draw_task(path, sheet, moments):
        print(f"left out: {refused}")
    print(f"{sheet}: {path.name} for small and tall bodies")
    return DONE


@one_line
def check_posture(name: Page, as_json: AsJson = False) -> int:
    """Solve a task for women and men of the 5th, 50th and 95th percentile, and say what is wrong with it.

    Exits with 1 where a body cannot do it, or does it in a way that is not possible.
    """
    from pipelines.inspect.postures import page_file, require_task
    from pipelines.inspect.tasks import SUFFIX, check_page, check_tables

    path = page_file(name)
    require_task(path)
    rows = check_page(path)
    if as_json:
        print_json(rows)
    else:
        show(check_tables(path, rows))
        if not path.name.endswith(SUFFIX):
            print(
                f"\nA recipe reads only files that end in {SUFFIX}: rename {path.name} before it is generated."
            )
    return DONE if all("refused" not in row and not row["fails"] for row in rows) else FAULTY


@one_line
def new_posture(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Of the page.", show_default=False)],
    folder: Annotated[Path, typer.Option(metavar="FOLDER", help="Where to put it.")] = Path("my_postures"),
) -> int:
    """Write NAME.posture.yaml, a task with comments, to be changed."""
    from pipelines.inspect.tasks import new_page

    path = new_page(name, folder)
    print(f"{path}: edit it, then: posemill postures show {path} sheet.png")
    return DONE


@one_line
def list_things(as_json: AsJson = False) -> int:
    """List the kinds of things that a task page may name, with their sizes and grips."""
    from pipelines.inspect.postures import listed_things, thing_table

    found = listed_things()
    if as_json:
        print_json(found)
    else:
        show([thing_table(found)])
    return DONE


@one_line
def print_schema() -> int:
    """Print the JSON schema of task pages, for editors that complete and check YAML by one."""
    from pipelines.inspect.tasks import schema

    print(schema())
    return DONE
