"""What a corpus holds: its parts, its motion, what the gate dropped, how its labels are distributed.

`gather` gives facts as plain dictionaries, which `--json` prints; `tables` makes them readable.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import RenderableType
from rich.markup import escape
from rich.table import Table

from pipelines.corpus.corpus import Part, open_corpus
from pipelines.corpus.part import finished_shards
from pipelines.corpus.runs import spread
from pipelines.corpus.schema import row_of
from pipelines.curate.splits import group_of, groups_of
from pipelines.inspect.coverage import coverage_tables, gather_coverage
from pipelines.inspect.labels import summaries, values_table
from synth.core.errors import InputError
from synth.core.progress import duration, size
from synth.core.words import count
from synth.scene.props.stock import BANDS
from synth.scene.visibility import Visibility

_SHARDS_READ = 64
_ROWS_READ = 20_000  # of a part, for how labels are spread
_DETAILS_SHOWN = 8
_TASKS_SHOWN = 12
Facts = dict[str, Any]


def gather(folder: Path) -> Facts:
    """All facts of a corpus. Raises InputError where the folder is not a corpus or descriptions of parts are broken."""
    parts = open_corpus(folder).parts()
    motions: dict[str, Part] = {}
    for part in parts:
        motions.setdefault(str(part.facts.get("bank")), part)
    licences = {(row["what"], row["terms"]) for part in parts for row in part.facts.get("licences", [])}
    return {
        "corpus": str(folder),
        "parts": [_part(part) for part in parts],
        "recordings": len(recordings_of(parts)),
        "motion": [_motion(part) for part in motions.values()],
        "coverage": gather_coverage(parts),
        "licences": [{"what": what, "terms": terms} for what, terms in sorted(licences)],
    }


def recordings_of(parts: list[Part]) -> set[str]:
    """The recordings that the clips of parts are from, each once, however many stretches or files of it there are."""
    return {group for part in parts for group in groups_of(part, "recording")}


def _part(part: Part) -> Facts:
    done, facts = finished_shards(part), part.facts
    recipe = facts.get("recipe", {})
    return {
        "name": part.name,
        "kind": part.kind,
        "samples": part.samples,
        "shards": part.shards,
        "shards_complete": len(done),
        "bytes": _bytes(part.folder),
        "track": facts.get("track", 1),
        "rate": facts.get("rate"),
        "seed": recipe.get("seed"),
        "picture": [facts["sizes"].get("width"), facts["sizes"].get("height")],
        "clips_too_short": facts.get("short", 0),
        "labels": _labels(part, done) if done else None,
        "summaries": summaries(part, done),
    }


def _bytes(folder: Path) -> int:
    total = 0
    for place, _, files in os.walk(folder):
        for file in files:
            total += os.lstat(os.path.join(place, file)).st_size
    return total


def _labels(part: Part, done: list[int]) -> Facts | None:
    """How visibility and occlusion are spread over a sample of the part's rows; None where it does not say."""
    wanted = {"visibility", "band"} | ({"visibility_zbuffer"} if part.kind == "images" else set())
    if not wanted <= {label.name for label in part.labels}:
        return None
    shards = spread(done, _SHARDS_READ)
    each = max(1, _ROWS_READ // len(shards))
    pieces: dict[str, list[NDArray[Any]]] = {name: [] for name in wanted}
    for shard in shards:
        first, stop = part.rows(shard)
        for name in wanted:
            try:
                pieces[name].append(part.read(name, first, min(stop, first + each)))
            except (OSError, ValueError, RuntimeError) as error:
                raise InputError(
                    f"shard {shard} of '{name}' cannot be read",
                    where=str(part.folder),
                    remedy="run `posemill verify` to see what is broken",
                ) from error
    read = {name: np.concatenate(arrays) for name, arrays in pieces.items()}
    bands = np.bincount(read["band"], minlength=len(BANDS)) / len(read["band"])
    states = np.bincount(read["visibility"].ravel(), minlength=len(Visibility)) / read["visibility"].size
    facts: Facts = {
        "samples_read": len(read["band"]),
        "visibility": {state.name.lower(): float(states[state]) for state in Visibility},
        "bands_wanted": part.facts.get("recipe", {}).get("props", {}).get("bands"),
        "bands": dict(zip(BANDS, map(float, bands), strict=True)),
    }
    if "visibility_zbuffer" in read:
        facts["zbuffer_agrees"] = float((read["visibility"] == read["visibility_zbuffer"]).mean())
    return facts


def _motion(part: Part) -> Facts:
    """The clips of a part's motion, which are at `rate`, and what the gate made of the files, at their own rates."""
    rate, clips, files = part.facts["rate"], part.facts["clips"], part.facts["recordings"]
    datasets = sorted({clip["dataset"] for clip in clips})
    own_rates = sorted({file["rate"] for file in files if "rate" in file})
    return {
        "rate": rate,
        "own_rates": own_rates,
        "files": len(files),
        **_amount(clips, rate),
        "sources": {
            name: _amount([clip for clip in clips if clip["dataset"] == name], rate) for name in datasets
        },
        "tasks": tasks_of(clips, rate),
        **drops(files),
    }


def tasks_of(clips: list[Facts], rate: float) -> list[Facts]:
    """The tasks that clips are of: page, title, trade, and how much of it there is; most frames first."""
    found: dict[str, list[Facts]] = {}
    for clip in clips:
        if clip.get("work", {}).get("title"):
            found.setdefault(clip["work"]["page"], []).append(clip)
    rows = [
        {"page": page, "title": of[0]["work"]["title"], "trade": of[0]["work"]["trade"], **_amount(of, rate)}
        for page, of in found.items()
    ]
    return sorted(rows, key=lambda row: (-row["frames"], row["page"]))


def _amount(clips: list[Facts], rate: float) -> Facts:
    frames = sum(clip["frames"] for clip in clips)
    return {
        "recordings": len({group_of(clip, "recording") for clip in clips}),
        "clips": len(clips),
        "frames": frames,
        "seconds": round(frames / rate, 2),
    }


def drops(files: list[Facts]) -> Facts:
    """What the gate made of recordings: frames are counted at each recording's own rate."""
    frames: Counter[str] = Counter()
    recordings: Counter[str] = Counter()
    notes: Counter[str] = Counter()
    for file in files:
        for reason, dropped in file.get("dropped", {}).items():
            frames[reason] += dropped
            recordings[reason] += 1
        notes.update(file.get("notes", []))
    return {
        "frames_read": sum(file["frames"] for file in files),
        "frames_kept": sum(file.get("kept", 0) for file in files),
        "dropped": {r: {"frames": frames[r], "recordings": recordings[r]} for r in sorted(frames)},
        "details": [f"{file['name']}: {detail}" for file in files for detail in file.get("drops", [])],
        "unreadable": [
            {"name": file["name"], "why": file["unreadable"]} for file in files if "unreadable" in file
        ],
        "notes": dict(notes.most_common()),
    }


def tables(facts: Facts) -> list[RenderableType]:
    """The facts for people."""
    shown: list[RenderableType] = [_parts_table(facts["parts"])]
    shown += [_labels_table(facts["parts"]), values_table(facts["parts"])]
    for motion in facts["motion"]:
        shown += [
            _motion_table(motion),
            *_task_table(motion["tasks"]),
            *drop_tables(motion, motion["own_rates"]),
        ]
    shown += coverage_tables(facts["coverage"])
    terms = _table("Licences", "what", "terms")
    for row in facts["licences"]:
        terms.add_row(escape(row["what"]), escape(row["terms"]))
    return [*shown, terms]


def _table(title: str, *columns: str) -> Table:
    """Columns whose heads begin with '#' are numbers, set to the right."""
    table = Table(title=title or None, title_justify="left", title_style="bold", header_style="dim", box=None)
    for column in columns:
        number = column.startswith("#")
        table.add_column(column.removeprefix("#"), justify="right" if number else "left", no_wrap=number)
    return table


def _parts_table(parts: list[Facts]) -> Table:
    table = _table("Parts", "name", "kind", "#samples", "#shards", "state", "#on disk", "of")
    for part in parts:
        whole = part["shards_complete"] == part["shards"]
        missing = f"[red]{part['shards_complete']:,} of {count(part['shards'], 'shard')}"
        of = [f"seed {part['seed']}"] if part["seed"] is not None else []
        if part["kind"] == "images":
            of.append("{} x {} pixels".format(*part["picture"]))
        if part["track"] > 1:
            of.append(f"tracks of {count(part['track'], 'frame')} at {part['rate']:g} a second")
        if part["clips_too_short"]:
            of.append(f"{count(part['clips_too_short'], 'clip')} shorter than a track left out")
        table.add_row(
            part["name"], part["kind"], f"{part['samples']:,}", f"{part['shards']:,}",
            "[green]complete" if whole else missing, size(part["bytes"]), ", ".join(of),
        )  # fmt: skip
    return table


def _labels_table(parts: list[Facts]) -> Table:
    known = [part for part in parts if part["labels"]]
    table = _table("Labels", "", *(f"#{part['name']}" for part in known))
    labels = [part["labels"] for part in known]
    table.add_row("samples looked at", *(f"{found['samples_read']:,}" for found in labels))
    for code, word in row_of("visibility").codes.items():
        key = Visibility(code).name.lower()
        table.add_row(f"joints {word}", *(f"{found['visibility'][key]:.1%}" for found in labels))
    for band in BANDS:
        cells = [
            f"{found['bands'][band]:.1%}, wanted {(found['bands_wanted'] or {}).get(band, 0):.1%}"
            for found in labels
        ]
        table.add_row(f"samples with {band} of 17 joints behind props", *cells)
    if any("zbuffer_agrees" in found for found in labels):
        cells = [f"{found['zbuffer_agrees']:.2%}" if "zbuffer_agrees" in found else "" for found in labels]
        table.add_row("visibility by rays as by z-buffer", *cells)
    return table


def _motion_table(motion: Facts) -> Table:
    title = f"Motion, sampled at {motion['rate']:g} frames a second (clips: whole recordings, or stretches of them)"
    table = _table(title, "source", "#recordings", "#clips", "#frames", "#time")
    rows = {**motion["sources"], "all": motion} if len(motion["sources"]) > 1 else motion["sources"]
    for name, row in rows.items():
        used = str(row["recordings"])
        table.add_row(escape(name), used, str(row["clips"]), f"{row['frames']:,}", duration(row["seconds"]))
    return table


def _task_table(tasks: list[Facts]) -> list[RenderableType]:
    table = _table("Tasks", "title", "trade", "page", "#clips", "#frames", "#time")
    for row in tasks[:_TASKS_SHOWN]:
        words = (escape(row[name]) for name in ("title", "trade", "page"))
        table.add_row(*words, str(row["clips"]), f"{row['frames']:,}", duration(row["seconds"]))
    more = len(tasks) - _TASKS_SHOWN
    return [*([table] if tasks else []), *([f"  … and {more} more; --json lists them"] if more > 0 else [])]


def drop_tables(found: Facts, own_rates: list[float] | None = None) -> list[RenderableType]:
    """Why frames were dropped, with the first of the details, and the files that could not be read.

    own_rates: those of the files, frames a second, where they are not shown beside.
    """
    read, kept = found["frames_read"], found["frames_kept"]
    rates = " and ".join(f"{rate:g}" for rate in own_rates or [])
    at = f" as recorded, at {rates} frames a second" if rates else ""
    shown: list[RenderableType] = [
        f"[bold]Dropped by the gate:[/] {read - kept:,} of {count(read, 'frame')}{at}"
    ]
    if found["dropped"]:
        table = _table("", "reason", "#frames", "#recordings")
        for reason, row in found["dropped"].items():
            table.add_row(reason, f"{row['frames']:,}", f"{row['recordings']:,}")
        shown.append(table)
    shown += [escape(f"  {detail}") for detail in found["details"][:_DETAILS_SHOWN]]
    if len(found["details"]) > _DETAILS_SHOWN:
        shown.append(f"  … and {len(found['details']) - _DETAILS_SHOWN} more; --json lists them")
    for file in found["unreadable"]:
        shown.append(f"[red]unreadable:[/] {escape(file['why'])}")
    for note, number in list(found["notes"].items())[:_DETAILS_SHOWN]:
        shown.append(f"[dim]note:[/] {escape(note)} ({count(number, 'recording')})")
    return [*shown, ""]
