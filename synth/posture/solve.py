"""From a task page and a body to motion: key poses first, then what lies between, frame by frame.

Hands move with least jerk (Flash & Hogan, 'The coordination of arm movements', J. Neurosci. 5, 1985) and rise before they
reach over; trunk and gaze lead them; what touches floor and seat stays; who holds still sways (Winter, 'Human balance
and posture control', Gait & Posture 3, 1995).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from synth.core.errors import InputError
from synth.posture import ik
from synth.posture.chain import COST, HIGH, LOW, N, forward_many, freedom, joints_of, smpl_of
from synth.posture.figure import Figure, figure, joint
from synth.posture.script import SIDES, Key, Script, write_script
from synth.posture.setting import Dice, Setting, place_things
from synth.posture.stance import PLANTED, SPOTS, Stand, spot_number, support, take_stance
from synth.posture.task import TaskSpec
from synth.scene.work import Work

Floats = NDArray[np.float64]
RATE = 30.0
_HAND, _WAY = 80.0, 25.0  # per metre: a hand where it works, and on its way
_POINT, _PALM, _GAZE = 0.8, 0.35, 0.22
_ELBOW = 0.10  # per metre that an elbow is up: arms hang as far as the task lets them
_AIMS = ("left hand", "right hand", "left palm", "right palm", "head")
_OFF = 0.015  # metres that a hand may miss its place by


@dataclass(frozen=True, eq=False)
class Solved:
    """A realisation: poses (T, 24, 3) axis-angle, trans (T, 3), at `rate`; the task with its body and things."""

    poses: NDArray[np.float32]
    trans: NDArray[np.float32]
    rate: float
    work: Work
    angles: Floats


def solve_page(page: TaskSpec, name: str, gender: str, betas: tuple[float, ...], seed: int, realisation: int) -> Solved:
    """One realisation of a page by a body. Raises InputError, with the reason in numbers, where it cannot be done."""
    dice = Dice(seed, name, realisation)
    fig = figure(gender, betas)
    setting = place_things(page, dice)
    stand = take_stance(page, fig, setting, dice)
    before = {key: replace(thing) for key, thing in setting.things.items()}
    script = write_script(page, fig, stand, setting, dice)
    task = _Task(page, fig, stand, before, script, dice)
    keys = task.key_poses()
    q = task.between(keys)
    poses, trans = smpl_of(q, fig.rest)
    work = Work(
        page=name,
        title=page.title,
        trade=page.trade,
        gender=gender,
        betas=betas,
        furniture=setting.furniture(),
        loads=tuple(script.loads),
        coupling=page.coupling,
        activity=tuple(page.activity),
    )
    return Solved(poses.astype(np.float32), trans.astype(np.float32), RATE, work, q)


class _Task:
    """The state of solving one realisation."""

    def __init__(self, page: TaskSpec, fig: Figure, stand: Stand, before: dict, script: Script, dice: Dice) -> None:
        self.page, self.fig, self.stand, self.script, self.dice = page, fig, stand, script, dice
        self.problem = self._problem(before)
        self.cost = self._style()

    def _style(self) -> Floats:
        """What angles cost this worker: some bend the back where others bend the knees."""
        cost = COST.copy()
        stoop = float(np.exp(np.clip(0.45 * self.dice.normal("style.stoop")[0], -0.9, 0.9)))
        for name in ("trunk flexion", "pelvis tilt"):
            cost[freedom(name)] /= stoop
        for side in SIDES:
            for name in ("knee flexion", "hip flexion"):
                cost[freedom(f"{side} {name}")] *= stoop
            for name in ("shoulder abduction", "shoulder rotation"):
                cost[freedom(f"{side} {name}")] *= float(np.exp(0.3 * self.dice.normal(f"style.{side} {name}")[0]))
        return cost

    def _problem(self, before: dict) -> ik.Problem:
        fig, balls = self.fig, self.fig.balls
        boxes, whose = Setting(before).boxes()
        floor_c, floor_h = np.array([[0.0, 0.0, -1.0]]), np.array([[50.0, 50.0, 1.0]])
        held = np.array([[0.15, 0.15, 0.15]])
        for thing in before.values():
            if thing.hold == "load":
                low, high = thing.piece().prop.vertices.min(0), thing.piece().prop.vertices.max(0)
                held = 0.5 * (high - low)[None].astype(np.float64)
        centre = np.concatenate([floor_c, boxes.centre, np.zeros((1, 3))])
        axes = np.concatenate([np.eye(3)[None], boxes.axes, np.eye(3)[None]])
        half = np.concatenate([floor_h, boxes.half, held])
        round_ = np.concatenate([[False], boxes.round, [False]])
        meets = np.ones((len(balls.name), len(centre)), bool)
        for row, part in enumerate(balls.name):
            limb = part.split()[-1]
            if limb == "foot" or (limb == "shank" and self.page.stance in ("kneeling", "half_kneeling")):
                meets[row, 0] = False
            side = part.split()[0]
            for b, thing in enumerate(whose, start=1):
                touching = side in self.script.touched.get(thing, set())
                if limb == "hand" and touching:
                    meets[row, b] = False
                if before[thing].kind in ("stool", "chair", "wheelchair", "bed", "creeper", "kneeling_pad", "tiles"):
                    if limb in ("pelvis", "thigh", "foot", "shank") or self.page.stance == "lying_under":
                        meets[row, b] = False
                if limb == "foot" and before[thing].kind in ("ladder", "stepladder", "platform", "scaffold", "stairs"):
                    meets[row, b] = False
                if before[thing].hold == "load" and limb in ("hand", "forearm"):
                    meets[row, b] = False
                if thing in self._moved():
                    meets[row, b] = False  # its place changes: only the load in the hands counts
            if limb in ("hand", "forearm") or part.startswith(("left upper", "right upper")):
                meets[row, -1] = False
        aims = []
        for side, out in (("left", 1.0), ("right", -1.0)):
            aims.append((joint(f"{side}_wrist"), (out, 0.0, 0.0)))
        for side in SIDES:
            aims.append((joint(f"{side}_wrist"), (0.0, -1.0, 0.0)))
        aims.append((joint("head"), (0.0, -0.17, 0.98)))  # the line of sight at rest is 10 degrees down
        sums = [("pelvis tilt", "trunk flexion"), ("pelvis bend", "trunk bend")]
        own = [fig.spots[name] for name in SPOTS]
        return ik.Problem(
            offsets=fig.offsets, low=LOW.copy(), high=HIGH.copy(), mass=fig.mass,
            point_joint=np.array([each[0] for each in own]), point_offset=np.array([each[1] for each in own]),
            aim_joint=np.array([each[0] for each in aims]), aim_vector=np.array([each[1] for each in aims]),
            sums=np.array([[freedom(a), freedom(b)] for a, b in sums]),
            ball_joint=balls.joint, ball_offset=balls.offset, ball_radius=balls.radius,
            centre=centre, axes=axes, half=half, round=round_, meets=meets, pairs=balls.pairs,
        )  # fmt: skip

    def _moved(self) -> set[str]:
        return {phase.thing for phase in self.page.phases if phase.do == "grip" and phase.thing}

    def wanted(self, times: int) -> ik.Wanted:
        """Everything at rest: the stance's contacts, the reference pose, nothing wanted of the hands."""
        points, edges = len(SPOTS), support(self.stand.ground, 0.03 - self.stand.roomy)
        wanted = ik.Wanted(
            point=np.zeros((times, points, 3)), point_weight=np.zeros((times, points, 3)),
            aim=np.zeros((times, len(_AIMS), 3)), aim_weight=np.zeros((times, len(_AIMS))),
            edge=np.tile(edges[0], (times, 1, 1)), middle=np.tile([*edges[1], 0.5], (times, 1)),
            load=np.zeros((times, 2)), sum_low=np.full((times, 2), -9.0), sum_high=np.full((times, 2), 9.0),
            reference=np.tile(self.stand.q, (times, 1)), cost=np.tile(self.cost, (times, 1)),
            carried=np.zeros(times, bool),
        )  # fmt: skip
        for name, (target, weight) in self.stand.spots.items():
            wanted.point[:, spot_number(name)], wanted.point_weight[:, spot_number(name)] = target, weight
        for side in SIDES:
            row = spot_number(f"{side} elbow")
            wanted.point[:, row, 2] = self.fig.height["elbow"] + self.stand.shift
            wanted.point_weight[:, row, 2] = 0.0 if self.page.stance == "lying_under" else _ELBOW
        return wanted

    def _set_key(self, wanted: ik.Wanted, row: int, key: Key) -> None:
        for number, side in enumerate(SIDES):
            aim = key.hands[side]
            if aim is None:
                wanted.cost[row] = np.where(self._arm(side), 2.0 * wanted.cost[row], wanted.cost[row])
                wanted.point_weight[row, spot_number(f"{side} elbow")] = 0.0
                continue
            wanted.point[row, number], wanted.point_weight[row, number] = aim.target, _HAND
            for column, way, weight in ((number, aim.point, _POINT), (number + 2, aim.palm, _PALM)):
                if way is not None:
                    wanted.aim[row, column], wanted.aim_weight[row, column] = way, weight
        for k in range(2):
            wanted.sum_low[row, k], wanted.sum_high[row, k] = key.bounds[k]
        wanted.load[row] = np.array(key.load) / self.fig.kilograms
        wanted.carried[row] = bool(key.carried)

    def _arm(self, side: str) -> NDArray[np.bool_]:
        from synth.posture.chain import NAMES

        return np.array([name.startswith((f"{side} shoulder", f"{side} elbow", f"{side} wrist")) for name in NAMES])

    def key_poses(self) -> Floats:
        """(K, N) the poses of the key moments."""
        keys = self.script.keys
        wanted = self.wanted(len(keys))
        q = np.tile(self.stand.q, (len(keys), 1))
        for row, key in enumerate(keys):
            self._set_key(wanted, row, key)
            if row:
                q[row] = q[row - 1]
            self._twist(key)
            for _ in range(3):  # where one looks depends on where the head is
                self._look(wanted, row, key, q[row])
                ik.solve(q, self.problem, wanted, row, row + 1, 25)
            if row == 0:
                self._pin(wanted, q[0])
        self._refuse(q, wanted)
        return q

    def _twist(self, key: Key) -> None:
        twist = freedom("trunk twist")
        self.problem.low[twist] = max(LOW[twist], key.bounds[2, 0])
        self.problem.high[twist] = min(HIGH[twist], key.bounds[2, 1])

    def _look(self, wanted: ik.Wanted, row: int, key: Key, q: Floats) -> None:
        place, _ = joints_of(q[None], self.fig.offsets)
        goal = self._gaze(key, place[0])
        way = goal - (place[0, joint("head")] + (0.0, 0.0, 0.05))
        wanted.aim[row, 4] = way / max(float(np.linalg.norm(way)), 1e-6)
        wanted.aim_weight[row, 4] = _GAZE

    def _gaze(self, key: Key, place: Floats) -> Floats:
        at = key.gaze.at
        busy = [side for side in SIDES if key.hands[side] is not None]
        hands = [place[joint(f"{side}_hand")] for side in (busy or SIDES)]
        if at == "hands" and busy:
            return np.mean(hands, axis=0)
        if at in ("left hand", "right hand"):
            return place[joint(at.replace(" ", "_"))]
        if at in ("ahead", "hands"):
            c, s = np.cos(key.heading), np.sin(key.heading)
            return place[joint("head")] + 3.0 * np.array([-s, c, -0.12])
        if at is not None:
            return self.script.setting.grip(at, "left", 1.2)[0]
        from synth.posture.script import _Writer

        writer = _Writer(self.page, self.fig, self.stand, self.script.setting, self.dice)
        writer.origin, writer.heading = key.origin, key.heading
        return writer.spot(key.gaze, "both", "gaze", "gaze")

    def _pin(self, wanted: ik.Wanted, q: Floats) -> None:
        """What touches the floor stays where the first pose has it."""
        place, turn = joints_of(q[None], self.fig.offsets)
        for name, (_, weight) in self.stand.spots.items():
            if weight[2] >= 15.0:
                own, offset = self.fig.spots[name]
                at = place[0, own] + turn[0, own] @ offset
                firm = np.where(weight >= PLANTED, PLANTED, np.where(weight > 0, 60.0, 0.0))
                if name not in ("head", "spine3", "pelvis"):
                    firm = np.full(3, PLANTED)
                self.stand.spots[name] = (at, firm)
                wanted.point[1:, spot_number(name)], wanted.point_weight[1:, spot_number(name)] = at, firm

    def _refuse(self, q: Floats, wanted: ik.Wanted) -> None:
        place, _ = joints_of(q, self.fig.offsets)
        for row, key in enumerate(self.script.keys):
            for side in SIDES:
                aim = key.hands[side]
                if aim is None:
                    continue
                off = float(np.linalg.norm(place[row, joint(f"{side}_hand")] - aim.target))
                if off > _OFF:
                    where = f"phases.{row - 1}" if row else "the start"
                    raise InputError(
                        f"{side} hand: out of reach by {100 * off:.0f} cm ({self._who()})",
                        where=where,
                        remedy="bring the place nearer, or let the trunk bend and twist further",
                    )

    def _who(self) -> str:
        return f"{self.fig.gender}, {self.fig.height['head']:.2f} m tall"

    # -- between the keys

    def between(self, keys: Floats) -> Floats:
        """(T, N) the motion through the key poses."""
        frames = round(self.script.keys[-1].time * RATE) + 1
        wanted = self.wanted(frames)
        places = np.empty((len(keys), 24, 3))
        forward_many(keys, self.fig.offsets, places, np.empty((len(keys), 24, 3, 3)))
        starts = [round(key.time * RATE) for key in self.script.keys]
        for number, phase in enumerate(self.script.phases):
            rows = np.arange(starts[number], starts[number + 1] + 1)
            self._stretch(wanted, number, rows, keys, places)
        self._sway(wanted)
        wanted.cost[:] = np.maximum(2.5 * wanted.cost, 0.15)
        wanted.cost[:, :3] = 1.0
        q = wanted.reference.copy()
        q[0] = keys[0]
        self.problem.low[freedom("trunk twist")] = LOW[freedom("trunk twist")]
        self.problem.high[freedom("trunk twist")] = HIGH[freedom("trunk twist")]
        ik.follow(q, self.problem, wanted, 0, frames, 3)
        return q

    def _stretch(self, wanted: ik.Wanted, number: int, rows: NDArray[np.int64], keys: Floats, places: Floats) -> None:
        """What is wanted of the frames of one phase."""
        a, b, phase = self.script.keys[number], self.script.keys[number + 1], self.script.phases[number]
        share = np.linspace(0.0, 1.0, len(rows))
        lead = _least_jerk(np.minimum(1.0, share * 1.2))
        hand = _least_jerk(share)
        s = np.where(self._leads(), lead[:, None], hand[:, None])
        wanted.reference[rows] = keys[number] + s * (keys[number + 1] - keys[number])
        gaze = _least_jerk(np.minimum(1.0, share / 0.6))
        heads = [self._gaze(key, places[row]) for key, row in ((a, number), (b, number + 1))]
        goal = heads[0] + gaze[:, None] * (heads[1] - heads[0])
        head = places[number, joint("head")] + lead[:, None] * (
            places[number + 1, joint("head")] - places[number, joint("head")]
        )
        way = goal - head - (0.0, 0.0, 0.05)
        wanted.aim[rows, 4] = way / np.linalg.norm(way, axis=1, keepdims=True).clip(1e-6)
        wanted.aim_weight[rows, 4] = _GAZE
        for k in range(2):
            wanted.sum_low[rows, k] = min(a.bounds[k, 0], b.bounds[k, 0])
            wanted.sum_high[rows, k] = max(a.bounds[k, 1], b.bounds[k, 1])
        load = np.where(share[:, None] < 0.5, a.load, b.load) if phase.do != "place" else np.tile(b.load, (len(rows), 1))
        wanted.load[rows] = load / self.fig.kilograms
        wanted.carried[rows] = bool(a.carried) and (bool(b.carried) or phase.do == "place")
        self._hand_paths(wanted, number, rows, places, share)

    def _leads(self) -> NDArray[np.bool_]:
        from synth.posture.chain import NAMES

        return np.array([name.startswith(("pelvis", "trunk", "neck")) for name in NAMES])

    def _hand_paths(
        self, wanted: ik.Wanted, number: int, rows: NDArray[np.int64], places: Floats, share: Floats
    ) -> None:
        a, b, phase = self.script.keys[number], self.script.keys[number + 1], self.script.phases[number]
        ends = {
            side: (places[number, joint(f"{side}_hand")], places[number + 1, joint(f"{side}_hand")]) for side in SIDES
        }
        moving = any(np.linalg.norm(end - start) > 0.01 for start, end in ends.values())
        if a.carried and all(b.hands[side] is not None for side in SIDES):
            middle = _path(*(0.5 * (ends["left"][k] + ends["right"][k]) for k in range(2)), share)
            across = [ends["left"][k] - ends["right"][k] for k in range(2)]
            turn = across[0] + _least_jerk(share)[:, None] * (across[1] - across[0])
            size = [float(np.linalg.norm(each)) for each in across]
            turn *= (np.interp(share, [0, 1], size) / np.linalg.norm(turn, axis=1).clip(1e-6))[:, None]
            paths = {"left": middle + 0.5 * turn, "right": middle - 0.5 * turn}
        else:
            paths = {side: _path(*ends[side], share) for side in SIDES}
        for column, side in enumerate(SIDES):
            start, end = a.hands[side], b.hands[side]
            if start is None and end is None:
                wanted.point_weight[rows, spot_number(f"{side} elbow")] = 0.0
                continue
            path = paths[side].copy()
            if phase.do == "stroke" and phase.hand in (side, "both", None) and end is not None:
                path += self._stroke(number, share * (len(rows) - 1) / RATE, end)
            firm = (
                start is not None and end is not None and (not moving or bool(a.carried) or phase.do in ("stroke", "hold"))
            )
            weight = np.full(len(rows), _HAND if firm else _WAY)
            if not firm:
                near = np.minimum(share, 1.0 - share) * (len(rows) - 1) / RATE  # seconds from an end
                edge = np.clip(1.0 - near / 0.15, 0.0, 1.0)
                at_end = np.where(share < 0.5, start is not None, end is not None)
                weight = weight + edge * np.where(at_end, _HAND - _WAY, -_WAY * 0.8)
            wanted.point[rows, column] = path
            wanted.point_weight[rows, column] = weight[:, None]
            fade = _least_jerk(share)
            for offset, name, strength in ((0, "point", _POINT), (2, "palm", _PALM)):
                ways = [None if aim is None else getattr(aim, name) for aim in (start, end)]
                both = [way for way in ways if way is not None]
                if not both:
                    continue
                first, last = (both[0] if ways[0] is None else ways[0]), (both[-1] if ways[1] is None else ways[1])
                way = first + fade[:, None] * (last - first)
                wanted.aim[rows, column + offset] = way / np.linalg.norm(way, axis=1, keepdims=True).clip(1e-6)
                shares = (1 - fade) * (ways[0] is not None) + fade * (ways[1] is not None)
                wanted.aim_weight[rows, column + offset] = strength * shares

    def _stroke(self, number: int, seconds: Floats, aim: object) -> Floats:
        from synth.posture.script import WAYS

        phase, drawn = self.script.phases[number], self.script.strokes[number]
        key = self.script.keys[number + 1]
        whole = max(1, round(drawn["frequency"] * seconds[-1]))
        turn = 2 * np.pi * whole * seconds / seconds[-1]
        c, s = np.cos(key.heading), np.sin(key.heading)
        if phase.along == "circle":
            r = 0.5 * drawn["amplitude"]
            flat = np.stack([r * np.sin(turn), r * (1 - np.cos(turn)), 0 * turn], axis=1)
        else:
            flat = 0.5 * drawn["amplitude"] * (1 - np.cos(turn))[:, None] * np.array(WAYS[phase.along])
        return np.stack([c * flat[:, 0] - s * flat[:, 1], s * flat[:, 0] + c * flat[:, 1], flat[:, 2]], axis=1)

    def _sway(self, wanted: ik.Wanted) -> None:
        seconds = np.arange(len(wanted.middle)) / RATE
        for name, degrees in (
            ("trunk flexion", 0.7), ("trunk bend", 0.5), ("trunk twist", 0.6), ("pelvis tilt", 0.3),
            ("neck flexion", 1.0), ("neck twist", 1.2), ("neck bend", 0.5),
        ):  # fmt: skip
            phases = np.pi * self.dice.normal(f"sway.{name}", 3)
            waves = sum(
                np.sin(2 * np.pi * hertz * seconds + p) for hertz, p in zip((0.13, 0.31, 0.53), phases, strict=True)
            )
            wanted.reference[:, freedom(name)] += np.radians(degrees) * waves / 3


def _least_jerk(share: Floats) -> Floats:
    """0 to 1 with the least jerk, over shares of the time."""
    return share**3 * (10.0 - 15.0 * share + 6.0 * share**2)


def _path(start: Floats, end: Floats, share: Floats) -> Floats:
    """(T, 3) a hand's way: up first and down last where it changes height, so that it goes over edges."""
    rise = float(end[2] - start[2])
    late = 0.25 * min(1.0, abs(rise) / 0.3)
    early = _least_jerk(np.minimum(1.0, share / (1.0 - late)))
    after = _least_jerk(np.maximum(0.0, (share - late) / (1.0 - late)))
    up, flat = (early, after) if rise > 0 else (after, early)
    path = start + flat[:, None] * (end - start)
    path[:, 2] = start[2] + up * rise
    far = float(np.linalg.norm(end[:2] - start[:2]))
    path[:, 2] += 0.08 * far * np.sin(np.pi * flat) ** 2
    return path


__all__ = ["N", "Solved", "solve_page"]
