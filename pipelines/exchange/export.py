"""A corpus, or a selection of one, in the layouts that other tools read: one module a layout."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pipelines.exchange import card, coco, videopose, webdataset
from pipelines.exchange.samples import Exported, Source

FORMATS: dict[str, Callable[[Source, Path], Exported]] = {
    "coco": coco.write,
    "videopose": videopose.write,
    "webdataset": webdataset.write,
    "card": card.write,
}


def export(
    layout: str, corpus: Path, out: Path, *, selection: str | None = None, split: str | None = None
) -> Exported:
    """Write a corpus' finished samples, or those a selection chose, into a folder in one of FORMATS.

    Raises InputError where the corpus cannot be read, has nothing that the layout takes, or `out` holds an export.
    """
    return FORMATS[layout](Source(corpus, selection, split), out)


__all__ = ["FORMATS", "Exported", "Source", "export"]
