"""The things of a task in the world: where furniture stands, where its grips are, what is solid.

The world of a task: x to the worker's right, y ahead, z up, the origin on the floor between the feet at the start.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from synth.core.errors import InputError
from synth.core.randomness import Draws
from synth.posture.naming import bare_names, choice, grip_keys
from synth.posture.task import PlaceSpec, TaskSpec, ThingSpec
from synth.scene.props.furniture import FURNITURE, Piece, piece_of, sizes, standing
from synth.scene.props.pieces import PALM, Boxes
from synth.scene.work import Furniture, Hand

Floats = NDArray[np.float64]
SEATS = ("stool", "chair", "wheelchair", "bed")
LADDERS = ("ladder", "stepladder")
_SURFACES = ("top", "level", "deck", "tub", "front", "edge", "left", "right", "sill", "step", "foot")
_FACES = ("face", "side")


def own_left(page: TaskSpec) -> float:
    """-1 for who lies on the back with the head ahead: their left is at the world's right; else 1."""
    return -1.0 if page.stance == "lying_under" else 1.0


class Dice:
    """The draws of one realisation of a page: a value depends on the seed, the page, the realisation and a name."""

    def __init__(self, seed: int, page: str, realisation: int) -> None:
        self._draws, self._page, self._id = Draws(seed), page, realisation

    def between(self, name: str, bounds: tuple[float, float]) -> float:
        low, high = bounds
        if low == high:
            return low
        return low + (high - low) * float(self._draws.uniform(f"task/{self._page}/{name}", self._id)[0, 0])

    def normal(self, name: str, columns: int = 1) -> Floats:
        return self._draws.normal(f"task/{self._page}/{name}", self._id, columns)[0]

    def coin(self, name: str, share: float = 0.5) -> bool:
        return self.between(name, (0.0, 1.0)) < share


@dataclass
class Thing:
    """A thing as it is now: standing at `position` turned by `yaw`, or in a hand."""

    name: str
    kind: str
    size: tuple[float, ...]
    weight: float
    position: Floats
    yaw: float
    hand: Hand = ""
    since: float = 0.0

    def furniture(self, stop: float = float("inf")) -> Furniture:
        place = tuple(round(float(v), 5) for v in self.position)
        return Furniture(
            self.kind,
            self.size,
            (place[0], place[1], place[2]),
            round(self.yaw, 5),
            self.hand,
            self.since,
            stop,
        )

    def piece(self) -> Piece:
        return standing(self.furniture()) if not self.hand else piece_of(self.kind, self.size, self.hand)

    @property
    def hold(self) -> str:
        return FURNITURE.get(self.kind).hold


@dataclass
class Setting:
    """All things by name, and what was there before they were moved."""

    things: dict[str, Thing] = field(default_factory=dict)
    past: list[Furniture] = field(default_factory=list)
    pushed: dict[str, float] = field(default_factory=dict)  # what is rolled along, and since when

    def furniture(self) -> tuple[Furniture, ...]:
        return (*self.past, *(thing.furniture() for thing in self.things.values()))

    def grip(self, place: str, side: str, near: float) -> tuple[Floats, str]:
        """Where a hand goes on a thing or thing.grip, and the grip's name; of several with numbers the one nearest
        to the height `near`. Raises InputError where there is no such grip."""
        name, _, wanted = place.partition(".")
        grips = self.things[name].piece().grips
        for key in grip_keys(wanted, side, grips):
            numbered = {k: v for k, v in grips.items() if re.fullmatch(rf"{re.escape(key)}_\d+", k)}
            if key in grips:
                return grips[key], key
            if numbered:
                best = min(numbered, key=lambda k: abs(float(numbered[k][2]) - near))
                return numbered[best], best
        raise InputError(
            f"a {self.things[name].kind} has no grip '{wanted}'",
            where=place,
            remedy=choice(wanted, bare_names(grips)),
        )

    def hand_at(self, place: PlaceSpec, side: str, near: float, spread: float = 0.11) -> Floats:
        """Where the middle of a hand goes for a place on a thing: beside a surface's middle, off it by the palm."""
        assert place.at is not None
        spot, key = self.grip(place.at, side, near)
        thing = self.things[place.at.partition(".")[0]]
        spot = spot.copy()
        bare = re.sub(r"_\d+$", "", key)
        if thing.hold:
            return spot
        if bare not in (f"{side}_rail", f"handle_{side}", f"wheel_{side}") and spread:
            spot += (-spread if side == "left" else spread) * np.array(
                [np.cos(thing.yaw), np.sin(thing.yaw), 0.0]
            )
        if bare in _SURFACES:
            spot[2] += PALM
        elif bare == "under":
            spot[2] -= PALM
        elif bare in _FACES:
            spot += PALM * np.array([np.sin(thing.yaw), -np.cos(thing.yaw), 0.0])
        return spot

    def boxes(self, leave: tuple[str, ...] = ()) -> tuple[Boxes, list[str]]:
        """The solids of all that stands, and whose each is."""
        parts, whose = [], []
        for name, thing in self.things.items():
            if not thing.hand and name not in leave:
                solid = thing.piece().solids
                parts.append(solid)
                whose += [name] * len(solid.centre)
        if not parts:
            return Boxes(np.zeros((0, 3)), np.zeros((0, 3, 3)), np.zeros((0, 3)), np.zeros(0, bool)), []
        return Boxes(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True))), whose


def place_things(page: TaskSpec, dice: Dice) -> Setting:
    """The page's things, those that stand on others after those. Raises InputError where they stand in a circle."""
    setting = Setting()
    waiting = dict(page.things)
    while waiting:
        ready = [
            name
            for name, each in waiting.items()
            if each.at is None or each.at.split(".")[0] in setting.things
        ]
        if not ready:
            name = next(iter(waiting))
            raise InputError(
                "things stand on one another in a circle",
                where=f"things.{name}.at",
                remedy="let one stand on the floor",
            )
        for name in ready:
            setting.things[name] = _placed(name, waiting.pop(name), setting, dice, own_left(page))
    return setting


def _placed(name: str, spec: ThingSpec, setting: Setting, dice: Dice, own: float) -> Thing:
    drawn = {key: dice.between(f"{name}.size.{key}", each) for key, each in spec.size.items()}
    position = np.array(
        [
            -own * dice.between(f"{name}.left", spec.left),
            dice.between(f"{name}.forward", spec.forward),
            dice.between(f"{name}.height", spec.height),
        ]
    )
    if spec.at is not None:
        base, _ = setting.grip(spec.at, "left" if "." in spec.at else "none", 1.0)
        position = position + base
    return Thing(
        name=name,
        kind=spec.kind,
        size=tuple({**sizes(spec.kind), **drawn}.values()),
        weight=dice.between(f"{name}.weight", spec.weight),
        position=position,
        yaw=float(np.radians(dice.between(f"{name}.turn", spec.turn))),
        hand=spec.held or "",
    )
