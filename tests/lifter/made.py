"""Tiny recipes for the corpora of `corpora`."""

from __future__ import annotations

from typing import Any

from lifter.train.recipe import TrainSpec

SMALL: dict[str, dict[str, Any]] = {
    "baseline": {"width": 32, "blocks": 1},
    "posemill": {"token": 8, "layers": 1, "heads": 2, "width": 32, "blocks": 1},
    "matching": {"prepare_samples": 200, "cells": 8, "probes": 4},
}


def tiny(model: str = "baseline", **changes: Any) -> TrainSpec:
    """A recipe that trains in a second."""
    content = {"model": model, "config": SMALL[model], "epochs": 2, "batch": 32, "val_pairs": 60}
    return TrainSpec.model_validate({**content, **changes})
