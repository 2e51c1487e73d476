"""The command that makes a corpus."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from pipelines.commands.shared import DONE, AsJson, Changes, Scheduler, Threads, Workers, one_line, print_json


@one_line
def generate(
    recipe: Annotated[
        Path, typer.Argument(metavar="RECIPE", help="YAML that says what to make.", show_default=False)
    ],
    corpus: Annotated[
        Path,
        typer.Argument(metavar="CORPUS", help="Folder for the result; new, or a corpus.", show_default=False),
    ],
    workers: Workers = None,
    threads: Threads = False,
    scheduler: Scheduler = None,
    seed: Annotated[
        int | None, typer.Option(metavar="N", min=0, max=2**63 - 1, help="In place of the recipe's seed.")
    ] = None,
    changes: Changes = None,
    as_json: AsJson = False,
) -> int:
    """Make the corpus that a recipe describes, or what is missing of it.

    Stopped in whatever way, the same command goes on where it stopped; run on a finished corpus it checks every
    shard and makes the broken ones anew. The same recipe and seed give the same bytes, whatever the workers.

    Example: posemill generate manifests/quickstart.yaml corpus --set pairs.count=1000000
    """
    from pipelines.generate.recipe import load_recipe
    from pipelines.generate.run import generate as make
    from synth.core.progress import duration, show_progress

    start = time.monotonic()
    loaded = load_recipe(recipe, changes, seed)
    with show_progress() as progress:
        outcome = make(
            loaded, recipe.resolve().parent, corpus,
            workers=workers, scheduler=scheduler, threads=threads, progress=progress,
        )  # fmt: skip
    seconds = time.monotonic() - start
    if as_json:
        print_json({"corpus": str(corpus), "parts": outcome.parts, "seconds": round(seconds, 2)})
    else:
        for name, done in outcome.parts.items():
            said = ", ".join(f"{count:,} {what}" for what, count in done.items() if count)
            print(f"{name}: shards {said}")
        print(f"{corpus} is complete after {duration(seconds)}.")
    return DONE
