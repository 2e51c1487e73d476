"""An .npz in the layout of the benchmarks: keypoints_2d (n, 17, 3), intrinsics (n, 3, 3), image_size (n, 2).

`group` says who or which camera a row is of, `frame` when; both may be absent. What `predict` writes can be read, too.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lifter.predict.recording import Array, Figure, Frame, Recording, cleaned
from synth.body.skeleton import COCO_17
from synth.core.errors import InputError
from synth.core.npz import read_npz

_HOW = "give an .npz with keypoints_2d (n, 17, 3), and intrinsics (n, 3, 3) or image_size (n, 2)"
_MOST_BYTES = 1 << 32


def read_arrays(path: Path) -> Recording:
    """Raises InputError for another file, for names that are not COCO's, and for shapes that do not fit."""
    arrays = _loaded(path)
    where = str(path)
    keypoints = _numbers(arrays, "keypoints_2d", (17, 3), where)
    if keypoints is None:
        raise InputError("has no keypoints_2d", where=where, remedy=_HOW)
    names = arrays.get("joint_names")
    if names is not None and names.shape == (17,) and tuple(map(str, names)) != COCO_17:
        raise InputError(
            "its joints are not COCO's 17", where=where, remedy="put them in COCO's order and names"
        )
    n = len(keypoints)
    intrinsics, size = (
        _numbers(arrays, k, s, where, n) for k, s in (("intrinsics", (3, 3)), ("image_size", (2,)))
    )
    group, frame = (_column(arrays, key, n, where) for key in ("group", "frame"))
    if frame is None:  # the rows of a group follow each other
        seen: Counter[Any] = Counter()
        numbers = []
        for name in group if group is not None else [""] * n:
            numbers.append(seen[name])
            seen[name] += 1
        frame = np.array(numbers, np.int64)
    dropped: Counter[str] = Counter()
    frames: dict[Any, Frame] = {at: Frame(f"frame {at}", []) for at in sorted(set(frame.tolist()))}
    for row in range(n):
        name = None if group is None else str(group[row])[:80]
        frames[frame[row].item()].figures.append(
            Figure(cleaned(keypoints[row], dropped), name, _size(size, row), _camera(intrinsics, row))
        )
    return Recording("arrays", list(frames.values()), dropped=dropped, together=group is None)


def _size(sizes: Array | None, row: int) -> tuple[int, int] | None:
    if (
        sizes is None
        or not np.isfinite(sizes[row]).all()
        or not ((sizes[row] >= 1) & (sizes[row] < 1e6)).all()
    ):
        return None
    return int(sizes[row][0]), int(sizes[row][1])


def _camera(cameras: Array | None, row: int) -> Array | None:
    if cameras is None:
        return None
    k: Array = cameras[row]
    return k if np.isfinite(k).all() and k[0, 0] > 0 and k[1, 1] > 0 else None


def _loaded(path: Path) -> dict[str, NDArray[Any]]:
    wanted = ("keypoints_2d", "intrinsics", "image_size", "group", "frame", "joint_names")
    return read_npz(path, wanted, most_bytes=_MOST_BYTES, remedy=_HOW)


def _numbers(
    arrays: dict[str, NDArray[Any]], key: str, shape: tuple[int, ...], where: str, rows: int | None = None
) -> Array | None:
    array = arrays.get(key)
    if array is None:
        return None
    if array.dtype.kind not in "fiu" or array.shape[1:] != shape or (rows is not None and len(array) != rows):
        told = f"{key} is {array.dtype} {array.shape}"
        raise InputError(f"{told}, not numbers (n, {', '.join(map(str, shape))})", where=where, remedy=_HOW)
    return array.astype(np.float64)


def _column(arrays: dict[str, NDArray[Any]], key: str, rows: int, where: str) -> NDArray[Any] | None:
    array = arrays.get(key)
    if array is None:
        return None
    if array.shape != (rows,) or array.dtype.kind not in "iuUS":
        raise InputError(f"{key} is {array.dtype} {array.shape}, not (n,)", where=where, remedy=_HOW)
    return array
