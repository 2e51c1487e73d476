"""What the solver is given for a task: which of the body's spheres may not be in which solids, what it aims with."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from synth.posture import ik
from synth.posture.chain import COST, HIGH, LOW, NAMES, freedom
from synth.posture.figure import Figure, joint
from synth.posture.setting import LADDERS, SEATS, Dice, Setting, Thing
from synth.posture.stance import SPOTS
from synth.posture.task import TaskSpec
from synth.scene.props.furniture import standing
from synth.scene.work import FOREVER, Furniture

Floats = NDArray[np.float64]
SIDES = ("left", "right")
ALWAYS = (-FOREVER, FOREVER)
AIMS = ("left hand", "right hand", "left palm", "right palm", "head")
_SIGHT = (0.0, -0.17, 0.98)  # the line of sight at rest is 10 degrees below the head's own forward
_CLIMBED = (*LADDERS, "platform", "scaffold", "stairs")
_LAIN_ON = (*SEATS, "creeper", "kneeling_pad", "tiles")
_SUMS = (("pelvis tilt", "trunk flexion"), ("pelvis bend", "trunk bend"))
ARMS = {
    side: np.array(
        [
            n.startswith(tuple(f"{side} {part}" for part in ("shoulder", "elbow", "wrist", "fingers")))
            for n in NAMES
        ]
    )
    for side in SIDES
}
LEADS: NDArray[np.bool_] = np.array([name.startswith(("pelvis", "trunk", "neck")) for name in NAMES])


def style(dice: Dice) -> Floats:
    """(N,) what angles cost this worker: some bend the back where others bend the knees."""
    cost = COST.copy()
    stoop = float(np.exp(np.clip(0.45 * dice.normal("style.stoop")[0], -0.9, 0.9)))
    for name in ("trunk flexion", "pelvis tilt"):
        cost[freedom(name)] /= stoop
    for side in SIDES:
        for name in ("knee flexion", "hip flexion"):
            cost[freedom(f"{side} {name}")] *= stoop
        for name in ("shoulder abduction", "shoulder rotation"):
            cost[freedom(f"{side} {name}")] *= float(np.exp(0.3 * dice.normal(f"style.{side} {name}")[0]))
    return cost


def make_problem(
    page: TaskSpec,
    fig: Figure,
    before: dict[str, Thing],
    touched: dict[str, set[str]],
    moved: set[str],
    put: list[Furniture],
) -> tuple[ik.Problem, Floats]:
    """The problem of a body among the things of a page as they stand at the start.

    touched: thing -> the sides whose hands are on it; moved: things that do not stay; put: where of them those that are
    gripped stand, and when. With it the seconds (B, 2) from and until when each solid is there.
    """
    boxes, whose = Setting({name: thing for name, thing in before.items() if name not in moved}).boxes()
    solids = [(np.array([0.0, 0.0, -1.0]), np.eye(3), np.array([50.0, 50.0, 1.0]), False, "floor")]
    solids += [
        (boxes.centre[b], boxes.axes[b], boxes.half[b], bool(boxes.round[b]), name)
        for b, name in enumerate(whose)
    ]
    solids += [_behind(thing) for thing in before.values() if thing.kind in LADDERS]
    times = [ALWAYS] * len(solids)
    for each in put:
        parts = standing(each).solids
        for b in range(len(parts.centre)):
            solids.append((parts.centre[b], parts.axes[b], parts.half[b], bool(parts.round[b]), "put"))
            times.append((each.start, each.stop))
    solids.append((np.zeros(3), np.eye(3), _held(before), False, "held"))
    times.append(ALWAYS)
    balls = fig.balls
    meets = np.array(
        [[_meets(page, part, name, before, touched, moved) for *_, name in solids] for part in balls.name]
    )
    along = np.linalg.norm(balls.offset, axis=1)
    wrist = along > 0.7 * float(np.linalg.norm(fig.offsets[joint("left_wrist")]))
    grasp = np.array([part.endswith("forearm") for part in balls.name]) & wrist
    meets[grasp] &= np.array([name not in ("put", "held") for *_, name in solids])
    own = [fig.spots[name] for name in SPOTS]
    aims = [(joint("left_wrist"), (1.0, 0.0, 0.0)), (joint("right_wrist"), (-1.0, 0.0, 0.0))]
    aims += [(joint(f"{side}_wrist"), (0.0, -1.0, 0.0)) for side in SIDES] + [(joint("head"), _SIGHT)]
    problem = ik.Problem(
        offsets=fig.offsets, low=LOW.copy(), high=HIGH.copy(), mass=fig.mass,
        point_joint=np.array([each[0] for each in own]), point_offset=np.array([each[1] for each in own]),
        aim_joint=np.array([each[0] for each in aims]), aim_vector=np.array([each[1] for each in aims]),
        sums=np.array([[freedom(a), freedom(b)] for a, b in _SUMS]),
        ball_joint=balls.joint, ball_offset=balls.offset, ball_radius=balls.radius.copy(),
        centre=np.array([each[0] for each in solids]), axes=np.array([each[1] for each in solids]),
        half=np.array([each[2] for each in solids]), round=np.array([each[3] for each in solids]),
        meets=meets, pairs=balls.pairs,
    )  # fmt: skip
    return problem, np.array(times)


def _held(before: dict[str, Thing]) -> Floats:
    """Half the sizes of the load that both hands may take."""
    for thing in before.values():
        if thing.hold == "load":
            vertices = thing.piece().prop.vertices
            return 0.5 * np.ptp(vertices, axis=0).astype(np.float64)
    return np.full(3, 0.01)


def _behind(ladder: Thing) -> tuple[Floats, Floats, Floats, bool, str]:
    """A slab behind a ladder's rungs: the body stays on the side that it climbs."""
    grips = ladder.piece().grips
    rungs = sorted(
        (point for name, point in grips.items() if name.startswith("rung_")), key=lambda point: point[2]
    )
    along = (rungs[-1] - rungs[0]) / np.linalg.norm(rungs[-1] - rungs[0])
    across = np.array([np.cos(ladder.yaw), np.sin(ladder.yaw), 0.0])
    away = np.cross(along, across)
    away *= np.sign(away @ np.array([-np.sin(ladder.yaw), np.cos(ladder.yaw), 0.0])) or 1.0
    middle = rungs[0] + 1.5 * along + 0.5 * away
    return middle, np.stack([across, away, along], axis=1), np.array([0.6, 0.5, 3.0]), False, "behind"


def _meets(
    page: TaskSpec,
    part: str,
    solid: str,
    before: dict[str, Thing],
    touched: dict[str, set[str]],
    moved: set[str],
) -> bool:
    """Whether a part of the body may not be in a solid."""
    limb, side = part.split()[-1], part.split()[0]
    if solid == "floor":
        return True
    if solid == "behind":
        return limb not in ("foot", "shank", "hand", "forearm", "arm")
    if solid == "held":
        return limb not in ("hand", "arm")
    if solid == "put":
        return limb != "hand"
    thing = before[solid]
    if thing.name in moved or (limb == "hand" and side in touched.get(solid, set())):
        return False
    if thing.hold == "load" and limb in ("hand", "forearm") and side in touched.get(solid, set()):
        return False
    borne = thing.kind in _LAIN_ON and (thing.kind not in SEATS or page.stance in ("sitting", "lying_under"))
    if borne and limb in ("pelvis", "thigh", "foot", "shank", "head"):
        return False
    return not (thing.kind in _CLIMBED and limb == "foot")
