"""Which joint of a source skeleton moves which joint of SMPL's: the small files in `manifests/skeletons`.

A file is picked by the joints it names: all of them must be in the recording's skeleton. A user's own files
are looked for in `manifests/skeletons` below the working folder, before those that come with the project.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from synth.body.skeleton import SMPL_24
from synth.core.errors import InputError
from synth.core.spec import FieldError, Spec
from synth.core.yamlfile import load_yaml
from synth.motion.recording import Skeleton

FOLDER = Path("manifests") / "skeletons"
SHIPPED = Path(__file__).resolve().parents[2] / FOLDER
_HOW = "write a mapping file like those in manifests/skeletons (cmu_bvh.yaml explains itself) and name it"

# The joints whose bone, on to the next joint, is turned to lie along the source's. The others take over how
# the source's joint is turned from its rest pose.
LIMBS: dict[str, str] = {
    "left_hip": "left_knee",
    "right_hip": "right_knee",
    "left_knee": "left_ankle",
    "right_knee": "right_ankle",
    "left_ankle": "left_foot",
    "right_ankle": "right_foot",
    "left_shoulder": "left_elbow",
    "right_shoulder": "right_elbow",
    "left_elbow": "left_wrist",
    "right_elbow": "right_wrist",
}

_AXES = {
    f"{sign}{axis}": value * np.eye(3)[i]
    for i, axis in enumerate("xyz")
    for sign, value in (("", 1.0), ("-", -1.0))
}


@dataclass(frozen=True)
class Link:
    """What moves one SMPL joint.

    joint: the source's that turns it. twist: a constant turn about its bone, degrees. align: whether its bone
    is laid along the source's (`bone`) or the source's turn is taken over as it is (`rotation`).
    """

    joint: str
    twist: float = 0.0
    align: str = "rotation"


@dataclass(frozen=True, eq=False)
class Mapping:
    """A source skeleton described.

    metres_per_unit: of the file's lengths; None where the person's size is to show it. up, forward (3,): where the
    skeleton's head and face point in its rest pose, in the file's axes; None where that is to be found.
    fixed_order: see `bvh.decode_bvh`. arm_twist: 'recording', or 'elbow' where the source was made from
    points and how its upper arms are twisted means nothing, so that the plane in which the elbow bends has
    to give it. It can be pickled, so that a file is read once and its content goes to the workers.
    """

    name: str
    dataset: str
    licence: str | None
    metres_per_unit: float | None
    up: NDArray[np.float64] | None
    forward: NDArray[np.float64] | None
    links: dict[str, Link]
    still: frozenset[str]
    fixed_order: str | None = None
    arm_twist: str = "recording"

    def fits(self, skeleton: Skeleton) -> bool:
        return all(link.joint in skeleton.names for link in self.links.values())

    def require(self, skeleton: Skeleton, where: str) -> Mapping:
        """This mapping, if the skeleton has the joints it names; else InputError."""
        lost = [link.joint for link in self.links.values() if link.joint not in skeleton.names]
        if lost:
            raise InputError(
                f"mapping '{self.name}' names joint '{lost[0]}', which this skeleton lacks",
                where=where,
                remedy=f"its joints are: {_listed(skeleton)}",
            )
        return self


def fitting_mapping(mapping: Mapping | Sequence[Mapping] | None, skeleton: Skeleton, where: str) -> Mapping:
    """The mapping given, if it fits, or of several the one that fits most joints; of all known ones where None.

    Raises InputError, listing the skeleton's joints, where none fits.
    """
    if isinstance(mapping, Mapping):
        return mapping.require(skeleton, where)
    fitting = [each for each in (known_mappings() if mapping is None else mapping) if each.fits(skeleton)]
    if not fitting:
        raise InputError(f"an unknown skeleton with the joints {_listed(skeleton)}", where=where, remedy=_HOW)
    return max(fitting, key=lambda each: len(each.links))


def known_mappings() -> tuple[Mapping, ...]:
    """The mappings in `manifests/skeletons` below the working folder, then those that come with the project."""
    return tuple(read_mapping(path) for folder in (FOLDER, SHIPPED) for path in sorted(folder.glob("*.yaml")))


def _listed(skeleton: Skeleton) -> str:
    names = ", ".join(skeleton.names[:60])
    return names if len(skeleton.names) <= 60 else f"{names} and {len(skeleton.names) - 60} more"


@lru_cache(maxsize=64)
def _parsed(path: Path, modified_ns: int) -> Mapping:
    return load_yaml(MappingSpec, path, "skeleton mapping").mapping(path.stem)


def read_mapping(path: Path) -> Mapping:
    """Read a mapping file. Raises InputError, with the line and the field, for what is wrong with it."""
    try:
        modified = path.stat().st_mtime_ns
    except OSError as error:
        raise InputError(f"no such mapping ({error.strerror})", where=str(path), remedy=_HOW) from error
    return _parsed(path.resolve(), modified)


def _smpl_joint(name: str) -> str:
    if name not in SMPL_24:
        close = difflib.get_close_matches(name, SMPL_24, 1)
        raise ValueError(
            f"'{name[:40]}' is not a joint of SMPL; "
            + (f"did you mean '{close[0]}'?" if close else f"they are {', '.join(SMPL_24)}")
        )
    return name


def _axis_name(value: Any) -> Any:
    return value.removeprefix("+") if isinstance(value, str) else value


Axis = Annotated[Literal["x", "y", "z", "-x", "-y", "-z"], BeforeValidator(_axis_name)]
SmplJoint = Annotated[str, AfterValidator(_smpl_joint)]


class LinkSpec(Spec):
    """What moves an SMPL joint: the name of the source's joint, or this."""

    joint: str
    twist: float = Field(0.0, ge=-360, le=360, strict=True)
    align: Literal["bone", "rotation"] | None = None


