"""Weights that make the classes of a corpus count as much as wanted: clusters of poses, views, any column.

Poses are clustered by mini-batch k-means (Sculley, 'Web-scale k-means clustering', 2010), written here and not taken
from scipy.cluster.vq because selections made with it must come out the same again, to the bit, on every machine.

Several balances at once are met by iterative proportional fitting (Deming and Stephan, 1940): each in turn rescales
the weights of its classes, until all of them hold or no longer improve.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from pipelines.curate.columns import COLUMNS
from pipelines.curate.rules import BalanceSpec
from synth.core.errors import InputError
from synth.core.randomness import Draws

_BATCH, _ROUNDS, _SWEEPS = 1024, 120, 60
Codes = NDArray[np.int64]


def cluster(poses: NDArray[np.float32], count: int, seed: int) -> NDArray[np.float32]:
    """(k, d) centres of at most `count` clusters of poses (n, d), begun as k-means++ does (Arthur and
    Vassilvitskii 2007). The same poses and seed give the same centres."""
    rng = np.random.default_rng(np.random.SeedSequence([seed, int(Draws(seed).key("curate.clusters"))]))
    centres = [poses[rng.integers(len(poses))]]
    far = np.full(len(poses), np.inf)
    while len(centres) < min(count, len(poses)):
        far = np.minimum(far, ((poses - centres[-1]).astype(np.float64) ** 2).sum(axis=1))
        if far.max() < 1e-6:
            break  # fewer different poses than clusters
        centres.append(poses[rng.choice(len(poses), p=far / far.sum())])
    middle = np.array(centres, np.float64)
    taken = np.zeros(len(middle), np.int64)
    for _ in range(_ROUNDS):
        batch = poses[rng.integers(len(poses), size=_BATCH)]
        nearest = assign_clusters(batch, middle.astype(np.float32))
        for pose, own in zip(batch, nearest, strict=True):
            taken[own] += 1
            middle[own] += (pose - middle[own]) / taken[own]
    return middle.astype(np.float32)


@njit(cache=True, nogil=True)
def _assign(poses, centres, out):  # type: ignore[no-untyped-def]
    for n in range(len(poses)):
        best, limit = 0, np.inf
        for k in range(len(centres)):
            total = 0.0
            for axis in range(poses.shape[1]):
                step = np.float64(poses[n, axis]) - centres[k, axis]
                total += step * step
                if total >= limit:
                    break
            if total < limit:
                best, limit = k, total
        out[n] = best


def assign_clusters(poses: NDArray[np.float32], centres: NDArray[np.float32]) -> Codes:
    """(n,) the nearest of the centres (k, d) for each of the poses (n, d); the first of several."""
    out = np.empty(len(poses), np.int64)
    _assign(np.ascontiguousarray(poses), centres, out)
    return out


def view_cells(views: NDArray[Any], azimuths: int, elevations: int) -> Codes:
    """(n,) the cell of each view direction (n, 3): sectors of azimuth, the first about 0, times rings of equal
    area, the first straight from below."""
    turn = np.arctan2(views[:, 1], views[:, 0]) / (2 * np.pi) + 0.5 / azimuths
    sector = np.floor((turn % 1.0) * azimuths).astype(np.int64) % azimuths
    ring = np.clip(np.floor((views[:, 2].astype(np.float64) + 1) / 2 * elevations), 0, elevations - 1)
    return ring.astype(np.int64) * azimuths + sector


@dataclass(frozen=True)
class Classes:
    """What samples are balanced by: `code` (n,) rows of `names`, and the `wanted` share of each class, or None
    for even shares of those that occur."""

    title: str
    code: Codes
    names: list[str]
    wanted: dict[str, float] | None = None

    def target(self) -> NDArray[np.float64]:
        """(k,) the share of each class: what is wanted of those that some sample is in, brought to a sum of 1.

        Raises InputError where a class is wanted that there is not, or none of those wanted has a sample.
        """
        there = np.bincount(self.code, minlength=len(self.names)) > 0
        if self.wanted is None:
            return there / there.sum()
        unknown = [name for name in self.wanted if name not in self.names]
        share = np.array([self.wanted.get(name, 0.0) for name in self.names]) * there
        if unknown or not share.sum():
            raise InputError(
                f"there is no class '{unknown[0]}'" if unknown else "no sample is in a class that is wanted",
                where=f"balance, by {self.title}",
                remedy=f"the classes are {', '.join(self.names[:20])}",
            )
        return share / share.sum()

    def shares(self, weight: NDArray[Any]) -> list[float]:
        """The share of each class under weights (n,)."""
        found = np.bincount(self.code, weight, minlength=len(self.names))
        return (found / max(found.sum(), 1e-300)).tolist()


def from_names(title: str, names: NDArray[Any], wanted: dict[str, float] | None) -> Classes:
    """Classes of samples that have a name (n,) each."""
    found, code = np.unique(names.astype(str), return_inverse=True)
    return Classes(title, code.astype(np.int64), found.tolist(), wanted)


def from_column(rule: BalanceSpec, values: NDArray[Any]) -> Classes:
    """Classes of a column's values (n,): between the rule's edges, or a class for each value."""
    if rule.edges is not None:
        inner = [f"{a:g} to {b:g}" for a, b in pairwise(rule.edges)]
        names = [f"under {rule.edges[0]:g}", *inner, f"{rule.edges[-1]:g} and over"]
        return Classes(rule.by, np.digitize(values, rule.edges).astype(np.int64), names, rule.shares)
    codes = COLUMNS[rule.by].names
    if codes:
        return Classes(rule.by, values.astype(np.int64), list(codes), rule.shares)
    return from_names(rule.by, values, rule.shares)


def weigh(classes: list[Classes], n: int, most: float) -> NDArray[np.float64]:
    """(n,) weights with mean 1, none above `most` nor, but for classes nobody wants, below its inverse, under which
    every one of `classes` has its target shares as nearly as that allows."""
    weight = np.ones(n)
    targets = [each.target() for each in classes]
    for _ in range(_SWEEPS):
        before = weight.copy()
        for each, target in zip(classes, targets, strict=True):
            have = np.bincount(each.code, weight, minlength=len(target))
            with np.errstate(divide="ignore", invalid="ignore"):
                factor = np.where(have > 0, target * n / have, 0.0)
            weight = weight * factor[each.code]
        weight = _limited(weight, most)
        if np.abs(weight - before).max(initial=0.0) < 1e-6:
            break
    return weight


def _limited(weight: NDArray[np.float64], most: float) -> NDArray[np.float64]:
    """Weights with mean 1, none above `most` and none but zeros below its inverse."""
    counts = weight > 0
    for _ in range(_SWEEPS):
        weight = weight / max(weight.mean(), 1e-300)
        bounded = np.where(counts, np.clip(weight, 1 / most, most), 0.0)
        if np.abs(bounded - weight).max(initial=0.0) < 1e-9 * most:
            break
        weight = bounded
    return weight


def effective(weight: NDArray[Any]) -> float:
    """How many equally weighted samples say as much (Kish 1965): the squared sum over the sum of squares."""
    total = float((weight.astype(np.float64) ** 2).sum())
    return float(weight.sum(dtype=np.float64)) ** 2 / total if total else 0.0


def draw_weighted(weight: NDArray[Any], uniform: NDArray[np.float64], count: int) -> NDArray[np.bool_]:
    """(n,) which `count` samples are drawn without replacement, in proportion to their weights, given a uniform
    number for each (Efraimidis and Spirakis 2006)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        score = np.where(weight > 0, np.log(np.maximum(uniform, 1e-300)) / weight, -np.inf)
    chosen = np.zeros(len(weight), bool)
    chosen[np.argsort(-score, kind="stable")[:count]] = True
    return chosen & (weight > 0)
