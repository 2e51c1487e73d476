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
    # The middles in the order of the recipe's kinds, as `made_of` has them: detections have been made with these from
    # the start, although shards number props by the order of names. A joint drawn toward what hides it may so be drawn
    # to where another prop's middle would be. Parts from before there were detections do not say where middles are.
    props = part.facts.get("made_of", {}).get("props", part.facts["props"])
    centres = np.array([prop.get("middle", [0.0, 0.0, 0.0]) for prop in props]).reshape(-1, 3)
    return Detector(spec, Draws(recipe.seed if seed is None else seed), centres)


def read_inputs(part: Part, start: int, stop: int) -> dict[str, NDArray[Any]]:
    """The labels of samples start to stop - 1 that a detector reads."""
    return {name: part.read(name, start, stop) for name in INPUTS}
