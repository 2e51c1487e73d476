"""The camera of an input: what the user, the file or the photo's EXIF says of it, else a guess, and which of them.

Also which way is up, and where joints are seen.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lifter.data.views import guessed_intrinsics
from lifter.predict.lens import FISHEYE, PINHOLE, Lens, lens_of
from lifter.predict.recording import Array, Recording
from lifter.predict.tracks import Rows
from synth.core.errors import InputError

_USUAL = ((640, 480), (1280, 720), (1920, 1080), (2560, 1440), (3840, 2160))  # pixels of cameras and videos
_OUTSIDE = 0.05  # share of joints that detectors place outside of a picture at most, with people at its edge
_NEAREST = 0.1  # metres: what is closer to the camera's plane is not projected


@dataclass(frozen=True)
class CameraSettings:
    """What a user says of the camera. intrinsics: fx, fy, cx, cy px. fov: degrees across the picture's longer side.
    size: width, height px. tilt: by how many degrees it looks down. distortion: k1, k2, p1, p2, k3 of OpenCV's
    model, or fisheye: k1, k2, k3, k4 of its fisheye model."""

    intrinsics: tuple[float, float, float, float] | None = None
    fov: float | None = None
    size: tuple[int, int] | None = None
    tilt: float | None = None
    distortion: tuple[float, float, float, float, float] | None = None
    fisheye: tuple[float, float, float, float] | None = None

    def __post_init__(self) -> None:
        if self.intrinsics is not None:
            if self.fov is not None:
                raise InputError("excludes --intrinsics", where="--fov", remedy="give one of them")
            if not np.isfinite(self.intrinsics).all() or min(self.intrinsics[:2]) <= 0:
                raise InputError(
                    "are not a camera's intrinsics", where="--intrinsics", remedy="give fx fy cx cy in pixels"
                )
        if self.fov is not None and not 1 <= self.fov < 175:
            raise InputError("is not between 1 and 175 degrees", where="--fov", remedy="give degrees")
        if self.size is not None and min(self.size) < 1:
            raise InputError(
                "is not a picture size", where="--image-size", remedy="give width and height in pixels"
            )
        if self.tilt is not None and not -90 <= self.tilt <= 90:
            raise InputError(
                "is not between -90 and 90 degrees", where="--tilt", remedy="0 looks level, 90 down"
            )
        if self.distortion is not None and self.fisheye is not None:
            raise InputError("excludes --fisheye", where="--distortion", remedy="give one of them")

    @property
    def lens(self) -> Lens | None:
        """The lens, where the user gives one that distorts."""
        if self.fisheye is not None:
            return lens_of(np.array(self.fisheye), FISHEYE, "--fisheye")
        return (
            None if self.distortion is None else lens_of(np.array(self.distortion), PINHOLE, "--distortion")
        )


def resolve_camera(
    rows: Rows, recording: Recording, settings: CameraSettings
) -> tuple[Array, NDArray[np.int64], str]:
    """Intrinsics (n, 3, 3), sizes (n, 2) px, 0 where unknown, and in words where the intrinsics come from.

    Where not even the picture's size is known, the smallest usual one that holds all keypoints is assumed.
    """
    n = len(rows.frame)
    size = rows.size.copy()
    if settings.size is not None:
        size[:] = settings.size
    if settings.intrinsics is not None:
        fx, fy, cx, cy = settings.intrinsics
        return np.tile([[fx, 0, cx], [0, fy, cy], [0, 0, 1.0]], (n, 1, 1)), size, "given by --intrinsics"
    known = np.asarray(np.isfinite(rows.intrinsics).all((1, 2)))
    if known.all() and settings.fov is None:
        return rows.intrinsics, size, "the file's"
    if (size == 0).any():
        assumed = usual_size(rows.keypoints)
        recording.notes.append(
            f"the pictures' size is not known: {assumed[0]} × {assumed[1]} is assumed, the smallest usual size that "
            "holds all keypoints; --image-size or --picture says otherwise"
        )
        size[(size == 0).any(1)] = assumed
    longest = size.max(1).astype(np.float64)
    if settings.fov is not None:
        focal = longest / 2 / np.tan(np.radians(settings.fov) / 2)
        return _centred(focal, size), size, f"--fov {settings.fov:g}°, the middle of the picture"
    if recording.focal is not None:
        return (
            _centred(np.full(n, recording.focal), size),
            size,
            "the photo's EXIF, the middle of the picture",
        )
    guess = guessed_intrinsics(size)
    if known.any():
        return (
            np.where(known[:, None, None], rows.intrinsics, guess),
            size,
            "the file's, where it has none a guess",
        )
    return guess, size, "a guess: 60° across the picture's longer side; distances and depths depend on it"


def resolve_lenses(rows: Rows, intrinsics: Array, settings: CameraSettings) -> tuple[Lens | None, ...]:
    """The lens of each row, the user's before the file's. Raises InputError where the intrinsics are not known."""
    if settings.distortion is None and settings.fisheye is None:
        return rows.lenses
    if settings.intrinsics is None and not np.isfinite(rows.intrinsics).all():
        where = "--distortion" if settings.fisheye is None else "--fisheye"
        raise InputError("needs the camera's intrinsics", where=where, remedy="give --intrinsics FX FY CX CY")
    return (settings.lens,) * len(rows.frame)


def straight_keypoints(
    rows: Rows, intrinsics: Array, lenses: tuple[Lens | None, ...], recording: Recording
) -> NDArray[np.float32]:
    """(n, 17, 3) keypoints without the lenses' distortion; 0 0 0, and counted, for what a lens cannot show."""
    straight = rows.keypoints.astype(np.float64)
    for n, lens in enumerate(lenses):
        if lens is not None:
            there = straight[n, :, 2] > 0
            straight[n, there, :2] = lens.straight(straight[n, there, :2], intrinsics[n])
    lost = np.isnan(straight).any(2)
    recording.dropped["joints where the lens shows nothing"] += int(lost.sum())
    straight[lost] = 0.0
    return straight.astype(np.float32)


