"""The labels of a batch of scenes: label functions called one after another.

A label function takes a `Batch` and returns arrays by name, one row a sample: a single label, or a group of labels
that are computed together. The schema's rows (`pipelines/corpus/schema.py`) name theirs as 'module:function'.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any

from synth.label.batch import Batch, LabelFunction, Labels
from synth.label.geometry import camera, person, projection
from synth.label.occlusion import occlusion
from synth.scene.scenes import Scenes

GEOMETRY: tuple[LabelFunction, ...] = (person, projection, occlusion, camera)


def label(
    scenes: Scenes, functions: Iterable[LabelFunction] = GEOMETRY, known: Labels | None = None
) -> Labels:
    """`known` and the labels that each of the functions adds, in their order; each sees those before it."""
    batch = Batch(scenes, dict(known or {}))
    for function in functions:
        batch.labels.update(function(batch))
    return batch.labels


def load_function(reference: str) -> Callable[..., Any]:
    """The function of a reference 'module:function'. Raises ImportError or AttributeError where there is none."""
    module, _, name = reference.partition(":")
    function: Callable[..., Any] = getattr(import_module(module), name)
    return function
