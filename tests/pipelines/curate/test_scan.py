"""Spans cover the finished shards once, in order; a scan gives each sample the first rule that it breaks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipelines.corpus.corpus import Corpus
from pipelines.curate import scan as module
from pipelines.curate.rules import Rules
from pipelines.curate.scan import column, fit_pose_axes, read, read_poses, rule_names, scan, spans
from synth.core.errors import InputError
from synth.label.pose_space import distances, standard_poses
from tests.pipelines.posed import Arrays, clip, posed_part, posed_rows, random_turns

N = 100


def rows() -> Arrays:
    rng = np.random.default_rng(0)
    return posed_rows(random_turns(N, rng), rng, np.zeros(N))


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    posed_part(tmp_path, "one", rows(), [clip("01", "01_01")], per_shard=16)
    return Corpus(tmp_path)


def edges(corpus: Corpus) -> list[tuple[int, int]]:
    return [(span.start, span.stop) for span in spans(corpus)]


def test_neighbouring_shards_are_one_span(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    assert edges(corpus) == [(0, N)]
    corpus.part("one").receipt_path(2).unlink()
    assert edges(corpus) == [(0, 32), (48, N)]
    monkeypatch.setattr(module, "_ROWS", 20)
    assert edges(corpus) == [(0, 16), (16, 32), (48, 64), (64, 80), (80, N)]
    monkeypatch.setattr(module, "_ROWS", 10)
    assert edges(corpus)[:4] == [(0, 10), (10, 16), (16, 26), (26, 32)]


def test_parts_that_do_not_exist_are_refused(corpus: Corpus) -> None:
    assert spans(corpus, []) == []
    with pytest.raises(InputError, match="has no part 'two'; there are: one"):
        spans(corpus, ["two"])


def test_each_sample_has_the_first_rule_that_it_breaks(tmp_path: Path) -> None:
    given = rows()
    given["hidden"][:] = 0
    given["hidden"][7], given["hidden"][8] = 9, 15
    given["joints_world"][8, 3] = np.nan
    posed_part(tmp_path, "one", given, [clip("01", "01_01")])
    rules = Rules.model_validate({"quality": [{"column": "seen", "min": 10}, {"column": "seen", "min": 5}]})
    assert rule_names(rules) == ["unreadable", "corrupt", "seen below 10", "seen below 5"]
    (span,) = spans(Corpus(tmp_path))
    block = scan(span, rules, fit_pose_axes([span]), ("hidden",), views=True)
    assert {row: int(block.broken[row]) for row in np.flatnonzero(block.broken >= 0)} == {7: 2, 8: 1}
    assert block.matched.tolist() == [0, 1, 2, 1]
    assert block.named == [(8, "joints_world is not finite")]
    assert block.columns["hidden"].tolist() == given["hidden"].tolist()
    assert block.views is not None
    assert np.linalg.norm(block.views, axis=1) == pytest.approx(1, abs=1e-5)


def test_a_span_that_cannot_be_read_is_broken_as_a_whole(corpus: Corpus) -> None:
    (span,) = spans(corpus)
    path = corpus.part("one").files_of(1)["visibility"]
    path.write_bytes(bytes(path.stat().st_size))
    block = scan(span, Rules(), fit_pose_axes([span]), (), views=False)
    assert (block.broken == 0).all()
    assert block.matched.tolist() == [N, 0]
    assert "'visibility' of rows 0 to 99 cannot be read" in block.named[0][1]


def test_distances_along_the_axes_are_those_of_the_poses(corpus: Corpus) -> None:
    (span,) = spans(corpus)
    poses = read_poses(span, fit_pose_axes([span]))
    whole = standard_poses(read(span, ["joints_world"])["joints_world"])
    expected = distances(whole[:1], whole[1:20])
    assert np.linalg.norm(poses[:1] - poses[1:20], axis=1) == pytest.approx(expected, rel=1e-4)


def test_a_column_whose_arrays_are_missing_is_refused(corpus: Corpus) -> None:
    (span,) = spans(corpus)
    with pytest.raises(InputError, match="has no array 'hidden', which the column 'seen' needs"):
        column("seen", {}, span)
