"""A task page: work in words and metres, from which `solve` makes motion for any body.

    title: lifting a box from the floor to a shelf
    trade: logistics
    description: Grips a box on a pallet and puts it on a shelf at shoulder height.
    licence: CC0-1.0
    stance: standing                      # half_kneeling, kneeling, squatting, sitting, on_ladder, lying_under, walking
    feet: {apart: [0.25, 0.4], front: left, stagger: [0.1, 0.2]}
    trunk: {flexion: [0, 70], twist: [-25, 25]}      # degrees that the worker may use; side bend is `bend`
    things:                               # middle of the base; forward and left of the feet at the start, metres
      pallet: {kind: pallet, forward: 0.75, left: 0}
      box: {kind: box, size: {length: 0.4}, at: pallet, weight: [8, 12]}
      shelf: {kind: shelf, forward: 0.35, left: 0.8, turn: 90}
    phases:
      - {do: reach, both: box, seconds: [1, 1.5]}
      - {do: grip, thing: box, seconds: 0.3}
      - {do: lift, both: {height: elbow, reach: 45 %}, seconds: [1.2, 1.8]}
      - {do: place, both: {height: shoulder, left: 0.5, forward: 0.25}, seconds: 1.5}
      - {do: reach, both: rest, seconds: 1}
    coupling: fair
    activity: [repeated]

    title: tightening a bolt at a bench
    trade: vehicle assembly
    stance: standing
    things:
      bench: {kind: bench, size: {height: [0.85, 1.0]}, forward: 0.6}
      wrench: {kind: wrench, held: right, weight: 0.6}
    gaze: right hand
    phases:
      - do: reach
        left: {at: bench.top, left: 0.2, forward: -0.15}
        right: {height: elbow, up: [0, 0.2], reach: [55 %, 75 %], side: [10 left, 20 right]}
        seconds: 1.2
      - {do: stroke, hand: right, along: left, amplitude: [0.08, 0.15], frequency: [0.6, 1.0], seconds: [4, 6]}
      - {do: hold, seconds: [1, 2]}

A number may be a range [low, high]: each realisation draws its own. A place is what `PlaceSpec` says: the grip of a
thing (`box`, `ladder.right_rail`), `rest`, or fields. What a phase does not mention stays as it was. `posemill postures
check` solves a page for small and large bodies; `posemill postures list` lists the pages that ship.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias, get_args

from pydantic import BeforeValidator, Field, model_validator

from synth.core.errors import InputError
from synth.core.spec import FieldError, Spec
from synth.core.text import read_text
from synth.core.yamlfile import MOST_BYTES, line_of, parse_yaml
from synth.posture.naming import choice, require_grip, require_thing
from synth.scene.props.furniture import FURNITURE
from synth.scene.work import Activity, Coupling

Stance = Literal[
    "standing", "half_kneeling", "kneeling", "squatting", "sitting", "on_ladder", "lying_under", "walking"
]
STANCES: tuple[Stance, ...] = get_args(Stance)
Verb = Literal["reach", "grip", "lift", "carry", "place", "hold", "stroke", "walk"]
VERBS: tuple[Verb, ...] = get_args(Verb)
Way = Literal["up", "down", "forward", "back", "left", "right"]
Side = Literal["left", "right"]
# Heights of the standing body, which the solver takes from the body itself; `reach` is measured from the shoulder.
LANDMARKS = ("floor", "ankle", "knee", "knuckle", "hip", "elbow", "chest", "shoulder", "eye", "head")
REST = "rest"
GAZES = ("hands", "left hand", "right hand", "ahead")
MOST_SECONDS = 600.0


def _interval(value: Any) -> Any:
    """A number as the range of that number alone; ends in words, such as '60 %' and '20 left', as numbers."""
    ends = list(value) if isinstance(value, (list, tuple)) else [value, value]
    ends = [_number(end) for end in ends]
    if len(ends) != 2:
        raise ValueError("give one number, or a range [low, high]")
    return tuple(ends)


def _side(value: Any) -> Any:
    low_high = _interval(value)
    numbers = all(isinstance(end, (int, float)) for end in low_high)
    return tuple(sorted(low_high)) if numbers else low_high  # [10 left, 20 right] is a range, too


def _number(value: Any) -> Any:
    """'60 %' is 0.6, '20 left' is 20 and '20 right' is -20."""
    if isinstance(value, bool):
        raise ValueError(f"{value} is not a number")
    if not isinstance(value, str):
        return value
    words = value.replace("%", " % ").split()
    try:
        number = float(words[0])
    except (ValueError, IndexError):
        raise ValueError(f"'{value[:40]}' is not a number") from None
    if words[1:] == ["%"]:
        return number / 100.0
    if words[1:] in (["left"], ["right"]):
        return number if words[1] == "left" else -number
    if words[1:]:
        raise ValueError(
            f"'{value[:40]}' is not a number: give metres, degrees, seconds or kilograms without the unit, or "
            "'60 %', '20 left', '20 right'"
        )
    return number


def _ordered(value: tuple[float, float]) -> tuple[float, float]:
    if value[0] > value[1]:
        raise ValueError(f"the lower bound {value[0]:g} is above the upper bound {value[1]:g}")
    return value


def _bounded(value: Any, low: float, high: float, unit: str = "") -> Any:
    ends = _interval(value)
    for end in ends:
        if not isinstance(end, (int, float)):
            raise ValueError(f"{end!r:.40} is not a number")
        if not low <= end <= high:
            raise ValueError(f"{end:g} is not between {low:g} and {high:g}{unit and ' '}{unit}")
    return _ordered((float(ends[0]), float(ends[1])))


def _quantity(low: float, high: float, unit: str, read: Any = _interval) -> Any:
    """A number or a range of numbers between two bounds, as (low, high)."""
    written = float | str | list[float | str]
    check = BeforeValidator(
        lambda value: _bounded(read(value), low, high, unit), json_schema_input_type=written
    )
    return Annotated[tuple[float, float], check]


if TYPE_CHECKING:
    Metres: TypeAlias = tuple[float, float]
    Length: TypeAlias = tuple[float, float]
    Reach: TypeAlias = tuple[float, float]
    Bearing: TypeAlias = tuple[float, float]
    Angle: TypeAlias = tuple[float, float]
    Seconds: TypeAlias = tuple[float, float]
    Kilograms: TypeAlias = tuple[float, float]
    Hertz: TypeAlias = tuple[float, float]
else:
    Metres, Length = _quantity(-20.0, 20.0, "metres"), _quantity(0.001, 20.0, "metres")
    Reach = _quantity(0.0, 1.2, "of the arm: write 0.6 or 60 %")
    Bearing, Angle = _quantity(-180.0, 180.0, "degrees", _side), _quantity(-180.0, 180.0, "degrees")
    Seconds, Kilograms = _quantity(0.1, 120.0, "seconds"), _quantity(0.0, 100.0, "kilograms")
    Hertz = _quantity(0.05, 4.0, "strokes a second")


def _height(value: Any) -> Any:
    if isinstance(value, str) and value not in LANDMARKS:
        raise ValueError(f"give metres, or one of {', '.join(LANDMARKS)}")
    return value if isinstance(value, str) else _bounded(value, -2.0, 10.0, "metres")


Height = Annotated[
    str | tuple[float, float],
    BeforeValidator(_height, json_schema_input_type=Literal[LANDMARKS] | float | list[float]),
]


class PlaceSpec(Spec):
    """Where a hand, a foot, the gaze or a load goes, seen from between the feet, facing ahead."""

    at: str | None = Field(
        None, description="a thing, its grip as thing.grip, or rest; forward, left and up are added to it"
    )
    height: Height | None = Field(None, description="metres over the floor, or a landmark of the body")
    up: Metres = Field((0.0, 0.0), description="metres added to the height")
    forward: Metres | None = Field(None, description="metres")
    left: Metres | None = Field(None, description="metres; to the right is below 0")
    reach: Reach | None = Field(None, description="share of the arm's length from the shoulder, such as 60 %")
    side: Bearing | None = Field(None, description="degrees from straight ahead, such as 20 left")
    point: Way | None = Field(None, description="where the hand, and what it holds, points")
    palm: Way | None = Field(None, description="where the palm faces")

    @model_validator(mode="after")
    def _one_way(self) -> PlaceSpec:
        if self.at is None and self.height is None:
            raise ValueError("give at: a thing, or a height")
        if self.at is not None and (self.height is not None or self.reach is not None):
            raise ValueError("at: takes forward, left and up, not height or reach")
        if self.reach is not None and (self.forward is not None or self.left is not None):
            raise ValueError("give reach and side, or forward and left, not both")
        return self


def _place(value: Any) -> Any:
    return {"at": value} if isinstance(value, str) else value


Place = Annotated[PlaceSpec, BeforeValidator(_place, json_schema_input_type=str | PlaceSpec)]


class FeetSpec(Spec):
    """How the feet stand. left, right: each foot's own place, in metres, such as a step."""

    apart: Metres = Field((0.18, 0.3), description="metres between the ankles")
    front: Side | None = Field(None, description="which foot is in front")
    stagger: Metres = Field((0.0, 0.08), description="metres by which it is in front")
    left: PlaceSpec | None = None
    right: PlaceSpec | None = None


