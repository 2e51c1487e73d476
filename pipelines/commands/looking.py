"""Commands that inspect a corpus: what it holds, whether its files are intact, pictures and a report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines.commands.shared import (
    DONE,
    FAULTY,
    AsJson,
    CorpusFolder,
    Threads,
    Workers,
    complain,
    one_line,
    print_json,
    show,
)
from synth.core.words import count


@one_line
def info(corpus: CorpusFolder, as_json: AsJson = False) -> int:
    """Show what a corpus holds: parts, labels, motion, what the gate dropped and why, licences."""
    from pipelines.inspect.info import gather, tables

    facts = gather(corpus)
    if as_json:
        print_json(facts)
    else:
        show(tables(facts))
    return DONE


@one_line
def verify(
    corpus: CorpusFolder,
    workers: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, max=1024, help="Threads that read; one a core if not given."),
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Check every file of a corpus against its receipts, and a sample of the labels against each other.

    Exits with 1 and names part, shard and array of everything that is missing or has changed.
    """
    from pipelines.inspect.verify import verify as check
    from synth.core.progress import show_progress

    with show_progress() as progress:
        verdict = check(corpus, workers=workers, progress=progress)
    if as_json:
        print_json(
            {
                "corpus": str(corpus),
                "good": not verdict.faults,
                "parts": verdict.parts,
                "shards_good": verdict.shards,
                "samples_good": verdict.samples,
                "rows_projected": verdict.projected,
                "faults": [vars(fault) for fault in verdict.faults],
            }
        )
    else:
        for fault in verdict.faults:
            print(fault)
        shards, samples = count(verdict.shards, "shard"), count(verdict.samples, "sample")
        rows = count(verdict.projected, "row")
        print(f"{corpus}: {shards} with {samples} unchanged; projections of {rows} recomputed.")
    if verdict.faults:
        faults = count(len(verdict.faults), "fault")
        complain(f"{corpus}: {faults}; run the `posemill generate` that made it again to repair it")
    return FAULTY if verdict.faults else DONE


@one_line
def preview(
    corpus: CorpusFolder,
    out: Annotated[
        Path, typer.Argument(metavar="OUT.png", help="Picture to write: .png or .jpg.", show_default=False)
    ],
    samples: Annotated[int, typer.Option(min=1, max=600, help="How many samples to show.")] = 24,
    part: Annotated[str | None, typer.Option(metavar="NAME", help="Show this part only.")] = None,
) -> int:
    """Write a contact sheet: samples with their joints, marked as seen or hidden."""
    from pipelines.inspect.contact_sheet import write_sheet

    print(f"{out}: {count(write_sheet(corpus, out, samples, part), 'sample')}")
    return DONE


@one_line
def report(
    corpus: CorpusFolder,
    out: Annotated[Path, typer.Argument(metavar="OUT.html", help="Page to write.", show_default=False)],
    against: Annotated[
        Path | None, typer.Option(metavar="OTHER", help="Another corpus to plot beside this one.")
    ] = None,
    selection: Annotated[
        str | None, typer.Option(metavar="NAME", help="A selection to plot beside the whole corpus.")
    ] = None,
    samples: Annotated[int, typer.Option(min=1, max=600, help="How many samples to show.")] = 48,
    workers: Workers = None,
    threads: Threads = False,
) -> int:
    """Write a report about a corpus, one HTML page: samples, coverage, occlusion, detector, what was dropped, licences.

    The page is one file that opens offline and can be passed on as it is.

    Example: posemill report corpus report.html --selection curated
    """
    from pipelines.report.page import write_report
    from synth.core.progress import show_progress, size

    with show_progress() as progress:
        length = write_report(
            corpus, out, against=against, selection=selection, samples=samples,
            workers=workers, threads=threads, progress=progress,
        )  # fmt: skip
    print(f"{out}: {size(length)}; open it in a browser")
    return DONE


@one_line
def detections(
    corpus: CorpusFolder,
    part: Annotated[
        str | None, typer.Option(metavar="NAME", help="Of the corpus; the last if not given.")
    ] = None,
    detector: Annotated[
        str | None,
        typer.Option(
            metavar="MODEL", help="Compute what posefix, motionbert or a YAML file would report instead."
        ),
    ] = None,
    samples: Annotated[int, typer.Option(min=1, help="How many samples to check, from the first.")] = 20_000,
    as_json: AsJson = False,
) -> int:
    """Check the detections that a corpus stores against the detector's model.

    Shares of good joints, jitter, inversions, swaps and misses, the bands of their distances, confidence against
    error; deviations are in standard errors of what the model expects. Exits with 1 where stored detections are not
    what the model gives for the stored labels.
    """
    from pipelines.inspect.detector_check import examine, lines

    facts = examine(corpus, part, detector, samples)
    if as_json:
        print_json(facts)
    else:
        print("\n".join(lines(facts)))
    if facts["changed"]:
        what = f"the stored detections of {count(facts['changed'], 'sample')} are not what the model gives"
        complain(f"{corpus}: {what}; run `posemill verify` to see which files have changed")
        return FAULTY
    return DONE
