"""Position of a person of known pose: the root at which the joints lie closest to the rays of their detections."""

from __future__ import annotations

import torch
from torch import Tensor

_NEAREST = 0.2  # metres; people are not filmed from nearer


def placed(joints: Tensor, tangents: Tensor, weight: Tensor, distance: Tensor | None = None) -> Tensor:
    """(n, 3) the root of joints (n, 17 or more, 3), metres from it, in the frame of a camera.

    tangents (n, 17, 2) are the detections in the plane z = 1, weight (n, 17) how much each counts. With `distance`
    (n,) along z, only x and y are found. Least squares of the joints' distances from the rays, in metres at their
    depths, which is linear in the root.
    """
    share = (weight / weight.sum(1, keepdim=True).clamp(min=1e-6))[..., None]
    own = joints[:, : tangents.shape[1]]
    off = tangents * own[..., 2:] - own[..., :2]  # from the rays, if the root were at the camera
    slope_mean, off_mean = (share * tangents).sum(1), (share * off).sum(1)
    if distance is None:
        slope, rest = tangents - slope_mean[:, None], off - off_mean[:, None]
        distance = -(share * slope * rest).sum((1, 2)) / (share * slope.square()).sum((1, 2)).clamp(min=1e-9)
    away = distance.clamp(min=_NEAREST)[:, None]
    return torch.cat([off_mean + slope_mean * away, away], 1)