class TrunkSpec(Spec):
    """Degrees that the trunk may use, each [low, high]; given for a phase they go before the page's."""

    flexion: Angle | None = Field(None, description="forward")
    bend: Angle | None = Field(None, description="to the left")
    twist: Angle | None = Field(None, description="to the left")


class ThingSpec(Spec):
    """A thing of the task: furniture that stands, or what is held."""

    kind: str = Field(
        description="`posemill postures things` lists them", json_schema_extra={"enum": [*FURNITURE.names()]}
    )
    size: dict[str, Length] = Field({}, description="metres by the kind's own names; its own if not given")
    forward: Metres = Field((0.0, 0.0), description="metres from the feet at the start to its middle")
    left: Metres = (0.0, 0.0)
    height: Metres = Field((0.0, 0.0), description="of its base over the floor, or over what it is on")
    turn: Angle = Field((0.0, 0.0), description="degrees to the left")
    at: str | None = Field(None, description="the thing, or thing.grip, that it stands on")
    held: Literal["left", "right", "both"] | None = Field(None, description="by which hand, from the start")
    weight: Kilograms = (0.0, 0.0)


class PhaseSpec(Spec):
    """A stretch of the work. At its end hands, gaze and trunk are where it says, or where they were."""

    do: Verb
    seconds: Seconds
    left: Place | None = Field(None, description="where the left hand goes")
    right: Place | None = Field(None, description="where the right hand goes")
    both: Place | None = Field(None, description="where both hands go, or what they carry")
    thing: str | None = Field(None, description="what is gripped; the one in hand if not given")
    gaze: Place | None = None
    trunk: TrunkSpec | None = None
    hand: Literal["left", "right", "both"] | None = Field(None, description="that strokes")
    along: Way | Literal["circle"] = Field("left", description="of a stroke")
    amplitude: Length = Field((0.1, 0.1), description="metres from end to end of a stroke")
    frequency: Hertz = Field((0.8, 0.8), description="strokes a second")
    forward: Metres = Field((0.0, 0.0), description="metres to walk ahead")
    turn: Angle = Field((0.0, 0.0), description="degrees to turn to the left while walking")

    @model_validator(mode="after")
    def _hands(self) -> PhaseSpec:
        if self.both is not None and (self.left is not None or self.right is not None):
            raise FieldError("give both, or left and right", "both")
        return self


