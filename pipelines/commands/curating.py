"""Commands that choose the samples of a corpus worth training on, and check for leaks between splits."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines.commands.shared import (
    DONE,
    FAULTY,
    AsJson,
    Changes,
    CorpusFolder,
    Scheduler,
    Threads,
    Workers,
    complain,
    one_line,
    print_json,
    show,
)
from pipelines.commands.shipped import find
from synth.core.words import count


@one_line
def curate(
    corpus: CorpusFolder,
    rules: Annotated[
        Path, typer.Argument(metavar="RULES", help="YAML that says what to keep.", show_default=False)
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what each rule drops, and write nothing.")
    ] = False,
    changes: Changes = None,
    workers: Workers = None,
    threads: Threads = False,
    scheduler: Scheduler = None,
    as_json: AsJson = False,
) -> int:
    """Choose the samples worth training on: quality, near-duplicates, splits, balance.

    The result is a selection: a list of samples with weights, and of dropped ones with reasons; nothing is copied.
    Exits with 1 where the splits leak.

    Example: posemill curate corpus manifests/rules/curate.yaml --dry-run
    """
    from pipelines.curate.findings import tables
    from pipelines.curate.rules import load_rules
    from pipelines.curate.run import curate as curate_corpus
    from synth.core.progress import show_progress

    loaded = load_rules(find("rules", rules), changes)
    with show_progress() as progress:
        outcome = curate_corpus(
            corpus, loaded, dry_run=dry_run, workers=workers, scheduler=scheduler, threads=threads, progress=progress
        )  # fmt: skip
    if as_json:
        print_json(outcome.facts)
    else:
        show(tables(outcome.facts))
        kept, scanned = outcome.facts["kept"], outcome.facts["looked_at"]
        where = "a dry run: nothing was written" if outcome.folder is None else str(outcome.folder)
        print(f"{kept:,} of {count(scanned, 'sample')} kept; {where}")
    if outcome.leaks is not None and not outcome.leaks.tight:
        complain(f"{corpus}: the splits leak; keep `splits.distance_mm` at `duplicates.distance_mm` or above")
        return FAULTY
    return DONE


@one_line
def leaks(
    corpus: CorpusFolder,
    selection: Annotated[str, typer.Argument(metavar="SELECTION", help="Its name.", show_default=False)],
    workers: Workers = None,
    threads: Threads = False,
    as_json: AsJson = False,
) -> int:
    """Check that no subject and no pose of a selection is in two splits, from the files on disk.

    Exits with 1 and names the leaks.
    """
    from pipelines.curate.findings import leak_facts, leak_lines
    from pipelines.curate.run import check

    found = check(corpus, selection, workers=workers, threads=threads)
    facts = leak_facts(found)
    if as_json:
        print_json(facts)
    else:
        show(leak_lines(facts))
    return DONE if found.tight else FAULTY
