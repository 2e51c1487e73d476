"""Which joint of a source skeleton moves which joint of SMPL's: the small files in `manifests/skeletons`.

A file is picked by the joints it names: all of them must be in the recording's skeleton. A user's own files
are looked for in `manifests/skeletons` below the working folder, before those that come with the project.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

from synth.body.skeleton import SMPL_24
from synth.core.errors import InputError
from synth.core.text import read_text
from synth.motion.recording import Skeleton

FOLDER = Path("manifests") / "skeletons"
_SHIPPED = Path(__file__).resolve().parents[2] / FOLDER
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
    for sign, value in (("", 1.0), ("+", 1.0), ("-", -1.0))
}
_ALIGN = ("bone", "rotation")
_TWIST_FROM = ("recording", "elbow")


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

    up, forward (3,): where the skeleton's head and face point in its rest pose, in the file's axes.
    fixed_order: see `bvh.decode_bvh`. arm_twist: 'recording', or 'elbow' where the source was made from
    points and how its upper arms are twisted means nothing, so that the plane in which the elbow bends must
    tell.
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


def choose_mapping(skeleton: Skeleton, where: str) -> Mapping:
    """The mapping that fits most joints of a skeleton; InputError, listing the joints, where none fits."""
    folders = [FOLDER, _SHIPPED]
    paths = [path for folder in folders for path in sorted(folder.glob("*.yaml"))]
    fitting = [mapping for mapping in (read_mapping(path) for path in paths) if mapping.fits(skeleton)]
    if not fitting:
        raise InputError(f"an unknown skeleton with the joints {_listed(skeleton)}", where=where, remedy=_HOW)
    return max(fitting, key=lambda mapping: len(mapping.links))


def _listed(skeleton: Skeleton) -> str:
    names = ", ".join(skeleton.names[:60])
    return names if len(skeleton.names) <= 60 else f"{names} and {len(skeleton.names) - 60} more"


@lru_cache(maxsize=64)
def _parsed(path: Path, modified_ns: int) -> Mapping:
    return _mapping(path)


def read_mapping(path: Path) -> Mapping:
    """Read a mapping file; InputError, with the key, for what is wrong with it."""
    try:
        modified = path.stat().st_mtime_ns
    except OSError as error:
        raise InputError(f"no such mapping ({error.strerror})", where=str(path), remedy=_HOW) from error
    return _parsed(path.resolve(), modified)


def _mapping(path: Path) -> Mapping:
    try:
        content = yaml.safe_load(read_text(path))
    except yaml.YAMLError as error:
        line = (
            f":{error.problem_mark.line + 1}"
            if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark
            else ""
        )
        raise InputError(
            "is not YAML", where=f"{path}{line}", remedy="correct the indentation and quotes"
        ) from error
    fields = _table(content, path, "the file")
    known = {
        "name", "about", "dataset", "licence", "metres_per_unit", "up", "forward", "fixed_order", "arm_twist",
        "still", "joints",
    }  # fmt: skip
    _no_others(fields, known, path, "key")
    unit = fields.get("metres_per_unit")
    if isinstance(unit, bool) or not isinstance(unit, int | float) or not 0 < unit < 1000:
        raise _wrong(path, "metres_per_unit", "give the length of the file's unit in metres, such as 0.001")
    up, forward = (_axis(fields, key, path) for key in ("up", "forward"))
    if abs(up @ forward) > 0.5:
        raise _wrong(path, "forward", "give another axis than up")
    joints = _table(fields.get("joints"), path, "joints")
    _no_others(joints, set(SMPL_24), path, "SMPL joint")
    links = {name: _link(name, joints[name], path) for name in SMPL_24 if name in joints}
    if "pelvis" not in links:
        raise _wrong(path, "joints", "say which joint moves the pelvis")
    still = fields.get("still", [])
    if not isinstance(still, list) or not all(isinstance(name, str) for name in still):
        raise _wrong(path, "still", "give a list of SMPL joints")
    _no_others(dict.fromkeys(still), set(SMPL_24) - set(links), path, "unmapped SMPL joint")
    untold = [name for name in LIMBS if name not in links and name not in still]
    if untold:
        raise _wrong(path, f"joints.{untold[0]}", "say which joint moves it, or list it under still")
    order = fields.get("fixed_order")
    if order is not None and (not isinstance(order, str) or sorted(order) != ["x", "y", "z"]):
        raise _wrong(path, "fixed_order", "give x, y and z in the order in which the turns apply")
    twist = fields.get("arm_twist", _TWIST_FROM[0])
    if twist not in _TWIST_FROM:
        raise _wrong(path, "arm_twist", f"use one of {', '.join(_TWIST_FROM)}")
    licence = fields.get("licence")
    return Mapping(
        name=str(fields.get("name", path.stem)),
        dataset=str(fields.get("dataset", path.stem)),
        licence=None if licence is None else str(licence),
        metres_per_unit=float(unit),
        up=up,
        forward=forward,
        links=links,
        still=frozenset(name for name in SMPL_24 if name not in links),
        fixed_order=order,
        arm_twist=twist,
    )


def _link(name: str, value: Any, path: Path) -> Link:
    align = "bone" if name in LIMBS else "rotation"
    if isinstance(value, str):
        return Link(value, align=align)
    fields = _table(value, path, f"joints.{name}")
    _no_others(fields, {"joint", "twist", "align"}, path, f"key of joints.{name}")
    twist = fields.get("twist", 0.0)
    if isinstance(twist, bool) or not isinstance(twist, int | float) or not abs(twist) <= 360:
        raise _wrong(path, f"joints.{name}.twist", "give an angle in degrees")
    chosen = fields.get("align", align)
    if chosen not in _ALIGN or (chosen == "bone" and name not in LIMBS):
        raise _wrong(path, f"joints.{name}.align", "use rotation, or for a limb also bone")
    if not isinstance(fields.get("joint"), str):
        raise _wrong(path, f"joints.{name}.joint", "name a joint of the source skeleton")
    return Link(fields["joint"], float(twist), chosen)


def _axis(fields: dict[str, Any], key: str, path: Path) -> NDArray[np.float64]:
    if str(fields.get(key)) not in _AXES:
        raise _wrong(path, key, "use one of x, y, z, -x, -y, -z")
    return _AXES[str(fields[key])]


def _table(value: Any, path: Path, what: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise InputError(f"{what} is no table of keys and values", where=str(path), remedy=_HOW)
    return {str(key): item for key, item in value.items()}


def _no_others(fields: dict[str, Any], known: set[str], path: Path, what: str) -> None:
    for key in fields:
        if key not in known:
            close = difflib.get_close_matches(key, known, 1)
            remedy = f"did you mean '{close[0]}'?" if close else f"use some of {', '.join(sorted(known))}"
            raise InputError(f"'{key[:40]}' is no {what}", where=str(path), remedy=remedy)


def _wrong(path: Path, key: str, remedy: str) -> InputError:
    return InputError(f"'{key}' is missing or wrong", where=str(path), remedy=remedy)
