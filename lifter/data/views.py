"""A detected person as a lifter reads them: seen by a virtual camera that is turned to look straight at them.

Pixels become rays by the camera's intrinsics, and the rays are seen from a camera at the same place whose axis goes
through the middle of the hips, or of the detected joints where no hip is detected. So neither the focal length nor
the place in the picture nor a crop matters, and perspective is the same for all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from lifter.data.joints import HIPS

Floats = NDArray[np.float32]
PHONE = (
    60.0  # degrees across the longer side: a phone's main camera, 26 mm on 35 mm film, has 66, and crops less
)
_AHEAD = 0.1  # the least cosine to the axis at which a ray still meets the picture


@dataclass(frozen=True)
class Views:
    """People as a lifter sees them.

    points (n, 17, 2) tangents of the angles to the axis of the virtual camera, x right and y down, over `size`, 0
    where missing; confidence (n, 17), 0 where missing; size (n,) the largest extent in x or y of a detected joint
    from the axis, a tangent, so that the distance is about 1 m / size; turn (n, 3, 3) takes the camera's frame to
    the virtual camera's.
    """

    points: Floats
    confidence: Floats
    size: Floats
    turn: Floats


def views_of(keypoints: NDArray[Any], intrinsics: NDArray[Any]) -> Views:
    """Views of (n, 17, 3) pixels without lens distortion and confidence, 0 where missing, by K (n, 3, 3)."""
    seen = torch.from_numpy(np.ascontiguousarray(keypoints, np.float32))
    plane = torch.from_numpy(plane_of(keypoints[..., :2], intrinsics).astype(np.float32))
    points, size, turn = looked_at(plane, seen[..., 2] > 0)
    return Views(points.numpy(), seen[..., 2].numpy(), size.numpy(), turn.numpy())


def plane_of(pixels: NDArray[Any], intrinsics: NDArray[Any]) -> NDArray[np.float64]:
    """(n, j, 2) coordinates in the camera's image plane, z = 1, of (n, j, 2) pixels."""
    focal, centre = intrinsics[:, None, [0, 1], [0, 1]], intrinsics[:, None, :2, 2]
    return np.asarray((pixels - centre) / focal, dtype=np.float64)


def looked_at(plane: Tensor, there: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Points (n, 17, 2), size (n,) and turn (n, 3, 3) of `Views`, from image-plane coordinates (n, 17, 2) and
    which are there (n, 17) bool."""
    hips = torch.zeros_like(there)
    hips[:, HIPS] = True
    middle = there & (hips | ~(there & hips).any(1, keepdim=True))
    weight = middle / middle.sum(1, keepdim=True).clamp(min=1)
    turn = _turn_to((plane * weight[..., None]).sum(1))
    flat = flattened(plane, there, turn)
    size = flat.abs().amax((1, 2)).clamp(min=1e-3)
    return flat / size[:, None, None], size, turn


def flattened(plane: Tensor, there: Tensor, turn: Tensor) -> Tensor:
    """(n, j, 2) what is at image-plane coordinates (n, j, 2), on that of a camera turned by (n, 3, 3); 0 for what is
    not there (n, j)."""
    turned = plane @ turn[:, :, :2].mT + turn[:, None, :, 2]
    flat = turned[..., :2] / turned[..., 2:].clamp(min=_AHEAD)
    return flat.masked_fill(~there[..., None], 0.0)


def _turn_to(middle: Tensor) -> Tensor:
    """(n, 3, 3) rotations that bring the rays through (n, 2) onto z and keep x level in the picture."""
    x, y = middle.unbind(1)
    one, zero = torch.ones_like(x), torch.zeros_like(x)
    forward = torch.nn.functional.normalize(torch.stack([x, y, one], 1), dim=1)
    right = torch.nn.functional.normalize(torch.stack([one, zero, -x], 1), dim=1)  # cross of y and forward
    return torch.stack([right, torch.linalg.cross(forward, right), forward], 1)


def guessed_intrinsics(image_size: NDArray[Any]) -> NDArray[np.float64]:
    """(n, 3, 3) K for pictures of (n, 2) width and height of unknown cameras.

    A field of view of 60 degrees across the longer side, as phones have, and the principal point in the middle.
    Relative poses suffer little where that is wrong, but the distance is off by as much as the focal length.
    """
    extent = np.asarray(image_size, np.float64)
    intrinsics = np.zeros((len(extent), 3, 3))
    intrinsics[:, [0, 1], [0, 1]] = extent.max(1, keepdims=True) / (2 * np.tan(np.radians(PHONE / 2)))
    intrinsics[:, :2, 2] = extent / 2
    intrinsics[:, 2, 2] = 1.0
    return intrinsics


def straightened(
    pixels: NDArray[Any], intrinsics: NDArray[Any], distortion: NDArray[Any]
) -> NDArray[np.float64]:
    """(n, j, 2) pixels without the lens' (n, 5) distortion, by OpenCV's fixed-point iteration.

    As `synth.scene.camera.undistort`, but over many lenses at once and to no more than detections need.
    """
    straight = np.array(pixels, np.float64)
    bent = np.flatnonzero(distortion.any(1))
    if len(bent):
        camera = intrinsics[bent]
        plane = _unbent(plane_of(pixels[bent], camera), distortion[bent].astype(np.float64))
        straight[bent] = plane * camera[:, None, [0, 1], [0, 1]] + camera[:, None, :2, 2]
    return straight


def _unbent(bent: NDArray[np.float64], distortion: NDArray[np.float64]) -> NDArray[np.float64]:
    k1, k2, p1, p2, k3 = (distortion[:, None, k] for k in range(5))
    plane = bent
    for _ in range(12):
        x, y = plane[..., 0], plane[..., 1]
        r2 = np.minimum(x * x + y * y, 4.0)
        radial = np.maximum(1 + r2 * (k1 + r2 * (k2 + r2 * k3)), 0.3)
        aside = np.stack([2 * p1 * x * y + p2 * (r2 + 2 * x * x), p1 * (r2 + 2 * y * y) + 2 * p2 * x * y], -1)
        plane = (bent - aside) / radial[..., None]
    return plane
