"""The command that makes a corpus."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from pipelines.commands.shared import DONE, AsJson, Changes, Scheduler, Threads, Workers, one_line, print_json
from pipelines.commands.shipped import find


@one_line
def generate(
    recipe: Annotated[
        Path,
        typer.Argument(
            metavar="RECIPE",
            help="YAML that says what to make, or the name of one that `posemill recipes` lists.",
            show_default=False,
        ),
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

    Stopped in whatever way, the same command continues where it stopped; run on a finished corpus it checks every
    shard and makes the broken ones anew. The same recipe and seed give the same bytes, whatever the workers. With a
    larger `pairs.count` it adds the further pairs and leaves those that are there as they are.

    Example: posemill generate quickstart corpus --set pairs.count=1000000
    """
    from pipelines.cluster.interrupt import prompt_stop
    from pipelines.generate.recipe import load_recipe
    from pipelines.generate.run import generate as make
    from synth.core.progress import duration, show_progress
    from synth.core.words import count

    start = time.monotonic()
    recipe = find("recipe", recipe)
    loaded = load_recipe(recipe, changes, seed)
    with prompt_stop(), show_progress() as progress:
        outcome = make(
            loaded, recipe.resolve().parent, corpus,
            workers=workers, scheduler=scheduler, threads=threads, progress=progress,
        )  # fmt: skip
    seconds = time.monotonic() - start
    if as_json:
        print_json({"corpus": str(corpus), "parts": outcome.parts, "seconds": round(seconds, 2)})
    else:
        for name, done in outcome.parts.items():
            made = ", ".join(f"{count(n, 'shard')} {what}" for what, n in done.items() if n)
            print(f"{name}: {made}")
        print(f"{corpus} is complete after {duration(seconds)}.")
    return DONE
