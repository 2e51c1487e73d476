"""What a clip of a work task brings along: the body that it was solved for, what stands around, what is held.

Recordings have no such thing. Times are seconds from the clip's first frame; positions are metres in the clip's world,
right-handed, Z up, floor at z = 0.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, TypeVar, get_args

Hand = Literal["", "left", "right", "both"]
Coupling = Literal["good", "fair", "poor", "unacceptable"]
Activity = Literal["static", "repeated", "unstable"]
FOREVER = float("inf")
COUPLINGS: tuple[Coupling, ...] = get_args(Coupling)


@dataclass(frozen=True)
class Furniture:
    """A thing that the task needs, from `start` to before `stop`.

    kind: of `synth.scene.props.furniture`. size: metres, as that kind's builder takes them; those left out are the
    kind's own. position (3,): where the middle of its base stands; it does not count while a hand holds it. yaw:
    radians that it is turned about the vertical there; what is held is turned about the hand if it is a tool (or a
    shaft in one hand), else about the upright axis of how it is held: pi swaps the ends of a broom. hand: which hand
    holds it, '' for none. A box that is lifted from a pallet onto a shelf is three of these: standing, held in both
    hands, standing.
    """

    kind: str
    size: tuple[float, ...] = ()
    position: tuple[float, float, float] = (0.0, 0.0, 0.0)
    yaw: float = 0.0
    hand: Hand = ""
    start: float = 0.0
    stop: float = FOREVER


@dataclass(frozen=True)
class Load:
    """Kilograms that the hands carry from `start` to before `stop`."""

    kilograms: float
    start: float = 0.0
    stop: float = FOREVER


Timed = TypeVar("Timed", Furniture, Load)


@dataclass(frozen=True)
class Work:
    """The task of a clip.

    page: the page's name; title, trade: for people. gender, betas: the body that the clip was solved for, of the
    shipped model. coupling: how well the load can be gripped, in the words of REBA. activity: as REBA adds points for
    it: a posture held for over a minute, small movements repeated over four times a minute, or an unstable base.
    """

    page: str
    title: str
    trade: str
    gender: str
    betas: tuple[float, ...]
    furniture: tuple[Furniture, ...] = ()
    loads: tuple[Load, ...] = ()
    coupling: Coupling = "good"
    activity: tuple[Activity, ...] = ()

    def from_second(self, second: float) -> Work:
        """The same task seen from a later second of it: what is over by then is left out."""
        return replace(
            self,
            furniture=tuple(_later(each, second) for each in self.furniture if each.stop > second),
            loads=tuple(_later(each, second) for each in self.loads if each.stop > second),
        )

    def at(self, second: float) -> tuple[tuple[Furniture, ...], float]:
        """What is there at a second, and the kilograms in the hands."""
        there = tuple(each for each in self.furniture if each.start <= second < each.stop)
        return there, sum(each.kilograms for each in self.loads if each.start <= second < each.stop)

    def to_json(self) -> dict[str, Any]:
        """All of it as JSON; what has no end has a `stop` of None."""
        found = asdict(self)
        for each in (*found["furniture"], *found["loads"]):
            each["stop"] = None if each["stop"] == FOREVER else each["stop"]
        return found

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> Work:
        """What `to_json` made."""
        furniture = [
            Furniture(**{**_timed(each), "size": tuple(each["size"]), "position": tuple(each["position"])})
            for each in content["furniture"]
        ]
        loads = [Load(**_timed(each)) for each in content["loads"]]
        given = {"betas": tuple(content["betas"]), "activity": tuple(content["activity"])}
        return cls(**{**content, **given, "furniture": tuple(furniture), "loads": tuple(loads)})


def _timed(each: dict[str, Any]) -> dict[str, Any]:
    return {**each, "stop": FOREVER if each["stop"] is None else each["stop"]}


def _later(each: Timed, second: float) -> Timed:
    return replace(each, start=max(0.0, each.start - second), stop=each.stop - second)
