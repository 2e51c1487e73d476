"""VideoPose3D's 2D files: data_2d_custom_*.npz, data_2d_h36m_*.npz, and the .npz of its inference by Detectron.

`positions_2d` is a pickled dictionary: subject or video, then action, then views of (t, k, 2 or 3); `metadata` names
the layout and the pictures' sizes. `confidence`, a dictionary like it with views of (t, k), is beside it where
`posemill export videopose` wrote the file; points with 0 were filled in and not detected. VideoPose3D's inference
scripts write `boxes` and `keypoints`, per frame and class (people, 4, k) of x, y, logit and probability, and `metadata`
with w and h. Only numpy's arrays, dictionaries, lists, texts and numbers are rebuilt from the pickles. Pavllo et al.,
'3D human pose estimation in video', CVPR 2019.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from lifter.predict.points import size_of
from lifter.predict.readers.arrays import recording_of
from lifter.predict.readers.format import Format, ReadOptions, Source
from lifter.predict.recording import Array, Frame, Recording
from synth.core.errors import InputError
from synth.core.npz import open_member
from synth.core.unpickle import NUMPY, read_pickle

_HOW = "give a 2D file as VideoPose3D's scripts write it"
_MOST_BYTES = 1 << 30
_MOST_SHOWN = 8


def read_custom(source: Source, options: ReadOptions) -> Recording:
    """One clip of a file, by `options.clip` where there are several. Raises InputError where none can be chosen."""
    where = str(source.path)
    clips = dict(_clips(_unpickled(source.path, "positions_2d"), (), 3))
    if not clips:
        raise InputError("positions_2d has no clips", where=where, remedy=_HOW)
    if options.clip is None and len(clips) > 1:
        shown = ", ".join(list(clips)[:_MOST_SHOWN]) + (", …" if len(clips) > _MOST_SHOWN else "")
        raise InputError(f"holds {len(clips)} clips: {shown}", where=where, remedy="choose one with --clip")
    name = options.clip or next(iter(clips))
    if name not in clips:
        raise InputError(
            f"has no clip '{name:.80}'",
            where=where,
            remedy=f"choose of {', '.join(list(clips)[:_MOST_SHOWN])}",
        )
    metadata = _metadata(source.path)
    videos = metadata.get("video_metadata")
    facts = videos.get(name.split("/")[0]) if isinstance(videos, dict) else None
    size = size_of(facts.get("w"), facts.get("h")) if isinstance(facts, dict) else None
    points = _with_confidence(clips[name], name, source.path)
    return recording_of(f"VideoPose3D 2D, clip {name}", points, where, size)


def read_detectron(source: Source, options: ReadOptions) -> Recording:
    """The frames of Detectron's keypoints."""
    where = str(source.path)
    metadata = _metadata(source.path)
    size = size_of(metadata.get("w"), metadata.get("h"))
    recording = Recording("Detectron keypoints of VideoPose3D")
    for number, classes in enumerate(_entries(_unpickled(source.path, "keypoints"))):
        frame = Frame(f"frame {number}", number=number, size=size)
        entries = _entries(classes)
        people = entries[1] if len(entries) > 1 else []
        for n, person in enumerate(_entries(people)):
            spot = f"{where}: frame {number}, person {n}"
            try:
                points = np.asarray(person, np.float64)
                if points.ndim != 2 or points.shape[0] != 4:
                    raise ValueError
                recording.add(frame, points[[0, 1, 3]].T)
            except (ValueError, TypeError):
                recording.leave_out(InputError("is not (4, joints) numbers", where=spot, remedy=_HOW))
        recording.frames.append(frame)
    return recording


def _recognises_custom(source: Source) -> bool:
    return "positions_2d.npy" in _members(source.path)


def _recognises_detectron(source: Source) -> bool:
    return {"keypoints.npy", "boxes.npy"} <= _members(source.path)


def _members(path: Path) -> set[str]:
    try:
        with zipfile.ZipFile(path) as archive:
            return set(archive.namelist())
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError):
        return set()


def _unpickled(path: Path, key: str) -> Any:
    with open_member(path, key, most_bytes=_MOST_BYTES, remedy=_HOW) as stream:
        held = read_pickle(stream, NUMPY, where=f"{path}:{key}", purpose="recording")
    return held.item() if isinstance(held, np.ndarray) and held.shape == () else held


def _with_confidence(points: Array, name: str, path: Path) -> Array:
    """A clip (t, k, 2) with the confidence that the file has beside it, (t, k, 3); as it is where there is none."""
    if "confidence.npy" not in _members(path) or points.shape[2] != 2:
        return points
    sure = dict(_clips(_unpickled(path, "confidence"), (), 2)).get(name)
    if sure is None or sure.shape != points.shape[:2]:
        raise InputError(
            f"'confidence' does not fit 'positions_2d' of clip {name}", where=str(path), remedy=_HOW
        )
    return np.concatenate([points, sure[..., None]], axis=2)


def _metadata(path: Path) -> dict[str, Any]:
    if "metadata.npy" not in _members(path):
        return {}
    found = _unpickled(path, "metadata")
    return found if isinstance(found, dict) else {}


def _entries(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple | np.ndarray) else []


def _clips(value: Any, names: tuple[str, ...], axes: int) -> Iterator[tuple[str, Array]]:
    """Every array of so many axes with its name: subject/action, and the view's number where there are several."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _clips(inner, (*names, str(key)), axes)
    elif isinstance(value, np.ndarray) and value.dtype.kind in "fiu" and value.ndim == axes:
        yield "/".join(names), value
    elif isinstance(value, list | tuple | np.ndarray):
        views = _entries(value)
        for number, each in enumerate(views):
            yield from _clips(np.asarray(each), names if len(views) == 1 else (*names, str(number)), axes)


FORMAT = Format("VideoPose3D 2D .npz", (".npz",), _recognises_custom, read_custom)
DETECTRON = Format("Detectron .npz of VideoPose3D", (".npz",), _recognises_detectron, read_detectron)
