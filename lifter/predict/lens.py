"""The lens: pixels without its distortion, and joints as it shows them.

Coefficients are OpenCV's: k1, k2, p1, p2, k3, or with `fisheye` the four of its fisheye model, in which a ray at angle
t from the axis meets the image plane at t (1 + k1 t^2 + k2 t^4 + k3 t^6 + k4 t^8) from the middle (Kannala and
Brandt, 'A generic camera model and calibration method', TPAMI 2006). Four numbers that nobody calls a fisheye's may
as well be k1, k2, p1, p2: they are refused.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synth.core.errors import InputError
from synth.scene import lens

Array = NDArray[np.float64]
_ITERATIONS = 30
_WIDEST = np.radians(85)  # beyond, a ray meets no image plane that a lifter could read
FISHEYE, PINHOLE = "fisheye", "opencv"


@dataclass(frozen=True, eq=False)
class Lens:
    """coefficients (5,) of OpenCV's model, or (4,) of its fisheye model."""

    coefficients: Array
    fisheye: bool = False

    def straight(self, pixels: Array, intrinsics: Array) -> Array:
        """(j, 2) pixels without distortion of (j, 2), by K (3, 3); NaN for what the lens cannot show."""
        middle, focal = intrinsics[:2, 2], intrinsics[[0, 1], [0, 1]]
        bent = (pixels - middle) / focal
        plane = (
            _from_fisheye(bent, self.coefficients) if self.fisheye else _from_pinhole(bent, self.coefficients)
        )
        return np.asarray(plane * focal + middle)

    def bent(self, pixels: Array, intrinsics: Array) -> Array:
        """(j, 2) pixels as the lens shows them of (j, 2) without distortion; the inverse of `straight`."""
        middle, focal = intrinsics[:2, 2], intrinsics[[0, 1], [0, 1]]
        plane = (pixels - middle) / focal
        if self.fisheye:
            radius = np.maximum(np.linalg.norm(plane, axis=-1, keepdims=True), 1e-12)
            plane = plane * _bend(np.arctan(radius), self.coefficients) / radius
        else:
            plane = lens.distort(plane, self.coefficients)
        return np.asarray(plane * focal + middle)


def lens_of(values: Array, model: str | None, where: str) -> Lens | None:
    """The lens of OpenCV's coefficients; None for one that distorts nothing.

    model: 'opencv' or 'fisheye', None where it is not said. Raises InputError for what is not one of the two models.
    """
    values = np.asarray(values, np.float64).ravel()
    if model not in (None, FISHEYE, PINHOLE):
        raise InputError(
            f"distortion_model is '{model:.20}'", where=where, remedy=f"give '{PINHOLE}' or '{FISHEYE}'"
        )
    if not np.isfinite(values).all():
        raise InputError("a distortion coefficient is not finite", where=where, remedy="give numbers")
    if not values.any():
        return None
    if model == FISHEYE:
        if len(values) != 4:
            raise InputError(
                f"{len(values)} coefficients of a fisheye",
                where=where,
                remedy="give k1, k2, k3, k4 of OpenCV's",
            )
        return Lens(values, True)
    if len(values) == 4 and model == PINHOLE:
        values = np.append(values, 0.0)
    if len(values) > 5 and not values[5:].any():
        values = values[:5]
    if len(values) != 5:
        raise InputError(
            f"{len(values)} distortion coefficients may be of several models", where=where,
            remedy="give k1, k2, p1, p2, k3, or k1 to k4 and distortion_model 'fisheye' (--fisheye)",
        )  # fmt: skip
    return Lens(values)


def _from_pinhole(bent: Array, terms: Array) -> Array:
    plane = lens.undistort(bent, terms)
    off = np.linalg.norm(lens.distort(plane, terms) - bent, axis=-1, keepdims=True)
    return np.where(off < 1e-3, plane, np.nan)


def _bend(angle: Array, terms: Array) -> Array:
    k1, k2, k3, k4 = terms
    t2 = angle * angle
    return np.asarray(angle * (1 + t2 * (k1 + t2 * (k2 + t2 * (k3 + t2 * k4)))))


def _from_fisheye(bent: Array, terms: Array) -> Array:
    """By Newton's method for the angle, from that of a lens without coefficients."""
    k1, k2, k3, k4 = terms
    radius = np.linalg.norm(bent, axis=-1, keepdims=True)
    angle = np.minimum(radius, _WIDEST)
    for _ in range(_ITERATIONS):
        t2 = angle * angle
        slope = 1 + t2 * (3 * k1 + t2 * (5 * k2 + t2 * (7 * k3 + t2 * 9 * k4)))
        step = (_bend(angle, terms) - radius) / np.where(np.abs(slope) < 0.05, 0.05, slope)
        angle = np.clip(angle - step, 0.0, _WIDEST)
    found = np.abs(_bend(angle, terms) - radius) < 1e-6
    scale = np.tan(angle) / np.maximum(radius, 1e-12)
    return np.where(found, bent * np.where(radius > 1e-9, scale, 1.0), np.nan)