def _link(value: Any) -> Any:
    return {"joint": value} if isinstance(value, str) else value


class MappingSpec(Spec, coerce_numbers_to_str=True):
    """A mapping file; `manifests/skeletons/cmu_bvh.yaml` explains the fields."""

    name: str | None = None
    about: str = ""
    dataset: str | None = None
    licence: str | None = None
    metres_per_unit: float | None = Field(None, gt=0, lt=1000, strict=True)
    up: Axis | None = None
    forward: Axis | None = None
    fixed_order: str | None = Field(None, pattern="^(xyz|xzy|yxz|yzx|zxy|zyx)$")
    arm_twist: Literal["recording", "elbow"] = "recording"
    still: tuple[SmplJoint, ...] = ()
    joints: dict[SmplJoint, Annotated[LinkSpec, BeforeValidator(_link)]]

    @model_validator(mode="after")
    def _consistent(self) -> MappingSpec:
        if (self.up is None) != (self.forward is None):
            raise FieldError("give up and forward, or neither", "forward" if self.up else "up")
        if self.up is not None and self.forward is not None and self.up[-1] == self.forward[-1]:
            raise FieldError("it has to be another axis than up", "forward")
        if "pelvis" not in self.joints:
            raise FieldError("say which joint moves the pelvis", "joints")
        for name, link in self.joints.items():
            if link.align == "bone" and name not in LIMBS:
                raise FieldError("only a limb can be aligned by its bone", "joints", name, "align")
        for row, name in enumerate(self.still):
            if name in self.joints:
                raise FieldError(f"'{name}' is mapped, so it is not still", "still", row)
        missing = [name for name in LIMBS if name not in self.joints and name not in self.still]
        if missing:
            raise FieldError(
                f"say which joint moves {missing[0]}, or list it under still", "joints", missing[0]
            )
        return self

    def mapping(self, name: str) -> Mapping:
        """The mapping that the file describes; `name` where it has none."""
        links = {
            joint: Link(link.joint, link.twist, link.align or ("bone" if joint in LIMBS else "rotation"))
            for joint in SMPL_24
            if (link := self.joints.get(joint)) is not None
        }
        return Mapping(
            name=name if self.name is None else self.name,
            dataset=name if self.dataset is None else self.dataset,
            licence=self.licence,
            metres_per_unit=self.metres_per_unit,
            up=None if self.up is None else _AXES[self.up],
            forward=None if self.forward is None else _AXES[self.forward],
            links=links,
            still=frozenset(joint for joint in SMPL_24 if joint not in links),
            fixed_order=self.fixed_order,
            arm_twist=self.arm_twist,
        )
