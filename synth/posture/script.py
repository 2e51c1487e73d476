"""A page's phases as key moments: where hands, gaze and load are when, in the world, with every range drawn."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from synth.core.errors import InputError
from synth.posture.figure import Figure
from synth.posture.setting import LADDERS, Dice, Setting, Thing, own_left
from synth.posture.stance import Stand
from synth.posture.task import REST, PhaseSpec, PlaceSpec, TaskSpec, TrunkSpec
from synth.scene.props.furniture import piece_of
from synth.scene.props.pieces import PALM
from synth.scene.work import Load

Floats = NDArray[np.float64]
SIDES = ("left", "right")
HEEL_OF_HAND = 0.05  # metres from the floor to the middle of a hand that leans on it, the wrist at its limit
WAYS = {
    "up": (0.0, 0.0, 1.0), "down": (0.0, 0.0, -1.0), "forward": (0.0, 1.0, 0.0), "back": (0.0, -1.0, 0.0),
    "left": (-1.0, 0.0, 0.0), "right": (1.0, 0.0, 0.0),
}  # fmt: skip
_BELLY = 0.18  # metres from the middle of the feet to where a load touches the belly
_REACH = 0.8  # of an arm, up to which a load is carried before the belly
_ON = 0.02  # metres over a surface, up to which a hand is on it
_BOUNDS = (("flexion", -90.0, 130.0), ("bend", -60.0, 60.0), ("twist", -60.0, 60.0))


@dataclass(frozen=True)
class Aim:
    """Where a hand is: target (3,), and where it points and its palm faces, (3,) each, if it matters. touch: the thing
    that it is on or over; bears: whether it is empty and lies on that, so that it can bear weight."""

    target: Floats
    point: Floats | None = None
    palm: Floats | None = None
    touch: str = ""
    bears: bool = False


@dataclass(frozen=True)
class Key:
    """The end of a phase. hands: side -> its aim, None where it hangs free. origin (2,), heading: where the worker is.

    bounds (3, 2): radians of trunk flexion, bend and twist; carried: the thing in both hands; load: kilograms by hand.
    """

    time: float
    hands: dict[str, Aim | None]
    gaze: PlaceSpec
    bounds: Floats
    origin: Floats
    heading: float
    carried: str = ""
    load: tuple[float, float] = (0.0, 0.0)


@dataclass
class Script:
    """All key moments, the first at time 0, and the phase that leads to each of the others."""

    keys: list[Key]
    phases: list[PhaseSpec]
    strokes: list[dict[str, float]]
    setting: Setting
    loads: list[Load] = field(default_factory=list)
    touched: dict[str, set[str]] = field(default_factory=dict)  # thing -> sides that touch it


class Writer:
    """Turns what a page says into places in the world, phase by phase."""

    def __init__(self, page: TaskSpec, fig: Figure, stand: Stand, setting: Setting, dice: Dice) -> None:
        self.page, self.fig, self.stand, self.setting, self.dice = page, fig, stand, setting, dice
        self.origin, self.heading = np.zeros(2), 0.0
        self.own_left = own_left(page)  # who lies with the head ahead has the left hand at the other side
        self.touched: dict[str, set[str]] = {}
        self.loads: list[Load] = []

    # -- places

    def world(self, ahead: float, left: float, height: float) -> Floats:
        c, s = np.cos(self.heading), np.sin(self.heading)
        x, y = -self.own_left * left, ahead
        return np.array([self.origin[0] + c * x - s * y, self.origin[1] + s * x + c * y, height])

    def turned(self, way: tuple[float, float, float]) -> Floats:
        c, s = np.cos(self.heading), np.sin(self.heading)
        way = (self.own_left * way[0], way[1], way[2])
        return np.array([c * way[0] - s * way[1], s * way[0] + c * way[1], way[2]])

    def height(self, spec: PlaceSpec, key: str) -> float:
        up = self.dice.between(f"{key}.up", spec.up)
        if isinstance(spec.height, str):
            h = self.fig.height[spec.height]
            low = spec.height in ("floor", "ankle", "knee")
            return h + up + (0.0 if low else self.stand.shift)
        assert spec.height is not None
        return self.dice.between(f"{key}.height", spec.height) + up

    def spot(self, spec: PlaceSpec, side: str, key: str, row: str) -> Floats:
        """The place of a hand, or of what both carry (`side` both), in the world."""
        near = self.fig.height["shoulder"] + self.stand.shift - 0.1
        if spec.at is not None:
            ahead = self.dice.between(f"{key}.forward", spec.forward or (0.0, 0.0))
            left = self.dice.between(f"{key}.left", spec.left or (0.0, 0.0))
            up = self.dice.between(f"{key}.up", spec.up)
            try:
                spread = 0.0 if side == "both" or spec.left is not None else 0.11
                spot = self.setting.hand_at(spec, side, near, spread)
            except InputError as error:
                raise InputError(error.what, where=row, remedy=error.remedy) from error
            return spot + self.turned((-left, ahead, up))
        height = self.height(spec, key)
        if spec.reach is None and (spec.forward is not None or spec.left is not None):
            ahead = self.dice.between(f"{key}.forward", spec.forward or (0.3, 0.3))
            return self.world(ahead, self.dice.between(f"{key}.left", spec.left or (0.0, 0.0)), height)
        reach = self.dice.between(f"{key}.reach", spec.reach or (0.6, 0.6)) * self.fig.arm
        bearing = np.radians(self.dice.between(f"{key}.side", spec.side or (0.0, 0.0)))
        start = float(self.stand.q[1]) if self.page.stance == "sitting" else 0.0
        if self.page.stance == "lying_under":
            start = 0.42 * self.fig.height["hip"]  # where the shoulders are
        wide = {"left": 1.0, "right": -1.0, "both": 0.0}[side] * float(self.fig.rest[16, 0])
        drop = height - (self.fig.height["shoulder"] + self.stand.shift)
        along = np.sqrt(max(reach**2 - drop**2, (0.45 * reach) ** 2))
        return self.world(start + along * np.cos(bearing), wide + along * np.sin(bearing), height)

    # -- hands

    def aim(self, spec: PlaceSpec, side: str, key: str, row: str) -> Aim | None:
        if spec.at == REST:
            return None
        touch = ""
        if spec.at is not None:
            touch = spec.at.partition(".")[0]
            self.touched.setdefault(touch, set()).add(side)
        point = None if spec.point is None else self.turned(WAYS[spec.point])
        palm = None if spec.palm is None else self.turned(WAYS[spec.palm])
        target = self.spot(spec, side, key, row)
        target[2] = max(float(target[2]), PALM if spec.palm != "down" else HEEL_OF_HAND)
        if palm is None and touch and self.setting.things[touch].hold == "load":
            palm = self.turned((1.0 if side == "left" else -1.0, 0.0, 0.0))
        elif palm is None and touch and not self.setting.things[touch].hold:
            grip = self.setting.grip(spec.at or "", side, target[2])[1]
            palm = np.array([0.0, 0.0, -1.0]) if grip.split("_")[0] in ("top", "level", "deck") else None
        empty = not any(thing.hand in (side, "both") for thing in self.setting.things.values())
        return Aim(target, point, palm, touch, empty and spec.up[1] <= _ON)

    def carry(self, thing: Thing, spec: PlaceSpec, key: str, row: str) -> dict[str, Aim | None]:
        """Both hands for what they carry to a place: its middle there, or its base on what it is put on."""
        grips = thing.piece().grips
        half = 0.5 * float(np.linalg.norm(grips["left"] - grips["right"])) if "left" in grips else 0.15
        if thing.hold == "shaft":
            return self._shaft(thing, spec, key, row)
        middle = self.spot(spec, "both", key, row)
        if spec.at is None and self.page.stance in ("standing", "walking"):
            middle = self._off_belly(thing, middle)
        if spec.at is not None and spec.at != REST:
            base = replace(thing, hand="", position=np.zeros(3), yaw=0.0).piece().grips
            middle[2] += float(0.5 * (base["left"] + base["right"])[2]) - 0.03
        to = middle[:2] - self.origin
        bearing = float(np.arctan2(-to[0], to[1])) - self.heading
        bearing = 0.8 * float((bearing + np.pi) % (2 * np.pi) - np.pi)
        if spec.at is not None and spec.at != REST:
            there = self.setting.things[spec.at.partition(".")[0]].yaw
            bearing = there - self.heading if abs(there - self.heading - bearing) < np.pi / 2 else bearing
        c, s = np.cos(bearing + self.heading), np.sin(bearing + self.heading)
        across = np.array([-c, -s, 0.0])
        return {
            side: Aim(middle + out * half * across, None, -out * across, thing.name)
            for side, out in (("left", 1.0), ("right", -1.0))
        }

    def _off_belly(self, thing: Thing, middle: Floats) -> Floats:
        """(3,) the middle of a load that is carried, no nearer than where it touches the belly: below the shoulders,
        and where arms reach as far."""
        vertices = piece_of(thing.kind, thing.size).prop.vertices
        least = 0.5 * float(np.ptp(vertices[:, 1])) + _BELLY
        if middle[2] > self.fig.height["shoulder"] + self.stand.shift or least > _REACH * self.fig.arm:
            return middle
        away = middle[:2] - self.origin
        far = max(1.0, least / max(float(np.linalg.norm(away)), 0.1))
        return np.array([*(self.origin + far * away), middle[2]])

    def _shaft(self, thing: Thing, spec: PlaceSpec, key: str, row: str) -> dict[str, Aim | None]:
        """Both hands on a shaft whose tip is at a place: the right hand at its end, near the body."""
        grips = thing.piece().grips
        tip = self.spot(spec, "both", key, row)
        long = float(grips["tip"][0] - grips["right"][0])
        apart = float(grips["left"][0] - grips["right"][0])
        body = self.world(self.dice.between("shaft.ahead", (0.28, 0.38)), -0.12, 0.0)[:2]
        flat = body - tip[:2]
        most = self.fig.height["shoulder"] + self.stand.shift - 0.05 - tip[2]
        rise = np.sqrt(max(long**2 - float(flat @ flat), 0.0))  # so that the hands are before the body
        low = self.fig.height["elbow"] + self.stand.shift - tip[2]
        rise = float(np.clip(rise, min(low, 0.5 * long), max(most, -0.95 * long)) if most > 0 else low)
        rise = float(np.clip(rise, -0.95 * long, 0.95 * long))
        flat = flat / max(float(np.linalg.norm(flat)), 1e-6) * np.sqrt(long**2 - rise**2)
        right = tip + np.array([*flat, rise])
        along = (tip - right) / long
        return {
            "right": Aim(right, None, None, thing.name),
            "left": Aim(right + apart * along, None, None, thing.name),
        }

    def bounds(self, spec: TrunkSpec | None) -> Floats:
        rows = []
        for name, low, high in _BOUNDS:
            given = getattr(spec, name, None) or getattr(self.page.trunk, name)
            rows.append(given or (low, high))
        return np.radians(np.array(rows))


def write_script(page: TaskSpec, fig: Figure, stand: Stand, setting: Setting, dice: Dice) -> Script:
    """The key moments of a page. Raises InputError, with the field, for a place that a thing has not."""
    writer = Writer(page, fig, stand, setting, dice)
    keys = [_first(writer)]
    strokes: list[dict[str, float]] = []
    started: dict[str, float] = {}
    for name, thing in setting.things.items():
        if thing.hand:
            started[name] = 0.0
    for number, phase in enumerate(page.phases):
        row, key = f"phases.{number}", f"phase {number}"
        before = keys[-1]
        seconds = dice.between(f"{key}.seconds", phase.seconds)
        time = round((before.time + seconds) * 30) / 30
        if phase.do == "walk":
            _walked(writer, phase, key)
        hands = _hands(writer, before, phase, key, row)
        if phase.do == "grip":
            _gripped(writer, before, phase, time, started)
        strokes.append(
            {
                "amplitude": dice.between(f"{key}.amplitude", phase.amplitude),
                "frequency": dice.between(f"{key}.frequency", phase.frequency),
            }
        )
        load = _load(setting)
        if phase.do == "place":
            _placed(writer, phase, hands, time, started, keys)
        keys.append(
            Key(
                time=time,
                hands=hands,
                gaze=phase.gaze or before.gaze,
                bounds=writer.bounds(phase.trunk),
                origin=writer.origin.copy(),
                heading=writer.heading,
                carried=_carried(setting),
                load=load,
            )
        )
    for name, since in started.items():
        if setting.things[name].weight:
            writer.loads.append(Load(setting.things[name].weight, since))
    return Script(keys, list(page.phases), strokes, setting, writer.loads, writer.touched)


def _first(writer: Writer) -> Key:
    hands: dict[str, Aim | None] = {"left": None, "right": None}
    if writer.page.stance == "on_ladder":  # who stands on one holds on to it
        ladder = next(name for name, each in writer.setting.things.items() if each.kind in LADDERS)
        for side in SIDES:
            if not any(each.hand in (side, "both") for each in writer.setting.things.values()):
                hands[side] = writer.aim(PlaceSpec(at=f"{ladder}.rail"), side, "start", "things")
    for thing in writer.setting.things.values():
        if thing.hand == "both":
            ready = PlaceSpec(height="elbow", reach=(0.5, 0.5))
            if thing.hold == "shaft":
                ready = PlaceSpec(height=(0.03, 0.03), forward=(0.9, 0.9), left=(0.0, 0.0))
            hands = writer.carry(thing, ready, f"{thing.name} ready", "things")
    return Key(
        0.0, hands, writer.page.gaze, writer.bounds(None), np.zeros(2), 0.0, _carried(writer.setting),
        _load(writer.setting),
    )  # fmt: skip


def _carried(setting: Setting) -> str:
    return next((name for name, thing in setting.things.items() if thing.hand == "both"), "")


def _load(setting: Setting) -> tuple[float, float]:
    left = right = 0.0
    for thing in setting.things.values():
        left += thing.weight * {"left": 1.0, "both": 0.5}.get(thing.hand, 0.0)
        right += thing.weight * {"right": 1.0, "both": 0.5}.get(thing.hand, 0.0)
    return left, right


def _walked(writer: Writer, phase: PhaseSpec, key: str) -> None:
    ahead = writer.dice.between(f"{key}.forward", phase.forward)
    turn = np.radians(writer.dice.between(f"{key}.turn", phase.turn))
    middle = writer.heading + turn / 2
    writer.origin = writer.origin + ahead * np.array([-np.sin(middle), np.cos(middle)])
    writer.heading += turn


def _hands(writer: Writer, before: Key, phase: PhaseSpec, key: str, row: str) -> dict[str, Aim | None]:
    hands = dict(before.hands)
    if phase.do == "walk":
        c, s = np.cos(writer.heading - before.heading), np.sin(writer.heading - before.heading)
        turn = np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])
        start, end = np.append(before.origin, 0.0), np.append(writer.origin, 0.0)
        for side, aim in hands.items():
            if aim is not None:
                hands[side] = replace(aim, target=turn @ (aim.target - start) + end)
    held = next((t for t in writer.setting.things.values() if t.hand == "both"), None)
    if phase.both is not None and held is not None and phase.both.at != REST:
        return writer.carry(held, phase.both, f"{key}.both", f"{row}.both")
    for side in SIDES:
        spec = phase.both or getattr(phase, side)
        if spec is not None:
            name = "both" if phase.both is not None else side
            hands[side] = writer.aim(spec, side, f"{key}.{name}", f"{row}.{name}")
    return hands


def _gripped(writer: Writer, before: Key, phase: PhaseSpec, time: float, started: dict[str, float]) -> None:
    assert phase.thing is not None
    thing = writer.setting.things[phase.thing]
    on = [side for side, aim in before.hands.items() if aim is not None and aim.touch == thing.name]
    hand = phase.hand or ("both" if len(on) != 1 else on[0])
    if not thing.hold:  # what is pushed goes along on the floor
        writer.setting.pushed[thing.name] = time
        return
    writer.setting.past.append(thing.furniture(time))
    thing.hand, thing.since = hand, time  # type: ignore[assignment]
    started[thing.name] = time


def _placed(
    writer: Writer, phase: PhaseSpec, hands: dict[str, Aim | None], time: float, started: dict[str, float],
    keys: list[Key],
) -> None:  # fmt: skip
    name = phase.thing or next(iter(started))
    thing = writer.setting.things[name]
    if thing.weight:
        writer.loads.append(Load(thing.weight, started[name], time))
    writer.setting.past.append(thing.furniture(time))
    sides = SIDES if thing.hand == "both" else (thing.hand,)
    own = [hands[side] for side in sides]
    spots = np.array([aim.target for aim in own if aim is not None])
    if len(spots) == 0:
        raise InputError(
            "nothing says where it is placed",
            where="phases",
            remedy="give both:, left: or right: with the place",
        )
    base = replace(thing, hand="", position=np.zeros(3), yaw=0.0).piece().grips
    yaw = writer.heading
    if len(spots) == 2 and "left" in base:
        across = spots[1] - spots[0]
        yaw = float(np.arctan2(across[1], across[0]))
        middle = 0.5 * (base["left"] + base["right"])
    else:
        middle = base.get("handle", base.get("left", np.zeros(3)))
    c, s = np.cos(yaw), np.sin(yaw)
    thing.position = spots.mean(axis=0) - np.array(
        [c * middle[0] - s * middle[1], s * middle[0] + c * middle[1], middle[2]]
    )
    thing.yaw, thing.hand, thing.since = yaw, "", time
    del started[name]
