"""Commands for what corpora are made from: motion capture recordings, posture pages and body model files."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from pipelines.commands.shared import DONE, FAULTY, AsJson, one_line, print_json, show

if TYPE_CHECKING:
    from synth.motion.formats.format import Units, Up


class Database(StrEnum):
    cmu = "cmu"


class UnitName(StrEnum):
    metre = "m"
    centimetre = "cm"
    millimetre = "mm"
    inch = "in"


class UpName(StrEnum):
    x = "x"
    y = "y"
    z = "z"
    minus_x = "-x"
    minus_y = "-y"
    minus_z = "-z"


@one_line
def fetch(
    database: Annotated[Database, typer.Argument(help="Where from: CMU's motion capture database.")],
    subjects: Annotated[
        str, typer.Option(metavar="NUMBERS", help="Subjects, such as 62 or 1,13,62; 62 is construction work.")
    ],
    to: Annotated[Path, typer.Option(metavar="FOLDER", help="Where to put the files.")] = Path("mocap/cmu"),
    url: Annotated[
        str | None, typer.Option(metavar="URL", help="A mirror in place of the database's site.")
    ] = None,
) -> int:
    """Download recordings from the database's own site.

    Files are checked and kept: the same command goes on where it stopped. CMU's data is free for research and
    commercial use; acknowledge mocap.cs.cmu.edu and NSF EIA-0196217.
    """
    from synth.motion.fetch import CMU_URL, fetch_cmu

    def report(name: str, done: int, total: int | None) -> None:
        if done == total:
            print(f"{name}: {done:,} bytes", file=sys.stderr, flush=True)

    numbers = [number for number in subjects.replace(",", " ").split() if number]
    paths = fetch_cmu(numbers, to, base_url=url or CMU_URL, progress=report)
    print(f"{len(paths)} files in {to}; use it as a source: motion.sources: [{{path: {to}}}]")
    return DONE


@one_line
def check(
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="Recording, or folder of them.", show_default=False)
    ],
    rate: Annotated[
        float | None,
        typer.Option(
            min=1, help="True frame rate, of files that state none or a wrong one: it goes before theirs."
        ),
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Skeleton mapping; manifests/skeletons has examples.")
    ] = None,
    units: Annotated[
        UnitName | None, typer.Option(help="Of lengths in the files; found from the person if not given.")
    ] = None,
    up: Annotated[
        UpName | None, typer.Option(help="Axis of the files' world that is up; found if not given.")
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Read recordings as `generate` would, and say which frames it would use and why not the others.

    `posemill mocap formats` lists what can be read. Exits with 1 where a recording cannot be read or gives no frame at
    all.
    """
    from pipelines.inspect.recordings import examine, examine_tables
    from synth.core.progress import show_progress

    with show_progress() as progress:
        files = examine(
            path,
            rate,
            mapping,
            progress,
            units=cast("Units | None", units and units.value),
            up=cast("Up | None", up and up.value),
        )
    if as_json:
        print_json(files)
    else:
        show(examine_tables(files))
    return DONE if all(file.get("kept") for file in files) else FAULTY


@one_line
def draft_mapping(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="A recording (BVH, AMC).", show_default=False)],
    out: Annotated[
        Path | None, typer.Argument(metavar="OUT.yaml", help="Mapping to write.", show_default=False)
    ] = None,
    picture: Annotated[
        Path | None,
        typer.Option(metavar="OUT.png", help="Picture to check it by; beside OUT.yaml if not given."),
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Draft a skeleton mapping from the names of a recording's joints, or from its shape.

    Says of each joint how sure it is. Exits with 1 where something is in doubt: look at the picture, correct the file.
    """
    from pipelines.inspect.mappings import draft_facts, draft_table, draft_yaml, drafted, draw_draft
    from synth.core.disk import write_atomically

    found = drafted(path)
    if out is not None:
        write_atomically(out, draft_yaml(found, path).encode())
        picture = picture or out.with_suffix(".png")
    if picture is not None:
        draw_draft(found, picture)
    if as_json:
        print_json(draft_facts(found))
    else:
        show([draft_table(found)])
        for doubt in found.draft.doubts:
            print(f"in doubt: {doubt}")
        print(
            *(f"{name}: {place}" for name, place in (("mapping", out), ("picture", picture)) if place),
            sep="\n",
        )
    return DONE if found.draft.settled else FAULTY


@one_line
def formats(as_json: AsJson = False) -> int:
    """List the motion formats that can be read, with the options that each takes."""
    from pipelines.inspect.recordings import format_table, listed_formats

    found = listed_formats()
    if as_json:
        print_json(found)
    else:
        show([format_table(found)])
    return DONE


@one_line
def export_body(
    out: Annotated[Path, typer.Argument(metavar="OUT.npz", help="File to write.", show_default=False)],
    gender: Annotated[str, typer.Option(help="neutral, male or female.")] = "neutral",
) -> int:
    """Write the open body with the keys of SMPL's own files, for programs that read SMPL.

    In Python, `smplx.SMPL("", data_struct=smplx.utils.Struct(**numpy.load("OUT.npz")))` loads it.
    """
    from synth.body import load_body
    from synth.body.convert import export_smplx

    export_smplx(load_body("open", gender), out)
    print(
        f"{out}: the open body ({gender}) with SMPL's keys; `posemill body export --help` says how to load it"
    )
    return DONE


@one_line
def convert(
    source: Annotated[
        Path, typer.Argument(metavar="IN.pkl", help="As the model's makers publish it.", show_default=False)
    ],
    out: Annotated[Path, typer.Argument(metavar="OUT.npz", help="File to write.", show_default=False)],
) -> int:
    """Convert an SMPL, SMPL-H or SMPL-X pickle to the .npz that recipes take as body.model.

    The pickle is not trusted: only arrays are read from it, nothing in it is run.
    """
    from synth.body.convert import convert as rewrite

    rewrite(source, out)
    print(f"{out}: use it in a recipe as body: {{model: {out}}}")
    return DONE
