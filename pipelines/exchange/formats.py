"""The formats that corpora are written in and recordings are read from, by name.

A format is imported when it is asked for.

Another package adds an exporter by an entry point of `posemill.exporters`: a function `(Source, Path) -> Exported`, see
`pipelines/exchange/samples.py`, the first line of whose docstring is its help. It adds an importer by one of
`posemill.importers`: a function that opens files as `Recordings`, see `pipelines/exchange/recordings.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from synth.core.registry import Registry

EXPORTERS: Registry[Callable[..., Any]] = Registry(
    "layout",
    "posemill.exporters",
    {
        name: f"pipelines.exchange.{name}:write"
        for name in ("coco", "videopose", "webdataset", "card", "rerun")
    },
)
IMPORTERS: Registry[Callable[..., Any]] = Registry(
    "recording format",
    "posemill.importers",
    {"videopose": "pipelines.exchange.videopose_files:open_recordings"},
)
