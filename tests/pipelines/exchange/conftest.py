"""A corpus of pictures and pairs with a selection, and one of tracks, to export."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipelines.corpus.corpus import Corpus
from pipelines.corpus.selection import write_selection
from tests.pipelines.fakes import fake_part

IMAGES, PAIRS = 20, 30


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    fake_part(folder, "pictures", IMAGES, 8, images=True)
    fake_part(folder, "pairs", PAIRS, 16)
    part, row = np.repeat([0, 1], [5, 10]), np.concatenate([np.arange(5) * 3, np.arange(10)])
    dropped: dict[str, Any] = {f"dropped_{k}": [] for k in ("part", "row", "reason", "twin_part", "twin_row")}
    arrays = {"part": part, "row": row, "weight": np.ones(15), "split": row % 2, **dropped}
    write_selection(Corpus(folder), "some", {"reasons": []}, arrays)
    return folder


@pytest.fixture(scope="module")
def tracks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tracks")
    fake_part(folder, "t", 40, 10, track=5)
    return folder
