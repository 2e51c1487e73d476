"""Stances: what of the body is where while it stands, kneels, sits, lies or is on a ladder, and what bears it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import ConvexHull
from scipy.spatial.transform import Rotation

from synth.posture.chain import AHEAD, PLACE, freedom, reference
from synth.posture.figure import Figure, joint
from synth.posture.setting import LADDERS, SEATS, Dice, Setting, Thing
from synth.posture.task import TaskSpec

Floats = NDArray[np.float64]
FOOT = ("heel", "inner ball", "outer ball", "inner toe", "outer toe", "tip")
SPOTS: tuple[str, ...] = (
    "left hand", "right hand",
    *(f"{side} {spot}" for side in ("left", "right") for spot in FOOT),
    "left knee", "right knee", "pelvis", "spine3", "head", "left elbow", "right elbow",
)  # fmt: skip
EDGES = 12  # half-planes of a support, at most
_CLEAR = 0.03  # metres that heels keep from the base of a stool
PLANTED = 400.0  # per metre, of what touches the floor


@dataclass
class Stand:
    """How a body is supported.

    spots: name -> (target (3,), weight (3,)); q (N,): the pose to start from and return to; ground: (k, 2) points whose
    hull bears the body; feet: side -> (3,) the sole's arch on the ground; shift: metres by which landmarks from the hip
    up lie higher than standing on the floor.
    """

    q: Floats
    spots: dict[str, tuple[Floats, Floats]] = field(default_factory=dict)
    ground: list[Floats] = field(default_factory=list)
    feet: dict[str, Floats] = field(default_factory=dict)
    yaws: dict[str, float] = field(default_factory=dict)
    shift: float = 0.0
    roomy: float = 0.0  # metres by which hands that hold on widen the support


def spot_number(name: str) -> int:
    return SPOTS.index(name)


def flat_foot(fig: Figure, stand: Stand, side: str, arch: Floats, yaw: float) -> None:
    """A foot flat on what is under it, its arch at (3,)."""
    turn = Rotation.from_euler("z", yaw).as_matrix() @ AHEAD
    ankle = arch - turn @ fig.spots[f"{side} arch"][1]
    ankle[2] = arch[2] - fig.spots[f"{side} heel"][1][1]
    for spot in FOOT[:3]:
        _, offset = fig.spots[f"{side} {spot}"]
        stand.spots[f"{side} {spot}"] = (ankle + turn @ offset, np.full(3, PLANTED))
    stand.feet[side], stand.yaws[side] = arch.copy(), yaw
    foot = ankle + turn @ fig.offsets[joint(f"{side}_foot")]
    tip = foot + turn @ fig.spots[f"{side} tip"][1]
    heel, inner, outer = (stand.spots[f"{side} {spot}"][0] for spot in FOOT[:3])
    across = turn @ np.array([0.025, 0.0, 0.0])
    stand.ground += [heel[:2] + across[:2], heel[:2] - across[:2], inner[:2], outer[:2], tip[:2]]


def on_toes(fig: Figure, stand: Stand, side: str, ball: Floats, yaw: float, held: bool = True) -> None:
    """A foot on its ball and toes, the heel up; where it is along the floor is free unless `held`."""
    turn = Rotation.from_euler("z", yaw).as_matrix() @ AHEAD
    low = fig.spots[f"{side} tip"][1][1]
    foot = np.array([ball[0], ball[1], ball[2] - low])
    flat = PLANTED if held else 0.5
    for spot in FOOT[3:]:
        _, offset = fig.spots[f"{side} {spot}"]
        target = foot + turn @ offset
        stand.spots[f"{side} {spot}"] = (target, np.array([flat, flat, PLANTED]))
        stand.ground.append(target[:2])
    stand.feet[side] = ball.copy()


def _feet(page: TaskSpec, dice: Dice) -> dict[str, tuple[float, float]]:
    """(x, y) of each foot's arch, the middle between them at the origin."""
    apart = dice.between("feet.apart", page.feet.apart)
    stagger = dice.between("feet.stagger", page.feet.stagger) / 2
    front = page.feet.front or ("left" if dice.coin("feet.front") else "right")
    ahead = {front: stagger, "right" if front == "left" else "left": -stagger}
    return {side: ((-apart if side == "left" else apart) / 2, ahead[side]) for side in ("left", "right")}


def take_stance(page: TaskSpec, fig: Figure, setting: Setting, dice: Dice) -> Stand:
    """The stance of a page. May add the seat or ladder that it needs to the setting."""
    make = {
        "standing": _standing, "walking": _standing, "squatting": _squatting, "kneeling": _kneeling,
        "half_kneeling": _half_kneeling, "sitting": _sitting, "on_ladder": _on_ladder, "lying_under": _lying,
    }[page.stance]  # fmt: skip
    return make(page, fig, setting, dice)