class TaskSpec(Spec):
    """A task page."""

    title: str = Field(min_length=1, max_length=120)
    trade: str = Field("", max_length=60)
    description: str = ""
    author: str = ""
    licence: str = "unknown: not stated on the page"
    stance: Stance
    knee: Side | None = Field(None, description="that is on the floor, half kneeling")
    rung: int = Field(2, ge=1, le=12, description="of the ladder that the feet stand on")
    feet: FeetSpec = FeetSpec()
    trunk: TrunkSpec = TrunkSpec()
    gaze: Place = Field(
        PlaceSpec(at="hands"), description="left hand, right hand, hands, ahead, a thing or a place"
    )
    things: dict[str, ThingSpec] = Field({})
    phases: list[PhaseSpec] = Field(min_length=1, max_length=100)
    coupling: Coupling = "good"
    activity: list[Activity] = Field([])

    @model_validator(mode="after")
    def _consistent(self) -> TaskSpec:
        self._check_things()
        self._check_place(self.gaze, "gaze")
        for side in ("left", "right"):
            self._check_place(getattr(self.feet, side), "feet", side)
        if sum(phase.seconds[1] for phase in self.phases) > MOST_SECONDS:
            raise FieldError(f"take more than {MOST_SECONDS:g} seconds together", "phases")
        held = {name for name, thing in self.things.items() if thing.held}
        for row, phase in enumerate(self.phases):
            for field in ("left", "right", "both", "gaze"):
                self._check_place(getattr(phase, field), "phases", row, field)
            if phase.thing is not None:
                self._require(phase.thing, "phases", row, "thing")
            if phase.do == "grip":
                if phase.thing is None:
                    what = "does not say what is gripped"
                    raise FieldError(
                        what, "phases", row, remedy="add thing: NAME, one of those under things:"
                    )
                held.add(phase.thing)
            if phase.do == "place":
                if not held:
                    what, remedy = (
                        "nothing is held that could be placed",
                        "grip it in a phase before this one",
                    )
                    raise FieldError(what, "phases", row, remedy=remedy)
                held.discard(phase.thing or next(iter(held)))
            if phase.do == "walk" and self.stance not in ("standing", "walking"):
                remedy = "use the stance standing or walking, or another do:"
                what = f"a task with the stance {self.stance} cannot walk"
                raise FieldError(what, "phases", row, "do", remedy=remedy)
        return self

    def _check_things(self) -> None:
        hands: dict[str, str] = {}
        for name, thing in self.things.items():
            require_thing(thing.kind, thing.size, thing.held, "things", name)
            for side in ("left", "right") if thing.held == "both" else filter(None, (thing.held,)):
                if side in hands:
                    what = f"the {side} hand holds '{hands[side]}' from the start"
                    remedy = "give it another hand, or grip it in a phase"
                    raise FieldError(what, "things", name, "held", remedy=remedy)
                hands[side] = name
        for name, thing in self.things.items():
            if thing.at is not None:
                self._require(thing.at, "left", "things", name, "at")
                if thing.at.split(".")[0] == name:
                    raise FieldError("a thing does not stand on itself", "things", name, "at")

    def _check_place(self, place: Place | None, *location: str | int) -> None:
        if place is None or place.at is None:
            return
        if place.at not in (GAZES if location[-1] == "gaze" else (REST,)):
            side = str(location[-1])
            for each in ("left", "right") if side == "both" else ("left" if side == "gaze" else side,):
                self._require(place.at, each, *location)

    def _require(self, place: str, side: str, *location: str | int) -> None:
        """Raise FieldError where a place for a hand or foot is not a thing of the page, or not a grip of it."""
        name, _, grip = place.partition(".")
        if name not in self.things:
            words = (*self.things, *(GAZES if location[-1] == "gaze" else (REST,)))
            what = f"'{name[:40]}' is not one of the page's things"
            raise FieldError(what, *location, remedy=f"{choice(name, words)}; or describe it under things:")
        require_grip(self.things[name].kind, grip, side, *location)


_OF_TASKS = ("title:", "stance:", "things:", "phases:")  # fields that pages of joint angles have not


def is_task(text: str) -> bool:
    """Whether a page's text describes a task rather than joint angles."""
    return any(line.startswith(_OF_TASKS) for line in text.splitlines())


def read_task(path: Path) -> TaskSpec:
    """Read a task page. Raises InputError, with the line and the field, for what is wrong with it."""
    return parse_task(read_text(path, MOST_BYTES), str(path))


def parse_task(text: str, where: str) -> TaskSpec:
    """The task that a text describes; `where` names it in errors."""
    return parse_yaml(TaskSpec, text, where, "task page")


def located(error: InputError, text: str, where: str) -> InputError:
    """What `solve` refuses, with the line of the page that it is about: `where:line: field`."""
    line = line_of(text, error.where)
    return InputError(
        error.what,
        where=f"{where}:{line}: {error.where}" if line else f"{where}: {error.where}",
        remedy=error.remedy,
    )
