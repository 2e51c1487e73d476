"""Arrays: an .npz in the layout of the benchmarks, or an .npy of one person's or several people's frames.

.npz: keypoints_2d (n, k, 3) or (n, k, 2), with `joint_names` (k,) if they are not in the order of a known layout;
intrinsics (n, 3, 3), image_size (n, 2), and `distortion`, (n, 5) of OpenCV's or (n, 4) with `distortion_model`
'fisheye'. Each may also be given once for all. `group` says who or which camera a row is of, `frame` when.
What `predict` writes is read with its frame numbers and rate. .npy: (t, k, 2 or 3), or (t, people, k, 2 or 3).
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lifter.predict.layouts import COUNTS, require_named
from lifter.predict.lens import Lens, lens_of
from lifter.predict.numbering import MOST_FRAMES
from lifter.predict.points import size_of
from lifter.predict.readers.format import Format, ReadOptions, Source
from lifter.predict.recording import Array, Frame, Recording
from synth.core.errors import InputError
from synth.core.npz import read_npz

_HOW = "give an .npz with keypoints_2d (n, 17, 3), and intrinsics (n, 3, 3) or image_size (n, 2)"
_HOW_NPY = "give an .npy of (frames, 17, 2 or 3) or (frames, people, 17, 2 or 3) numbers"
_MOST_BYTES = 1 << 32
_OWN = "posemill poses"
_STEADY = 0.2  # how far people move from frame to frame, of how far they are from each other
_WANTED = (
    "keypoints_2d", "intrinsics", "image_size", "group", "frame", "joint_names", "distortion", "distortion_model",
    "format", "frame_count", "rate",
)  # fmt: skip
# other names of the same arrays, as OpenCV's users and detectors save them
_ALSO = {
    "keypoints": "keypoints_2d", "kpts": "keypoints_2d", "kpts_2d": "keypoints_2d", "scores": "scores",
    "keypoint_scores": "scores", "K": "intrinsics", "camera_matrix": "intrinsics", "cameraMatrix": "intrinsics",
    "mtx": "intrinsics", "dist": "distortion", "dist_coeffs": "distortion", "distCoeffs": "distortion",
    "fps": "rate",
}  # fmt: skip


def read_arrays(source: Source, options: ReadOptions) -> Recording:
    """The rows of an .npz, by frame. Raises InputError for another file, and for shapes that do not fit."""
    where = str(source.path)
    arrays = _by_our_names(read_npz(source.path, {*_WANTED, *_ALSO}, most_bytes=_MOST_BYTES, remedy=_HOW))
    if "keypoints_2d" not in arrays:
        raise InputError("has no keypoints_2d", where=where, remedy=_HOW)
    _with_scores(arrays, where)
    _flatten(arrays, where)
    keypoints = _points(arrays["keypoints_2d"], 3, "keypoints_2d", where, _HOW)
    n, joints = len(keypoints), _joint_names(arrays, keypoints.shape[1], where)
    cameras, sizes = (
        _rows(arrays, key, n, s, where) for key, s in (("intrinsics", (3, 3)), ("image_size", (2,)))
    )
    lenses = _lenses(arrays, n, where, cameras)
    group, frame = (_column(arrays, key, n, where) for key in ("group", "frame"))
    own = _text(arrays, "format").startswith(_OWN)
    recording = Recording("arrays", together=group is None or own, lifted_before=own)
    rate = arrays.get("rate")
    if rate is not None and rate.size == 1 and rate.dtype.kind in "fiu":
        recording.rate = float(rate.ravel()[0])
    numbers = _numbered(group, n) if frame is None else frame
    wanted = set(numbers.tolist())
    if own and arrays.get("frame_count") is not None and wanted and max(wanted) < MOST_FRAMES:
        wanted |= set(range(min(int(arrays["frame_count"]), MOST_FRAMES)))
    frames = {at: Frame(f"frame {at}", number=at if isinstance(at, int) else None) for at in sorted(wanted)}
    pairs = keypoints.shape[2] == 2
    for row in range(n):
        points = np.column_stack([keypoints[row], np.ones(keypoints.shape[1])]) if pairs else keypoints[row]
        recording.add(
            frames[numbers[row].item()], points, joints, has_confidence=not pairs,
            track=None if group is None else str(group[row]), intrinsics=_camera(cameras, row),
            size=None if sizes is None else size_of(*sizes[row]), lens=lenses[row],
        )  # fmt: skip
    recording.frames = list(frames.values())
    return recording


def _by_our_names(arrays: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Arrays under the names of this format, which go before others of the same meaning."""
    found = {_ALSO[name]: array for name, array in arrays.items() if name in _ALSO}
    return found | {name: array for name, array in arrays.items() if name not in _ALSO}


