from __future__ import annotations

from pathlib import Path

import pytest

from synth.core.errors import InputError
from tests.pipelines.fakes import fake_part

pytest.importorskip("torch")
pytest.importorskip("webdataset")

from benchmarks.loader import describe, measure


def test_figures_of_every_way(tmp_path: Path) -> None:
    fake_part(tmp_path, "pairs", 60, 30)
    fake_part(tmp_path, "images", 24, 8, images=True)
    facts = measure(tmp_path, passes=1)
    assert set(facts["pairs"]["rates"]) == {"lifter.data.loader", "webdataset", "naive zarr"}
    assert set(facts["images"]["rates"]) == {
        "lifter.data.loader",
        "webdataset",
        "naive zarr",
        "decoding alone",
    }
    assert all(rate["wall"] > 0 for kind in ("pairs", "images") for rate in facts[kind]["rates"].values())
    assert any("times webdataset" in line for line in describe(facts))


def test_nothing_to_read_is_refused(tmp_path: Path) -> None:
    fake_part(tmp_path, "pairs", 6, 3, shards=range(0))
    with pytest.raises(InputError):
        measure(tmp_path)
