"""BVH files: a hierarchy of joints, then one line of channel values a frame.

Format: Biovision Hierarchical Data, as described by Meredith and Maddock, 'Motion capture file formats
explained', 2001. A joint's turns apply in the order in which its channels are listed, about moving axes.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from synth.core.errors import InputError
from synth.core.text import number_block, numbers, read_text
from synth.motion.clip import Clip
from synth.motion.formats.format import MotionFormat, ReadOptions
from synth.motion.formats.skeletal import retargeted
from synth.motion.mapping import fitting_mapping
from synth.motion.recording import (
    MOST_JOINTS,
    Recording,
    Skeleton,
    check_size,
    euler_matrices,
    to_world,
)

_CHANNELS = tuple(f"{axis}{kind}" for kind in ("position", "rotation") for axis in "XYZ")


@dataclass(frozen=True, eq=False)
class BvhFile:
    """A file as it stands: joints in the order of their channels, offsets in the file's unit.

    channels[j] are the channels of joint j; values (T, sum of channels). rate: frames a second. notes: what of the
    file was passed over.
    """

    skeleton: Skeleton
    channels: tuple[tuple[str, ...], ...]
    values: NDArray[np.float64]
    rate: float
    notes: tuple[str, ...] = ()


def read(path: Path, root: Path, options: ReadOptions) -> Clip:
    """The motion of a file on SMPL's skeleton. Raises InputError for a malformed file and an unknown skeleton."""
    file = parse_bvh(path)
    mapping = fitting_mapping(options.mapping, file.skeleton, str(path))
    return retargeted(decode_bvh(file, mapping.fixed_order), mapping, path, root, options)


def parse_bvh(path: Path) -> BvhFile:
    """Read a file without interpreting units or axes; InputError, with the line, for a malformed one."""
    lines = read_text(path).splitlines()
    skeleton, channels, motion = _hierarchy(lines, path)
    frames, rate, first = _motion_header(lines, motion, path)
    values, surplus = number_block(lines[first:], sum(map(len, channels)), path, first + 1)
    if len(values) != frames:
        raise InputError(
            f"the header says {frames} frames, {len(values)} follow",
            where=f"{path}:{first}",
            remedy="the file is cut short or damaged; get it again",
        )
    check_size(frames, len(channels), str(path))
    if not surplus.shape[1]:
        return BvhFile(skeleton, channels, values, rate)
    if frames > 2 and (np.diff(values[:, 0]) == 1).all() and (values[:, 0] == values[:, 0].round()).all():
        raise InputError(
            f"every frame has {surplus.shape[1]} values more than channels, and the first counts the frames",
            where=f"{path}:{first + 1}",
            remedy="remove the frames' numbers from the lines, or export the file again",
        )
    return BvhFile(skeleton, channels, values, rate, (_surplus_note(surplus, len(values[0])),))


def _surplus_note(surplus: NDArray[np.float64], channels: int) -> str:
    finite = surplus[np.isfinite(surplus)]
    held = "nan" if not finite.size else f"{finite.min():g}"
    if finite.size and finite.min() < finite.max():
        held += f" to {finite.max():g}"
    return f"every frame ends with {surplus.shape[1]} more than its {channels} channels ({held}), which is passed over"


def decode_bvh(file: BvhFile, fixed_order: str | None = None) -> Recording:
    """Turn channel values into rotations and places, without the T pose that some exporters put first.

    Lengths stay in the file's own unit. `fixed_order`, such as 'zxy', is for files whose CHANNELS lines do not say
    what their numbers mean: the three turns of every joint are then about fixed axes, in that order.
    """
    values = file.values[1:] if opens_with_t_pose(file) else file.values
    local: list[NDArray[np.float64]] = []
    moves: dict[int, NDArray[np.float64]] = {}
    column = 0
    offsets = file.skeleton.offsets.copy()
    root = np.tile(offsets[0], (len(values), 1))
    for joint, channels in enumerate(file.channels):
        own = values[:, column : column + len(channels)]
        column += len(channels)
        turns = [c for c, name in enumerate(channels) if name.endswith("rotation")]
        shifts = {"XYZ".index(name[0]): c for c, name in enumerate(channels) if name.endswith("position")}
        order = fixed_order if fixed_order and len(turns) == 3 else "".join(channels[c][0] for c in turns)
        local.append(euler_matrices(order, own[:, turns]) if turns else _unturned(len(values)))
        if joint == 0:
            for axis, c in shifts.items():
                root[:, axis] = own[:, c]
        elif shifts:
            moves[joint] = _from_parent(own, shifts, offsets[joint])
            if np.isfinite(moves[joint]).all(axis=1).any():
                offsets[joint] = np.nanmedian(moves[joint], axis=0)
    skeleton = Skeleton(file.skeleton.names, file.skeleton.parents, offsets, file.skeleton.ends)
    return Recording(skeleton, to_world(local, skeleton.parents), root, file.rate, moves, file.notes)


