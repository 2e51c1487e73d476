"""Walking: where the feet are from step to step, and how pelvis and arms go with them.

After Winter, 'The biomechanics and motor control of human gait', 2nd ed. 1991: a foot swings for 40 % of the cycle,
lands on its heel with the toes up 15 to 20 degrees, and rolls off the ball as the heel rises first; the
pelvis turns by 5 degrees with the leg that swings, the chest against it; steps are 0.41 of the stature at ease.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from synth.posture.chain import AHEAD
from synth.posture.figure import Figure, joint
from synth.posture.stance import FOOT

Floats = NDArray[np.float64]
SWING = 0.8  # of a step's time that its foot is in the air
_ROLL = 0.3  # of a step's time that the heel rises before, and the sole comes down after
_TOES_UP, _HEEL_UP = np.radians(16.0), np.radians(32.0)
_CLEARANCE = 0.05  # metres that the foot is lifted in mid-swing, beyond what its pitch lifts


class Walk(NamedTuple):
    """T frames of walking. spots: name -> target (T, 3); weights: name -> (T, 3) share; middle (T, 2): where the body
    is over; heading (T,); swing (T,): sine of the cycle, above 0 while the left leg swings; pace (T,) from 0 to 1."""

    spots: dict[str, Floats]
    weights: dict[str, Floats]
    middle: Floats
    heading: Floats
    swing: Floats
    pace: Floats


class Footing(NamedTuple):
    """Where a foot stands: its arch (3,), its yaw."""

    arch: Floats
    yaw: float


def walk(
    fig: Figure,
    start: dict[str, Footing],
    stop: dict[str, Footing],
    headings: tuple[float, float],
    frames: int,
) -> Walk:
    """The walk from where both feet stand to where both shall stand, in `frames` frames, both ends at rest."""
    origin, goal = (0.5 * (f["left"].arch + f["right"].arch)[:2] for f in (start, stop))
    distance, turn = float(np.linalg.norm(goal - origin)), headings[1] - headings[0]
    stride = 0.41 * fig.height["head"]
    steps = max(2, int(np.ceil(distance / stride + 0.5)), int(np.ceil(abs(turn) / np.radians(50))) + 1)
    first = "right" if turn < 0 else "left"
    other = {"left": "right", "right": "left"}
    falls: dict[str, list[tuple[float, Footing]]] = {side: [(-1.0, start[side])] for side in start}
    side = first
    for step in range(steps):
        share = min(1.0, (step + 1) / (steps - 1)) if steps > 1 else 1.0
        landing = stop[side] if step >= steps - 2 else _between(fig, origin, goal, headings, share, side)
        falls[side].append((float(step), landing))
        side = other[side]
    time = np.linspace(
        -0.2, steps + 0.1, frames
    )  # in steps; a heel rises before the first, a sole comes down after
    spots: dict[str, Floats] = {}
    weights: dict[str, Floats] = {}
    for side in ("left", "right"):
        arches, yaws, pitch = _foot(falls[side], time)
        _spots(fig, side, arches, yaws, pitch, spots, weights)
    along = _ease(np.linspace(0, 1, frames), 1.0 / steps)
    sign = 1.0 if first == "left" else -1.0
    swing = sign * np.sin(np.pi * time)
    heading = headings[0] + along * turn
    middle = origin + along[:, None] * (goal - origin)
    across = np.stack([np.cos(heading), np.sin(heading)], axis=1)
    pace = np.clip(np.minimum(time, steps - time), 0.0, 1.0) * min(1.0, distance / steps / (0.8 * stride))
    middle += (0.025 * swing * np.clip(np.minimum(time, steps - time), 0, 1))[:, None] * across
    return Walk(spots, weights, middle, heading, swing, pace)


def _between(
    fig: Figure, origin: Floats, goal: Floats, headings: tuple[float, float], share: float, side: str
) -> Footing:
    yaw = headings[0] + share * (headings[1] - headings[0])
    out = -1.0 if side == "left" else 1.0
    base = 0.05 + 0.02 * fig.height["head"] / 1.7
    spot = origin + share * (goal - origin) + out * base * np.array([np.cos(yaw), np.sin(yaw)])
    return Footing(np.array([*spot, 0.0]), yaw - out * np.radians(7))


def _ease(share: Floats, ramp: float) -> Floats:
    """0 to 1 at an even speed, but over the first and last `ramp`."""
    ramp = min(ramp, 0.5)
    speed = np.clip(np.minimum(share, 1 - share) / ramp, 0, 1)
    speed = speed * speed * (3 - 2 * speed)
    way = np.concatenate([[0.0], np.cumsum(0.5 * (speed[1:] + speed[:-1]))])
    done: Floats = way / way[-1]
    return done


def _foot(falls: list[tuple[float, Footing]], time: Floats) -> tuple[Floats, Floats, Floats]:
    """(T, 3) arch, (T,) yaw and (T,) pitch, toes up positive, of a foot over time in steps."""
    arch, yaw, pitch = (
        np.tile(falls[0][1].arch, (len(time), 1)),
        np.full(len(time), falls[0][1].yaw),
        np.zeros(len(time)),
    )
    lead = (1.0 - SWING) / 2
    for (_, before), (step, after) in pairwise(falls):
        far = float(np.linalg.norm(after.arch - before.arch))
        size = min(1.0, far / 0.5)
        share = np.clip((time - step - lead) / SWING, 0, 1)
        s = share**2 * (3 - 2 * share)
        on = time >= step + lead
        arch[on] = before.arch + s[on, None] * (after.arch - before.arch)
        yaw[on] = before.yaw + s[on] * (after.yaw - before.yaw)
        up = np.clip((time - (step + lead - _ROLL)) / _ROLL, 0, 1)
        heel = -size * _HEEL_UP * up**2
        swing = -size * _HEEL_UP * (1 - _smooth(share / 0.55)) + size * _TOES_UP * _smooth(
            (share - 0.5) / 0.5
        )
        down = np.clip((time - (step + lead + SWING)) / (0.6 * _ROLL), 0, 1)
        land = size * _TOES_UP * (1 - _smooth(down))
        own = np.where(share <= 0, heel, np.where(share < 1, swing, land))
        near = (time > step + lead - _ROLL) & (time < step + lead + SWING + _ROLL)
        pitch[near] = own[near]
        arch[:, 2] += np.where(
            (share > 0) & (share < 1), (0.35 + 0.65 * size) * _CLEARANCE * np.sin(np.pi * share) ** 2, 0.0
        )
    return arch, yaw, pitch


def _smooth(share: Floats) -> Floats:
    x = np.clip(share, 0, 1)
    found: Floats = x * x * (3 - 2 * x)
    return found


def _spots(
    fig: Figure,
    side: str,
    arch: Floats,
    yaw: Floats,
    pitch: Floats,
    spots: dict[str, Floats],
    weights: dict[str, Floats],
) -> None:
    """The targets of a foot's spots, it being pitched about its heel (toes up) or its ball (heel up)."""
    turn = Rotation.from_euler("z", yaw[:, None]).as_matrix() @ AHEAD
    low = fig.spots[f"{side} heel"][1][1]
    ankle = arch - turn @ fig.spots[f"{side} arch"][1]
    ankle[:, 2] = arch[:, 2] - low
    offsets = {spot: fig.spots[f"{side} {spot}"][1] for spot in FOOT[:3]}
    ball = fig.offsets[joint(f"{side}_foot")]  # the toes' own joint, so that they stay
    pivot = np.where((pitch > 0)[:, None], offsets["heel"], ball)
    tilt = Rotation.from_euler("x", -pitch[:, None]).as_matrix()
    held = np.full((len(arch), 3), 1.0)
    for spot, offset in offsets.items():
        away = np.einsum("tij,tj->ti", tilt, offset - pivot) + pivot
        spots[f"{side} {spot}"] = ankle + np.einsum("tij,tj->ti", turn, away)
        weights[f"{side} {spot}"] = held
    # while the heel is up the toes stay flat
    bent = np.einsum("tij,tj->ti", tilt, ball - pivot) + pivot
    foot = ankle + np.einsum("tij,tj->ti", turn, bent)
    toes = (pitch < -0.02).astype(float)
    for spot in FOOT[3:]:
        target = foot + turn @ fig.spots[f"{side} {spot}"][1]
        spots[f"{side} {spot}"] = target
        weights[f"{side} {spot}"] = np.stack([0 * toes, 0 * toes, 0.3 * toes], axis=1)
