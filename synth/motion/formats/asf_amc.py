"""CMU's ASF/AMC: a skeleton file for a subject, and a motion file for each of its trials.

Format: Acclaim, as described by Lander, 'Working with motion capture file formats', Game Developer, January
1998. A bone's turns are about axes of its own: with C from its `axis` line and R from its degrees of freedom,
the bone turns by C R C^-1 against its parent.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from synth.core.errors import InputError
from synth.core.text import LONGEST_NUMBER, numbers, read_text
from synth.motion.clip import Clip
from synth.motion.formats.format import MotionFormat, ReadOptions
from synth.motion.formats.skeletal import fit, is_cmu, retargeted
from synth.motion.recording import (
    MOST_JOINTS,
    Recording,
    Skeleton,
    check_size,
    euler_matrices,
    to_world,
)

# Frames a second of nearly all trials; AMC files do not say (mocap.cs.cmu.edu lists exceptions)
CMU_RATE = 120.0
METRES_PER_INCH = 0.0254
_TURNS = ("rx", "ry", "rz")


@dataclass
class _Bone:
    """A bone as its block in :bonedata says; vector (3,) from its start to its end, in the file's unit."""

    line: int
    direction: NDArray[np.float64] | None = None
    length: float | None = None
    axis: NDArray[np.float64] = field(default_factory=lambda: np.zeros(3))
    order: str = "xyz"
    dof: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class AsfSkeleton:
    """A subject. `skeleton` is in metres; its joint of a bone's name is where that bone starts.

    frames[name]: (3, 3), the bone's own axes. orders[name]: in which its turns apply, about fixed axes.
    dof[name]: the values of its line in an AMC file; the root's also hold tx, ty, tz. degrees: unit of
    angles.
    """

    skeleton: Skeleton
    frames: dict[str, NDArray[np.float64]]
    orders: dict[str, str]
    dof: dict[str, tuple[str, ...]]
    metres_per_unit: float
    degrees: bool


def read(path: Path, root: Path, options: ReadOptions) -> Clip:
    """The motion of an AMC file on SMPL's skeleton. Raises InputError for malformed files and an unknown skeleton."""
    recording = read_amc(path, options.rate)
    fitted = fit(options.mapping, recording.skeleton, str(path))
    if options.rate is None and not is_cmu(path, fitted.mapping):
        note = f"not known to be CMU's, and AMC files state no rate: {CMU_RATE:g} is assumed, `rate` changes that"
        recording = replace(recording, notes=(*recording.notes, note))
    return retargeted(recording, fitted, path, root, options)


def find_asf(amc: Path) -> Path:
    """A motion's skeleton: 01.asf for 01_01.amc, else the only .asf file beside it; InputError without."""
    own = amc.with_name(amc.stem.split("_")[0] + ".asf")
    if own.is_file():
        return own
    beside = sorted(path for path in amc.parent.glob("*.asf") if path.is_file())
    if len(beside) == 1:
        return beside[0]
    found = "there is none" if not beside else f"there are {len(beside)}"
    raise InputError(
        f"its skeleton is unknown: no {own.name} lies beside it, and of other .asf files {found}",
        where=str(amc),
        remedy=f"put the subject's skeleton beside it as {own.name}",
    )


