"""The revised NIOSH lifting equation: Waters, Putz-Anderson & Garg, 'Applications manual for the revised NIOSH lifting
equation', DHHS (NIOSH) publication 94-110, 1994, revised 2021.

For lifting with two hands, standing, at most 8 hours; section 1.2 of the manual says what else it is not for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from synth.core.errors import InputError
from synth.risk.tables import table_file

Grip = Literal["good", "fair", "poor"]
GRIPS: tuple[Grip, ...] = ("good", "fair", "poor")
MOST_ANGLE = 135.0  # degrees of asymmetry


@dataclass(frozen=True)
class Units:
    """The manual's two sets of constants, which are not exact conversions of each other.

    load: the load constant; reach, height: H and V at which nothing is lost; slope of VM a length; travel: DM's
    constant; least: of D; most: of H, and of V and D.
    """

    load: float
    reach: float
    height: float
    slope: float
    travel: float
    least: float
    most_reach: float
    most_height: float


METRIC = Units(23.0, 25.0, 75.0, 0.003, 4.5, 25.0, 63.0, 175.0)  # kilograms and centimetres
US = Units(51.0, 10.0, 30.0, 0.0075, 1.8, 10.0, 25.0, 70.0)  # pounds and inches


@dataclass(frozen=True)
class Lift:
    """A lifting task as the manual measures it, lengths and weight in its units.

    horizontal: H, from the middle between the ankles to the middle between the hands; vertical: V, the hands over the
    floor; travel: D, up or down; angle: A, degrees of asymmetry; frequency: lifts a minute over 15 minutes; hours:
    of lifting at a stretch; origin_vertical: V at the lift's origin where `vertical` is its destination, for the
    frequency multiplier alone.
    """

    load: float
    horizontal: float
    vertical: float
    travel: float
    angle: float = 0.0
    frequency: float = 0.2
    hours: float = 1.0
    coupling: Grip = "good"
    origin_vertical: float | None = None

    def __post_init__(self) -> None:
        numbers = (self.load, self.horizontal, self.vertical, self.travel, self.angle, self.frequency)
        if min(numbers) < 0 or not np.isfinite(numbers).all():
            raise InputError(
                "a lift's numbers are not all 0 or more", where="lift", remedy="measure them as 94-110 says"
            )
        if not 0 < self.hours <= 8:
            raise InputError(
                "the equation is for up to 8 hours", where="hours", remedy="give hours, over 0 to 8"
            )
        if self.coupling not in GRIPS:
            raise InputError(
                f"there is no grip '{self.coupling}'", where="coupling", remedy=f"give {', '.join(GRIPS)}"
            )


@dataclass(frozen=True)
class Weight:
    """The multipliers, 0 to 1, and the limits: `limit` is RWL (STRWL of a task of several), `strength_limit` FIRWL.

    index: LI, load over `limit`; strength_index: FILI. Infinite where the limit is 0.
    """

    horizontal: float
    vertical: float
    travel: float
    asymmetry: float
    frequency: float
    coupling: float
    limit: float
    strength_limit: float
    index: float
    strength_index: float


def recommended_weight(lift: Lift, units: Units = METRIC, *, rounded: bool = False) -> Weight:
    """The recommended weight limit and the lifting index of a task.

    rounded: multipliers to two places before they are multiplied and limits to one, as in the manual's worksheets
    (its page 29); of H the manual's table 1 is one hundredth off its formula in two rows (22 and 23 inches).
    """
    at = units
    reach = max(lift.horizontal, at.reach)
    travel = max(lift.travel, at.least)
    found = [
        at.reach / reach if reach <= at.most_reach else 0.0,
        1 - at.slope * abs(lift.vertical - at.height) if lift.vertical <= at.most_height else 0.0,
        0.82 + at.travel / travel if travel <= at.most_height else 0.0,
        1 - 0.0032 * lift.angle if lift.angle <= MOST_ANGLE else 0.0,
        frequency_multiplier(lift.frequency, lift.hours, _origin(lift) >= at.height),
        coupling_multiplier(lift.coupling, lift.vertical >= at.height),
    ]
    found = [min(each, 1.0) for each in found]
    if rounded:
        found = [_round(each, 2) for each in found]
    hm, vm, dm, am, fm, cm = found
    strength = at.load * hm * vm * dm * am * cm
    limit = strength * fm
    if rounded:
        strength, limit = _round(strength, 1), _round(limit, 1)
    return Weight(
        hm, vm, dm, am, fm, cm, limit, strength, _index(lift.load, limit), _index(lift.load, strength)
    )


def composite_index(
    lifts: Sequence[Lift],
    units: Units = METRIC,
    heaviest: Sequence[float] | None = None,
    *,
    rounded: bool = False,
) -> float:
    """CLI of a job of several lifting tasks (section 2.4 of the manual); infinite where a task is over its limits.

    heaviest: the greatest load of each task, for FILI, where `Lift.load` is the average. Tasks are taken in the order
    of their single-task index, the more frequent first among equals; the sum of frequencies goes with the height of
    the task that is added.
    """
    if not lifts:
        raise InputError("there is no task", where="lifts", remedy="give at least one")
    most = [lift.load for lift in lifts] if heaviest is None else list(heaviest)
    found = [recommended_weight(lift, units, rounded=rounded) for lift in lifts]

    def place(number: int) -> tuple[float, float]:
        index = found[number].index
        return (-(_round(index, 1) if rounded and np.isfinite(index) else index), -lifts[number].frequency)

    order = sorted(range(len(lifts)), key=place)
    total, rate = found[order[0]].index, lifts[order[0]].frequency
    if rounded and np.isfinite(total):
        total = _round(total, 1)
    for number in order[1:]:
        lift = lifts[number]
        high = _origin(lift) >= units.height
        before = frequency_multiplier(rate, lift.hours, high)
        rate += lift.frequency
        after = frequency_multiplier(rate, lift.hours, high)
        if before == 0 or after == 0:
            return float("inf")
        strength = _index(most[number], found[number].strength_limit)
        total += (_round(strength, 1) if rounded else strength) * (1 / after - 1 / before)
    return float(total)


def frequency_multiplier(frequency: float, hours: float, high: bool) -> float:
    """FM, linear between the rows of table 5; 0 beyond 15 lifts a minute. high: V at the origin is 75 cm or more.

    Between a row and one of 0 it is 0: the manual allows no lifting above the last frequency of a column.
    """
    file = table_file("niosh")
    row = file["frequency"][2 * (0 if hours <= 1 else 1 if hours <= 2 else 2) + int(high)]
    rates = file["lifts_a_minute"]
    rate = max(frequency, rates[0])
    last = max(at for at, multiplier in zip(rates, row, strict=True) if multiplier > 0)
    return 0.0 if rate > last else float(np.interp(rate, rates, row))


def coupling_multiplier(coupling: Grip, high: bool) -> float:
    """CM of table 7. high: the hands are at 75 cm or more where it is evaluated."""
    return float(table_file("niosh")["coupling"][GRIPS.index(coupling)][int(high)])


def _origin(lift: Lift) -> float:
    return lift.vertical if lift.origin_vertical is None else lift.origin_vertical


def _index(load: float, limit: float) -> float:
    return load / limit if limit > 0 else float("inf")


def _round(value: float, places: int) -> float:
    """Half away from zero, as the manual rounds, and not to even."""
    scale = 10.0**places
    return float(np.floor(value * scale + 0.5 + 1e-9) / scale)
