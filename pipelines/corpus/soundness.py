"""Whether a stored sample can be right: its labels finite, in range, and in agreement with each other.

Checksums tell that bytes are as they were written; this finds samples that were wrong when they were written, or
came in from elsewhere. Each broken sample is named with the first thing that is wrong with it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import simplejpeg
from numba import njit
from numpy.typing import NDArray

from synth.scene.lens import bend
from synth.scene.props.stock import BANDS
from synth.scene.visibility import Visibility

_FINITE = (
    "pose", "trans", "betas", "joints_world", "joints_camera", "box", "intrinsics", "rotation", "translation",
    "distortion",
)  # fmt: skip
# arrays of codes, and how many there are of each
_CODES = {"visibility": len(Visibility), "hidden": 18, "band": len(BANDS), "gender": 3}
ARRAYS = (*_FINITE, *_CODES, "joints_image", "image_size")
_JOINTED = ("joints_world", "joints_camera", "joints_image")
_METRES = 1e-3  # a hundred times what float32 costs ten metres from the camera
_PIXELS = 0.5
_TALLEST = 4.0  # metres between the furthest joints of a person
Problems = dict[int, str]


def unsound(arrays: dict[str, NDArray[Any]], partial: bool = False, clips: int | None = None) -> Problems:
    """What is wrong with samples: row -> problem. Arrays that a part does not have are not looked at.

    partial: imported recordings, which need not have every joint; one that no row has is not asked for. clips: how
    many the part has.
    """
    problems: Problems = {}
    if partial:
        known = np.isfinite(arrays["joints_world"]).all(axis=2).any(axis=0)
        arrays = {k: v[:, known] if k in _JOINTED else v for k, v in arrays.items()}

    def note(rows: Any, text: str, values: NDArray[Any] | None = None) -> None:
        for row in np.flatnonzero(rows).tolist():
            problems.setdefault(row, text if values is None else text.format(values[row]))

    for name in _FINITE:
        if name in arrays:
            flat = arrays[name].reshape(len(arrays[name]), -1)
            note(~np.isfinite(flat).all(axis=1), f"{name} is not finite")
    for name, count in _CODES.items():
        if name in arrays:
            codes = arrays[name].reshape(len(arrays[name]), -1)
            note((codes >= count).any(axis=1), f"{name} has a value that there is not")
    if clips is not None:
        note((arrays["clip"] < 0) | (arrays["clip"] >= clips), "clip is none of the part's clips")
    if "box" in arrays:
        box = arrays["box"]
        note((box[:, 2] <= box[:, 0]) | (box[:, 3] <= box[:, 1]), "box has no size")
    if "joints_world" in arrays:
        with np.errstate(invalid="ignore"):
            size = np.ptp(arrays["joints_world"], axis=1).max(axis=1, initial=0.0)
        note(size > _TALLEST, "joints_world is {:.1f} m wide: no person is", size)
        note(size < 0.1, "joints_world is {:.3f} m wide: its joints coincide", size)
    if {"joints_world", "joints_camera", "rotation", "translation"} <= set(arrays):
        apart = _camera_error(arrays)
        note(apart > _METRES, "joints_camera is {:.3g} m from joints_world seen by the camera", apart)
    if {"joints_camera", "joints_image", "intrinsics", "distortion", "image_size"} <= set(arrays):
        error = np.zeros(len(arrays["joints_image"]))
        _image_error(
            arrays["joints_camera"], arrays["joints_image"], arrays["intrinsics"], arrays["distortion"],
            arrays["image_size"].astype(np.float64), error,
        )  # fmt: skip
        note(error > _PIXELS, "joints_image is {:.3g} pixels from joints_camera's projection", error)
    return problems


def _camera_error(arrays: dict[str, NDArray[Any]]) -> NDArray[np.float64]:
    """(n,) largest distance, metres (at a metre and beyond: a share of the distance), of any joint."""
    with np.errstate(invalid="ignore", over="ignore"):
        turned = np.matmul(
            arrays["joints_world"].astype(np.float64), arrays["rotation"].astype(np.float64).swapaxes(1, 2)
        )
        expected = turned + arrays["translation"].astype(np.float64)[:, None]
        apart = np.linalg.norm(expected - arrays["joints_camera"], axis=2)
        relative = apart / np.maximum(1.0, np.linalg.norm(expected, axis=2))
    # what is not finite has been named already
    return np.nan_to_num(relative.max(axis=1, initial=0.0), nan=0.0, posinf=0.0)


@njit(cache=True, nogil=True)
def _image_error(camera, image, intrinsics, distortion, size, out):  # type: ignore[no-untyped-def]
    """Largest distance, pixels, among the joints in and near the picture; a NaN where there should be a pixel
    counts as the picture's width. Where the lens' polynomial has folded over, nothing is said."""
    for n in range(len(camera)):
        lens, k = distortion[n].astype(np.float64), intrinsics[n]
        for j in range(camera.shape[1]):
            z = np.float64(camera[n, j, 2])
            if not z > 0.05:
                continue
            x, y = camera[n, j, 0] / z, camera[n, j, 1] / z
            if _folded(x * x + y * y, lens):
                continue
            bent_x, bent_y = bend(x, y, lens, np.inf)
            u = k[0, 0] * bent_x + k[0, 1] * bent_y + k[0, 2]
            v = k[1, 0] * bent_x + k[1, 1] * bent_y + k[1, 2]
            if abs(u - size[n, 0] / 2) > size[n, 0] or abs(v - size[n, 1] / 2) > size[n, 1]:
                continue
            du, dv = u - image[n, j, 0], v - image[n, j, 1]
            error = np.sqrt(du * du + dv * dv)
            out[n] = max(out[n], error if np.isfinite(error) else size[n, 0])


@njit(cache=True, nogil=True)
def _folded(r2, lens):  # type: ignore[no-untyped-def]
    """Whether radial distortion stops growing at this squared radius or, in steps, before it."""
    if lens[0] == 0 and lens[1] == 0 and lens[4] == 0:
        return False
    for step in range(1, 9):
        u = r2 * step / 8
        if 1 + u * (3 * lens[0] + u * (5 * lens[1] + u * 7 * lens[4])) <= 0:
            return True
    return False


def broken_pictures(images: NDArray[Any], sizes: NDArray[Any], decode: bool) -> Problems:
    """Pictures that are no JPEG, end early, or are of another size than `sizes` (n, 2) says: row -> problem.

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
        return f"image is no whole JPEG ({str(error).strip()[:60]})"
    if not jpeg.endswith(b"\xff\xd9"):
        return "image ends early: it has no end-of-image marker"
    if (width, height) != size:
        return f"image is {width} x {height} pixels, not {size[0]} x {size[1]}"
    return ""