def _with_scores(arrays: dict[str, NDArray[Any]], where: str) -> None:
    """Put confidences that stand beside pairs, as RTMPose's (n, k), into the keypoints; in place."""
    scores, keypoints = arrays.pop("scores", None), arrays["keypoints_2d"]
    if scores is None or keypoints.ndim < 2 or keypoints.shape[-1] != 2:
        return
    if scores.dtype.kind not in "fiu" or scores.shape not in (
        keypoints.shape[:-1],
        (*keypoints.shape[:-1], 1),
    ):
        raise InputError(
            f"scores are {scores.dtype} {scores.shape}, keypoints {keypoints.shape}", where=where, remedy=_HOW
        )
    arrays["keypoints_2d"] = np.concatenate([keypoints, scores.reshape(*keypoints.shape[:-1], 1)], axis=-1)


def _flatten(arrays: dict[str, NDArray[Any]], where: str) -> None:
    """Rows (frames x people, k, c) of frames (t, people, k, c), with the frame of each; in place."""
    keypoints = arrays["keypoints_2d"]
    if keypoints.ndim != 4:
        return
    if "frame" in arrays or "group" in arrays:
        raise InputError("keypoints_2d has people and frames, and so has the file", where=where, remedy=_HOW)
    frames, people = keypoints.shape[:2]
    for key, shape in (("intrinsics", (3, 3)), ("image_size", (2,))):
        if key in arrays and arrays[key].shape == (frames, *shape):
            arrays[key] = np.repeat(arrays[key], people, axis=0)
    arrays["keypoints_2d"] = keypoints.reshape(-1, *keypoints.shape[2:])
    arrays["frame"] = np.repeat(np.arange(frames), people)


def read_npy(source: Source, options: ReadOptions) -> Recording:
    """The frames of an .npy. Raises InputError for another shape, and for objects, which are never loaded."""
    where = str(source.path)
    try:  # mapped, so that a header that claims more than there is allocates nothing
        array = np.load(source.path, mmap_mode="r", allow_pickle=False)
    except (ValueError, OSError, EOFError, SyntaxError, TypeError, OverflowError, MemoryError) as error:
        reason = (str(error) or type(error).__name__).splitlines()[0]
        raise InputError(
            f"is not an .npy of numbers ({reason[:80]})", where=where, remedy=_HOW_NPY
        ) from error
    if array.size * 8 > _MOST_BYTES:
        raise InputError("is larger than 4 GiB", where=where, remedy="split it")
    return recording_of("an .npy array", array, where)


def recording_of(
    what: str, array: NDArray[Any], where: str, size: tuple[int, int] | None = None
) -> Recording:
    """A video's frames from (t, k, 2 or 3), or (t, people, k, 2 or 3). Raises InputError for another shape."""
    if array.ndim == 4 and array.shape[0] == 1 and array.shape[1] > 1 and array.shape[2] in COUNTS:
        array = np.swapaxes(array, 0, 1)  # (1, t, k, 2): people first, as video lifters store it
    points = _points(array, array.ndim if array.ndim in (3, 4) else 3, "its array", where, _HOW_NPY)
    recording = Recording(what)
    if points.ndim == 4 and _people_first(points):
        points = np.swapaxes(points, 0, 1)
        recording.notes.append(
            f"the array has people before frames, by how little they move: {points.shape[1]} people"
        )
    for number, people in enumerate(points if points.ndim == 4 else points[:, None]):
        frame = Frame(f"frame {number}", number=number, size=size)
        for person in people:
            pairs = person.shape[1] == 2
            each = np.column_stack([person, np.ones(len(person))]) if pairs else person
            recording.add(frame, each, has_confidence=not pairs)
        recording.frames.append(frame)
    return recording


def _people_first(points: Array) -> bool:
    """Whether (a, b, k, c) is people before frames: along b joints go on, along a they jump."""
    if min(points.shape[:2]) < 2 or not np.isfinite(points).any():
        return False
    first, second = (float(np.nanmedian(np.abs(np.diff(points[..., :2], axis=axis)))) for axis in (0, 1))
    return second < _STEADY * first