def read_asf(path: Path) -> AsfSkeleton:
    """Read a skeleton; InputError, with the line, for a malformed one."""
    sections = _sections(path)
    units = {words[0]: (words[1:], line) for words, line in sections.get("units", [])}
    length = (
        numbers(units["length"][0][:1], f"{path}:{units['length'][1]}", finite=True)
        if "length" in units
        else []
    )
    if not length or length[0] <= 0:
        raise InputError(
            "states no positive unit of length", where=str(path), remedy="add 'length 0.45' to :units"
        )
    degrees = _angle_unit(units.get("angle", (["deg"], 0)), path)
    bones = _bones(sections.get("bonedata", []), path)
    bones["root"] = _root(sections.get("root", []), path)
    parent_of = _parents(sections.get("hierarchy", []), bones, path)
    names = _outward(parent_of, path)
    metres = METRES_PER_INCH / length[0]
    vectors = {name: _vector(name, bones[name], path) * metres for name in names}
    vectors["root"] = np.zeros(3)
    skeleton = Skeleton(
        tuple(names),
        tuple(-1 if name == "root" else names.index(parent_of[name]) for name in names),
        np.array([np.zeros(3) if name == "root" else vectors[parent_of[name]] for name in names]),
        {name: vectors[name] for name in names if name != "root" and name not in parent_of.values()},
    )
    scale = 1.0 if degrees else np.degrees(1.0)
    return AsfSkeleton(
        skeleton,
        {
            n: Rotation.from_euler(bones[n].order, bones[n].axis * scale, degrees=True).as_matrix()
            for n in names
        },
        {n: bones[n].order for n in names},
        {n: bones[n].dof for n in names if bones[n].dof},
        metres,
        degrees,
    )


def read_amc(path: Path, rate: float | None = None) -> Recording:
    """Read a motion with its skeleton; `rate` is CMU's 120 frames a second unless given.

    InputError, with the line, for a malformed file.
    """
    asf_path = find_asf(path)
    asf = read_asf(asf_path)
    values, degrees = _motion(path, asf, asf_path)
    check_size(len(values["root"]), len(asf.skeleton.names), str(path))
    scale = 1.0 if degrees else np.degrees(1.0)
    local = []
    for name in asf.skeleton.names:
        own, frame = values.get(name), asf.frames[name]
        frames = len(values["root"])
        angles = np.zeros((frames, 3))
        if own is not None:
            for column, turn in enumerate(asf.dof[name]):
                if turn in _TURNS:
                    angles[:, asf.orders[name].index(turn[1])] = own[:, column] * scale
        local.append(frame @ euler_matrices(asf.orders[name], angles) @ frame.T)
    moves = [asf.dof["root"].index(move) for move in ("tx", "ty", "tz")]
    root = values["root"][:, moves] * asf.metres_per_unit
    return Recording(asf.skeleton, to_world(local, asf.skeleton.parents), root, rate or CMU_RATE)


def _sections(path: Path) -> dict[str, list[tuple[list[str], int]]]:
    """The file's lines, as words with their line number, by the section they stand in."""
    sections: dict[str, list[tuple[list[str], int]]] = {}
    here: list[tuple[list[str], int]] = []
    for number, line in enumerate(read_text(path).splitlines(), 1):
        words = line.split("#")[0].split()
        if words and words[0].startswith(":"):
            here = sections.setdefault(words[0][1:].lower(), [])
        elif words:
            here.append((words, number))
    if not {"root", "bonedata", "hierarchy"} <= sections.keys():
        raise InputError(
            "lacks one of the sections :root, :bonedata and :hierarchy",
            where=str(path),
            remedy="give a whole ASF file; get it again if it is cut short",
        )
    return sections


def _angle_unit(entry: tuple[list[str], int], path: Path) -> bool:
    words, line = entry
    if words[:1] not in (["deg"], ["rad"]):
        raise InputError(
            f"unit of angles '{' '.join(words)[:24]}'", where=f"{path}:{line}", remedy="use deg or rad"
        )
    return words == ["deg"]


def _root(lines: list[tuple[list[str], int]], path: Path) -> _Bone:
    """The root: where a bone has dof, it has `order`; its own orientation is its axis frame."""
    root = _Bone(line=lines[0][1] if lines else 1)
    for words, line in lines:
        key, rest = words[0].lower(), words[1:]
        if key == "order":
            root.dof = tuple(word.lower() for word in rest)
        elif key == "axis":
            root.order = _order(rest[:1], f"{path}:{line}")
        elif key == "orientation":
            root.axis = np.array(_three(rest, f"{path}:{line}"))
    if sorted(root.dof) != ["rx", "ry", "rz", "tx", "ty", "tz"]:
        raise InputError(
            "the root's 'order' does not name TX TY TZ RX RY RZ",
            where=f"{path}:{root.line}",
            remedy="correct :root",
        )
    return root


