"""What the report measures, against samples whose numbers are known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipelines.cluster.tasks import connect
from pipelines.corpus.corpus import Corpus
from pipelines.corpus.selection import read_selection, write_selection
from pipelines.report.survey import Survey, groups, survey
from synth.core.progress import NoProgress
from synth.label.angles import ANGLES
from tests.pipelines.posed import clip, posed_part, posed_rows, random_turns

CLIPS = [clip("01", "01_01"), clip("01", "01_02"), clip("02", "02_01")]
ROWS = 90


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    rng = np.random.default_rng(0)
    rows = posed_rows(random_turns(ROWS, rng), rng, np.arange(ROWS) % 3)
    rows["band"][:] = np.arange(ROWS) % 3 // 2
    posed_part(tmp_path, "one", rows, CLIPS, per_shard=16)
    posed_part(tmp_path, "two", {key: values[:30] for key, values in rows.items()}, CLIPS[:3])
    return Corpus(tmp_path)


def measured(corpus: Corpus, selection: str | None = None) -> Survey:
    chosen = None if selection is None else read_selection(corpus, selection)
    with connect(1, None, threads=True) as client:
        return survey(client, corpus, NoProgress(), chosen)


def test_every_sample_counts_once(corpus: Corpus) -> None:
    found = measured(corpus)
    assert found.samples == found.looked_at == ROWS + 30
    for name in ("view", "share", "metres", "hidden", "elevation", *(f"angle {a.name}" for a in ANGLES)):
        assert found.counts[name].sum() == pytest.approx(ROWS + 30), name
    assert found.counts["states"].sum(axis=1) == pytest.approx(np.full(17, ROWS + 30))
    assert found.counts["band"].tolist() == [80, 40, 0, 0]
    for method, levels in (("reba", 5), ("rula", 4), ("owas", 4)):  # from the joints: the parts store none
        assert found.counts[f"risk {method}"].shape == (levels,)
        assert found.counts[f"risk {method}"].sum() == pytest.approx(ROWS + 30)
    assert (found.different, found.compared) == (ROWS, ROWS + 30)  # part two repeats part one


def test_groups_by_share(corpus: Corpus) -> None:
    rows = groups(corpus, measured(corpus))
    assert [(row["subject"], row["recording"], row["samples"]) for row in rows] == [
        ("01", "01_01", 40), ("01", "01_02", 40), ("02", "02_01", 40),
    ]  # fmt: skip


def test_a_selection_counts_by_weight(corpus: Corpus) -> None:
    none = np.empty(0, np.int64)
    write_selection(
        corpus, "mine", {"reasons": []},
        {
            "part": [0, 0, 1], "row": [2, 3, 5], "weight": [0.5, 2.0, 1.0], "split": [0, 0, 1],
            **{f"dropped_{key}": none for key in ("part", "row", "reason", "twin_part", "twin_row")},
        },
    )  # fmt: skip
    found = measured(corpus, "mine")
    assert found.samples == pytest.approx(3.5)
    assert found.counts["band"].tolist() == [2.0, 1.5, 0, 0]
    assert found.clips["one"].tolist() == [2.0, 0, 0.5]
