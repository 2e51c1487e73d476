"""The published tables, read from plain files beside the statement of their source: `synth/assets/risk/*.json`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Level:
    """What a method says of scores up to `most`: its name, and the action it asks for."""

    most: int
    name: str
    action: str


@lru_cache(maxsize=8)
def table_file(method: str) -> dict[str, Any]:
    """The file of a method: 'rula', 'reba', 'owas', 'niosh' or 'static'."""
    text = (resources.files("synth") / "assets" / "risk" / f"{method}.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


@lru_cache(maxsize=32)
def table(method: str, name: str) -> NDArray[np.int8]:
    """A table of a method as an array; its axes are named in the file, and count from 0 where the paper's from 1."""
    return np.array(table_file(method)[name], np.int8)


@lru_cache(maxsize=8)
def levels(method: str) -> tuple[Level, ...]:
    """The levels of 'rula', 'reba' or 'owas' from the lowest."""
    return tuple(Level(**level) for level in table_file(method)["levels"])


def level_of(method: str, scores: NDArray[Any]) -> NDArray[np.int64]:
    """Which of a method's `levels`, counted from 0, scores belong to; -1 for scores of 0, which are not known."""
    found = np.searchsorted([level.most for level in levels(method)], np.asarray(scores))
    return np.where(np.asarray(scores) > 0, found, -1)


def bands(values: NDArray[Any], edges: tuple[float, ...]) -> NDArray[np.int8]:
    """Which band values lie in, from 1; an edge belongs to the band below it. NaN lies in the first."""
    return (1 + np.searchsorted(edges, np.nan_to_num(np.asarray(values, np.float64)), side="left")).astype(
        np.int8
    )


def exceeds(values: NDArray[Any], limit: float) -> NDArray[np.bool_]:
    """Whether values lie beyond a limit to either side; NaN does not."""
    return np.asarray(np.abs(np.nan_to_num(np.asarray(values, np.float64))) > limit)


def outside(values: NDArray[Any], low: float, high: float) -> NDArray[np.bool_]:
    """Whether values lie below low or above high; NaN does not."""
    return np.asarray((values < low) | (values > high))