def _bones(lines: list[tuple[list[str], int]], path: Path) -> dict[str, _Bone]:
    bones: dict[str, _Bone] = {}
    bone, name = None, ""
    for words, line in lines:
        key, rest, where = words[0].lower(), words[1:], f"{path}:{line}"
        if key == "begin":
            bone, name = _Bone(line), ""
        elif bone is None:
            raise InputError(
                f"'{key[:24]}' stands outside begin and end", where=where, remedy="correct :bonedata"
            )
        elif key == "end":
            if not name or name in bones or name == "root" or len(bones) == MOST_JOINTS:
                what = f"a second bone is called '{name}'" if name else "a bone has no name"
                raise InputError(what, where=where, remedy="give every bone a name of its own")
            bones[name] = bone
            bone = None
        elif key == "name":
            name = rest[0] if rest else ""
        elif key == "direction":
            bone.direction = np.array(_three(rest, where))
        elif key == "length":
            bone.length = numbers(rest[:1] or [""], where, finite=True)[0]
        elif key == "axis":
            bone.axis, bone.order = np.array(_three(rest[:3], where)), _order(rest[3:4], where)
        elif key == "dof":
            bone.dof = tuple(word.lower() for word in rest)
            if not set(bone.dof) <= set(_TURNS) or len(set(bone.dof)) != len(bone.dof):
                raise InputError(
                    f"dof '{' '.join(rest)[:40]}' is not some of rx ry rz",
                    where=where,
                    remedy="bones that move or change length are not supported",
                )
    if bone is not None:
        raise InputError("the last bone has no end", where=f"{path}:{bone.line}", remedy="get the file again")
    return bones


def _three(words: list[str], where: str) -> list[float]:
    values = numbers(words[:3], where, finite=True)
    if len(values) != 3:
        raise InputError(
            f"{len(values)} numbers, not 3", where=where, remedy="correct the file or get it again"
        )
    return values


def _order(words: list[str], where: str) -> str:
    order = words[0].lower() if words else "xyz"
    if sorted(order) != ["x", "y", "z"]:
        raise InputError(f"order of axes '{order[:24]}'", where=where, remedy="use X, Y and Z once each")
    return order


def _vector(name: str, bone: _Bone, path: Path) -> NDArray[np.float64]:
    """(3,) from a bone's start to its end; nothing for the root."""
    if name == "root":
        return np.zeros(3)
    where = f"{path}:{bone.line}"
    if bone.direction is None or bone.length is None or bone.length < 0:
        raise InputError(
            f"bone '{name}' lacks a direction or a length", where=where, remedy="complete its block"
        )
    norm = float(np.linalg.norm(bone.direction))
    if norm < 1e-9:
        raise InputError(
            f"bone '{name}' has the direction 0 0 0", where=where, remedy="correct its direction"
        )
    return bone.direction / norm * bone.length


def _parents(lines: list[tuple[list[str], int]], bones: dict[str, _Bone], path: Path) -> dict[str, str]:
    parent_of: dict[str, str] = {}
    for words, line in lines:
        if words[0] in ("begin", "end") and len(words) == 1:
            continue
        for name in words:
            if name not in bones:
                raise InputError(
                    f"'{name[:40]}' is not a bone of this skeleton",
                    where=f"{path}:{line}",
                    remedy="correct the name or add the bone to :bonedata",
                )
        for child in words[1:]:
            if child in parent_of or child == "root":
                raise InputError(
                    f"'{child}' hangs on two bones",
                    where=f"{path}:{line}",
                    remedy="give every bone one parent",
                )
            parent_of[child] = words[0]
    return parent_of


def _outward(parent_of: dict[str, str], path: Path) -> list[str]:
    """The bones, parents first; InputError where some hang on each other in a circle."""
    names = ["root"]
    for name in names:
        names.extend(child for child, parent in parent_of.items() if parent == name)
    lost = [name for name in parent_of if name not in names]
    if lost:
        raise InputError(
            f"'{lost[0]}' does not lead back to the root: the hierarchy has a cycle or a loose part",
            where=str(path),
            remedy="correct :hierarchy",
        )
    return names


