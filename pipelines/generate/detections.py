"""Detections of a part's samples, as they are stored or as another detector would have reported them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.corpus.corpus import Part
from pipelines.generate.recipe import Recipe
from synth.core.randomness import Draws
from synth.detector.detector import INPUTS, Detector, DetectorSpec


def detector_of(part: Part, spec: DetectorSpec | None = None, seed: int | None = None) -> Detector | None:
    """The detector of a part's recipe, None where it has none; or another, with the part's seed or another."""
    recipe = Recipe.model_validate(part.facts["recipe"])
    if spec is None and "detection" in part.facts["arrays"]:
        spec = recipe.detector_spec
    if spec is None:
        return None
    # parts from before there were detections do not say where the middles of their props are
    centres = np.array([prop.get("middle", [0.0, 0.0, 0.0]) for prop in part.facts["props"]]).reshape(-1, 3)
    return Detector(spec, Draws(recipe.seed if seed is None else seed), centres)


def read_inputs(part: Part, start: int, stop: int) -> dict[str, NDArray[Any]]:
    """The labels of samples start to stop - 1 that a detector reads."""
    return {name: part.read(name, start, stop) for name in INPUTS}