def _from_parent(
    values: NDArray[np.float64], shifts: dict[int, int], offset: NDArray[np.float64]
) -> NDArray[np.float64]:
    """(T, 3): where a joint with position channels is from its parent, in the file's unit.

    Most programs write the whole way from the parent, in place of OFFSET; some what is to be added to it. The
    values of all frames say which: in the middle they are nearer to OFFSET, or to 0. `shifts` are the columns
    of the axes; an axis without a channel keeps its OFFSET.
    """
    axes, columns = list(shifts), list(shifts.values())
    given, own = values[:, columns], offset[axes]
    finite = given[np.isfinite(given).all(axis=1)]
    middle = np.median(finite, axis=0) if len(finite) else own
    added = np.linalg.norm(middle) < np.linalg.norm(middle - own)
    moved = np.tile(offset, (len(values), 1))
    moved[:, axes] = given + own if added else given
    return moved


def opens_with_t_pose(file: BvhFile) -> bool:
    """Whether the first frame was added by an exporter, as in every BVH file of CMU's recordings.

    Three signs are required together: nearly all its turns are exactly zero, few of the next frame's are, and from
    one to the next something turns by more than 10 degrees, which is not a movement at any frame rate in use.
    """
    turns = [name.endswith("rotation") for joint in file.channels for name in joint]
    if len(file.values) < 2 or not any(turns):
        return False
    first, second = file.values[0, turns], file.values[1, turns]
    jump = np.abs(second - first).max()
    return bool((first == 0).mean() >= 0.85 and (second == 0).mean() <= 0.6 and jump > 10.0)


def _unturned(frames: int) -> NDArray[np.float64]:
    return np.tile(np.eye(3), (frames, 1, 1))


