"""Keyed randomness: a value depends on the seed, the name of what is drawn and the sample's identity.

Nothing else enters: not the order of calls, the size of a batch or the number of workers, so a new
draw shifts no other. The generator is counter based: Widynski, 'Squares: a fast counter-based RNG'
(2020, arXiv:2004.06278), its 64-bit variant, with a key hashed from the seed and the name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

_COLUMN_BITS = 20
_HALF = np.uint64(32)


def _swap(x: NDArray[np.uint64]) -> NDArray[np.uint64]:
    return (x >> _HALF) | (x << _HALF)


def _squares64(counter: NDArray[np.uint64], key: np.uint64) -> NDArray[np.uint64]:
    """Five rounds of squaring; (n,) uint64 counters to (n,) uint64 random words."""
    with np.errstate(over="ignore"):
        y = x = counter * key
        z = y + key
        x = _swap(x * x + y)
        x = _swap(x * x + z)
        x = _swap(x * x + y)
        t = x = x * x + z
        x = _swap(x)
        return t ^ ((x * x + y) >> _HALF)


@dataclass(frozen=True)
class Draws:
    """All random values of one seed.

    `ids` are the integer identities (below 2**44) of what is drawn for; every method returns one row
    per identity and the row depends on that identity alone.
    """

    seed: int

    def _words(self, name: str, ids: ArrayLike, columns: int) -> NDArray[np.uint64]:
        if not 0 < columns <= 1 << _COLUMN_BITS:
            raise ValueError(f"{columns} columns asked of draw '{name}': 1 to {1 << _COLUMN_BITS} can be had")
        digest = hashlib.blake2b(f"{self.seed}/{name}".encode(), digest_size=8).digest()
        key = np.uint64(int.from_bytes(digest, "little") | 1)
        rows = np.atleast_1d(np.asarray(ids, dtype=np.uint64)) << np.uint64(_COLUMN_BITS)
        return _squares64(rows[:, None] + np.arange(columns, dtype=np.uint64), key)

    def uniform(
        self, name: str, ids: ArrayLike, columns: int = 1, low: float = 0.0, high: float = 1.0
    ) -> NDArray[np.float64]:
        """(n, columns) float64, uniform in [low, high)."""
        unit = (self._words(name, ids, columns) >> np.uint64(11)).astype(np.float64) * 2.0**-53
        return low + (high - low) * unit

    def normal(self, name: str, ids: ArrayLike, columns: int = 1) -> NDArray[np.float64]:
        """(n, columns) float64, standard normal, by inversion."""
        unit = (self._words(name, ids, columns) >> np.uint64(12)).astype(np.float64)
        return ndtri((unit + 0.5) * 2.0**-52)

    def integers(self, name: str, ids: ArrayLike, high: int, columns: int = 1) -> NDArray[np.int64]:
        """(n, columns) int64, uniform in [0, high)."""
        return np.minimum((self.uniform(name, ids, columns) * high).astype(np.int64), high - 1)

    def choice(
        self, name: str, ids: ArrayLike, weights: Sequence[float] | NDArray[np.float64]
    ) -> NDArray[np.int64]:
        """(n,) int64 indices into `weights`, each picked in proportion to its weight."""
        share = np.cumsum(np.asarray(weights, dtype=np.float64))
        picks = np.searchsorted(share / share[-1], self.uniform(name, ids)[:, 0], side="right")
        return np.minimum(picks, len(share) - 1)