def note_outside(rows: Rows, size: NDArray[np.int64], recording: Recording) -> None:
    """Note joints outside the picture, where they are more than people at its edge have."""
    there = rows.keypoints[..., 2] > 0
    low = rows.keypoints[..., :2].min(2) < 0
    known = np.asarray(size.all(1), np.bool_)
    high = (rows.keypoints[..., :2] > np.where(known[:, None], size, np.inf)[:, None]).any(2)
    outside, count = int((there & (low | high)).sum()), int(there.sum())
    if outside > _OUTSIDE * count:
        sizes = sorted({(int(w), int(h)) for w, h in size[known]})
        named = f"picture of {sizes[0][0]} × {sizes[0][1]}" if len(sizes) == 1 else "pictures"
        recording.notes.append(
            f"{outside:,} of {count:,} joints lie outside the {named}: is its size right? (--image-size)"
        )


def usual_size(keypoints: NDArray[np.float32]) -> tuple[int, int]:
    """Width and height px of the smallest usual picture, lying or standing, that holds all of (n, 17, 3) keypoints."""
    detected = keypoints[keypoints[..., 2] > 0][:, :2]
    width, height = detected.max(0, initial=0.0) if len(detected) else (0.0, 0.0)
    for long, short in _USUAL:
        for size in ((long, short), (short, long)):
            if width < size[0] and height < size[1]:
                return size
    return int(np.ceil(max(width, 1))), int(np.ceil(max(height, 1)))


def _centred(focal: Array, size: NDArray[np.int64]) -> Array:
    k = np.zeros((len(focal), 3, 3))
    k[:, 0, 0] = k[:, 1, 1] = focal
    k[:, :2, 2] = size / 2
    k[:, 2, 2] = 1.0
    return k


def up_direction(settings: CameraSettings) -> tuple[Array, str]:
    """The world's up (3,) in the camera's frame, and in words how that is known."""
    tilt = np.radians(settings.tilt or 0.0)
    up = np.array([0.0, -np.cos(tilt), 0.0 - np.sin(tilt)])
    if settings.tilt is None:
        return up, "the camera's up is taken for the world's, as if it looked level; --tilt says otherwise"
    return up, f"the camera looks down by {settings.tilt:g}°, as given by --tilt"


def upright_axes(up: Array) -> Array:
    """(3, 3) rotation from the camera's frame to x right, y up, z toward the camera."""
    z = np.cross([1.0, 0.0, 0.0], up)
    z /= np.linalg.norm(z)
    return np.stack([np.cross(up, z), up, z])


def projected(joints: Array, intrinsics: Array) -> Array:
    """(n, j, 2) pixels of joints (n, j, 3) in the camera's frame; NaN behind it or where unknown."""
    depth = np.where(joints[..., 2:] > _NEAREST, joints[..., 2:], np.nan)
    plane = joints[..., :2] / depth
    return plane * intrinsics[:, None, [0, 1], [0, 1]] + intrinsics[:, None, :2, 2]
