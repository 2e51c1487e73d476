"""Corpora for benchmarks to read."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import manifests
from pipelines.generate.recipe import load_recipe
from pipelines.generate.run import generate

MANIFESTS = Path(manifests.__path__[0])


@contextmanager
def quickstart_corpus(pairs: int, images: int) -> Iterator[Path]:
    """The quickstart's corpus in another size, in a temporary folder."""
    recipe = load_recipe(MANIFESTS / "quickstart.yaml", [f"pairs.count={pairs}", f"images.count={images}"])
    with tempfile.TemporaryDirectory(prefix="posemill-bench-") as place:
        generate(recipe, MANIFESTS, Path(place) / "corpus", workers=2)
        yield Path(place) / "corpus"