def _points(array: NDArray[Any], axes: int, key: str, where: str, remedy: str) -> Array:
    """Numbers (..., k, 2 or 3)."""
    if array.dtype.kind not in "fiu" or array.ndim != axes or array.shape[-1] not in (2, 3):
        raise InputError(
            f"{key} is {array.dtype} {array.shape}, not numbers (n, 17, 3)", where=where, remedy=remedy
        )
    return np.asarray(array, np.float64)


def _joint_names(arrays: dict[str, NDArray[Any]], count: int, where: str) -> tuple[str, ...] | None:
    names = arrays.get("joint_names")
    if names is not None and names.dtype.kind in "US" and names.shape == (count,):
        found = tuple(
            map(str, np.char.decode(names, "utf-8", "replace") if names.dtype.kind == "S" else names)
        )
        require_named(found, where)
        return found
    if count not in COUNTS:
        raise InputError(f"keypoints_2d has {count} joints without joint_names", where=where, remedy=_HOW)
    return None


def _lenses(arrays: dict[str, NDArray[Any]], n: int, where: str, cameras: Array | None) -> list[Lens | None]:
    """The lens of each row. Raises InputError where pixels cannot be made straight."""
    array = arrays.get("distortion")
    if array is None or not n:
        return [None] * n
    spot = f"{where}:distortion"
    if array.dtype.kind not in "fiu" or array.ndim not in (1, 2, 3) or array.size == 0:
        raise InputError(
            f"is {array.dtype} {array.shape}, not (n, 5)", where=spot, remedy="give OpenCV's numbers"
        )
    rows = array.reshape(len(array), -1) if array.ndim > 1 and len(array) == n else array.reshape(1, -1)
    model = _text(arrays, "distortion_model") or None
    distinct, which = np.unique(rows, axis=0, return_inverse=True)
    lenses = [lens_of(each, model, spot) for each in distinct]
    if cameras is None and any(lenses):
        raise InputError("cannot be used without intrinsics", where=spot, remedy="give intrinsics (n, 3, 3)")
    of_rows = [lenses[k] for k in which.reshape(-1)]
    return of_rows if len(of_rows) == n else of_rows * n


def _text(arrays: dict[str, NDArray[Any]], key: str) -> str:
    array = arrays.get(key)
    return str(array.ravel()[0]) if array is not None and array.dtype.kind == "U" and array.size else ""


def _numbered(group: NDArray[Any] | None, n: int) -> NDArray[np.int64]:
    """Frame numbers where there are none: the rows of a group follow each other."""
    seen: Counter[Any] = Counter()
    numbers = []
    for name in group if group is not None else [""] * n:
        numbers.append(seen[name])
        seen[name] += 1
    return np.array(numbers, np.int64)


def _camera(cameras: Array | None, row: int) -> Array | None:
    if cameras is None:
        return None
    k: Array = cameras[row]
    return k if np.isfinite(k).all() and k[0, 0] > 0 and k[1, 1] > 0 else None


def _rows(
    arrays: dict[str, NDArray[Any]], key: str, n: int, shape: tuple[int, ...], where: str
) -> Array | None:
    """Numbers (n, *shape) of an array of that shape, or of one for all rows."""
    array = arrays.get(key)
    if array is None:
        return None
    if array.dtype.kind not in "fiu" or array.shape not in ((n, *shape), shape):
        wanted = f"numbers (n, {', '.join(map(str, shape))})"
        raise InputError(f"{key} is {array.dtype} {array.shape}, not {wanted}", where=where, remedy=_HOW)
    return np.broadcast_to(array.astype(np.float64), (n, *shape))


def _column(arrays: dict[str, NDArray[Any]], key: str, n: int, where: str) -> NDArray[Any] | None:
    """Names or whole numbers (n,)."""
    array = arrays.get(key)
    if array is None:
        return None
    if array.shape == (n,) and array.dtype.kind == "f" and np.equal(np.mod(array, 1), 0).all():
        array = array.astype(np.int64)
    if array.shape != (n,) or array.dtype.kind not in "iuUS":
        raise InputError(f"{key} is {array.dtype} {array.shape}, not (n,)", where=where, remedy=_HOW)
    return np.char.decode(array, "utf-8", "replace") if array.dtype.kind == "S" else array


NPY = Format(".npy array", (".npy",), lambda source: True, read_npy)
FORMAT = Format(".npz arrays", (".npz",), lambda source: True, read_arrays)
