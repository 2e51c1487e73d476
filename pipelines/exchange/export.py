"""A corpus, or a selection of one, in the layouts that other tools read: one module a layout."""

from __future__ import annotations

from pathlib import Path

from pipelines.exchange.formats import EXPORTERS
from pipelines.exchange.samples import Exported, Source
from synth.core.errors import InputError

__all__ = ["Exported", "Source", "described", "export"]


def export(
    layout: str, corpus: Path, out: Path, *, selection: str | None = None, split: str | None = None
) -> Exported:
    """Write a corpus' finished samples, or those a selection chose, into a folder in a layout of `EXPORTERS`.

    Raises InputError where the layout is unknown, the corpus cannot be read, has nothing that the layout takes, or
    `out` holds an export already.
    """
    written: Exported = EXPORTERS.get(layout)(Source(corpus, selection, split), out)
    return written


def described() -> dict[str, str]:
    """The first line of what each layout says of itself; of a package that cannot be imported, why."""
    found = {}
    for name in EXPORTERS.names():
        try:
            found[name] = (EXPORTERS.get(name).__doc__ or "").strip().split("\n")[0]
        except InputError as error:
            found[name] = error.what
    return found