def _upright(fig: Figure, **degrees: float) -> Floats:
    """A relaxed pose, the pelvis over the origin at standing height."""
    ease = {
        "shoulder_flexion": 6, "shoulder_abduction": 10, "elbow_flexion": 18, "elbow_pronation": 10,
        "hip_flexion": 3, "hip_abduction": 3, "knee_flexion": 5, "trunk_flexion": 2,
    }  # fmt: skip
    q = reference(**(ease | degrees))
    q[2] = fig.height["hip"] + float(fig.rest[0, 1] - fig.rest[joint("left_hip"), 1])
    return q


def _standing(page: TaskSpec, fig: Figure, setting: Setting, dice: Dice) -> Stand:
    stand = Stand(_upright(fig))
    for side, (x, y) in _feet(page, dice).items():
        out = -1.0 if side == "right" else 1.0
        yaw = np.radians(7 + 4 * float(dice.normal(f"toe-out.{side}")[0])) * out
        flat_foot(fig, stand, side, _foot_place(page, setting, side, x, y), yaw)
    low = min(float(foot[2]) for foot in stand.feet.values())
    stand.q[2] += low
    stand.q[:2] = np.mean([foot[:2] for foot in stand.feet.values()], axis=0)
    stand.shift = low
    return stand


def _foot_place(page: TaskSpec, setting: Setting, side: str, x: float, y: float) -> Floats:
    """Where a foot's arch is: where the page says, or at (x, y) on the floor."""
    spec = page.feet.left if side == "left" else page.feet.right
    if spec is None:
        return np.array([x, y, 0.0])
    if spec.at is not None:
        spot, _ = setting.grip(spec.at, side, 0.3)
        lead = (spec.left or (0, 0))[0], (spec.forward or (0, 0))[0]
        return spot + np.array([(x if spec.left is None else 0.0) - lead[0], lead[1], spec.up[0]])
    height = 0.0 if isinstance(spec.height, str) or spec.height is None else spec.height[0]
    return np.array(
        [x if spec.left is None else -spec.left[0], y if spec.forward is None else spec.forward[0], height]
    )


def _squatting(page: TaskSpec, fig: Figure, setting: Setting, dice: Dice) -> Stand:
    stand = Stand(
        _upright(fig, hip_flexion=105, knee_flexion=128, ankle_flexion=25, hip_abduction=14, trunk_flexion=22,
                 toe_flexion=35, shoulder_flexion=50, elbow_flexion=40, pelvis_tilt=18)
    )  # fmt: skip
    for side, (x, y) in _feet(page, dice).items():
        out = -1.0 if side == "right" else 1.0
        on_toes(fig, stand, side, np.array([x, y, 0.0]), np.radians(14) * out)
    thigh = fig.height["hip"] - fig.height["knee"]
    low = fig.height["knee"] - thigh * dice.between("squat.depth", (0.25, 0.5)) + 0.08
    stand.q[1], stand.q[2] = -0.16, low
    stand.spots["pelvis"] = (stand.q[:3].copy(), np.array([0.0, 0.0, 4.0]))
    stand.shift = low - fig.height["hip"]
    return stand


def _kneeling(page: TaskSpec, fig: Figure, setting: Setting, dice: Dice) -> Stand:
    stand = Stand(
        _upright(fig, hip_flexion=18, knee_flexion=96, ankle_flexion=-5, toe_flexion=60, hip_abduction=6,
                 pelvis_tilt=10, trunk_flexion=10)
    )  # fmt: skip
    ground = _ground(setting)
    for side, (x, _) in _feet(page, dice).items():
        _knee_down(fig, stand, side, np.array([1.1 * x, 0.0, ground]), dice.coin("toes tucked", 0.6))
    stand.q[2] = ground + fig.thick["knee"] + 0.97 * (fig.height["hip"] - fig.height["knee"]) + 0.07
    stand.q[1] = -0.05
    stand.shift = stand.q[2] - fig.height["hip"]
    return stand


def _ground(setting: Setting) -> float:
    """The top of a pad under the knees or a creeper under the back, if there is one."""
    pads = [thing for thing in setting.things.values() if thing.kind in ("kneeling_pad", "creeper", "tiles")]
    flat = [thing for thing in pads if thing.kind != "tiles" and abs(float(thing.position[0])) < 0.3]
    return max((float(thing.piece().grips["top"][2]) for thing in flat), default=0.0)


