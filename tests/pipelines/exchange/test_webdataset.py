"""The WebDataset export as webdataset reads it."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from pipelines.exchange.export import export
from synth.body.skeleton import JOINTS
from tests.pipelines.exchange.conftest import IMAGES, PAIRS
from tests.pipelines.fakes import CLIPS, fake_rows


def test_webdataset_reads_the_tars(corpus: Path, tmp_path: Path) -> None:
    wds = pytest.importorskip("webdataset")
    done = export("webdataset", corpus, tmp_path)
    tars = [str(path) for path in done.files if path.suffix == ".tar"]
    samples = list(wds.WebDataset(tars, shardshuffle=False).decode())
    assert Counter(sample["json"]["part"] for sample in samples) == {"pictures": IMAGES, "pairs": PAIRS}
    expected = fake_rows(np.arange(max(IMAGES, PAIRS)))
    for sample in samples:
        part, row = sample["json"]["part"], sample["json"]["row"]
        assert sample["__key__"] == f"{part}-{row:09d}"
        for name in ("joints_image", "joints_camera", "visibility", "intrinsics"):
            assert np.allclose(sample[f"{name}.npy"], expected[name][row])
        assert ("jpg" in sample) == (part == "pictures")
        assert sample["json"]["clip"] == CLIPS[row % 4]["name"]
    facts = json.loads((tmp_path / "all.json").read_text())
    assert facts["joints"] == list(JOINTS)
    assert facts["arrays"]["joints_camera"]["unit"] == "metres"


def test_webdataset_gives_the_same_bytes(corpus: Path, tmp_path: Path) -> None:
    from pipelines.exchange import webdataset
    from pipelines.exchange.export import Source

    one = webdataset.write(Source(corpus), tmp_path / "a", per_tar=20)
    two = webdataset.write(Source(corpus), tmp_path / "b", per_tar=20)
    assert [path.name for path in one.files] == [
        "all-000000.tar",
        "all-000001.tar",
        "all-000002.tar",
        "all.json",
    ]
    assert [path.read_bytes() for path in one.files] == [path.read_bytes() for path in two.files]
