"""Corpora small enough to make dozens of them in a test, and what tells whether two are the same."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.corpus.corpus import Corpus, Fault
from pipelines.generate.recipe import Recipe
from pipelines.generate.run import Outcome, generate
from synth.core.disk import sha256_file
from synth.motion import ASSETS

CLIPS = ("01_03_0.npz", "01_03_3.npz")  # 102 and 122 frames at 30 a second


def recipe(**changes: Any) -> Recipe:
    """A recipe over the clips of `motion_in`; `changes` are whole top-level fields."""
    content: dict[str, Any] = {
        "name": "tiny",
        "seed": 7,
        "motion": {"sources": [{"path": "mocap"}]},
        "picture": {"width": 32, "height": 40},
        "pairs": {"count": 22},
        "images": {"count": 7},
        "storage": {"pairs_per_shard": 5, "images_per_shard": 3},
    }
    return Recipe.model_validate({**content, **changes})


def motion_in(folder: Path) -> Path:
    """Two short real clips under `folder`/mocap, which the recipe names; returns the folder."""
    (folder / "mocap").mkdir(parents=True, exist_ok=True)
    for name in CLIPS:
        shutil.copy2(ASSETS / "motion" / name, folder / "mocap" / name)
    return folder


def make(corpus: Path, home: Path, wanted: Recipe | None = None, **how: Any) -> Outcome:
    """`generate` in threads of this process, unless `how` says otherwise; `home` is where the recipe lies."""
    return generate(wanted or recipe(), home, corpus, **({"threads": True, "workers": 1} | how))


def digests(corpus: Path) -> dict[str, str]:
    """SHA-256 of every file of every part, by its path."""
    parts = corpus / "parts"
    return {
        str(path.relative_to(parts)): sha256_file(path)[1]
        for path in sorted(parts.rglob("*"))
        if path.is_file()
    }


def contents(corpus: Path, part: str) -> dict[str, NDArray[Any]]:
    """Every array of a part, whole."""
    found = Corpus(corpus).part(part)
    return {label.name: found.read(label.name, 0, found.samples) for label in found.labels}


def assert_same(a: dict[str, NDArray[Any]], b: dict[str, NDArray[Any]]) -> None:
    """The same arrays, to the byte."""
    assert a.keys() == b.keys()
    for name in a:
        assert a[name].dtype == b[name].dtype, name
        assert a[name].shape == b[name].shape, name
        if a[name].dtype == object:
            assert list(a[name]) == list(b[name]), name
        else:
            assert np.ascontiguousarray(a[name]).tobytes() == np.ascontiguousarray(b[name]).tobytes(), name


def faults(corpus: Path) -> list[Fault]:
    """Everything that the parts' receipts say is wrong."""
    found: list[Fault] = []
    for part in Corpus(corpus).parts():
        found += part.check_metadata()
        for shard in range(part.shards):
            found += part.check_shard(shard)
    return found
