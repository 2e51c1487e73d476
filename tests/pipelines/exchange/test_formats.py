"""Formats are registered without importing them, and by the names that the command line offers."""

from __future__ import annotations

import subprocess
import sys

from pipelines.exchange import EXPORTERS, IMPORTERS
from pipelines.exchange.export import described


def test_every_format_is_there() -> None:
    assert EXPORTERS.names() == ("coco", "videopose", "webdataset", "card", "rerun")
    assert IMPORTERS.names() == ("videopose",)
    assert [function.__name__ for function in EXPORTERS.all().values()] == ["write"] * 5
    assert set(described()) == set(EXPORTERS.names())


def test_names_cost_nothing() -> None:
    code = (
        "import sys, pipelines.exchange; print([m for m in ('zarr', 'numba', 'numpy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
