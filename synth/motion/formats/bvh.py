"""BVH files: a hierarchy of joints, then one line of channel values a frame.

Format: Biovision Hierarchical Data, as described by Meredith and Maddock, 'Motion capture file formats
explained', 2001. A joint's turns apply in the order in which its channels are listed, about moving axes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from synth.core.errors import InputError
from synth.core.text import read_text_of_any
from synth.motion.clip import Clip
from synth.motion.formats.bvh_syntax import motion_header, trees, without_comments
from synth.motion.formats.bvh_values import frame_values
from synth.motion.formats.format import MotionFormat, ReadOptions
from synth.motion.formats.skeletal import FittedMapping, fit, retargeted
from synth.motion.recording import (
    Recording,
    Skeleton,
    check_size,
    euler_matrices,
    to_world,
)

_RADIANS = "no turn is beyond 6.3, and many move: radians? BVH has degrees; nothing was changed"
_MANY_TURNS, _MOVED = 9, 0.2  # channels, and by how much they move: as radians, 11 degrees


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
    file, fitted = _person(parse_roots(path, options.rate), options, path)
    if in_radians(file):
        file = replace(file, notes=(*file.notes, _RADIANS))
    recording = decode_bvh(file, fitted.mapping.fixed_order)
    return retargeted(recording, fitted, path, root, options)


def recording_of(path: Path) -> Recording:
    """What a file holds, of several trees the largest, whether its skeleton is known or not."""
    return decode_bvh(max(parse_roots(path), key=lambda file: len(file.channels)))


def _person(files: tuple[BvhFile, ...], options: ReadOptions, path: Path) -> tuple[BvhFile, FittedMapping]:
    """Of several trees the one that is a person; InputError where none is, or several are."""
    if len(files) == 1:
        return files[0], fit(options.mapping, files[0].skeleton, str(path))
    found: list[tuple[BvhFile, FittedMapping]] = []
    refusals: list[InputError] = []
    for file in sorted(files, key=lambda each: -len(each.channels)):
        try:
            found.append((file, fit(options.mapping, file.skeleton, str(path))))
        except InputError as error:
            refusals.append(error)
    if not found:
        raise refusals[0]
    if len(found) > 1:
        names = " and ".join(f"'{file.skeleton.names[0]}'" for file, _ in found)
        raise InputError(
            f"the roots {names} are both people",
            where=str(path),
            remedy="export each into a file of its own, or give a mapping whose joints only one has",
        )
    file, fitted = found[0]
    others = ", ".join(f"'{each.skeleton.names[0]}'" for each in files if each is not file)
    return replace(file, notes=(*file.notes, f"{others} was recorded beside the person: left out")), fitted


def parse_bvh(path: Path) -> BvhFile:
    """Read a file of one tree without interpreting units or axes; InputError, with the line, for a malformed one."""
    files = parse_roots(path)
    if len(files) > 1:
        raise InputError(f"has {len(files)} roots", where=str(path), remedy="give a file with one ROOT")
    return files[0]


def parse_roots(path: Path, rate: float | None = None) -> tuple[BvhFile, ...]:
    """Read a file as it stands, a `BvhFile` for each ROOT. `rate`: see `bvh_syntax.motion_header`."""
    text, notes = read_text_of_any(path)
    lines = without_comments(text.splitlines())
    found, motion = trees(lines, path)
    header = motion_header(lines, motion, path, rate)
    widths = [sum(map(len, tree.channels)) for tree in found]
    values, repaired = frame_values(lines[header.first :], sum(widths), header.frames, path, header.first + 1)
    check_size(len(values), sum(len(tree.channels) for tree in found), str(path))
    notes = (*notes, *header.notes, *repaired)
    return tuple(
        BvhFile(tree.skeleton, tree.channels, values[:, stop - width : stop], header.rate, notes)
        for tree, width, stop in zip(found, widths, np.cumsum(widths), strict=True)
    )


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


def in_radians(file: BvhFile) -> bool:
    """Whether the turns may be radians: none is beyond a full one, and many move."""
    turns = [name.endswith("rotation") for joint in file.channels for name in joint]
    values = file.values[:, turns]
    values = values[np.isfinite(values).all(axis=1)]
    if len(values) < 2 or values.shape[1] < _MANY_TURNS or np.abs(values).max() > 2 * np.pi:
        return False
    return bool((np.ptp(values, axis=0) > _MOVED).sum() >= _MANY_TURNS)


def _unturned(frames: int) -> NDArray[np.float64]:
    return np.tile(np.eye(3), (frames, 1, 1))


BVH = MotionFormat(
    "BVH", (".bvh",), read, options=frozenset({"mapping", "rate", "units", "up"}), recording=recording_of
)
