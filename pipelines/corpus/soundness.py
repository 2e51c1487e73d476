"""Whether a stored sample can be right: its labels finite, in range, and in agreement with each other.

Checksums show that bytes are as they were written; this finds samples that were wrong when they were written, or came
in from elsewhere. What may be NaN, which codes there are and which limits hold is in the schema's rows. `verify` and
`curate` both judge by this.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import simplejpeg
from numba import njit
from numpy.typing import NDArray

from pipelines.corpus.schema import Label, every_label
from synth.scene.lens import bend, fold_radius

METRES = 1e-4  # of a joint a metre away; beyond, a share of its distance: a hundred times what float32 costs
PIXELS = 0.05  # fifty times what float32 costs in and near a picture of 1920 pixels
_TALLEST = 4.0  # metres between the furthest joints of a person
_LEAST_DEPTH = 0.05  # metres; nearer to the camera's plane float32 does not hold a twentieth of a pixel
Arrays = Mapping[str, NDArray[Any]]
Problems = dict[int, str]


class Problem(NamedTuple):
    """What is wrong with an array in some rows; `text` follows the array's name and may have a value's place."""

    array: str
    rows: NDArray[np.int64]
    text: str
    values: NDArray[Any] | None = None

    def of(self, row: int) -> str:
        """The sentence about one of the rows."""
        return f"{self.array} {self.text if self.values is None else self.text.format(self.values[row])}"


def checked() -> tuple[str, ...]:
    """The arrays that are looked at: those of which something is known that can be wrong, but for whole pictures."""
    rows = (row for row in every_label() if not {"height", "width"} & set(row.shape))
    return tuple(
        row.name
        for row in rows
        if row.dtype.startswith("float") or row.codes or row.limits or row.name == "image_size"
    )


def unsound(arrays: Arrays, partial: bool = False, clips: int | None = None) -> Problems:
    """The first thing that is wrong with each sample that is not sound: row -> sentence. See `find_problems`."""
    problems: Problems = {}
    for problem in find_problems(arrays, partial, clips):
        for row in problem.rows.tolist():
            problems.setdefault(row, problem.of(row))
    return problems


def find_problems(arrays: Arrays, partial: bool = False, clips: int | None = None) -> Iterator[Problem]:
    """What is wrong with samples, array by array. Arrays that a part does not have are not looked at.

    partial: imported recordings, which need not have every joint; one that no row has is not asked for. clips: how
    many the part has.
    """
    rows = [row for row in every_label() if row.name in arrays]
    if partial:
        known = np.isfinite(arrays["joints_world"]).all(axis=2).any(axis=0)
        joints = {row.name for row in rows if row.of_joints and row.imported}
        arrays = {name: v[:, known] if name in joints else v for name, v in arrays.items()}
    for row in rows:
        yield from _value_problems(row, arrays[row.name])
    if clips is not None:
        yield from _where(
            "clip", (arrays["clip"] < 0) | (arrays["clip"] >= clips), "is none of the part's clips"
        )
    if "box" in arrays:
        box = arrays["box"]
        yield from _where("box", (box[:, 2] <= box[:, 0]) | (box[:, 3] <= box[:, 1]), "has no size")
    if "joints_world" in arrays:
        with np.errstate(invalid="ignore"):
            size = np.ptp(arrays["joints_world"], axis=1).max(axis=1, initial=0.0)
        yield from _where("joints_world", size > _TALLEST, "is {:.1f} m wide, more than any person", size)
        yield from _where("joints_world", size < 0.1, "is {:.3f} m wide: its joints coincide", size)
    metres, pixels = projection_errors(arrays)
    yield from _where(
        "joints_camera", metres > METRES, "is {:.3g} m from joints_world seen by the camera", metres
    )
    text = "is {:.3g} pixels from joints_camera's projection"
    yield from _where("joints_image", pixels > PIXELS, text, pixels)


def _where(array: str, wrong: Any, text: str, values: NDArray[Any] | None = None) -> Iterator[Problem]:
    rows = np.flatnonzero(wrong)
    if len(rows):
        yield Problem(array, rows, text, values)


def _value_problems(row: Label, values: NDArray[Any]) -> Iterator[Problem]:
    """What a row of the schema alone says against values."""
    flat = values.reshape(len(values), -1)
    if values.dtype.kind == "f" and not row.nan:
        yield from _where(row.name, ~np.isfinite(flat).all(axis=1), "is not finite")
    if row.codes:
        yield from _where(row.name, ~np.isin(flat, list(row.codes)).all(axis=1), "has an unknown code")
    if row.limits:
        low, high = row.limits
        wrong = ((flat < low) | (flat > high)).any(axis=1)
        yield from _where(row.name, wrong, f"is not from {low:g} to {high:g}")


def projection_errors(arrays: Arrays) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How far a sample's joints are from where its own labels put them: (n,) metres and (n,) pixels, the largest.

    Metres between joints_camera and joints_world seen by the camera; from a metre on, as a share of the distance.
    Pixels between joints_image and the projection of joints_camera, of joints in and near the picture; the picture's
    width where a pixel is NaN before the camera or a number behind it. 0 where an array is missing or not finite.
    """
    n = len(next(iter(arrays.values())))
    metres, pixels = np.zeros(n), np.zeros(n)
    if {"joints_world", "joints_camera", "rotation", "translation"} <= set(arrays):
        metres = _camera_error(arrays)
    if {"joints_camera", "joints_image", "intrinsics", "distortion", "image_size"} <= set(arrays):
        distortion = arrays["distortion"].astype(np.float64)
        limit = fold_radius(np.where(np.isfinite(distortion), distortion, 0.0))
        _image_error(
            arrays["joints_camera"], arrays["joints_image"], arrays["intrinsics"], distortion, limit,
            arrays["image_size"].astype(np.float64), pixels,
        )  # fmt: skip
    return metres, pixels