def _motion(path: Path, asf: AsfSkeleton, asf_path: Path) -> tuple[dict[str, NDArray[np.float64]], bool]:
    """For each bone its values, (T, n), and whether angles are in degrees."""
    lines: list[tuple[int, list[str]]] = []
    degrees = asf.degrees
    for number, line in enumerate(read_text(path).splitlines(), 1):
        words = line.split("#")[0].split()
        if words and words[0].startswith(":"):
            unit = words[0][1:].lower()
            degrees = True if unit == "degrees" else False if unit == "radians" else degrees
        elif words:
            lines.append((number, words))
    if not lines:
        raise InputError("has no frames", where=str(path), remedy="give a recording with frames in it")
    end = next((i for i, (_, words) in enumerate(lines) if i and len(words) == 1), len(lines))
    bones = [words[0] for _, words in lines[1:end]]
    missing = [name for name in asf.dof if name not in bones]
    if missing and all(name in asf.dof for name in bones):
        raise InputError(
            f"the first frame lacks '{missing[0]}'",
            where=f"{path}:{lines[0][0]}",
            remedy=f"is {asf_path.name} the right skeleton? else the file is damaged, get it again",
        )
    widths = [1] + [1 + len(asf.dof.get(name, ())) for name in bones]
    step = len(widths)
    values: dict[str, NDArray[np.float64]] = {}
    try:
        if len(lines) % step or len(set(bones)) != len(bones) or missing:
            raise ValueError
        first = int(lines[0][1][0])
        if [int(words[0]) for _, words in lines[::step]] != list(range(first, first + len(lines) // step)):
            raise ValueError
        for row, name in enumerate(bones, 1):
            own = [words for _, words in lines[row::step]]
            if any(w[0] != name or len(w) != widths[row] or max(map(len, w)) > LONGEST_NUMBER for w in own):
                raise ValueError
            values[name] = np.array([words[1:] for words in own], dtype=np.float64)
    except ValueError:
        raise _first_fault(lines, bones, asf, path, asf_path) from None
    return values, degrees


def _first_fault(
    lines: list[tuple[int, list[str]]], bones: list[str], asf: AsfSkeleton, path: Path, asf_path: Path
) -> InputError:
    """What is wrong with a motion that is not one line a bone, in the same order, in every frame."""
    remedy = "the file is cut short or damaged; get it again"
    step = 1 + len(bones)
    frame: int | None = None
    for i, (number, words) in enumerate(lines):
        where = f"{path}:{number}"
        if i % step == 0:
            if len(words) != 1 or not re.fullmatch(r"[0-9]{1,12}", words[0]):
                return InputError(
                    f"'{words[0][:24]}' where a frame's number is expected", where=where, remedy=remedy
                )
            if frame is not None and int(words[0]) != frame + 1:
                return InputError(f"frame {words[0]} follows frame {frame}", where=where, remedy=remedy)
            frame = int(words[0])
            continue
        name = words[0]
        if name not in asf.dof:
            return InputError(
                f"'{name[:40]}' is not a moving bone of {asf_path.name}",
                where=where,
                remedy="give the skeleton that this motion was recorded with",
            )
        if name != bones[i % step - 1]:
            return InputError(
                f"'{name}' where '{bones[i % step - 1]}' is expected", where=where, remedy=remedy
            )
        if name in bones[: i % step - 1]:
            return InputError(f"'{name}' comes twice in a frame", where=where, remedy=remedy)
        try:
            numbers(words[1:], where, finite=False)
        except InputError as error:
            return error
        if len(words) - 1 != len(asf.dof[name]):
            what = f"{len(words) - 1} values for '{name}', which has {len(asf.dof[name])} degrees of freedom"
            return InputError(what, where=where, remedy=remedy)
    return InputError("ends within a frame", where=f"{path}:{lines[-1][0]}", remedy=remedy)


ASF_AMC = MotionFormat(
    "ASF/AMC", (".amc",), read, options=frozenset({"mapping", "rate", "units", "up"}), recording=read_amc
)
