"""What lies between key poses, frame by frame.

Hands move with least jerk (Flash & Hogan, 'The coordination of arm movements', J. Neurosci. 5, 1985), up first and down
last so that they go over edges; trunk and gaze lead them; what touches floor and seat stays; who holds still sways
(Winter, 'Human balance and posture control', Gait & Posture 3, 1995).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d
from scipy.spatial.transform import Rotation

from synth.posture import ik
from synth.posture.balance import GRAVITY
from synth.posture.chain import HIGH, LOW, freedom, joints_of
from synth.posture.figure import joint
from synth.posture.gait import Footing, walk
from synth.posture.keys import GAZE, HAND, PALM, POINT, RATE, Task
from synth.posture.problem import LEADS, SIDES
from synth.posture.script import WAYS, Aim, Key
from synth.posture.sight import within_sight
from synth.posture.stance import PLANTED, spot_number
from synth.scene.work import Furniture

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
_WAY = 25.0  # per metre, that a hand is off its way
_LETS_GO = 10.0  # per metre, of a hand that is drawn back to hang: it goes round the belly
_STEPS = 2  # iterations a frame, of the way and of its smoothing
_STILL = 0.15  # per radian, at least, that an angle is off its reference: what keeps motion smooth
_SMOOTH = 0.1  # seconds, the deviation of the window that takes jumps out of motion
_NEAR, _STAYS = 1.0, 12.0  # per radian and per metre, that a smoothed pose is left
_MOST_ON = 0.08  # metres that the support is drawn in by, at most, for a body that moves
_SWAY = (
    ("trunk flexion", 0.7), ("trunk bend", 0.5), ("trunk twist", 0.6), ("pelvis tilt", 0.3),
    ("neck flexion", 1.0), ("neck twist", 1.2), ("neck bend", 0.5),
)  # fmt: skip


def between(task: Task, keys: Floats) -> tuple[Floats, list[Furniture]]:
    """(T, N) the motion through the key poses (K, N), and what was rolled along, a piece for every frame."""
    frames = round(task.script.keys[-1].time * RATE) + 1
    wanted = task.wanted(frames)
    places, turns = joints_of(keys, task.fig.offsets)
    starts = [round(key.time * RATE) for key in task.script.keys]
    rolled: list[Furniture] = []
    for number in range(len(task.script.phases)):
        rows = np.arange(starts[number], starts[number + 1] + 1)
        stretch = _Stretch(task, wanted, number, rows, keys, places, turns[:, joint("spine3")])
        stretch.fill()
        rolled += stretch.rolled
    _sway(task, wanted)
    wanted.cost[:] = np.maximum(2.5 * wanted.cost, _STILL)
    wanted.cost[:, :3] = 1.0
    twist = freedom("trunk twist")
    task.problem.low[twist], task.problem.high[twist] = LOW[twist], HIGH[twist]
    q = wanted.reference.copy()
    q[0] = keys[0]
    ik.follow(q, task.problem, wanted, 0, frames, _STEPS)
    return _smooth(task, wanted, q), rolled


def _smooth(task: Task, wanted: ik.Wanted, q: Floats) -> Floats:
    """(T, N) motion that was solved frame by frame, without its jumps: each frame solved again near its neighbours.

    The support is drawn in by what the centre of mass moves on by as it is stopped (Hof et al. 2005; see `balance`).
    """
    wanted.reference[:] = gaussian_filter1d(q, _SMOOTH * RATE, axis=0, mode="nearest")
    places, _ = joints_of(wanted.reference, task.fig.offsets)
    centre = np.einsum("j,tjc->tc", task.fig.mass / task.fig.mass.sum(), places)
    goes = np.gradient(centre[:, :2], axis=0) * RATE * np.sqrt(centre[:, 2:].clip(0.1) / GRAVITY)
    on = np.einsum("thc,tc->th", wanted.edge[..., :2], goes)
    wanted.edge[..., 2] -= on.clip(0.0, _MOST_ON)
    wanted.cost[:] = np.maximum(wanted.cost, _NEAR)
    wanted.cost[:, :3] = _STAYS
    q = wanted.reference.copy()
    ik.settle(q, task.problem, wanted, 0, len(q), _STEPS)
    return q


class _Stretch:
    """The frames of one phase, from key a to key b."""

    def __init__(
        self,
        task: Task,
        wanted: ik.Wanted,
        number: int,
        rows: Rows,
        keys: Floats,
        places: Floats,
        chests: Floats,
    ) -> None:
        self.task, self.wanted, self.number, self.rows, self.keys, self.places, self.chests = (
            task, wanted, number, rows, keys, places, chests,
        )  # fmt: skip
        self.a, self.b = task.script.keys[number : number + 2]
        self.phase = task.script.phases[number]
        self.share = np.linspace(0.0, 1.0, len(rows))
        self.ease = least_jerk(self.share)
        self.rolled: list[Furniture] = []

    def fill(self) -> None:
        task, wanted, rows, a, b = self.task, self.wanted, self.rows, self.a, self.b
        lead = least_jerk(np.minimum(1.0, self.share * 1.2))
        s = np.where(LEADS, lead[:, None], self.ease[:, None])
        q = self.keys[self.number : self.number + 2]
        wanted.reference[rows] = q[0] + s * (q[1] - q[0])
        wanted.reference[rows, :3] = q[0, :3] + lead[:, None] * (q[1, :3] - q[0, :3])
        for k in range(2):
            wanted.sum_low[rows, k] = min(a.bounds[k, 0], b.bounds[k, 0])
            wanted.sum_high[rows, k] = max(a.bounds[k, 1], b.bounds[k, 1])
        loads = np.where(self.share[:, None] < 0.5, a.load, b.load)
        before = task.script.phases[self.number - 1].do if self.number else ""
        wanted.load[rows] = (
            np.array(b.load) if "place" in (before, self.phase.do) else loads
        ) / task.fig.kilograms
        wanted.there[rows] = task.there(rows / RATE)
        wanted.there[rows, -1] = bool(a.carried) and (bool(b.carried) or self.phase.do == "place")
        self._support()
        self._look(lead)
        if self.phase.do == "walk":
            self._walk()
        else:
            self._hands(self._paths())

    def _support(self) -> None:
        """Hands that come to lean on something bear the body at the end, those that leave it at the beginning."""
        task, rows, n = self.task, self.rows, len(self.rows)
        first, last = task.leaning(self.number), task.leaning(self.number + 1)
        both = [point for point in first if any(np.allclose(point, other) for other in last)]
        held, holds = task.holds_on(self.a), task.holds_on(self.b)
        edge, begin = max(1, n // 4), int(rows[0])
        for start, stop, hands, on in (
            (0, edge, first, held), (edge, n - edge, both, held and holds), (n - edge, n, last, holds),
        ):  # fmt: skip
            task.stand_at(self.wanted, slice(begin + start, begin + stop), self.a, hands, on)

    def _look(self, lead: Floats) -> None:
        """The gaze goes to its next goal in the first half of a phase, before the hand."""
        task, places = self.task, self.places[self.number : self.number + 2]
        gaze = least_jerk(np.minimum(1.0, self.share / 0.6))[:, None]
        goals = [task.gaze(key, place) for key, place in zip((self.a, self.b), places, strict=True)]
        heads = places[:, joint("head")]
        chests = self.chests[self.number : self.number + 2]
        ways = goals - heads - np.array([0.0, 0.0, 0.05])
        far = np.linalg.norm(ways, axis=1)[:, None]
        seen = heads + far * [within_sight(*each) for each in zip(ways, chests, strict=True)]
        way = seen[0] + gaze * (seen[1] - seen[0]) - heads[0] - lead[:, None] * (heads[1] - heads[0])
        self.wanted.aim[self.rows, 4] = way / np.linalg.norm(way, axis=1, keepdims=True).clip(1e-6)
        self.wanted.aim_weight[self.rows, 4] = GAZE

    def _ends(self) -> dict[str, tuple[Floats, Floats]]:
        """Where each hand is at a and at b."""
        places = self.places[self.number : self.number + 2]
        found = {}
        for side in SIDES:
            ends = [
                place[joint(f"{side}_hand")] if (aim := key.hands[side]) is None else aim.target
                for key, place in zip((self.a, self.b), places, strict=True)
            ]
            found[side] = (ends[0], ends[1])
        return found

    def _paths(self) -> dict[str, Floats]:
        ends = self._ends()
        if not (self.a.carried and all(self.b.hands[side] is not None for side in SIDES)):
            return {side: path_between(*ends[side], self.share) for side in SIDES}
        middles = [0.5 * (ends["left"][k] + ends["right"][k]) for k in range(2)]
        middle = path_between(middles[0], middles[1], self.share)
        across = [ends["left"][k] - ends["right"][k] for k in range(2)]
        turn = across[0] + self.ease[:, None] * (across[1] - across[0])
        size = np.interp(self.share, [0, 1], [float(np.linalg.norm(each)) for each in across])
        turn *= (size / np.linalg.norm(turn, axis=1).clip(1e-6))[:, None]
        return {"left": middle + 0.5 * turn, "right": middle - 0.5 * turn}

    def _hands(self, paths: dict[str, Floats]) -> None:
        for column, side in enumerate(SIDES):
            start, end = self.a.hands[side], self.b.hands[side]
            if start is None and end is None:
                self.wanted.point_weight[self.rows, spot_number(f"{side} elbow")] = 0.0
                continue
            path = paths[side].copy()
            if self.phase.do == "stroke" and self.phase.hand in (side, "both", None) and end is not None:
                path += self._stroke()
            self.wanted.point[self.rows, column] = path
            self.wanted.point_weight[self.rows, column] = self._firmness(start, end)[:, None]
            self._directions(column, start, end)
            self._fingers(side, start, end)

    def _firmness(self, start: Aim | None, end: Aim | None) -> Floats:
        """(T,) how firmly a hand keeps to its path: where it works, it does; on its way it may go round things."""
        stays = (
            start is not None and end is not None and float(np.linalg.norm(start.target - end.target)) < 0.01
        )
        if (
            start is not None
            and end is not None
            and (stays or bool(self.a.carried) or self.phase.do == "stroke")
        ):
            return np.full(len(self.rows), HAND)
        near = np.minimum(self.share, 1.0 - self.share) * (len(self.rows) - 1) / RATE  # seconds from an end
        at_end = np.where(self.share < 0.5, start is not None, end is not None)
        way = _WAY if end is not None else _LETS_GO
        return way + np.clip(1.0 - near / 0.15, 0.0, 1.0) * np.where(at_end, HAND - way, -0.8 * way)

    def _directions(self, column: int, start: Aim | None, end: Aim | None) -> None:
        for offset, name, strength in ((0, "point", POINT), (2, "palm", PALM)):
            ways = [None if aim is None else getattr(aim, name) for aim in (start, end)]
            given = [way for way in ways if way is not None]
            if not given:
                continue
            way = given[0] + self.ease[:, None] * (given[-1] - given[0])
            self.wanted.aim[self.rows, column + offset] = way / np.linalg.norm(
                way, axis=1, keepdims=True
            ).clip(1e-6)
            shares = (1 - self.ease) * (ways[0] is not None) + self.ease * (ways[1] is not None)
            self.wanted.aim_weight[self.rows, column + offset] = strength * shares

    def _fingers(self, side: str, start: Aim | None, end: Aim | None) -> None:
        row = freedom(f"{side} fingers flexion")
        curls = [self.task.curl_of(side, aim) for aim in (start, end)]
        self.wanted.reference[self.rows, row] = curls[0] + self.ease * (curls[1] - curls[0])

    def _stroke(self) -> Floats:
        """(T, 3) how far a hand is from where its strokes begin."""
        drawn, seconds = self.task.script.strokes[self.number], self.share * (len(self.rows) - 1) / RATE
        turn = 2 * np.pi * max(1, round(drawn["frequency"] * seconds[-1])) * self.share
        if self.phase.along == "circle":
            flat = 0.5 * drawn["amplitude"] * np.stack([np.sin(turn), 1 - np.cos(turn), 0 * turn], axis=1)
        else:
            mirror = -1.0 if self.task.page.stance == "lying_under" else 1.0
            way = np.array(WAYS[self.phase.along]) * (mirror, 1.0, 1.0)
            flat = 0.5 * drawn["amplitude"] * (1 - np.cos(turn))[:, None] * way
        return np.asarray(Rotation.from_euler("z", self.b.heading).apply(flat))

    # -- walking

    def _walk(self) -> None:
        task, wanted, rows = self.task, self.wanted, self.rows
        feet = [self._footing(key) for key in (self.a, self.b)]
        steps = walk(task.fig, feet[0], feet[1], (self.a.heading, self.b.heading), len(rows))
        for name, target in steps.spots.items():
            wanted.point[rows, spot_number(name)] = target
            wanted.point_weight[rows, spot_number(name)] = PLANTED * steps.weights[name]
        wanted.edge[rows] = 0.0  # who walks falls from foot to foot
        wanted.middle[rows] = np.column_stack([steps.middle, np.full(len(rows), 4.0)])
        q = self.keys[self.number : self.number + 2]
        offset = [task.turned(q[k], Key(0, {}, self.a.gaze, self.a.bounds, np.zeros(2), 0.0), key)
                  for k, key in enumerate((self.a, self.b))]  # fmt: skip
        local = offset[0] + self.ease[:, None] * (offset[1] - offset[0])
        out = local.copy()
        c, s = np.cos(steps.heading), np.sin(steps.heading)
        out[:, 0] = steps.middle[:, 0] + c * local[:, 0] - s * local[:, 1]
        out[:, 1] = steps.middle[:, 1] + s * local[:, 0] + c * local[:, 1]
        out[:, 2] -= steps.pace * 0.018 * task.fig.height["head"]
        sway = steps.pace * steps.swing
        out[:, freedom("pelvis turn")] = (
            local[:, freedom("pelvis turn")] + steps.heading - np.radians(5) * sway
        )
        out[:, freedom("trunk twist")] += np.radians(8) * sway
        for side, sign in (("left", 1.0), ("right", -1.0)):
            if self.a.hands[side] is None and self.b.hands[side] is None:
                out[:, freedom(f"{side} shoulder flexion")] -= np.radians(18) * sign * sway
                out[:, freedom(f"{side} elbow flexion")] += np.radians(8) * steps.pace
        wanted.reference[rows] = out
        self._walking_hands(steps.middle, steps.heading)

    def _footing(self, key: Key) -> dict[str, Footing]:
        turn = Rotation.from_euler("z", key.heading)
        found = {}
        for side, arch in self.task.stand.feet.items():
            there = turn.apply(arch) + np.append(key.origin, 0.0)
            found[side] = Footing(there, key.heading + self.task.stand.yaws[side])
        return found

    def _walking_hands(self, middle: Floats, heading: Floats) -> None:
        """Hands that hold something keep their place before the body; what they push rolls along."""
        turns = Rotation.from_euler("z", heading[:, None])
        ends, paths = self._ends(), {}
        for side in SIDES:
            local = [
                Rotation.from_euler("z", -key.heading).apply(end - np.append(key.origin, 0.0))
                for key, end in zip((self.a, self.b), ends[side], strict=True)
            ]
            way = local[0] + self.ease[:, None] * (local[1] - local[0])
            paths[side] = turns.apply(way) + np.column_stack([middle, np.zeros(len(middle))])
        self._hands(paths)
        for side in SIDES:
            if self.a.hands[side] is not None and self.b.hands[side] is not None:
                self.wanted.point_weight[self.rows, SIDES.index(side)] = HAND
        self._roll(middle, heading)

    def _roll(self, middle: Floats, heading: Floats) -> None:
        setting = self.task.script.setting
        for name in setting.pushed:
            thing = setting.things[name]
            away = thing.position[:2] - self.a.origin
            for k, row in enumerate(self.rows[:-1]):
                turn = float(heading[k] - self.a.heading)
                c, s = np.cos(turn), np.sin(turn)
                spot = np.array([[c, -s], [s, c]]) @ away + middle[k]
                place = (round(float(spot[0]), 4), round(float(spot[1]), 4), float(thing.position[2]))
                self.rolled.append(
                    Furniture(
                        thing.kind,
                        thing.size,
                        place,
                        round(thing.yaw + turn, 4),
                        "",
                        row / RATE,
                        (row + 1) / RATE,
                    )
                )
            self.rolled.append(thing.furniture(float(self.rows[0]) / RATE))  # before it was pushed
            turn = self.b.heading - self.a.heading
            c, s = np.cos(turn), np.sin(turn)
            thing.position[:2] = np.array([[c, -s], [s, c]]) @ away + self.b.origin
            thing.yaw, thing.since = thing.yaw + turn, float(self.rows[-1]) / RATE


def _sway(task: Task, wanted: ik.Wanted) -> None:
    seconds = np.arange(len(wanted.middle)) / RATE
    for name, degrees in _SWAY:
        phases = np.pi * task.dice.normal(f"sway.{name}", 3)
        waves = sum(
            np.sin(2 * np.pi * hertz * seconds + phase)
            for hertz, phase in zip((0.13, 0.31, 0.53), phases, strict=True)
        )
        wanted.reference[:, freedom(name)] += np.radians(degrees) * waves / 3


def least_jerk(share: Floats) -> Floats:
    """0 to 1 with the least jerk, over shares of the time."""
    return share**3 * (10.0 - 15.0 * share + 6.0 * share**2)


def path_between(start: Floats, end: Floats, share: Floats) -> Floats:
    """(T, 3) a hand's way over shares (T,) of its time."""
    rise = float(end[2] - start[2])
    late = 0.25 * min(1.0, abs(rise) / 0.3)
    early = least_jerk(np.minimum(1.0, share / (1.0 - late)))
    after = least_jerk(np.maximum(0.0, (share - late) / (1.0 - late)))
    up, flat = (early, after) if rise > 0 else (after, early)
    path = start + flat[:, None] * (end - start)
    far = float(np.linalg.norm(end[:2] - start[:2]))
    path[:, 2] = start[2] + up * rise + 0.08 * far * np.sin(np.pi * flat) ** 2
    return path
