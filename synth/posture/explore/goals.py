"""What `explore` aims at: points of low discrepancy, spread over the reachable cells of the space of work postures.

The first coordinate of a Sobol sequence (Sobol, 'On the distribution of points in a cube', USSR Comput. Math. Math.
Phys. 7, 1967) picks the cell of the left hand, the second that of the right hand among those that go with the same
stance, trunk and gaze; the others say where in its bands a posture lies. Of n points every n-th part of the list of
cells has one, and so has every combination of parts of both lists: no cell is left out, or taken twice, by chance.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

from synth.core.randomness import Draws
from synth.posture.explore.space import AXES, SHAPE, SIZE, UNDER_SHOULDER, UNKNOWN, axis, possible, reachable

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
STANCES = AXES[0].bands
POSES = 6  # of a clip
_BITS = 30  # of scipy's Sobol sequence
_HAND = ("height", "reach", "direction")  # axes of where a hand is
_BODY = ("inclination", "twist", "bend", "gaze")  # axes that both hands share
_MIRRORED = ("twist", "bend")
# Where in each band postures lie: off its edges by what the shapes of bodies and a search leave open, and no further
# out than people at work go. Degrees, and for height and reach lengths of the arm.
_WITHIN: dict[str, tuple[tuple[float, float], ...]] = {
    "height": ((-0.97, -0.55), (-0.44, -0.06), (0.06, 0.93)),
    "reach": ((0.3, 0.68), (0.81, 0.97)),
    "direction": ((-55.0, -18.0), (-4.0, 52.0), (68.0, 110.0)),
    "inclination": ((-3.0, 15.0), (25.0, 55.0), (65.0, 90.0)),
    "twist": ((-30.0, -14.0), (-6.0, 6.0), (14.0, 30.0)),
    "bend": ((-24.0, -13.0), (-6.0, 6.0), (13.0, 24.0)),
    "gaze": ((-35.0, -16.0), (-5.0, 20.0), (31.0, 65.0)),
}
_NECK, _INSIDE = 40.0, 1.5  # degrees that the neck bends back; that a posture keeps from a band's edge
_COORDINATES = 2 + len(_BODY) + 2 * len(_HAND)
_CLEAR = UNDER_SHOULDER + 0.06  # arm lengths from the plumb line: where a wrist has a direction


@dataclass(frozen=True)
class Goal:
    """A posture to take. cells: of the left and the right hand, UNKNOWN for a hand that hangs.

    inclination, twist (to the left), bend (to the left) of the trunk and gaze (the head's inclination): degrees.
    hands (2, 3): of each wrist the height, reach and direction, in arm lengths and degrees, NaN where it hangs.
    """

    cells: tuple[int, int]
    inclination: float
    twist: float
    bend: float
    gaze: float
    hands: Floats

    @property
    def body(self) -> Floats:
        """(4,) inclination, twist, bend, gaze."""
        return np.array([self.inclination, self.twist, self.bend, self.gaze])


def points(seed: int, name: str, count: int, columns: int = _COORDINATES) -> Floats:
    """(count, columns) a Sobol sequence, its digits shifted by what the seed and the name draw."""
    power = max(0, int(np.ceil(np.log2(max(count, 1)))))
    digits = (qmc.Sobol(columns, scramble=False).random_base2(power)[:count] * 2**_BITS).astype(np.int64)
    shift = Draws(seed).integers(f"explore/{name}/shift", 0, 2**_BITS, columns)[0]
    return np.asarray(((digits ^ shift) + 0.5) / 2**_BITS)


def mirrored(cells: Ints) -> Ints:
    """The cells of the other hand with the same stance, trunk and gaze, and the hand there on its own side."""
    bands = list(np.unravel_index(cells, SHAPE))
    for name in _MIRRORED:
        bands[axis(name)] = 2 - bands[axis(name)]
    return np.asarray(np.ravel_multi_index(bands, SHAPE), np.int64)


def _aimed(stance: str) -> NDArray[np.bool_]:
    """(SIZE,) cells that goals are put in: who lies is on the back, on the floor, looks up and has no hand below it."""
    at = np.indices(SHAPE)
    aimed = (at[axis("gaze")] == 0) & (at[axis("height")] > 0)
    return np.asarray(aimed.ravel() if stance == "lying" else np.ones(SIZE, bool))


@cache
def _lists(stance: str, anywhere: bool = False) -> tuple[Ints, dict[int, Ints]]:
    """The reachable cells of the left hand in a stance, those with the same trunk and gaze together; and for every such
    posture of trunk and gaze, by its first cell, the reachable ones of the right hand."""
    flags = np.tile(possible(), (2, 1)) if anywhere else reachable()
    own = np.arange(SIZE).reshape(SHAPE)[STANCES.index(stance)]
    order = [axis(name) - 1 for name in (*_BODY, *_HAND)]
    contexts = own.transpose(order).reshape(-1, np.prod([SHAPE[axis(name)] for name in _HAND]))
    right = mirrored(contexts)
    flags = flags & _aimed(stance)
    left = contexts[flags[0][contexts]]
    return left, {
        int(cell): row[flags[1][row]] for cells, row in zip(contexts, right, strict=True) for cell in cells
    }  # fmt: skip


def goals(stance: str, seed: int, count: int, anywhere: bool = False) -> list[Goal]:
    """`count` goals of a stance, neighbours in order of the cells: what follows in the list lies near in the space.

    anywhere: over all cells that no rule excludes, whether known to be reachable or not. Empty where the stance has
    no cell.
    """
    left, right = _lists(stance, anywhere)
    if not len(left):
        return []
    found = points(seed, stance, count)
    found = found[np.argsort(found[:, 0], kind="stable")]
    return [goal_of(int(left[int(u[0] * len(left))]), right, u) for u in found]


def goals_in(cell: int, seed: int, count: int) -> list[Goal]:
    """`count` goals with the left hand in a cell."""
    _, right = _lists(STANCES[int(np.unravel_index(cell, SHAPE)[0])], anywhere=True)
    return [goal_of(cell, right, u) for u in points(seed, f"cell {cell}", count)]


def goal_of(cell: int, right: dict[int, Ints], u: Floats) -> Goal:
    """The goal in a cell of the left hand at a point (_COORDINATES,) of the unit cube."""
    others = right[cell]
    other = int(others[int(u[1] * len(others))]) if len(others) else UNKNOWN
    bands = np.unravel_index(cell, SHAPE)
    at = 2 + len(_BODY)
    body = [_within(name, int(bands[axis(name)]), u[2 + k]) for k, name in enumerate(_BODY)]
    body[0], body[3] = _together(body[0], body[3], int(bands[axis("inclination")]), int(bands[axis("gaze")]))
    hands = np.stack(
        [_hand(each, u[at + 3 * side : at + 3 * side + 3]) for side, each in enumerate((cell, other))]
    )
    return Goal((cell, other), body[0], body[1], body[2], body[3], hands)


def _together(inclination: float, gaze: float, trunk: int, head: int) -> tuple[float, float]:
    """Inclination and gaze brought as near as the neck takes the head back, as far as their bands let them."""
    for name, band in (("inclination", trunk), ("gaze", head)):
        beyond = inclination - gaze - _NECK
        if beyond > 0 and name == "inclination":
            inclination = max(inclination - beyond, min(inclination, _edge(name, band, below=True)))
        elif beyond > 0:
            gaze = min(gaze + beyond, max(gaze, _edge(name, band, below=False)))
    return inclination, gaze


def _edge(name: str, band: int, below: bool) -> float:
    """The edge of a band, a little inside."""
    edges = AXES[axis(name)].edges
    if below:
        return edges[band - 1] + _INSIDE if band else -np.inf
    return edges[band] - _INSIDE if band < len(edges) else np.inf


def _within(name: str, band: int, u: float) -> float:
    low, high = _WITHIN[name][band]
    return float(low + u * (high - low))


def _hand(cell: int, u: Floats) -> Floats:
    """(3,) height, reach and direction of a wrist in a cell: no higher or lower than its reach lets it."""
    if cell < 0:
        return np.full(3, np.nan)
    height, reach, direction = (int(np.unravel_index(cell, SHAPE)[axis(name)]) for name in _HAND)
    aside = 0.0 if direction == 1 else _CLEAR
    near, far = _WITHIN["reach"][reach]
    most = np.sqrt(far**2 - aside**2) - 0.01
    low, high = np.clip(_WITHIN["height"][height], -most, most)
    z = low + u[0] * (high - low)
    near = max(near, float(np.hypot(z, aside)))
    return np.array([z, near + u[1] * (far - near), _within("direction", direction, float(u[2]))])


def reachable_of(stance: str) -> int:
    """How many cells of a hand are reachable in a stance."""
    return len(_lists(stance)[0])
