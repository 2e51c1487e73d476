"""Calibration: a method's uncertainty is scaled on the validation split so that it holds the stated share of errors.

A factor for every joint and each range of the number of detected joints. For a method that predicts its own
uncertainty, this is multiplied by the factor; for one that does not, the factor is the uncertainty, in metres.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi

Array = NDArray[np.float64]

DETECTED = (9, 13, 17)  # detected joints from which the next column counts: up to 8, to 12, to 16, all
_LEVELS = np.linspace(0.1, 0.9, 17)
_FEWEST = 50  # errors that a factor is learnt from
_UNKNOWN = 1.0  # the factor where there are no errors to learn it from


def fit(errors: NDArray[Any], sigma: NDArray[Any], detected: NDArray[Any]) -> Array:
    """(20, 4) factors, from distances to the truth (n, 20) in metres, NaN where unknown, the method's own sigma
    (n, 20) in metres, 1 where it has none, and how many joints were detected (n,).

    With the factor, balls of the size at which a chi distribution with three degrees of freedom has some share hold
    that share of the truth: the factor is the mean, over shares from 0.1 to 0.9, of what each would ask for. So the
    bulk of the errors counts, and not how far the worst are off.
    """
    ratio = errors / np.maximum(sigma, 1e-6)
    column = column_of(detected)
    factors = np.empty((errors.shape[1], len(DETECTED) + 1))
    for joint in range(errors.shape[1]):
        whole = _factor(ratio[:, joint], _UNKNOWN)
        for number in range(factors.shape[1]):
            factors[joint, number] = _factor(ratio[column == number, joint], whole)
    return factors


def apply(factors: Array, sigma: NDArray[Any], detected: NDArray[Any]) -> Array:
    """(n, 20) metres: the standard deviation of each joint along one axis, of the method's own or 1."""
    return np.asarray(factors[:, column_of(detected)].T * sigma)


def column_of(detected: NDArray[Any]) -> NDArray[np.int64]:
    return np.searchsorted(DETECTED, detected, side="right")


def _factor(ratio: Array, otherwise: float) -> float:
    known = ratio[np.isfinite(ratio)]
    if len(known) < _FEWEST:
        return otherwise
    return float((np.quantile(known, _LEVELS) / chi.ppf(_LEVELS, df=3)).mean())
