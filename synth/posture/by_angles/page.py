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

`angles` explains the angles; `posemill postures list` lists them with their signs.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import GenericAlias
from typing import Annotated, Any, Literal, get_args

from pydantic import Field, create_model, model_validator

from synth.core.spec import FieldError, Spec
from synth.core.text import read_text
from synth.core.yamlfile import MOST_BYTES, parse_yaml
from synth.posture.by_angles.angles import BOTH, JOINTS, LARGEST, Angle

Planted = Literal["feet", "left_foot", "right_foot", "knees"]
PLANTED: tuple[Planted, ...] = get_args(Planted)
STAND = "stand"
MOST_SECONDS = 600.0
Degrees = Annotated[float, Field(ge=-LARGEST, le=LARGEST, strict=True)]


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


class KeyframeSpec(Spec):
    """When a posture is taken."""

    time: float = Field(ge=0, le=MOST_SECONDS, strict=True)
    posture: str


class _PageFields(Spec, coerce_numbers_to_str=True):
    name: str
    description: str = ""
    author: str = ""
    licence: str = "unknown: not stated on the page"
    planted: Planted = "feet"
    sway: float = Field(1.0, ge=0, le=10, strict=True)
    postures: dict[str, Spec]
    keyframes: list[KeyframeSpec] = Field(min_length=2)

    @model_validator(mode="after")
    def _consistent(self) -> _PageFields:
        described = [STAND]
        for name, posture in self.postures.items():
            like = str(getattr(posture, "like", STAND))
            if like not in described:
                message = f"'{like[:40]}' is not described before it; described are {', '.join(described)}"
                raise FieldError(message, "postures", name, "like")
            described.append(name)
        for row, frame in enumerate(self.keyframes):
            if frame.posture not in described:
                message = (
                    f"posture '{frame.posture[:40]}' is not described; described are {', '.join(described)}"
                )
                raise FieldError(message, "keyframes", row, "posture")
            if row and frame.time <= self.keyframes[row - 1].time:
                raise FieldError("is not later than the one before", "keyframes", row, "time")
        return self


def _posture_spec() -> type[Spec]:
    """A posture's fields, from the list of angles: `like`, and every joint, and both sides of one, with its angles."""
    joints = JOINTS | {pair: JOINTS[own[0]] for pair, own in BOTH.items()}
    fields: dict[str, Any] = {"like": (str, STAND)}
    for joint, angles in joints.items():
        of_joint: dict[str, Any] = dict.fromkeys(angles, (Degrees, 0.0))
        fields[joint] = (create_model("AnglesSpec", __base__=Spec, **of_joint), None)
    return create_model("PostureSpec", __base__=Spec, **fields)


# The fields of a page. What a posture may hold is made from `angles`, so it cannot be written out as a class.
_POSTURES: Any = GenericAlias(dict, (str, _posture_spec()))
PageSpec = create_model("PageSpec", __base__=_PageFields, postures=(_POSTURES, ...))


def read_page(path: Path) -> Page:
    """Read a page. Raises InputError, with the line and the field, for what is wrong with it."""
    return parse_page(read_text(path, MOST_BYTES), str(path))


def parse_page(text: str, where: str) -> Page:
    """The page that a text describes; `where` names it in errors."""
    spec = parse_yaml(PageSpec, text, where, "posture page")
    postures: dict[str, dict[Angle, float]] = {STAND: {}}
    for name, posture in spec.postures.items():
        joints = posture.model_dump(exclude_unset=True)
        angles = dict(postures[joints.pop("like", STAND)])
        for joint in sorted(joints, key=lambda joint: joint not in BOTH):  # one side goes over both
            for own in BOTH.get(joint, (joint,)):
                angles |= {(own, angle): degrees for angle, degrees in joints[joint].items()}
        postures[name] = angles
    return Page(
        name=spec.name,
        description=spec.description.strip(),
        author=spec.author,
        licence=spec.licence,
        planted=spec.planted,
        sway=spec.sway,
        postures=postures,
        keyframes=tuple((frame.time, frame.posture) for frame in spec.keyframes),
    )