def _camera_error(arrays: Arrays) -> NDArray[np.float64]:
    with np.errstate(invalid="ignore", over="ignore"):
        turned = np.matmul(
            arrays["joints_world"].astype(np.float64), arrays["rotation"].astype(np.float64).swapaxes(1, 2)
        )
        expected = turned + arrays["translation"].astype(np.float64)[:, None]
        apart = np.linalg.norm(expected - arrays["joints_camera"], axis=2)
        relative = apart / np.maximum(1.0, np.linalg.norm(expected, axis=2))
    # what is not finite has been named already
    return np.nan_to_num(relative, nan=0.0, posinf=0.0).max(axis=1, initial=0.0)


@njit(cache=True, nogil=True)
def _image_error(camera, image, intrinsics, distortion, limit, size, out):  # type: ignore[no-untyped-def]
    """Largest distance, pixels. Past a lens' fold, where nothing is seen, nothing is compared."""
    for n in range(len(camera)):
        k = intrinsics[n]
        for j in range(camera.shape[1]):
            z = np.float64(camera[n, j, 2])
            known = np.isfinite(image[n, j, 0]) and np.isfinite(image[n, j, 1])
            if z <= 0 and known:
                out[n] = max(out[n], size[n, 0])
            if not z > _LEAST_DEPTH:
                continue
            x, y = camera[n, j, 0] / z, camera[n, j, 1] / z
            if not x * x + y * y < limit[n] * limit[n]:
                continue
            bent_x, bent_y = bend(x, y, distortion[n], np.inf)
            u = k[0, 0] * bent_x + k[0, 1] * bent_y + k[0, 2]
            v = k[1, 0] * bent_x + k[1, 1] * bent_y + k[1, 2]
            if abs(u - size[n, 0] / 2) > size[n, 0] or abs(v - size[n, 1] / 2) > size[n, 1]:
                continue
            du, dv = u - image[n, j, 0], v - image[n, j, 1]
            out[n] = max(out[n], np.sqrt(du * du + dv * dv) if known else size[n, 0])


def broken_pictures(images: NDArray[Any], sizes: NDArray[Any], decode: bool) -> Problems:
    """Pictures that are not JPEG, end early, or are of another size than `sizes` (n, 2) says: row -> problem.

    `decode` reads every pixel; else only the header and the end of the file are looked at.
    """
    problems: Problems = {}
    for row, (jpeg, size) in enumerate(zip(images, sizes, strict=True)):
        problem = _picture_problem(bytes(jpeg), (int(size[0]), int(size[1])), decode)
        if problem:
            problems[row] = problem
    return problems


def _picture_problem(jpeg: bytes, size: tuple[int, int], decode: bool) -> str:
    try:
        height, width, _, _ = simplejpeg.decode_jpeg_header(jpeg)
        if decode:
            simplejpeg.decode_jpeg(jpeg, "GRAY", strict=True)
    except ValueError as error:
        return f"image is not a whole JPEG ({str(error).strip()[:60]})"
    if not jpeg.endswith(b"\xff\xd9"):
        return "image ends early: it has no end-of-image marker"
    if (width, height) != size:
        return f"image is {width} x {height} pixels, not {size[0]} x {size[1]}"
    return ""
