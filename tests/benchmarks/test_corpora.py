from __future__ import annotations

import functools

import pytest

from benchmarks import corpora
from pipelines.corpus.corpus import Corpus
from pipelines.generate.run import generate


def test_the_quickstart_in_another_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corpora, "generate", functools.partial(generate, threads=True))
    with corpora.quickstart_corpus(pairs=6, images=0) as folder:
        assert [(part.kind, part.samples) for part in Corpus(folder).parts()] == [("pairs", 6)]
    assert not folder.exists()
