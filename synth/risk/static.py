"""Zones of static postures: ISO 11226:2000 and EN 1005-4:2005+A1:2008.

ISO 11226 judges postures held for more than 4 seconds, EN 1005-4 those of work at machines; both without force. 0 is
acceptable, 1 acceptable under conditions (a limited time, rest, support), 2 not recommended.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from synth.risk import limits
from synth.risk.angles import ErgonomicAngles
from synth.risk.stance import Stance
from synth.risk.tables import exceeds, table_file
from synth.risk.task import TaskInputs

Codes = NDArray[np.int8]
Array = NDArray[np.float64]
Use = Literal["static", "under 2 a minute", "2 a minute or more"]


@dataclass(frozen=True, eq=False)
class Static:
    """Of n postures. iso (n, 5): trunk, head, neck, left and right upper arm; en (n, 6): trunk bending, trunk sideways
    or twisted, head bending, head sideways or twisted, left and right upper arm. 0, 1 or 2."""

    iso: Codes
    en: Codes


ISO_PARTS: tuple[str, ...] = tuple(table_file("static")["iso_11226"]["parts"])
EN_PARTS: tuple[str, ...] = tuple(table_file("static")["en_1005_4"]["parts"])


def static_zones(angles: ErgonomicAngles, stance: Stance, task: TaskInputs, use: Use = "static") -> Static:
    """Zones of n postures; an angle that is not known counts as neutral. use: how often EN 1005-4 is to assume it."""
    return Static(iso_11226(angles, stance, task), en_1005_4(angles, stance, task, use))


def iso_11226(angles: ErgonomicAngles, stance: Stance, task: TaskInputs) -> Codes:
    """(n, 5) as `Static.iso`. Support of the trunk counts for who sits, support of the arms as the task says."""
    a, zones = angles, table_file("static")["iso_11226"]
    supported = stance.sitting & task.back_supported
    crooked = exceeds(a.trunk_twist, limits.TRUNK_TWIST) | exceeds(a.trunk_side_bend, limits.TRUNK_SIDE_BEND)
    trunk = _zone(a.trunk_flexion, zones["trunk"], supported)
    turned = exceeds(a.neck_twist, limits.NECK_TWIST) | exceeds(a.neck_side_bend, limits.NECK_SIDE_BEND)
    head = _zone(a.head_inclination, zones["head"], supported)
    bend = np.nan_to_num(a.head_inclination - a.trunk_flexion)
    neck = np.where(outside_neck(bend, zones["neck"][0]), 2, 0)
    arms = _zone(a.upper_arm_inclination, zones["upper_arm"], task.supported())
    behind = (a.upper_arm_inclination > zones["upper_arm"][0]) & (a.upper_arm_flexion < 0)
    arms = np.where(behind | (a.shoulder_raise > limits.SHOULDER_RAISED), 2, arms)
    body = [np.where(crooked, 2, trunk), np.where(turned, 2, head), neck]
    return np.concatenate([np.stack(body, axis=1), arms], axis=1).astype(np.int8)


def outside_neck(bend: Array, most: float) -> NDArray[np.bool_]:
    """Whether the neck is in extension, or flexed by more than ISO 11226's limit."""
    return np.asarray((bend < -limits.NEUTRAL) | (bend > most))


def en_1005_4(angles: ErgonomicAngles, stance: Stance, task: TaskInputs, use: Use = "static") -> Codes:
    """(n, 6) as `Static.en`. What is 1 for a static posture becomes 0 where trunk or arm is fully supported."""
    a, zones = angles, table_file("static")["en_1005_4"]
    column = zones["use"].index(use)

    def of(name: str, values: Array) -> NDArray[np.int64]:
        edges = [edge if edge else -limits.NEUTRAL for edge in zones[name]["edges"]]
        codes = np.array(zones[name]["zones"])[:, column]
        return np.asarray(codes[np.searchsorted(edges, np.nan_to_num(values), side="left")])

    sideways = np.maximum(np.abs(np.nan_to_num(a.trunk_side_bend)), np.abs(np.nan_to_num(a.trunk_twist)))
    head_side, twist = np.abs(np.nan_to_num(a.neck_side_bend)), np.abs(np.nan_to_num(a.neck_twist))
    head_side = np.where(twist > zones["head_sideways"]["twist_edges"][0], np.inf, head_side)
    trunk = of("trunk_bending", a.trunk_flexion)
    trunk = np.where((trunk == 1) & (stance.sitting & task.back_supported), 0, trunk)
    arm = np.where(a.upper_arm_flexion < 0, -1.0, 1.0) * a.upper_arm_inclination
    arm = np.where(
        np.abs(arm) <= zones["upper_arm"]["edges"][1], np.abs(arm), arm
    )  # hanging has no front or back
    arms = of("upper_arm", arm)
    arms = np.where((arms == 1) & task.supported(), 0, arms)
    body = [trunk, of("trunk_sideways", sideways), of("head_bending", a.head_inclination)]
    return np.concatenate([np.stack([*body, of("head_sideways", head_side)], axis=1), arms], axis=1).astype(
        np.int8
    )


def holding_minutes(part: Literal["trunk", "head", "upper_arm"], degrees: NDArray[Any]) -> Array:
    """Longest acceptable holding time of ISO 11226's middle zones, minutes; infinite before them and 0 beyond."""
    (low, longest), (high, shortest) = table_file("static")["iso_11226"]["holding_minutes"][part]
    values = np.asarray(degrees, np.float64)
    minutes = longest + (values - low) / (high - low) * (shortest - longest)
    return np.where(values <= low, np.inf, np.where(values <= high, minutes, 0.0))


def _zone(degrees: Array, edges: list[float], supported: NDArray[Any]) -> NDArray[np.int64]:
    values = np.nan_to_num(degrees)
    zone = np.searchsorted(edges, values, side="left")
    zone = np.where(values < -limits.NEUTRAL, np.where(supported, 0, 2), zone)
    return np.where((zone == 1) & supported, 0, zone)