def _knee_down(fig: Figure, stand: Stand, side: str, place: Floats, tucked: bool) -> None:
    """A knee on the floor at (3,), the toes tucked under or the instep down."""
    knee = place + np.array([0.0, 0.0, fig.thick["knee"]])
    stand.spots[f"{side} knee"] = (knee, np.full(3, PLANTED))
    shank = float(np.linalg.norm(fig.offsets[joint(f"{side}_ankle")]))
    behind = knee[1] - 0.95 * shank - (0.02 if tucked else 0.1)
    if tucked:
        on_toes(fig, stand, side, np.array([place[0], behind, 0.0]), 0.0, held=False)
    else:
        foot = np.array([place[0], behind, 0.045])
        stand.spots[f"{side} tip"] = (foot - np.array([0, 0.05, 0.025]), np.array([0.5, 0.0, 20.0]))
        stand.q[freedom(f"{side} ankle flexion")] = np.radians(-48)
        stand.q[freedom(f"{side} toe flexion")] = 0.0
        stand.ground.append(foot[:2])
        stand.feet[side] = foot
    stand.ground += [knee[:2] + np.array(v) for v in ((0.03, -0.01), (-0.03, -0.01), (0.0, -0.06))]


def _half_kneeling(page: TaskSpec, fig: Figure, setting: Setting, dice: Dice) -> Stand:
    down = page.knee or ("left" if dice.coin("knee") else "right")
    up = "right" if down == "left" else "left"
    stand = Stand(_upright(fig, pelvis_tilt=4, trunk_flexion=8))
    for name, degrees in (
        (f"{down} hip flexion", 5), (f"{down} knee flexion", 98), (f"{down} toe flexion", 60),
        (f"{down} ankle flexion", -5), (f"{up} hip flexion", 92), (f"{up} knee flexion", 92),
        (f"{up} hip abduction", 8),
    ):  # fmt: skip
        stand.q[freedom(name)] = np.radians(degrees)
    feet = _feet(page, dice)
    _knee_down(fig, stand, down, np.array([feet[down][0], -0.12, _ground(setting)]), True)
    thigh = fig.height["hip"] - fig.height["knee"]
    ahead = -0.12 + thigh * dice.between("half kneel.step", (0.85, 1.0))
    out = -1.0 if up == "right" else 1.0
    flat_foot(fig, stand, up, np.array([1.2 * feet[up][0], ahead, 0.0]), np.radians(8) * out)
    stand.q[2] = fig.thick["knee"] + 0.97 * thigh + 0.07
    stand.q[1] = -0.1
    stand.shift = stand.q[2] - fig.height["hip"]
    return stand


def _sitting(page: TaskSpec, fig: Figure, setting: Setting, dice: Dice) -> Stand:
    thigh = float(np.linalg.norm(fig.offsets[joint("left_knee")]))
    seats = [thing for thing in setting.things.values() if thing.kind in SEATS]
    back = -thigh * dice.between("seat.back", (0.82, 0.98))
    if not seats:
        low = float(np.clip(fig.height["knee"] - dice.between("seat.height", (0.03, 0.08)), 0.34, 0.6))
        size = (0.36, round(low, 3))
        setting.things["seat"] = Thing("seat", "stool", size, 0.0, np.array([0.0, back, 0.0]), 0.0)
        seats = [setting.things["seat"]]
    seat = seats[0]
    spec = page.things.get(seat.name)
    if spec is not None and not {"forward", "left"} & spec.model_fields_set:
        seat.position[:2] = (0.0, back)
    top = seat.piece().grips.get("top", seat.piece().grips.get("seat", seat.position))
    pelvis = np.array([top[0], top[1] + 0.02, top[2] + fig.thick["seat"]])
    stand = Stand(
        _upright(fig, hip_flexion=82, knee_flexion=85, hip_abduction=7, trunk_flexion=8, pelvis_tilt=2,
                 shoulder_flexion=25, elbow_flexion=60)
    )  # fmt: skip
    stand.q[:PLACE] = pelvis
    stand.spots["pelvis"] = (pelvis, np.array([PLANTED, PLANTED, PLANTED]))
    for side, (x, y) in _feet(page, dice).items():
        out = -1.0 if side == "right" else 1.0
        y = max(y, _before_base(fig, seat, x))
        flat_foot(fig, stand, side, _foot_place(page, setting, side, x + top[0], y), np.radians(8) * out)
    stand.ground += [
        top[:2] + np.array(v) for v in ((-0.17, -0.14), (0.17, -0.14), (-0.17, 0.2), (0.17, 0.2))
    ]
    stand.shift = pelvis[2] - fig.height["hip"]
    return stand


