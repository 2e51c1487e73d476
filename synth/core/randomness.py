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
from numba import njit
from numpy.typing import ArrayLike, NDArray

_COLUMN_BITS = 20
_IDENTITY_BITS = 64 - _COLUMN_BITS
_HALF = np.uint64(32)


@njit(cache=True, nogil=True, inline="always")
def _swap(x):  # type: ignore[no-untyped-def]
    return (x >> _HALF) | (x << _HALF)


@njit(cache=True, nogil=True)
def unit(key, identity, column):  # type: ignore[no-untyped-def]
    """One float64, uniform in [0, 1), for kernels: `key` from `Draws.key`, column below 2**20."""
    counter = (np.uint64(identity) << np.uint64(_COLUMN_BITS)) + np.uint64(column)
    x = y = counter * key
    z = y + key
    x = _swap(x * x + y)
    x = _swap(x * x + z)
    x = _swap(x * x + y)
    t = x = x * x + z
    x = _swap(x)
    word = t ^ ((x * x + y) >> _HALF)
    return np.float64(word >> np.uint64(11)) * 2.0**-53


@njit(cache=True, nogil=True)
def gauss(key, identity, column):  # type: ignore[no-untyped-def]
    """One float64, standard normal (Box and Muller 1958), from the columns `column` and `column + 1`."""
    radius = np.sqrt(-2.0 * np.log(1.0 - unit(key, identity, column)))
    return radius * np.cos(2.0 * np.pi * unit(key, identity, column + 1))


@njit(cache=True, nogil=True)
def _units(key, ids, out):  # type: ignore[no-untyped-def]
    for i in range(out.shape[0]):
        for column in range(out.shape[1]):
            out[i, column] = unit(key, ids[i], column)


@njit(cache=True, nogil=True)
def _gausses(key, ids, out):  # type: ignore[no-untyped-def]
    for i in range(out.shape[0]):
        for column in range(out.shape[1]):
            out[i, column] = gauss(key, ids[i], 2 * column)


def _rows(ids: ArrayLike) -> NDArray[np.uint64]:
    rows = np.atleast_1d(np.asarray(ids))
    if rows.size and (rows.min() < 0 or rows.max() >= 2**_IDENTITY_BITS):
        raise ValueError(
            f"identities must be from 0 to 2**{_IDENTITY_BITS} - 1, not {rows.min()} to {rows.max()}"
        )
    return rows.astype(np.uint64)


@dataclass(frozen=True)
class Draws:
    """All random values of one seed.

    `ids` are the integer identities (below 2**44) of what is drawn for; every method returns one row
    per identity and the row depends on that identity alone.
    """

    seed: int

    def key(self, name: str) -> np.uint64:
        """The odd 64-bit key of a named draw, for `unit` and `gauss`."""
        digest = hashlib.blake2b(f"{self.seed}/{name}".encode(), digest_size=8).digest()
        return np.uint64(int.from_bytes(digest, "little") | 1)

    def uniform(
        self, name: str, ids: ArrayLike, columns: int = 1, low: float = 0.0, high: float = 1.0
    ) -> NDArray[np.float64]:
        """(n, columns) float64, uniform in [low, high)."""
        rows = _rows(ids)
        out = np.empty((len(rows), columns))
        _units(self.key(name), rows, out)
        return low + (high - low) * out

    def normal(self, name: str, ids: ArrayLike, columns: int = 1) -> NDArray[np.float64]:
        """(n, columns) float64, standard normal."""
        rows = _rows(ids)
        out = np.empty((len(rows), columns))
        _gausses(self.key(name), rows, out)
        return out

    def integers(self, name: str, ids: ArrayLike, high: int, columns: int = 1) -> NDArray[np.int64]:
        """(n, columns) int64, uniform in [0, high)."""
        return np.minimum((self.uniform(name, ids, columns) * high).astype(np.int64), high - 1)

    def choice(
        self, name: str, ids: ArrayLike, weights: Sequence[float] | NDArray[np.float64]
    ) -> NDArray[np.int64]:
        """(n,) int64 indices into `weights`, each picked in proportion to its weight; not all may be 0."""
        share = np.cumsum(np.asarray(weights, dtype=np.float64))
        picks = np.searchsorted(share / share[-1], self.uniform(name, ids)[:, 0], side="right")
        return np.minimum(picks, len(share) - 1)