def _hierarchy(lines: list[str], path: Path) -> tuple[Skeleton, tuple[tuple[str, ...], ...], int]:
    """The skeleton, its channels, and the index of the line 'MOTION'."""
    names: list[str] = []
    parents: list[int] = []
    offsets: dict[int, list[float]] = {}
    channels: dict[int, tuple[str, ...]] = {}
    ends: dict[str, NDArray[np.float64]] = {}
    open_joints: list[int] = []  # the joint that each open brace belongs to; an end site repeats its joint
    at_end, expected = False, -1  # inside an end site; the joint whose opening brace comes next

    def bad(
        what: str, number: int, remedy: str = "correct the hierarchy or export the file again"
    ) -> InputError:
        return InputError(what, where=f"{path}:{number}", remedy=remedy)

    if not lines or lines[0].split()[:1] != ["HIERARCHY"]:
        raise bad("does not begin with HIERARCHY", 1, "give a BVH file")
    for number, line in enumerate(lines[1:], 2):
        for words in _statements(line):
            keyword, rest = words[0], words[1:]
            if keyword == "MOTION":
                if open_joints or not names:
                    raise bad("MOTION comes before the hierarchy is closed", number)
                missing = [name for j, name in enumerate(names) if j not in offsets]
                if missing:
                    raise bad(f"joint '{missing[0]}' has no OFFSET", number)
                skeleton = Skeleton(
                    tuple(names), tuple(parents), np.array([offsets[j] for j in range(len(names))]), ends
                )
                return skeleton, tuple(channels.get(j, ()) for j in range(len(names))), number - 1
            if (expected >= 0) != (keyword == "{"):
                raise bad(f"'{keyword[:24]}' where {'{' if expected >= 0 else 'a joint'} is expected", number)
            if keyword == "{":
                open_joints.append(expected)
                expected = -1
            elif keyword == "}":
                if not open_joints:
                    raise bad("an unmatched closing brace", number)
                open_joints.pop()
                at_end = False
            elif keyword in ("ROOT", "JOINT") and not at_end:
                name = " ".join(rest)
                if not name:
                    raise bad(f"{keyword} without a name", number)
                if name in names:
                    raise bad(
                        f"a second joint is called '{name}'", number, "give every joint a name of its own"
                    )
                if (keyword == "ROOT") != (not open_joints) or (keyword == "ROOT" and names):
                    raise bad(
                        f"{keyword} '{name}' is misplaced",
                        number,
                        "give one ROOT, JOINTs in it",
                    )
                if len(names) == MOST_JOINTS:
                    raise bad(f"more than {MOST_JOINTS} joints", number)
                parents.append(open_joints[-1] if open_joints else -1)
                names.append(name)
                expected = len(names) - 1
            elif keyword == "End" and open_joints and not at_end:
                at_end, expected = True, open_joints[-1]
            elif keyword == "OFFSET" and open_joints:
                values = numbers(rest, f"{path}:{number}", finite=True)
                if len(values) != 3:
                    raise bad(f"OFFSET has {len(values)} numbers, not 3", number)
                if at_end:
                    ends[names[open_joints[-1]]] = np.array(values)
                else:
                    offsets[open_joints[-1]] = values
            elif keyword == "CHANNELS" and open_joints and not at_end:
                channels[open_joints[-1]] = _channels(rest, path, number)
            else:
                raise bad(f"'{keyword[:24]}' is not expected here", number)
    raise bad("ends before MOTION", len(lines), "the file is cut short; get it again")


def _statements(line: str) -> list[list[str]]:
    """The statements of a line: a brace is one by itself wherever it stands."""
    statements: list[list[str]] = []
    for word in line.replace("{", " { ").replace("}", " } ").split():
        if word in "{}" or not statements or statements[-1][0] in "{}":
            statements.append([word])
        else:
            statements[-1].append(word)
    return statements


def _channels(words: list[str], path: Path, number: int) -> tuple[str, ...]:
    names = tuple(words[1:])
    if words[:1] != [str(len(names))] or len(set(names)) != len(names) or not set(names) <= set(_CHANNELS):
        raise InputError(
            f"'CHANNELS {' '.join(words)[:60]}' is not a count and that many different channels",
            where=f"{path}:{number}",
            remedy=f"use some of {', '.join(_CHANNELS)}",
        )
    return names


def _motion_header(lines: list[str], motion: int, path: Path) -> tuple[int, float, int]:
    """The number of frames, the rate and the index of the first line of values."""
    found: dict[str, float] = {}
    at = motion
    for label in ("Frames:", "Frame Time:"):
        at = next((i for i in range(at + 1, len(lines)) if lines[i].strip()), len(lines))
        line = lines[at].strip() if at < len(lines) else ""
        if not line.startswith(label):
            raise InputError(
                f"'{label}' is missing",
                where=f"{path}:{at + 1}",
                remedy="the file is cut short; get it again",
            )
        words = line[len(label) :].split()[:1] or [""]
        found[label] = numbers(words, f"{path}:{at + 1}", finite=True)[0]
    frames, seconds = found["Frames:"], found["Frame Time:"]
    if frames < 1 or frames != int(frames):
        raise InputError(
            f"has {frames:g} frames", where=f"{path}:{at}", remedy="give a recording with frames in it"
        )
    if not 0 < seconds < 1e6 or 1.0 / seconds > 1e6:
        raise InputError(
            f"a frame time of {seconds:g} s cannot be",
            where=f"{path}:{at + 1}",
            remedy="write the true frame time",
        )
    return int(frames), 1.0 / seconds, at + 1


BVH = MotionFormat("BVH", (".bvh",), read, options=frozenset({"mapping", "rate", "units", "up"}))