def _before_base(fig: Figure, seat: Thing, x: float) -> float:
    """How far ahead a foot's arch is, x to the side, whose heel is before the base of a stool."""
    if seat.kind != "stool":
        return -np.inf
    base = 0.45 * seat.size[0] + 0.05 + _CLEAR
    heel = fig.spots["left arch"][1][2] - fig.spots["left heel"][1][2] + 0.015
    beside = max(abs(x) - _CLEAR, 0.0)
    return float(seat.position[1] + np.sqrt(max(base**2 - beside**2, 0.0)) + heel)


def _on_ladder(page: TaskSpec, fig: Figure, setting: Setting, dice: Dice) -> Stand:
    ladders = [thing for thing in setting.things.values() if thing.kind in LADDERS]
    if not ladders:
        size = (0.42, 3.2, 0.28, 70.0)
        setting.things["ladder"] = Thing("ladder", "ladder", size, 0.0, np.zeros(3), 0.0)
        ladders = [setting.things["ladder"]]
    ladder = ladders[0]
    spec = page.things.get(ladder.name)
    grips = ladder.piece().grips
    rung = grips.get(f"rung_{page.rung}", max(grips.items(), key=lambda each: each[1][2])[1])
    if spec is None or not {"forward", "left"} & spec.model_fields_set:
        ladder.position[:2] -= rung[:2]
        rung = rung - (*rung[:2], 0.0)
    stand = Stand(_upright(fig, hip_flexion=6, knee_flexion=10))
    for side in ("left", "right"):
        out = -1.0 if side == "left" else 1.0
        arch = rung + np.array([out * 0.09, -0.02, 0.017 if ladder.kind == "ladder" else 0.0])
        flat_foot(fig, stand, side, arch, 0.0)
    deep = 0.02 if ladder.kind == "ladder" else 0.04
    stand.ground = [
        arch[:2] + np.array(away)
        for arch in stand.feet.values()
        for away in ((-0.04, -deep), (0.04, -deep), (-0.04, deep), (0.04, deep))
    ]
    stand.q[2] += rung[2]
    stand.q[1] = rung[1] - 0.08
    stand.shift = float(rung[2])
    stand.roomy = 0.25
    return stand


def _lying(page: TaskSpec, fig: Figure, setting: Setting, dice: Dice) -> Stand:
    """On the back, the head ahead, the knees up and the feet flat."""
    stand = Stand(
        _upright(fig, pelvis_turn=180, pelvis_tilt=-90, hip_flexion=48, knee_flexion=88, trunk_flexion=4,
                 neck_flexion=8, hip_abduction=8, ankle_flexion=-32, shoulder_flexion=40, elbow_flexion=70)
    )  # fmt: skip
    ground = _ground(setting)
    pelvis = np.array([0.0, 0.0, ground + fig.thick["pelvis"]])
    stand.q[:PLACE] = pelvis
    stand.spots["pelvis"] = (pelvis, np.full(3, PLANTED))
    chest = pelvis.copy()
    chest[1] += float(fig.rest[joint("spine3"), 1] - fig.rest[0, 1])
    chest[2] = ground + fig.thick["spine3"]
    stand.spots["spine3"] = (chest, np.array([2.0, 0.0, PLANTED]))
    head = np.array([0.0, 0.0, ground + fig.thick["head"]])
    stand.spots["head"] = (head, np.array([0.0, 0.0, 15.0]))
    leg = fig.height["hip"] * dice.between("lying.feet", (0.55, 0.68))
    for side, (x, _) in _feet(page, dice).items():
        out = -1.0 if side == "right" else 1.0
        flat_foot(fig, stand, side, np.array([-1.2 * x, -leg, 0.0]), np.pi + np.radians(8) * out)
    stand.ground += [np.array(v) for v in ((-0.2, -0.1), (0.2, -0.1), (-0.2, 0.5), (0.2, 0.5))]
    stand.shift = -fig.height["hip"]
    return stand


def support(points: list[Floats], margin: float) -> tuple[Floats, Floats]:
    """(EDGES, 3) half-planes n . xy <= d of the hull of points, drawn in by `margin` metres, and its middle (2,)."""
    around = np.array(points)
    edges = np.tile(np.array([0.0, 0.0, 1.0]), (EDGES, 1))
    hull = ConvexHull(around)
    rows = np.unique(np.round(hull.equations, 9), axis=0)
    if len(rows) > EDGES:  # the longest edges bound what matters
        length = np.linalg.norm(around[hull.simplices[:, 0]] - around[hull.simplices[:, 1]], axis=1)
        rows = hull.equations[np.argsort(-length)[:EDGES]]
    edges[: len(rows), :2] = rows[:, :2]
    edges[: len(rows), 2] = -rows[:, 2] - margin
    middle: Floats = around[hull.vertices].mean(axis=0)
    return edges, middle
