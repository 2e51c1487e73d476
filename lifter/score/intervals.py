"""Means with 95% intervals by the bootstrap, which resamples recordings and not frames.

The frames of a recording are much alike, so a hundred of them say little more than ten: whole groups (a subject, a
recording, a camera) are drawn with replacement instead. Fewer than `FEWEST` groups give no interval: resampling two
recordings says nothing of a third. `Bootstrap.blocks` is for the frames of one recording, of which blocks of
consecutive ones are drawn: Künsch, 'The jackknife and the bootstrap for general stationary observations', 1989.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from synth.core.randomness import Draws

Array = NDArray[np.float64]
MeanOf = Literal["groups", "samples"]
LEVEL = 0.95
FEWEST = 5  # groups that an interval needs
_DRAWS, _BLOCKS = 1000, 20


@dataclass(frozen=True)
class Figure:
    """A mean of `count` numbers and its 95% interval, which is NaN where fewer than `FEWEST` groups are known."""

    mean: float
    low: float
    high: float
    count: int

    def facts(self) -> dict[str, float | int | None]:
        """As JSON takes it: None where not known."""
        known = {name: getattr(self, name) for name in ("mean", "low", "high")}
        return {n: float(v) if np.isfinite(v) else None for n, v in known.items()} | {"count": self.count}


class Bootstrap:
    """Means of numbers of n people in groups, resampled the same way each time.

    group: (n,) names. `of`: whether a mean is over all samples, or of the means of the groups.
    """

    def __init__(
        self, group: NDArray[Any], of: MeanOf = "samples", draws: int = _DRAWS, seed: int = 0
    ) -> None:
        number = np.unique(group, return_inverse=True)[1]
        self.unit = "groups"
        self._of, self._number = of, number
        self.resampled = int(number.max(initial=0)) + 1
        picks = Draws(seed).integers("lifter.bootstrap", np.arange(draws), self.resampled, self.resampled)
        flat = np.arange(draws)[:, None] * self.resampled + picks
        self._times = np.bincount(flat.ravel(), minlength=draws * self.resampled).reshape(draws, -1)

    @classmethod
    def blocks(cls, count: int) -> Bootstrap:
        """Of the `count` frames of one recording, in their order: blocks of them are resampled."""
        found = cls(np.arange(count) * min(_BLOCKS, count) // max(1, count))
        found.unit = "blocks of consecutive frames"
        return found

    def figure(self, values: NDArray[Any]) -> Figure:
        """The mean of what is not NaN of (n,) or (n, k) numbers."""
        values = np.asarray(values, np.float64)
        values = values[:, None] if values.ndim == 1 else values
        known = np.isfinite(values)
        counts = self._summed(known)
        sums = self._summed(np.where(known, values, 0.0))
        count = int(known.sum())
        if self._of == "groups":
            sums, counts = sums / np.maximum(counts, 1), (counts > 0).astype(np.float64)
        if not count:
            return Figure(np.nan, np.nan, np.nan, 0)
        mean = float(sums.sum() / counts.sum())
        if (counts > 0).sum() < FEWEST:
            return Figure(mean, np.nan, np.nan, count)
        total = self._times @ counts
        drawn = (self._times @ sums)[total > 0] / total[total > 0]
        low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
        return Figure(mean, float(low), float(high), count)

    def _summed(self, values: NDArray[Any]) -> Array:
        return np.asarray(np.bincount(self._number, values.sum(1), self.resampled), np.float64)

    def facts(self) -> dict[str, Any]:
        """What the intervals are, for those who read them."""
        return {
            "level": LEVEL, "resampled": self.unit, "how_many": self.resampled, "fewest": FEWEST,
            "draws": len(self._times), "mean_of": self._of,
        }  # fmt: skip
