"""A page that describes a work posture: named postures in joint angles, and when each is taken.

    name: overhead drilling
    description: Both hands drill into a ceiling.
    licence: CC0-1.0
    planted: feet                       # what stays in place: feet, left_foot, right_foot or knees
    postures:
      drill:
        shoulders: {flexion: 140}       # both sides; left_shoulder and right_shoulder for one
        neck: {flexion: -35}
      higher: {like: drill, shoulders: {flexion: 155}}
    keyframes:
      - {time: 0, posture: stand}       # `stand` is there by itself
      - {time: 1.5, posture: drill}
      - {time: 4.0, posture: higher}

`angles` explains the angles.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from synth.core.errors import InputError
from synth.core.text import read_text
from synth.posture.angles import BOTH, JOINTS, Angle

PLANTED = ("feet", "left_foot", "right_foot", "knees")
STAND = "stand"
MOST_SECONDS = 600.0
_KEYS = {"name", "description", "author", "licence", "planted", "sway", "postures", "keyframes"}
_REMEDY = "write it like the pages in synth/assets/postures"


@dataclass(frozen=True)
class Page:
    """`postures[name][(joint, angle)]` is in degrees; keyframes are (seconds, posture), in order of time."""

    name: str
    description: str
    author: str
    licence: str
    planted: str
    sway: float
    postures: dict[str, dict[Angle, float]]
    keyframes: tuple[tuple[float, str], ...]


def read_page(path: Path) -> Page:
    """Read a page; InputError, with the line or the key, for what is wrong with it."""
    return parse_page(read_text(path), str(path))


def parse_page(text: str, where: str) -> Page:
    """The page that a text describes; `where` names it in errors."""
    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = error.problem_mark if isinstance(error, yaml.MarkedYAMLError) else None
        line = f"{where}:{mark.line + 1}" if mark else where
        raise InputError("is not YAML", where=line, remedy="correct the indentation and quotes") from error
    except (RecursionError, ValueError) as error:
        raise InputError("is not YAML that a page can hold", where=where, remedy=_REMEDY) from error
    fields = _table(content, where, "the page")
    _known(fields, _KEYS, where, "key")
    for key in ("name", "postures", "keyframes"):
        if key not in fields:
            raise InputError(f"lacks '{key}'", where=where, remedy=_REMEDY)
    planted = fields.get("planted", PLANTED[0])
    if planted not in PLANTED:
        raise InputError(
            f"'{str(planted)[:40]}' cannot be planted",
            where=f"{where}: planted",
            remedy=f"use {', '.join(PLANTED)}",
        )
    return Page(
        name=str(fields["name"]),
        description=str(fields.get("description", "")).strip(),
        author=str(fields.get("author", "")),
        licence=str(fields.get("licence", "unknown: not stated on the page")),
        planted=planted,
        sway=_number(fields.get("sway", 1.0), f"{where}: sway", 0.0, 10.0),
        postures=(postures := _postures(fields["postures"], where)),
        keyframes=_keyframes(fields["keyframes"], postures, where),
    )


def _postures(value: Any, where: str) -> dict[str, dict[Angle, float]]:
    postures: dict[str, dict[Angle, float]] = {STAND: {}}
    for name, content in _table(value, f"{where}: postures", "postures").items():
        place = f"{where}: postures.{name}"
        joints = _table(content, place, "a posture")
        like = joints.pop("like", STAND)
        if like not in postures:
            raise InputError(
                f"is like '{str(like)[:40]}', which is not described before it",
                where=place,
                remedy=f"there are: {', '.join(postures)}",
            )
        angles = dict(postures[like])
        _known(joints, set(JOINTS) | set(BOTH), place, "joint")
        for joint in sorted(joints, key=lambda joint: joint not in BOTH):  # one side goes over both
            for own in BOTH.get(joint, (joint,)):
                turns = _table(joints[joint], f"{place}.{joint}", "a joint")
                _known(turns, set(JOINTS[own]), f"{place}.{joint}", "angle")
                for angle, degrees in turns.items():
                    angles[own, angle] = _number(degrees, f"{place}.{joint}.{angle}", -360.0, 360.0)
        postures[name] = angles
    return postures


def _keyframes(
    value: Any, postures: dict[str, dict[Angle, float]], where: str
) -> tuple[tuple[float, str], ...]:
    if not isinstance(value, list) or len(value) < 2:
        raise InputError("lists fewer than two keyframes", where=f"{where}: keyframes", remedy=_REMEDY)
    frames: list[tuple[float, str]] = []
    for number, item in enumerate(value, 1):
        place = f"{where}: keyframes, number {number}"
        fields = _table(item, place, "a keyframe")
        _known(fields, {"time", "posture"}, place, "key")
        time, posture = (
            _number(fields.get("time"), f"{place}, time", 0.0, MOST_SECONDS),
            fields.get("posture"),
        )
        if not isinstance(posture, str) or posture not in postures:
            raise InputError(
                f"posture '{str(posture)[:40]}' is not described",
                where=place,
                remedy=f"there are: {', '.join(postures)}",
            )
        if frames and time <= frames[-1][0]:
            raise InputError("is not later than the one before", where=place, remedy="list keyframes by time")
        frames.append((time, posture))
    return tuple(frames)


def _number(value: Any, where: str, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise InputError(
            f"'{str(value)[:40]}' is no number from {low:g} to {high:g}", where=where, remedy=_REMEDY
        )
    return float(value)


def _table(value: Any, where: str, what: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise InputError(f"{what} is no table of keys and values", where=where, remedy=_REMEDY)
    return {str(key): item for key, item in value.items()}


def _known(fields: dict[str, Any], known: set[str], where: str, what: str) -> None:
    for key in fields:
        if key not in known:
            close = difflib.get_close_matches(key, known, 1)
            remedy = f"did you mean '{close[0]}'?" if close else f"use some of {', '.join(sorted(known))}"
            raise InputError(f"'{key[:40]}' is no {what}", where=where, remedy=remedy)
