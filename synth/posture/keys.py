"""The key poses of a task: at the end of each phase, solved for a body, or refused with the reason in numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from synth.core.errors import InputError
from synth.posture import ik
from synth.posture.chain import HIGH, LOW, NAMES, freedom, joints_of, reference, smpl_of
from synth.posture.figure import Figure, joint, lowest
from synth.posture.problem import AIMS, ARMS, SIDES, make_problem, style
from synth.posture.script import Aim, Key, Script, Writer, write_script
from synth.posture.setting import LADDERS, SEATS, Dice, Thing, place_things
from synth.posture.sight import within_sight
from synth.posture.stance import FOOT, PLANTED, SPOTS, Stand, spot_number, support, take_stance
from synth.posture.task import GAZES, TaskSpec

Floats = NDArray[np.float64]
RATE = 30.0
HAND = 110.0  # per metre, that a hand is off its place
POINT, PALM, GAZE = 0.8, 0.35, 0.22  # per unit, that a hand's or the head's direction is off
_ELBOW = 0.10  # per metre that an elbow is up: arms hang as far as the task lets them
_MIDDLE = 0.15  # per metre that the centre of mass is off the middle of the support
MARGIN = 0.02  # metres that the centre of mass keeps from the edge of the support
_OFF, _SLIPS, _FALLS = 0.015, 0.01, 0.01  # metres, from which a pose is refused
_LEANS_BELOW = 0.09  # metres over the floor, where a hand leans on it
_OVER, _SINKS = 0.004, 0.006  # metres that skin is over what bears it, and in it at most where it bends
_STOOPS = 0.35  # radians of leaning forward, from which it is tried whether to stand up is as good
_GIVES = 0.6 * ik.SKIN  # metres that flesh gives way by, on either side, where a task asks for it
_SITS = tuple(joint(name) for name in ("pelvis", "left_hip", "right_hip"))
_CURLED, _LOOSE = np.radians(58.0), np.radians(14.0)  # fingers around something, and at rest


class Task:
    """A realisation while it is solved: the body, how it stands, the script and the problem made of them."""

    def __init__(self, page: TaskSpec, fig: Figure, dice: Dice) -> None:
        self.page, self.fig, self.dice = page, fig, dice
        setting = place_things(page, dice)
        self.stand: Stand = take_stance(page, fig, setting, dice)
        self.before: dict[str, Thing] = {key: replace(thing) for key, thing in setting.things.items()}
        self.script: Script = write_script(page, fig, self.stand, setting, dice)
        moved = {phase.thing for phase in page.phases if phase.do == "grip" and phase.thing}
        own = [setting.things[name] for name in moved if setting.things[name].hold]
        kinds = {(thing.kind, thing.size) for thing in own}
        put = [each for each in setting.furniture() if (each.kind, each.size) in kinds and not each.hand]
        self.problem, self.times = make_problem(page, fig, self.before, self.script.touched, moved, put)
        self.cost = style(dice)
        self.levels: dict[str, float] = {}  # spot -> the height of what it is on

    # -- what is wanted

    def wanted(self, rows: int) -> ik.Wanted:
        """Of `rows` poses: the stance at the origin and the reference pose, nothing of hands and gaze."""
        wanted = ik.Wanted(
            point=np.zeros((rows, len(SPOTS), 3)), point_weight=np.zeros((rows, len(SPOTS), 3)),
            aim=np.zeros((rows, len(AIMS), 3)), aim_weight=np.zeros((rows, len(AIMS))),
            edge=np.zeros((rows, 12, 3)), middle=np.zeros((rows, 3)),
            load=np.zeros((rows, 2)), sum_low=np.full((rows, 2), -9.0), sum_high=np.full((rows, 2), 9.0),
            reference=np.tile(self.stand.q, (rows, 1)), cost=np.tile(self.cost, (rows, 1)),
            there=self.there(np.zeros(rows)),
        )  # fmt: skip
        for side in SIDES:
            row = spot_number(f"{side} elbow")
            wanted.point[:, row, 2] = self.fig.height["elbow"] + self.stand.shift
            wanted.point_weight[:, row, 2] = 0.0 if self.page.stance == "lying_under" else _ELBOW
        return wanted

    def there(self, seconds: Floats) -> NDArray[np.bool_]:
        """(T, B) which solids stand at seconds (T,), without the load in both hands."""
        found = (self.times[:, 0] <= seconds[:, None]) & (seconds[:, None] < self.times[:, 1])
        found[:, -1] = False
        return found

    def curl_of(self, side: str, aim: Aim | None) -> float:
        """How far the fingers are bent: round what they hold, or at rest; flat on a surface."""
        held = [thing for thing in self.before.values() if thing.hand in (side, "both")]
        if any(thing.hold != "load" for thing in held):
            return _CURLED
        if aim is None or not aim.touch:
            return _LOOSE
        flat = aim.palm is not None or self.before[aim.touch].hold == "load"
        return 0.0 if flat else _CURLED

    def stand_at(
        self, wanted: ik.Wanted, rows: slice, key: Key, leaning: list[Floats], holds_on: bool = False
    ) -> None:
        """The stance's contacts where the worker is at a key, and the support that they and leaning hands give; hands
        that hold on to a ladder widen it."""
        c, s = np.cos(key.heading), np.sin(key.heading)
        turn = np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])
        there = np.append(key.origin, 0.0)
        for name, (target, weight) in self.stand.spots.items():
            number = spot_number(name)
            wanted.point[rows, number] = turn @ target + there
            wanted.point_weight[rows, number] = np.abs(turn @ weight) if weight[0] != weight[1] else weight
        ground = [turn[:2, :2] @ point + key.origin for point in self.stand.ground]
        edges, middle = support([*ground, *leaning], MARGIN - self.stand.roomy * holds_on)
        wanted.edge[rows] = edges
        wanted.middle[rows] = (*middle, _MIDDLE)

    def holds_on(self, key: Key) -> bool:
        """Whether a hand is on the ladder."""
        aims = [aim for aim in key.hands.values() if aim is not None and aim.touch]
        return any(self.before[aim.touch].kind in LADDERS for aim in aims)

    def leaning(self, row: int) -> list[Floats]:
        """Where hands bear part of the weight at a key: still on the floor, or on the top of what stands."""
        key, phases, found = self.script.keys[row], self.script.phases, []
        strokes = [phase for phase in phases[max(row - 1, 0) : row + 1] if phase.do == "stroke"]
        for side in SIDES:
            aim = key.hands[side]
            if aim is None or not aim.bears or any(phase.hand in (side, "both", None) for phase in strokes):
                continue
            down = aim.palm is not None and aim.palm[2] < -0.9
            furniture = (
                aim.touch and not self.before[aim.touch].hold and aim.touch not in self.script.setting.pushed
            )
            if down and (furniture or aim.target[2] < _LEANS_BELOW):
                found.append(aim.target[:2] + 0.0)
        return found

    def _set_key(self, wanted: ik.Wanted, row: int, key: Key) -> None:
        self.stand_at(wanted, slice(row, row + 1), key, self.leaning(row), self.holds_on(key))
        turned = self.turned(self.stand.q, key)
        wanted.reference[row, :6] = turned[:6]
        for number, side in enumerate(SIDES):
            aim = key.hands[side]
            wanted.reference[row, freedom(f"{side} fingers flexion")] = self.curl_of(side, aim)
            if aim is None:
                wanted.cost[row] = np.where(ARMS[side], 2.0 * wanted.cost[row], wanted.cost[row])
                wanted.point_weight[row, spot_number(f"{side} elbow")] = 0.0
                continue
            wanted.point[row, number], wanted.point_weight[row, number] = aim.target, HAND
            for column, way, weight in ((number, aim.point, POINT), (number + 2, aim.palm, PALM)):
                if way is not None:
                    wanted.aim[row, column], wanted.aim_weight[row, column] = way, weight
        for k in range(2):
            wanted.sum_low[row, k], wanted.sum_high[row, k] = key.bounds[k]
        wanted.load[row] = np.array(key.load) / self.fig.kilograms
        wanted.there[row] = self.there(np.array([key.time]))
        wanted.there[row, -1] = bool(key.carried)

    def turned(self, q: Floats, key: Key, back: Key | None = None) -> Floats:
        """A pose of the start, or of the key `back`, where the worker is at a key."""
        origin, heading = (np.zeros(2), 0.0) if back is None else (back.origin, back.heading)
        out, turn = q.copy(), key.heading - heading
        c, s = np.cos(turn), np.sin(turn)
        out[:2] = np.array([[c, -s], [s, c]]) @ (q[:2] - origin) + key.origin
        out[freedom("pelvis turn")] += turn
        return out

    # -- key poses

    def key_poses(self) -> Floats:
        """(K, N) the poses of the key moments. Raises InputError for one that cannot be."""
        keys = self.script.keys
        wanted = self.wanted(len(keys))
        q = np.tile(self.stand.q, (len(keys), 1))
        for row, key in enumerate(keys):
            self._set_key(wanted, row, key)
            start = self.turned(self.stand.q, key) if not row else self.turned(q[row - 1], key, keys[row - 1])
            self._bound_twist(key)
            best = self._try(wanted, row, key, start, q)
            if row and self._bent(best[1]) > self._bent(self.stand.q) + _STOOPS:  # who can straightens up
                upright = self.turned(self.stand.q, key)
                best = min(best, self._try(wanted, row, key, upright, q), key=lambda each: each[0])
            if best[0] > 0.4:  # such as deep in a squat, from where there is no way on
                for other in self._others(start, key):
                    best = min(best, self._try(wanted, row, key, other, q), key=lambda each: each[0])
            if self._stuck(best[1], wanted, row):
                self._give_way()
                for other in (best[1], start, *self._others(start, key)):
                    best = min((self._try(wanted, row, key, other, q), best), key=lambda each: each[0])
                    if not self._stuck(best[1], wanted, row):
                        break
            q[row] = best[1]
            if row == 0:
                self._settle(wanted, q)
                self._pin(q[0])
        self._balance_contacts(wanted, q)
        self._refuse(q, wanted)
        return q

    def _stuck(self, q: Floats, wanted: ik.Wanted, row: int) -> bool:
        place, turn = joints_of(q[None], self.fig.offsets)
        return bool(self._fault(place[0], turn[0], self.script.keys[row], wanted, row))

    def _give_way(self) -> None:
        """Lets arms press against a load, and flesh against all else, where a task cannot be done otherwise."""
        arms = np.array([name.endswith(("forearm", "upper arm")) for name in self.fig.balls.name])
        loads = np.isfinite(self.times[:, 0])
        loads[-1] = True
        self.problem.meets[np.ix_(arms, loads)] = False
        self.problem.ball_radius[:] = self.fig.balls.radius - _GIVES

    def _bent(self, q: Floats) -> float:
        """Radians that the trunk leans forward by."""
        return float(q[freedom("pelvis tilt")] + q[freedom("trunk flexion")])

    def _try(self, wanted: ik.Wanted, row: int, key: Key, start: Floats, q: Floats) -> tuple[float, Floats]:
        q[row] = start
        for _ in range(3):  # where one looks depends on where the head is
            place, turn = joints_of(q[row : row + 1], self.fig.offsets)
            way = self.gaze(key, place[0]) - place[0, joint("head")] - np.array([0.0, 0.0, 0.05])
            wanted.aim[row, 4] = within_sight(way, turn[0, joint("spine3")])
            wanted.aim_weight[row, 4] = GAZE
            cost = ik.solve(q, self.problem, wanted, row, row + 1, 30)
        return float(cost), q[row].copy()

    def _others(self, start: Floats, key: Key) -> list[Floats]:
        """Other poses to start from: bent at the hips, half down with a straight back, far to either side."""
        found = []
        down = self.stand.q[2]
        for tilt, hip, knee, flexion, low, back in (
            (75, 85, 18, 25, 0.06, -0.15),
            (45, 85, 70, 20, 0.28, -0.12),
        ):
            q = self.turned(self.stand.q, key)
            bent = reference(pelvis_tilt=tilt, trunk_flexion=flexion, shoulder_flexion=80)
            if self.page.stance in ("standing", "walking"):
                bent += reference(hip_flexion=hip, knee_flexion=knee)
                q[2] = down - low
                q[:2] += back * np.array([-np.sin(key.heading), np.cos(key.heading)])
            own = bent != 0
            q[own] = bent[own]
            if self.page.stance != "lying_under":
                found.append(q)
        for twist in (-30, 30):
            q = start.copy()
            q[freedom("trunk twist")] = np.radians(twist)
            found.append(q)
        return found

    def _bound_twist(self, key: Key) -> None:
        twist = freedom("trunk twist")
        self.problem.low[twist] = max(LOW[twist], key.bounds[2, 0])
        self.problem.high[twist] = min(HIGH[twist], key.bounds[2, 1])

    def gaze(self, key: Key, place: Floats) -> Floats:
        """(3,) what is looked at, joints being at place (24, 3)."""
        at = key.gaze.at
        busy = [side for side in SIDES if key.hands[side] is not None]
        if at == "hands" and busy:
            return np.asarray(np.mean([place[joint(f"{side}_hand")] for side in busy], axis=0))
        if at in ("left hand", "right hand") and key.hands[at.split()[0]] is not None:
            return place[joint(at.replace(" ", "_"))]
        if at in GAZES:  # ahead, or nothing yet in the hand that would be watched
            up = Rotation.from_euler("z", key.heading).apply([0.0, 1.0, -0.12])
            up = np.array([0.0, 0.1, 1.0]) if self.page.stance == "lying_under" else up
            return np.asarray(place[joint("head")] + 3.0 * up)
        if at is not None:
            return self.script.setting.grip(at, "left", 1.2)[0]
        writer = Writer(self.page, self.fig, self.stand, self.script.setting, self.dice)
        writer.origin, writer.heading = key.origin, key.heading
        return writer.spot(key.gaze, "both", "gaze", "gaze")

    def _settle(self, wanted: ik.Wanted, q: Floats) -> None:
        """Lowers or raises knees, seat, back and insteps until their skin in the first pose is on what bears them."""
        found = {name: self._level(name) for name in self.stand.spots}
        self.levels = {name: level for name, level in found.items() if level is not None}
        for _ in range(3 if self.levels else 0):
            for name in self.levels:
                self._lower(name, float(self._clear(name, q[:1])[0]) - _OVER)
            self._set_key(wanted, 0, self.script.keys[0])
            _, q[0] = self._try(wanted, 0, self.script.keys[0], q[0].copy(), q)

    def _balance_contacts(self, wanted: ik.Wanted, q: Floats) -> None:
        """Moves knees and seat so that over all key poses their skin is about as far in what bears it as over it."""
        names = [name for name in self.levels if name.endswith("knee") or self._seated(name)]
        for name in names:
            clear = self._clear(name, q)
            low, high = float(clear.min()), float(clear.max())
            self._lower(name, min(0.5 * (low + high) + _OVER, low + _SINKS))
        for row, key in enumerate(self.script.keys if names else []):
            self._set_key(wanted, row, key)
            self._bound_twist(key)
            _, q[row] = self._try(wanted, row, key, q[row].copy(), q)

    def _lower(self, name: str, metres: float) -> None:
        target, weight = self.stand.spots[name]
        self.stand.spots[name] = (target - np.array([0.0, 0.0, metres]), weight)

    def _seated(self, name: str) -> bool:
        return name == "pelvis" and self.page.stance == "sitting"

    def _clear(self, name: str, q: Floats) -> Floats:
        """(n,) metres of skin over what bears a spot, below 0 in it, in poses (n, N)."""
        poses, trans = smpl_of(q, self.fig.rest)
        posed = self.fig.body.posed(poses, np.array(self.fig.betas), trans)
        if self._seated(name):
            seat = next(thing for thing in self.before.values() if thing.kind in SEATS).piece().solids
            own = np.isin(self.fig.body.weight_joints[:, 0], _SITS)
            return np.array(
                [-float(seat.depth(skin[own].astype(np.float64)).max()) for skin in posed.vertices]
            )
        each = [
            lowest(self.fig, skin, at, name) for skin, at in zip(posed.vertices, posed.joints, strict=True)
        ]
        return np.array(each) - self.levels[name]

    def _level(self, name: str) -> float | None:
        """The height of what bears a spot, of those whose skin is not at a fixed distance."""
        target, weight = self.stand.spots[name]
        part = name.split()[-1]
        if part == "pelvis" and self.page.stance != "lying_under":
            return 0.0 if self._seated(name) else None
        if part == "tip" and f"{name.split()[0]} inner toe" not in self.stand.spots:
            return 0.0
        if part not in ("knee", "spine3", "head", "pelvis") or weight[2] < 15.0:
            return None
        return float(target[2]) - self.fig.thick[part]

    def _pin(self, q: Floats) -> None:
        """What touches the floor stays where the first pose has it."""
        place, turn = joints_of(q[None], self.fig.offsets)
        for name, (target, weight) in self.stand.spots.items():
            if weight[2] < 15.0 or name in ("head", "spine3", "pelvis"):
                continue
            own, offset = self.fig.spots[name]
            at = place[0, own] + turn[0, own] @ offset
            if np.linalg.norm((at - target) * (weight >= PLANTED)) < 0.02:
                firm = weight >= PLANTED
                self.stand.spots[name] = (np.where(firm, target, at), np.full(3, PLANTED))
        for side in SIDES:  # a foot on its instep lies still
            if f"{side} tip" in self.stand.spots and f"{side} inner toe" not in self.stand.spots:
                for spot in FOOT[:2]:
                    own, offset = self.fig.spots[f"{side} {spot}"]
                    at = place[0, own] + turn[0, own] @ offset
                    self.stand.spots[f"{side} {spot}"] = (at, np.full(3, PLANTED))

    # -- what cannot be

    def _refuse(self, q: Floats, wanted: ik.Wanted) -> None:
        place, turn = joints_of(q, self.fig.offsets)
        for row, key in enumerate(self.script.keys):
            why = self._fault(place[row], turn[row], key, wanted, row)
            if why:
                raise InputError(
                    f"{why} ({self.fig.gender}, {self.fig.height['head']:.2f} m tall)",
                    where=f"phases.{row - 1}" if row else "the start",
                    remedy=self._beyond(q[row], wanted, row),
                )

    def _fault(self, place: Floats, turn: Floats, key: Key, wanted: ik.Wanted, row: int) -> str:
        aims = [(side, aim.target) for side, aim in key.hands.items() if aim is not None]
        away = [(float(np.linalg.norm(place[joint(f"{side}_hand")] - at)), side) for side, at in aims]
        off, side = max(away, default=(0.0, ""))
        if off > _OFF:
            return f"{side} hand: out of reach by {100 * off:.0f} cm"
        for name in self.stand.spots:
            own, offset = self.fig.spots[name]
            firm = wanted.point_weight[row, spot_number(name)] >= PLANTED
            off = float(
                np.linalg.norm(
                    (place[own] + turn[own] @ offset - wanted.point[row, spot_number(name)]) * firm
                )
            )
            if off > _SLIPS:
                return f"{name}: does not stay where it is, off by {100 * off:.0f} cm"
        over, way = self._over(place, wanted, row)
        if over - MARGIN > _FALLS:
            ahead = np.array([-np.sin(key.heading), np.cos(key.heading)])
            names = ("forward", "backward") if abs(way @ ahead) > 0.7 else ("sideways", "sideways")
            return f"falls over {names[0] if way @ ahead > 0 else names[1]} by {100 * (over - MARGIN):.0f} cm"
        return ""

    def _over(self, place: Floats, wanted: ik.Wanted, row: int) -> tuple[float, Floats]:
        mass = self.fig.mass.copy()
        mass[[joint("left_hand"), joint("right_hand")]] += wanted.load[row]
        centre = (mass @ place)[:2] / mass.sum()
        over = wanted.edge[row, :, :2] @ centre - wanted.edge[row, :, 2]
        return float(over.max()), wanted.edge[row, over.argmax(), :2]

    def _beyond(self, q: Floats, wanted: ik.Wanted, row: int) -> str:
        """What to do about a pose that cannot be: the joint that would have to go beyond its range, if one does."""
        advice = "bring the place nearer, or let the trunk bend and twist further"
        free = self.problem._replace(low=self.problem.low - 0.7, high=self.problem.high + 0.7)
        free.low[:3] -= 10
        others = np.tile(q, (row + 1, 1))
        for _ in range(2):
            ik.solve(others, free, wanted, row, row + 1, 30)
        place, turn = joints_of(others[row : row + 1], self.fig.offsets)
        beyond = np.maximum(others[row] - HIGH, LOW - others[row])
        beyond[[n.startswith(("neck", "pelvis")) for n in NAMES]] = 0.0
        worst = int(beyond.argmax())
        if beyond[worst] < np.radians(3) or self._fault(
            place[0], turn[0], self.script.keys[row], wanted, row
        ):
            return advice
        most = HIGH[worst] if others[row, worst] > HIGH[worst] else LOW[worst]
        return (
            f"{NAMES[worst]} would take {np.degrees(others[row, worst]):.0f} of {np.degrees(most):.0f} degrees: "
            "bring the place nearer, or change the stance"
        )
