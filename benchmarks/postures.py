"""Seconds of motion that tasks are solved to in a second on one core, and where the time goes."""

from __future__ import annotations

import time

from benchmarks.bench import Bench, Facts
from synth.core.errors import InputError
from synth.motion import embedded
from synth.posture.between import between
from synth.posture.figure import figure
from synth.posture.keys import Task
from synth.posture.setting import Dice
from synth.posture.solve import draw_body
from synth.posture.task import read_task

_SUFFIX = ".posture.yaml"


def measure(pages: int = 24) -> Facts:
    """Processor time of a realisation of each of so many pages that ship, after one that compiles."""
    paths = embedded("postures")[:pages]
    seconds = refused = 0.0
    spent = {"bodies": 0.0, "things, stance and script": 0.0, "key poses": 0.0, "between": 0.0}
    for number, path in enumerate([paths[0], *paths]):
        name = path.name.removesuffix(_SUFFIX)
        page, body = read_task(path), draw_body(name, 0, 0)
        marks = [time.process_time()]
        try:
            fig = figure(*body)
            marks.append(time.process_time())
            task = Task(page, fig, Dice(0, name, 0))
            marks.append(time.process_time())
            keys = task.key_poses()
            marks.append(time.process_time())
            q, _ = between(task, keys)
        except InputError:
            refused += number > 0
            continue
        marks.append(time.process_time())
        if number:
            seconds += len(q) / 30.0
            for part, start, stop in zip(spent, marks[:-1], marks[1:], strict=True):
                spent[part] += stop - start
    total = sum(spent.values())
    return {
        "pages": len(paths),
        "refused": int(refused),
        "clip_seconds": round(seconds, 1),
        "clip_seconds_per_second": round(seconds / max(total, 1e-9), 1),
        "profile": {part: round(value / max(total, 1e-9), 3) for part, value in spent.items()},
    }


def describe(facts: Facts) -> list[str]:
    profile = ", ".join(f"{part} {share:.0%}" for part, share in facts["profile"].items())
    return [
        f"{facts['clip_seconds_per_second']:g} s of motion solved in a second on one core "
        f"({facts['pages']} pages, {facts['refused']} refused)",
        profile,
    ]


BENCH = Bench(__doc__, measure, describe)
