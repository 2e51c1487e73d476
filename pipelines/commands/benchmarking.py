"""The command that measures how fast this machine works."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipelines.commands.shared import DONE, AsJson, one_line, print_json
from synth.core.errors import InputError

if TYPE_CHECKING:
    from benchmarks.bench import Bench


@one_line
def bench(
    name: Annotated[
        str | None,
        typer.Argument(metavar="NAME", help="One of --list; all if not given.", show_default=False),
    ] = None,
    listed: Annotated[bool, typer.Option("--list", help="Only list what can be measured.")] = False,
    corpus: Annotated[
        Path | None,
        typer.Option(metavar="CORPUS", help="For loader and index: read this corpus instead of making one."),
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Measure this machine: pictures and pairs a second on one core, scaling, long plans, curation, loading.

    loader and index need the extras lifter and dev.

    Example: posemill bench pairs
    """
    from benchmarks.bench import BENCHES, machine

    names = BENCHES.names() if name is None else (name,)
    if listed:
        about = {each: _about(each) for each in names}
        if as_json:
            print_json(about)
        else:
            print("\n".join(f"{each:<8} {text}" for each, text in about.items()))
        return DONE
    chosen = {each: _bench(each) for each in names}
    if corpus is not None and (name is None or not chosen[name].reads_corpus):
        raise InputError("is for a benchmark that reads one", where="--corpus", remedy="name loader or index")
    facts: dict[str, Any] = {"machine": machine()}
    if not as_json:
        print(facts["machine"])
    for each, found in chosen.items():
        print(f"measuring {each} …", file=sys.stderr, flush=True)
        facts[each] = found.run(corpus)
        if not as_json:
            print("\n".join(found.describe(facts[each])), flush=True)
    if as_json:
        print_json(facts)
    return DONE


def _bench(name: str) -> Bench:
    """A benchmark. Raises InputError where there is no such one, or it needs a library that is not installed."""
    from benchmarks.bench import BENCHES

    try:
        return BENCHES.get(name)
    except ImportError as error:
        raise InputError(
            f"needs {error.name}, which is not installed",
            where=f"benchmark {name}",
            remedy="install posemill's extras lifter and dev",
        ) from error


def _about(name: str) -> str:
    try:
        return _bench(name).about
    except InputError as error:
        return error.what
