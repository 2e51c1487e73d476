"""The command that scores the risk of postures: `posemill risk`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pipelines.commands.shared import DONE, AsJson, one_line, print_json, show


class CouplingName(StrEnum):
    good = "good"
    fair = "fair"
    poor = "poor"
    unacceptable = "unacceptable"


class ActivityName(StrEnum):
    static = "static"
    repeated = "repeated"
    unstable = "unstable"


class SupportName(StrEnum):
    left = "left"
    right = "right"
    both = "both"


@one_line
def risk(
    path: Annotated[
        Path,
        typer.Argument(
            metavar="FILE|CORPUS",
            help="A motion file, poses.npz of `posemill predict` or its folder, or a corpus.",
            show_default=False,
        ),
    ],
    load: Annotated[
        float | None,
        typer.Option(
            metavar="KG", min=0, max=1000, help="What the hands carry or push with; 0 if not given."
        ),
    ] = None,
    coupling: Annotated[CouplingName | None, typer.Option(help="How well the load can be gripped.")] = None,
    activity: Annotated[
        list[ActivityName] | None,
        typer.Option(
            help="static: held over a minute. repeated: over four times a minute. unstable: base or fast changes. "
            "May be given again."
        ),
    ] = None,
    shock: Annotated[bool, typer.Option("--shock", help="The force comes with a jolt.")] = False,
    supported: Annotated[SupportName | None, typer.Option(help="Arms that rest on something.")] = None,
    back: Annotated[bool, typer.Option("--back", help="Who sits is well supported.")] = False,
    hours: Annotated[
        float, typer.Option(min=0.1, max=8, help="Of lifting at a stretch, for NIOSH's limits.")
    ] = 1.0,
    frequency: Annotated[
        float, typer.Option(min=0.2, max=60, help="Lifts a minute over a quarter of an hour, for the same.")
    ] = 0.2,
    csv: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Also write every posture's scores and angles here.")
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Score the risk of postures: RULA, REBA, OWAS, and NIOSH's limits of lifts.

    Says how much time is in each level, on each side, which moments are the worst and what drives the score. A clip of
    a posture page brings load, grip and activity with it; what is given here goes before that.

    Example: posemill risk 02_06.amc --load 12 --coupling fair --csv risk.csv
    """
    from pipelines.inspect.risk import assess, facts, tables
    from synth.core.disk import write_atomically
    from synth.risk.task import TaskInputs, with_activity

    task = TaskInputs(
        load=load or 0.0,
        coupling=coupling.value if coupling else "good",
        shock=shock,
        arms_supported=supported.value if supported else "",
        back_supported=back,
    )
    task = with_activity(task, tuple(each.value for each in activity or []))
    given = {"load": load is not None, "coupling": coupling is not None, "shock": shock}
    given |= {"arms_supported": supported is not None, "back_supported": back}
    given |= dict.fromkeys(("static", "repeated", "unstable"), bool(activity))
    found = assess(path, task, frozenset(name for name, there in given.items() if there))
    grip = task.coupling if task.coupling != "unacceptable" else "poor"
    said = facts(found, hours, grip, frequency)
    if csv is not None:
        write_atomically(csv, found.csv().encode())
    if as_json:
        print_json(said)
    else:
        show(tables(said, found.moving))
        if csv is not None:
            print(f"{csv}: {len(found.scores):,} postures")
    return DONE
