"""Reading recordings as the motion bank would, to report what of them is fit for use."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rich.console import RenderableType
from rich.markup import escape
from rich.table import Table

from pipelines.generate.recipe import MotionSpec
from pipelines.inspect.info import drop_tables, drops
from synth.core.errors import InputError
from synth.core.progress import Progress
from synth.motion import find, prepare
from synth.motion.formats import FORMATS
from synth.motion.formats.format import Units, Up
from synth.motion.mapping import read_mapping


def examine(
    place: Path,
    rate: float | None,
    mapping: Path | None,
    watch: Progress,
    *,
    units: Units | None = None,
    up: Up | None = None,
) -> list[dict[str, Any]]:
    """One entry a recording: what was read, kept and dropped, or why it cannot be read.

    rate: true frames a second, whatever the files state. units, up: see `ReadOptions`. Whatever goes wrong
    with one recording is said in its entry.
    Raises InputError where there is no recording and where the mapping cannot be used.
    """
    paths = find(place)
    described = None if mapping is None else read_mapping(mapping)
    root = place if place.is_dir() else place.parent
    wanted = MotionSpec().rate
    files: list[dict[str, Any]] = []
    watch.begin("reading motion", len(paths), "recordings")
    for path in paths:
        facts: dict[str, Any] = {"name": path.relative_to(root).as_posix(), "frames": 0}
        try:
            clips, report = prepare(
                path, wanted, root=root, mapping=described, source_rate=rate, units=units, up=up
            )
        except InputError as error:
            facts["unreadable"] = str(error)
        except Exception as error:  # one file must not end the scan
            facts["unreadable"] = f"{path}: cannot be used ({type(error).__name__}: {error})"
        else:
            facts |= {
                "rate": report.rate,
                "frames": len(report.keep),
                "kept": int(report.keep.sum()),
                "clips": [clip.name for clip in clips],
                "dropped": {str(reason): count for reason, count in report.counts().items()},
                "drops": [f"{d.reason} in frames {d.first} to {d.last}: {d.detail}" for d in report.drops],
                "notes": list(report.notes),
            }
        files.append(facts)
        watch.advance(1)
    return files


def examine_tables(files: list[dict[str, Any]]) -> list[RenderableType]:
    """What `examine` found, for people."""
    table = Table(title="Recordings", title_justify="left", title_style="bold", header_style="dim", box=None)
    table.add_column("recording")
    for column in ("frames/s", "seconds", "frames", "kept", "clips"):
        table.add_column(column, justify="right")
    table.add_column("dropped for")
    for file in files:
        if "unreadable" in file:
            table.add_row(escape(file["name"]), "", "", "", "", "", "[red]unreadable")
            continue
        reasons = ", ".join(f"{reason} {count}" for reason, count in file["dropped"].items())
        table.add_row(
            escape(file["name"]), f"{file['rate']:g}", f"{file['frames'] / file['rate']:.1f}",
            f"{file['frames']:,}", f"{file['kept']:,}", f"{len(file['clips'])}", reasons,
        )  # fmt: skip
    return [table, *drop_tables(drops(files))]


def listed_formats() -> list[dict[str, Any]]:
    """The motion formats: name, title, how their files' names end, and which options they take."""
    return [
        {"name": name, "title": each.title, "suffixes": list(each.suffixes), "options": sorted(each.options)}
        for name, each in FORMATS.all().items()
    ]


def format_table(formats: list[dict[str, Any]]) -> RenderableType:
    """What `listed_formats` found, for people."""
    table = Table(
        title="Motion formats", title_justify="left", title_style="bold", header_style="dim", box=None
    )
    for column in ("name", "format", "files", "options"):
        table.add_column(column)
    for row in formats:
        files = ", ".join(f"*{suffix}" for suffix in row["suffixes"])
        table.add_row(escape(row["name"]), escape(row["title"]), escape(files), ", ".join(row["options"]))
    return table
