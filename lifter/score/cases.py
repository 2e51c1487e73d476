"""What a lifter is scored on: people as a detector saw them with the 3D truth, from a benchmark file or a corpus.

A benchmark is an .npz with `keypoints_2d` (n, 17, 3) pixels and confidence, 0 0 0 where not detected, `joints_3d`
(n, 17, 3) metres in the camera's frame, NaN where unknown, `intrinsics` (n, 3, 3), `image_size` (n, 2), `group`
(n,) what to report apart, `frame` (n,), and `joint_names`, COCO's 17; `up` (n, 3), against gravity in the camera's
frame, may be there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lifter.data.joints import JOINTS3D
from lifter.score.intervals import MeanOf
from synth.body.skeleton import COCO_17
from synth.core.errors import InputError
from synth.core.npz import read_npz

if TYPE_CHECKING:
    from lifter.data.samples import Samples

Array = NDArray[np.float64]
_REMEDY = (
    "give an .npz in the benchmarks' layout: keypoints_2d, joints_3d, intrinsics, image_size, group, frame"
)
_MOST_BYTES = 1 << 32
_SHAPES: dict[str, tuple[int, ...]] = {
    "keypoints_2d": (17, 3), "joints_3d": (17, 3), "intrinsics": (3, 3), "image_size": (2,),
}  # fmt: skip


@dataclass(frozen=True)
class Cases:
    """People to lift and the truth: n of them.

    keypoints (n, 17, 3) pixels and confidence; intrinsics (n, 3, 3); image_size (n, 2); truth (n, 20, 3) metres in
    the camera's frame, NaN where unknown; group (n,) names of what is resampled, a `grouped_by`; up (n, 3) against
    gravity in the camera's frame, NaN where unknown. Where a corpus knows: band (n,), visibility (n, 17) and
    detection_error (n, 17), codes as in the schema. `mean_of` says what a score is the mean of. Where frames follow
    each other in time: sequence (n,) whose they are and frame (n,) their numbers.
    """

    name: str
    keypoints: NDArray[np.float32]
    intrinsics: Array
    image_size: NDArray[Any]
    truth: Array
    group: NDArray[Any]
    up: Array
    grouped_by: str = "group"
    mean_of: MeanOf = "groups"
    band: NDArray[Any] | None = None
    visibility: NDArray[Any] | None = None
    detection_error: NDArray[Any] | None = None
    sequence: NDArray[Any] | None = None
    frame: NDArray[Any] | None = None

    def __len__(self) -> int:
        return len(self.keypoints)

    def take(self, rows: NDArray[Any], name: str | None = None) -> Cases:
        """Some of the cases, by number or flag."""
        arrays = {key: value[rows] for key, value in vars(self).items() if isinstance(value, np.ndarray)}
        return replace(self, name=name or self.name, **arrays)

    def seen_as(self, keypoints: NDArray[np.float32], name: str) -> Cases:
        """The same people with other detections."""
        return replace(self, name=name, keypoints=keypoints)


def read_benchmark(path: Path) -> Cases:
    """The cases of a benchmark file. Raises InputError for what is not one."""
    arrays = _load(path)
    keypoints, joints = arrays["keypoints_2d"], arrays["joints_3d"]
    count = len(keypoints)
    for key, shape in _SHAPES.items():
        if arrays[key].shape != (count, *shape) or arrays[key].dtype.kind not in "fiu":
            got = f"{arrays[key].dtype} of shape {arrays[key].shape}"
            raise _wrong(path, f"'{key}' is {got}, not numbers of shape {(count, *shape)}")
    if not count:
        raise _wrong(path, "holds nobody")
    names = arrays["joint_names"]
    if names.shape != (17,) or tuple(names.astype(str)) != COCO_17:
        raise _wrong(
            path, f"'joint_names' are not COCO's 17 in order, but {_some(names.ravel().astype(str))}"
        )
    if arrays["group"].shape != (count,):
        raise _wrong(path, f"'group' is of shape {arrays['group'].shape}, not {(count,)}")
    for key in ("keypoints_2d", "intrinsics", "image_size"):
        _finite(path, key, arrays[key])
    if (arrays["intrinsics"][:, [0, 1], [0, 1]] <= 0).any() or (arrays["image_size"] <= 0).any():
        raise _wrong(path, "has focal lengths or picture sizes that are not above 0")
    if np.isinf(joints).any() or not np.isfinite(joints).all(-1).any():
        raise _wrong(path, "'joints_3d' knows no joint, or has joints at infinity")
    up = arrays.get("up", np.full((count, 3), np.nan))
    if up.shape != (count, 3):
        raise _wrong(path, f"'up' is of shape {up.shape}, not {(count, 3)}")
    truth = np.full((count, len(JOINTS3D), 3), np.nan)
    truth[:, [JOINTS3D.index(name) for name in COCO_17]] = joints
    sequence, frame = _in_time(arrays)
    return Cases(
        path.stem, keypoints.astype(np.float32), arrays["intrinsics"].astype(np.float64), arrays["image_size"],
        truth, arrays["group"].astype(str), up.astype(np.float64), sequence=sequence, frame=frame,
    )  # fmt: skip


def _in_time(arrays: dict[str, NDArray[Any]]) -> tuple[NDArray[Any] | None, NDArray[Any] | None]:
    """`sequence` and `frame` where the frames of groups are numbered, each by a number of its own."""
    group, frame = arrays["group"], arrays.get("frame")
    if frame is None or frame.shape != group.shape or frame.dtype.kind not in "iu":
        return None, None
    if len(set(zip(group.tolist(), frame.tolist(), strict=True))) < len(group):
        return None, None  # several people in a frame, and nobody says who is who
    return group.astype(str), frame


def _load(path: Path) -> dict[str, NDArray[Any]]:
    if not path.exists():
        raise InputError("is not there", where=str(path), remedy="give a file or a corpus' folder")
    arrays = read_npz(
        path, (*_SHAPES, "group", "joint_names", "up", "frame"), most_bytes=_MOST_BYTES, remedy=_REMEDY
    )
    lacking = [key for key in (*_SHAPES, "group", "joint_names") if key not in arrays]
    if lacking:
        raise _wrong(path, f"has no '{lacking[0]}'")
    return arrays


def _wrong(path: Path, what: str) -> InputError:
    return InputError(what, where=str(path), remedy=_REMEDY)


def _finite(path: Path, key: str, values: NDArray[Any]) -> None:
    broken = np.flatnonzero(~np.isfinite(values.reshape(len(values), -1)).all(1))
    if len(broken):
        raise _wrong(path, f"'{key}' is not finite in {len(broken)} rows, the first of them {broken[0]}")


def _some(names: Sequence[str] | NDArray[Any]) -> str:
    return ", ".join(names[:4]) + (", …" if len(names) > 4 else "")


def cases_of(samples: Samples, group: NDArray[Any], name: str, grouped_by: str) -> Cases:
    """Samples of a corpus as cases; a score is the mean of the samples, and groups are resampled."""
    return Cases(
        name, samples.keypoints.astype(np.float32), samples.intrinsics.astype(np.float64), samples.image_size,
        samples.truth.astype(np.float64), group, samples.up.astype(np.float64), grouped_by, "samples",
        samples.band, samples.visibility, samples.detection_error, samples.track, samples.step,
    )  # fmt: skip


def view_directions(truth: Array, up: Array) -> tuple[Array, Array]:
    """(n,) azimuth and elevation, degrees, of the camera around people (n, 20, 3) in its frame; NaN where the
    shoulders or hips are not known. Azimuth 0 sees the face, 90 the left side; elevation 90 looks down on them.

    As `synth.label.pose_space.view_directions`, where up (n, 3) is known; else the trunk stands for it.
    """

    def place(name: str) -> Array:
        return truth[:, JOINTS3D.index(name)]

    left = _unit(place("left_hip") - place("right_hip") + place("left_shoulder") - place("right_shoulder"))
    hips = (place("left_hip") + place("right_hip")) / 2
    trunk = _unit((place("left_shoulder") + place("right_shoulder")) / 2 - hips)
    up = np.where(np.isfinite(up), up, trunk)
    # the left side and the front both vote for where somebody faces, so that it is known of those who lie, too
    facing = 2 * np.cross(left, up) + np.cross(left, trunk)
    facing = _unit(facing - (facing * up).sum(1, keepdims=True) * up)
    toward = _unit(-hips)
    azimuth = np.arctan2((toward * np.cross(up, facing)).sum(1), (toward * facing).sum(1))
    return np.degrees(azimuth), np.degrees(np.arcsin(np.clip((toward * up).sum(1), -1, 1)))


def _unit(vectors: Array) -> Array:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
