"""Lifts in a recording, measured as the NIOSH manual measures them: both hands on a load that moves up or down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth.risk.from_joints import points
from synth.risk.niosh import METRIC, Grip, Lift, Weight, recommended_weight
from synth.risk.vectors import cross, dot, unit

Array = NDArray[np.float64]
LEAST_TRAVEL = 0.25  # metres: the manual's least vertical travel
_TURN = 0.05  # metres that the hands have to come back before a lift is over
_REST = 0.01  # metres that resting hands wander
_HANDS = (0.08, 0.9)  # metres between the wrists of who holds one load
_STEADY = 0.06  # metres, standard deviation of that distance along a lift
_LEVEL = 0.2  # metres of height between the hands
_NEAR = 0.25  # metres: the least H of the manual; nearer, the ankles say nothing of which way the hands are


@dataclass(frozen=True)
class MeasuredLift:
    """A lift from one frame to another. Metres and degrees: H, V and A at the origin and at the destination, and D."""

    start: int
    stop: int
    horizontal: tuple[float, float]
    vertical: tuple[float, float]
    angle: tuple[float, float]

    @property
    def travel(self) -> float:
        return abs(self.vertical[1] - self.vertical[0])

    def weights(
        self, load: float, frequency: float = 0.2, hours: float = 1.0, coupling: Grip = "good"
    ) -> tuple[Weight, Weight]:
        """The limits at origin and destination for a load, kilograms; the lower one counts where it is put down with
        care (section 2.3 of the manual)."""
        at = [
            Lift(
                load, 100 * self.horizontal[end], 100 * max(self.vertical[end], 0.0), 100 * self.travel,
                self.angle[end], frequency, hours, coupling, 100 * max(self.vertical[0], 0.0),
            )
            for end in (0, 1)
        ]  # fmt: skip
        return recommended_weight(at[0], METRIC), recommended_weight(at[1], METRIC)


def find_lifts(
    joints: NDArray[Any], rate: float, loads: NDArray[Any] | None = None, floor: float = 0.0
) -> list[MeasuredLift]:
    """The lifts and lowerings of a recording's frames (n, 48, 3), metres, Z up, floor at `floor`.

    Both hands rise or sink together by 25 cm or more, some way apart that stays the same. loads (n,): kilograms in the
    hands where that is known, so that only what is carried counts. rate: frames a second.
    """
    known = np.asarray(joints, np.float64)
    if len(known) < 2:
        return []
    at = points(known)
    hands = _smoothed(at["wrist"].mean(axis=1), rate)
    apart = np.linalg.norm(at["wrist"][:, 0] - at["wrist"][:, 1], axis=1)
    uneven = np.abs(at["wrist"][:, 0, 2] - at["wrist"][:, 1, 2])
    found = []
    for start, stop in _runs(hands[:, 2]):
        rows = slice(start, stop + 1)
        together = (_HANDS[0] < apart[rows]).all() and (apart[rows] < _HANDS[1]).all()
        if not together or apart[rows].std() > _STEADY or uneven[rows].max() > _LEVEL:
            continue
        if loads is not None and not (np.asarray(loads)[rows] > 0).mean() > 0.5:
            continue
        ends = [_measured(at, hands, row, floor) for row in (start, stop)]
        (h0, v0, a0), (h1, v1, a1) = ends
        found.append(MeasuredLift(start, stop, (h0, h1), (v0, v1), (a0, a1)))
    return found


def _measured(at: dict[str, Array], hands: Array, row: int, floor: float) -> tuple[float, float, float]:
    """H and V, metres, and A, degrees, in a frame. The body's middle plane is the pelvis'.

    A is measured at the ankles as in the manual; of hands that are over the feet, at the hips.
    """
    reach = hands[row] - at["ankle"][row].mean(axis=0)
    reach[2] = 0.0
    ahead = unit(cross(at["hip"][row, 0] - at["hip"][row, 1], np.array([0.0, 0.0, 1.0])))
    way = reach if np.linalg.norm(reach) >= _NEAR else (hands[row] - at["hip"][row].mean(axis=0)) * [1, 1, 0]
    across = cross(ahead, unit(way))[2]
    angle = np.degrees(np.arctan2(abs(across), dot(ahead, unit(way))))
    return float(np.linalg.norm(reach)), float(hands[row, 2] - floor), float(angle)


def _runs(height: Array) -> list[tuple[int, int]]:
    """From where to where a height rises or sinks by `LEAST_TRAVEL` without coming back by `_TURN`."""
    found, first, last, sign = [], 0, 0, 0
    for row in range(1, len(height)):
        step = height[row] - height[last]
        if not sign:
            if abs(height[row] - height[first]) >= _TURN:
                sign, last = int(np.sign(height[row] - height[first])), row
        elif step * sign >= 0:
            last = row
        elif abs(step) >= _TURN:
            found.append((first, last))
            first, last, sign = last, row, -sign
    found.append((first, last))
    long = [(a, b) for a, b in found if abs(height[b] - height[a]) >= LEAST_TRAVEL]
    return [_without_rests(height, a, b) for a, b in long]


def _without_rests(height: Array, first: int, last: int) -> tuple[int, int]:
    """A run without the rest before it and after it, where the height is that of its end to a `_REST`."""
    rows = np.arange(first, last + 1)
    still = np.abs(height[rows] - height[first]) <= _REST
    there = np.abs(height[rows] - height[last]) <= _REST
    return int(rows[still].max()), int(rows[there].min())


def _smoothed(places: Array, rate: float) -> Array:
    """Means over a fifth of a second, so that tremor does not end a lift."""
    half = max(0, round(rate / 10))
    padded = np.pad(places, ((half, half), (0, 0)), mode="edge")
    kernel = np.ones(2 * half + 1) / (2 * half + 1)
    return np.stack([np.convolve(column, kernel, "valid") for column in padded.T], axis=1)
