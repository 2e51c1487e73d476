"""The frame rate that free fall shows: a body in flight falls at 9.81 m/s^2, so jumps show the true rate.

The centre of mass of a body in the air follows a parabola. On CMU's recordings the fits lie within 8 % of the true
rate. Hanging and swinging look like flight, but their fits do not agree.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synth.core.runs import runs
from synth.motion.clip import Clip
from synth.motion.floor import Floats

GRAVITY = 9.81
# Frames a second at which systems record, and to which recordings are halved: what one may be mistaken for.
RATES_IN_USE = (
    24.0,
    25.0,
    30.0,
    48.0,
    50.0,
    60.0,
    100.0,
    120.0,
    150.0,
    200.0,
    240.0,
    250.0,
    300.0,
    360.0,
    480.0,
)
_FEWEST = 3  # falls that have to agree
_AGREE, _SHARE = 0.08, 0.75  # within this of their median, this share of them
_NEAR = 0.08  # of a rate in use


@dataclass(frozen=True)
class FallRate:
    """What the falls of a recording show: metres/s^2, the rate at which they would be 9.81, and whether to trust it.

    falls: how many there are. certain: enough of them agree, on a rate that is in use.
    """

    falls: int
    acceleration: float
    rate: float
    certain: bool


def fall_rate(clip: Clip, centre: Floats) -> FallRate | None:
    """The rate that a clip's falls show, from the height (T,) of its centre of mass; None where nothing falls."""
    accelerations = np.array(falls(clip, centre))
    if not len(accelerations):
        return None
    rates = clip.rate * np.sqrt(GRAVITY / accelerations)
    rate = float(np.median(rates))
    agreeing = float((np.abs(rates / rate - 1.0) < _AGREE).mean())
    in_use = any(abs(rate / each - 1.0) < _NEAR for each in RATES_IN_USE)
    certain = len(rates) >= _FEWEST and agreeing >= _SHARE and in_use
    return FallRate(len(rates), float(np.median(accelerations)), rate, certain)


def falls(clip: Clip, centre: Floats) -> list[float]:
    """The downward accelerations of a clip's flights, m/s^2, all above 0.

    A flight is 0.15 s or more at 4 cm or more over the floor, in which the centre of mass follows a parabola that opens
    downward to within a centimetre.
    """
    margin = max(1, round(0.02 * clip.rate))
    found = []
    with np.errstate(invalid="ignore"):
        flights = runs(clip.clearance > 0.04)
    for start, stop in ((first + margin, last - margin) for first, last in flights):
        if stop - start < 6 or (stop - start) / clip.rate < 0.15:
            continue
        seconds = np.arange(stop - start) / clip.rate
        height = centre[start:stop]
        curve = np.polynomial.Polynomial.fit(seconds, height, 2)
        acceleration = -2.0 * float(curve.convert().coef[2])
        if np.std(height - curve(seconds)) < 0.01 and acceleration > 1e-3 * GRAVITY:
            found.append(acceleration)
    return found
