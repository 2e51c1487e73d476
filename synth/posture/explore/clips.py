"""Everywhere a body can go: clips of a body that takes one posture after another of those that `goals` spreads evenly.

Who explores stands as the workers of task pages do, and is held to the same physics; there is nothing to work on, but
what the stance needs and what the hands hold (`explore_page`).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import ConvexHull

from synth.core.errors import InputError
from synth.core.runs import runs
from synth.posture import ik
from synth.posture.between import between
from synth.posture.chain import freedom, joints_of, smpl_of
from synth.posture.checks import checks
from synth.posture.explore.goals import STANCES, Goal, reachable_of
from synth.posture.explore.page import PAGE, TITLE, TRADE, force_of, page_of
from synth.posture.explore.space import UNKNOWN, cells
from synth.posture.figure import Figure, figure, joint
from synth.posture.keys import RATE, Task
from synth.posture.physics import faults_of
from synth.posture.problem import SIDES
from synth.posture.script import Key
from synth.posture.setting import Dice
from synth.posture.solve import Solved, draw_body
from synth.posture.task import PhaseSpec, PlaceSpec
from synth.risk.from_poses import angles_from_poses
from synth.scene.work import Load, Work

Floats = NDArray[np.float64]
_LINE, _SIGHT = 6.0, 1.2  # per unit that the trunk's line and the head's direction are off
_TURN = 3.0  # per radian that the trunk's twist is off
_ROUNDS = 4  # of solving, each corrected by what the one before missed
_ITERATIONS = 12
_STILL = 0.3  # seconds that a posture takes at least, and more the further the hands and joints go:
_PACE, _SWING = 0.85, 0.55  # seconds a metre of the hands, and a radian of any joint but the fingers'
_BODIES = 160  # people who explore, in turn
_LOWEST = 0.09  # metres of a wrist over the floor
_SHORTEST = 0.6  # seconds of a clip
_TOUCHES = 0.012  # metres within which skin touches the floor
_FASTEST = 0.25  # radians, or metres, that any angle changes by in a frame
_FLESH = 0.008  # metres
_YAW = 25.0  # degrees that the eyes go to a side of straight ahead, at most
_ANYWHERE = np.radians([[-130.0, 140.0], [-80.0, 80.0], [-45.0, 45.0]])
_ON_HEELS = (
    ("pelvis tilt", 50.0), ("trunk flexion", 25.0), ("left knee flexion", 140.0), ("right knee flexion", 140.0),
    ("left hip flexion", 105.0), ("right hip flexion", 105.0),
)  # fmt: skip
_HERE = Key(0.0, {"left": None, "right": None}, PlaceSpec(at="ahead"), _ANYWHERE, np.zeros(2), 0.0)
_ELSEWHERE = "lies in another cell"
_ON_THE_WAY = "is not reached: the body would fall, or go through itself or a thing, on the way"


@dataclass(frozen=True)
class Explored:
    """The stretches of a clip that can be; what was reached of its goals, and why others were not.

    reached (n, 2): the cells of the left and the right hand of the postures taken; refused: reason -> goals.
    """

    solved: list[Solved]
    reached: NDArray[np.int32]
    refused: Counter[str]


def stances_of(clips: int) -> list[str]:
    """The stance of each of so many clips: in turn, as often as it has reachable cells."""
    share = np.array([reachable_of(stance) for stance in STANCES], float)
    due, found = np.zeros(len(STANCES)), []
    for _ in range(clips):
        due += share / share.sum()
        found.append(STANCES[int(due.argmax())])
        due[due.argmax()] -= 1.0
    return found


def explore_clip(stance: str, wanted: list[Goal], seed: int, number: int) -> Explored:
    """A clip of a drawn body that goes through postures in one stance, in the order that keeps the way short."""
    gender, betas = draw_body(PAGE, seed, number % _BODIES)
    try:
        tour = _Tour(stance, figure(gender, betas), Dice(seed, PAGE, number))
    except InputError as error:
        return Explored([], np.zeros((0, 2), np.int32), Counter({error.what: len(wanted)}))
    return tour.go(wanted)


def try_goals(stance: str, wanted: list[Goal], seed: int, number: int) -> tuple[NDArray[np.int32], list[str]]:
    """The cells (n, 2) that a drawn body reaches for goals, and what is wrong with each posture, '' for nothing."""
    gender, betas = draw_body(PAGE, seed, number % _BODIES)
    _, own, faults = _Tour(stance, figure(gender, betas), Dice(seed, PAGE, number)).best(wanted)
    return own, ["" if fault == _ELSEWHERE else fault for fault in faults]


class _Tour(Task):
    """A task whose key poses are goals of the space of work postures."""

    def __init__(self, stance: str, fig: Figure, dice: Dice) -> None:
        super().__init__(page_of(stance, dice), fig, dice)
        self.loads = list(self.script.loads)
        force = force_of(dice)
        if force:
            self.loads.append(Load(force))
        held = np.array(self.script.keys[0].load) + 0.5 * force
        self.here = replace(_HERE, load=(float(held[0]), float(held[1])))
        self.stance = stance
        self.sights: dict[float, Floats] = {}
        self.moments = np.zeros(0)
        # to the problem of tasks, the trunk's line is aimed as well, and hands are where their wrists are
        own = self.problem
        wrists = [joint(f"{side}_wrist") for side in SIDES]
        self.taking = own._replace(
            point_joint=np.concatenate([wrists, own.point_joint[2:]]),
            point_offset=np.concatenate([np.zeros((2, 3)), own.point_offset[2:]]),
            aim_joint=np.append(own.aim_joint, joint("spine2")),
            aim_vector=np.append(own.aim_vector, [[0.0, 1.0, 0.0]], axis=0),
            low=own.low.copy(), high=own.high.copy(),
        )  # fmt: skip
        own.meets[self._on_floor(), 0] = False
        if stance == "lying":  # the flesh of arms beside the body is nearer to the floor than their spheres
            arms = [row for row, name in enumerate(self.fig.balls.name) if name.endswith("arm")]
            own.ball_radius[arms] += _FLESH
        if stance == "sitting":
            thighs = [row for row, name in enumerate(self.fig.balls.name) if name.endswith("thigh")]
            own.meets[thighs, 1:-1] = True
        if stance in ("sitting", "lying"):  # the pelvis stays on what bears it
            for name in ("turn", "tilt", "bend"):
                self.cost[freedom(f"pelvis {name}")] *= 8.0
        self._begin()

    def _on_floor(self) -> list[int]:
        """Spheres of what stays on the floor, where tucked toes have them in it, though not their skin."""
        parts = ("foot", "shank") if "kneeling" in self.stance else ("foot",)
        return [row for row, name in enumerate(self.fig.balls.name) if name.endswith(parts)]

    def _here(self, want: ik.Wanted) -> None:
        """All poses stand as the first does, with what the hands carry."""
        self.stand_at(want, slice(0, len(want.load)), self.here, [])
        want.load[:] = np.array(self.here.load) / self.fig.kilograms

    def _begin(self) -> None:
        """Takes the stance at ease, from where feet and knees stay."""
        want = self.wanted(1)
        self._here(want)
        q = self.stand.q[None].copy()
        ik.solve(q, self.problem, want, 0, 1, 40)
        self._settle(want, q)
        self._pin(q[0])
        if self.stance == "squatting":
            self._hold_heels(q)
        self._bear(self._skin(q))
        self.stand.q[:] = q[0]

    def _bear(self, skin: Floats) -> None:
        """What bears the body is where its skin touches the floor and the seat or step."""
        over = skin[:, 2].copy()
        for thing in self.before.values():
            if not thing.hand:
                over = np.minimum(over, -thing.piece().solids.depth(skin))
        ground = skin[over < _TOUCHES, :2]
        self.stand.ground = list(ground[ConvexHull(ground).vertices])

    def _hold_heels(self, q: Floats) -> None:
        """Who squats on the balls of the feet keeps the heels as high as they are."""
        place, turn = joints_of(q, self.fig.offsets)
        for side in SIDES:
            own, offset = self.fig.spots[f"{side} heel"]
            at = place[0, own] + turn[0, own] @ offset
            self.stand.spots[f"{side} heel"] = (
                np.maximum(at, [-9.0, -9.0, 0.02]),
                np.array([0.0, 0.0, 80.0]),
            )

    def _skin(self, q: Floats) -> Floats:
        """(V, 3) the skin of a pose (1, N)."""
        poses, trans = smpl_of(q, self.fig.rest)
        posed = self.fig.body.posed(poses.astype(np.float32), self.fig.betas, trans.astype(np.float32))
        return posed.vertices[0].astype(np.float64)

    # -- postures

    def take(self, wanted: list[Goal], start: Floats) -> tuple[Floats, ik.Wanted]:
        """(n, N) the poses that come nearest to goals, starting from one (N,), and what was wanted of them."""
        rows = len(wanted)
        want = self.wanted(rows)
        want = want._replace(
            aim=np.zeros((rows, len(self.taking.aim_joint), 3)),
            aim_weight=np.zeros((rows, len(self.taking.aim_joint))),
        )
        self._here(want)
        body = np.array([goal.body for goal in wanted])
        aims, q = body.copy(), np.tile(start, (rows, 1))
        hands = np.array([goal.hands for goal in wanted])
        free = np.isnan(hands[..., 0])
        want.cost[:, freedom("trunk twist")] = _TURN
        want.reference[:, freedom("trunk twist")] = np.radians(body[:, 1])
        if self.stance == "lying":
            want.cost[:, freedom("trunk bend")] = _TURN
            want.reference[:, freedom("trunk bend")] = np.radians(body[:, 2])
        yaw = self._yaw(hands)
        for round_ in range(_ROUNDS):
            self._aim_trunk(want, aims, yaw)
            if round_:
                self._aim_hands(want, q, hands, free)
            for row in range(rows):
                ik.solve(q, self.taking, want, row, row + 1, _ITERATIONS if round_ else 20)
            if round_ < _ROUNDS - 1:
                poses, _ = smpl_of(q, self.fig.rest)
                found = angles_from_poses(poses)
                if self.stance == "lying":
                    continue
                is_ = np.stack(
                    [found.trunk_flexion, found.trunk_twist, found.trunk_side_bend, found.head_inclination], 1
                )
                aims += np.clip(0.8 * (body - is_), -20, 20)
                aims = np.clip(aims, body - 45, body + 45)
                want.reference[:, freedom("trunk twist")] = np.radians(np.clip(aims[:, 1], -44, 44))
        return q, want

    def _yaw(self, hands: Floats) -> Floats:
        """(n,) degrees to the left that the eyes go: to the side where the hands are, within what is easy."""
        left = np.where(np.isnan(hands[:, 0, 2]), 0.0, hands[:, 0, 2])
        right = np.where(np.isnan(hands[:, 1, 2]), 0.0, hands[:, 1, 2])
        return np.clip(0.5 * (left - right), -_YAW, _YAW)

    def _aim_trunk(self, want: ik.Wanted, aims: Floats, yaw: Floats) -> None:
        """The trunk's line and the line of sight in the world, from degrees (n, 4)."""
        if self.stance == "lying":
            return
        lean, side = np.radians(aims[:, 0]), np.radians(aims[:, 2])
        want.aim[:, -1, 0] = -np.sin(side)
        want.aim[:, -1, 1] = np.cos(side) * np.sin(lean)
        want.aim[:, -1, 2] = np.cos(side) * np.cos(lean)
        want.aim_weight[:, -1] = _LINE
        down = np.radians(aims[:, 3] + 10.0)
        around = np.radians(yaw + 0.7 * aims[:, 1])
        want.aim[:, 4, 0] = -np.sin(around) * np.cos(down)
        want.aim[:, 4, 1] = np.cos(around) * np.cos(down)
        want.aim[:, 4, 2] = -np.sin(down)
        want.aim_weight[:, 4] = _SIGHT

    def _aim_hands(self, want: ik.Wanted, q: Floats, hands: Floats, free: NDArray[np.bool_]) -> None:
        """Where the wrists go, seen from where the shoulders of poses q are."""
        place, _ = joints_of(q, self.fig.offsets)
        shoulders = place[:, [joint(f"{side}_shoulder") for side in SIDES]]
        left = (shoulders[:, 0] - shoulders[:, 1]) * [1.0, 1.0, 0.0]
        left /= np.linalg.norm(left, axis=1, keepdims=True).clip(1e-6)
        ahead = np.stack([left[:, 1], -left[:, 0], np.zeros(len(left))], axis=1)
        arm = sum(
            float(np.linalg.norm(self.fig.offsets[joint(f"left_{part}")])) for part in ("elbow", "wrist")
        )
        for column, out in enumerate((1.0, -1.0)):
            height, reach, direction = hands[:, column].T
            flat = np.sqrt(np.maximum(reach**2 - height**2, 0.0))[:, None]
            way = np.radians(direction)[:, None]
            level = flat * (np.cos(way) * ahead + out * np.sin(way) * left)
            target = shoulders[:, column] + arm * (level + height[:, None] * [0.0, 0.0, 1.0])
            target[:, 2] = np.maximum(target[:, 2], _LOWEST)
            want.point[:, column] = np.nan_to_num(target)
            want.point_weight[:, column] = np.where(free[:, column], 0.0, 80.0)[:, None]

    def judge(self, q: Floats, want: ik.Wanted) -> tuple[NDArray[np.int32], list[str]]:
        """The cells (n, 2) of poses, and why each cannot be, '' where it can."""
        poses, trans = smpl_of(q, self.fig.rest)
        joints = self.fig.body.posed(poses.astype(np.float32), self.fig.betas, trans.astype(np.float32))[1]
        own = cells(joints, angles_from_poses(poses))
        return own, faults_of(self, q, want)

    # -- clips

    def go(self, wanted: list[Goal]) -> Explored:
        """A clip through as many of the goals as can be taken."""
        q, own, faults = self.best(wanted)
        refused = Counter(fault for fault in faults if fault not in ("", _ELSEWHERE))
        good = np.array([row for row, fault in enumerate(faults) if fault in ("", _ELSEWHERE)], int)
        if len(good) < 2:
            return Explored([], own[good[:0]], refused)
        order = good[_short(q[good])]
        self._script(q[order])
        motion, _ = between(self, q[order])
        frames = np.round(self.moments * RATE).astype(int)
        found, reached, lost = [], np.zeros(len(frames), bool), np.zeros(len(frames), bool)
        left = self._sound(motion)[::-1]
        while left:
            start, stop = left.pop()
            made = self._solved(motion[start:stop])
            there = (frames >= start) & (frames < stop)
            wrong = [name for name, passed in checks(made, 1).passes.items() if not passed]
            if set(wrong) <= {"limits"}:  # those hold by the way it is solved
                found.append(made)
                reached |= there
            elif stop - start > 2 * _SHORTEST * RATE:  # one of the halves may do
                middle = (start + stop) // 2
                left += [(middle, stop), (start, middle)]
            else:
                refused[f"of the skin: {wrong[0]}"] += int(there.sum())
                lost |= there
        refused[_ON_THE_WAY] += int((~reached & ~lost).sum())
        return Explored(found, own[order][reached], +refused)

    def best(self, wanted: list[Goal]) -> tuple[Floats, NDArray[np.int32], list[str]]:
        """Of each goal the best pose (n, N) of several tries, its cells (n, 2), and what is wrong with it: '' for one
        that lies in both cells of its goal, `_ELSEWHERE` for one that can be but lies in neither.

        Tries differ in where they start; the last ones leave one hand, then the other, to hang.
        """
        rows = len(wanted)
        q, own = np.tile(self.stand.q, (rows, 1)), np.full((rows, 2), UNKNOWN, np.int32)
        faults, hits = ["not tried"] * rows, np.full(rows, -1)
        starts = self._starts()
        for start, hang in [*((each, None) for each in starts), (starts[0], 1), (starts[0], 0)]:
            missing = [row for row in range(rows) if hits[row] < (2 if hang is None else 1)]
            if not missing:
                continue
            goals = [wanted[row] if hang is None else _hanging(wanted[row], hang) for row in missing]
            tried, want = self.take(goals, start)
            cells_, wrong = self.judge(tried, want)
            for k, row in enumerate(missing):
                hit = int((cells_[k] == wanted[row].cells).sum())
                score = -1 if wrong[k] else hit
                if score > hits[row] or (hits[row] < 0 and hang is None and start is starts[0]):
                    q[row], own[row], hits[row] = tried[k], cells_[k], score
                    faults[row] = wrong[k] or ("" if hit else _ELSEWHERE)
        return q, own, faults

    def _starts(self) -> list[Floats]:
        """Poses to start from: at ease, on the heels for who kneels, bent and half down for who stands."""
        if self.stance != "kneeling":
            return [self.stand.q, *self._others(self.stand.q, self.here)[:2]]
        back = self.stand.q.copy()
        for name, degrees in _ON_HEELS:
            back[freedom(name)] = np.radians(degrees)
        back[1:3] -= (0.2, 0.3)
        return [self.stand.q, back, *self._others(self.stand.q, self.here)[:1]]

    def _sound(self, motion: Floats) -> list[tuple[int, int]]:
        """The stretches of frames in which nothing is inside of anything, and the body neither falls nor jumps."""
        want = self.wanted(len(motion))
        self._here(want)
        jumps = np.append(np.abs(np.diff(motion, axis=0)).max(axis=1) > _FASTEST, False)
        sound = [
            not fault and not jump for fault, jump in zip(faults_of(self, motion, want), jumps, strict=True)
        ]
        return [(start, stop) for start, stop in runs(np.array(sound)) if stop - start > _SHORTEST * RATE]

    def _script(self, q: Floats) -> None:
        """Key moments of poses (n, N), as far apart as hands and joints take to move."""
        place, turn = joints_of(q, self.fig.offsets)
        hands = place[:, [joint(f"{side}_hand") for side in SIDES]]
        far = np.linalg.norm(np.diff(hands, axis=0), axis=2).max(axis=1)
        swing = np.abs(np.diff(q[:, 3:], axis=0)).max(axis=1)
        seconds = np.maximum(_STILL + _PACE * far, _SWING * swing)
        self.moments = np.round(np.concatenate([[0.0], np.cumsum(seconds)]) * RATE) / RATE
        self.sights = dict(
            zip(self.moments, turn[:, joint("head")] @ np.array([0.0, -0.17, 0.98]), strict=True)
        )
        keys = [replace(self.here, time=time) for time in self.moments]
        phases = [PhaseSpec(do="reach", seconds=(0.1, 0.1))] * (len(keys) - 1)
        still = [{"amplitude": 0.0, "frequency": 1.0}] * len(phases)
        self.script = replace(self.script, keys=keys, phases=phases, strokes=still)

    def gaze(self, key: Key, place: Floats) -> Floats:
        """(3,) a point on the line of sight that the head had in its key pose."""
        if not self.sights:  # in the stance at ease
            return super().gaze(key, place)
        return np.asarray(place[joint("head")] + 3.0 * self.sights[key.time])

    def _solved(self, q: Floats) -> Solved:
        poses, trans = smpl_of(q, self.fig.rest)
        work = Work(
            page=PAGE, title=TITLE, trade=TRADE, gender=self.fig.gender, betas=self.fig.betas,
            furniture=self.script.setting.furniture(), loads=tuple(self.loads), coupling=self.page.coupling,
            activity=tuple(self.page.activity),
        )  # fmt: skip
        return Solved(poses.astype(np.float32), trans.astype(np.float32), RATE, work, q)


def _hanging(goal: Goal, side: int) -> Goal:
    """A goal with one hand left to hang."""
    hands = goal.hands.copy()
    hands[side] = np.nan
    return replace(
        goal, hands=hands, cells=(UNKNOWN, goal.cells[1]) if side == 0 else (goal.cells[0], UNKNOWN)
    )


def _short(q: Floats) -> list[int]:
    """An order of poses in which each is followed by the nearest of those that are left."""
    order, left = [0], list(range(1, len(q)))
    while left:
        away = np.abs(q[left] - q[order[-1]]).sum(axis=1)
        order.append(left.pop(int(away.argmin())))
    return order
