"""A 3D exemplar brought onto a person's 2D, as 'matching' does once it has found one.

After Chen and Ramanan, '3D human pose estimation = 2D pose estimation + matching', CVPR 2017, section 3.3: the
exemplar keeps its depths, and x and y come from the rays of the 2D. Here the camera is a perspective one, and its
distance from the person follows from how large the exemplar is seen; a joint goes only as far toward its ray as the
detector was sure of it; and where the 2D lacks a joint, the exemplar's own is taken, moved along with the joints
near to it that are seen.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from lifter.data.joints import HIPS, JOINTS3D
from synth.body.skeleton import COCO_17

_SEEN = len(COCO_17)  # the first of JOINTS3D, in this order
_LINKS = (
    "left_shoulder left_elbow", "left_elbow left_wrist", "right_shoulder right_elbow", "right_elbow right_wrist",
    "left_hip left_knee", "left_knee left_ankle", "right_hip right_knee", "right_knee right_ankle",
    "neck left_shoulder", "neck right_shoulder", "neck nose", "neck pelvis", "pelvis left_hip", "pelvis right_hip",
    "nose left_eye", "nose right_eye", "left_eye left_ear", "right_eye right_ear", "nose head_top",
)  # fmt: skip
_NEAREST = 1e-2  # of a joint's move, what counts one link farther away
_LEAST_DEPTH = 0.1  # metres before the camera


def _nearness() -> Tensor:
    """(20, 17) the weight of a detected joint's move for another joint: less with every link between them."""
    hops = torch.full((len(JOINTS3D), len(JOINTS3D)), float(len(JOINTS3D)))
    hops.fill_diagonal_(0)
    for link in _LINKS:
        a, b = (JOINTS3D.index(name) for name in link.split())
        hops[a, b] = hops[b, a] = 1
    for middle in range(len(JOINTS3D)):  # Floyd and Warshall's shortest paths
        hops = torch.minimum(hops, hops[:, middle, None] + hops[middle])
    return _NEAREST ** hops[:, :_SEEN]


NEARNESS = _nearness()


def fit(plane: Tensor, points: Tensor, weight: Tensor) -> tuple[Tensor, Tensor]:
    """Scale (n,), above 0, and shift (n, 2) that bring plane (n, j, 2) onto points (n, j, 2) with the least
    weighted squares; weight (n, j), 0 where a joint does not count.

    Where the two are little alike, that scale tends to 0: it is kept above half the ratio of their extents.
    """
    share = (weight / weight.sum(1, keepdim=True).clamp(min=1e-9))[..., None]
    middle, aim = (share * plane).sum(1), (share * points).sum(1)
    about, apart = plane - middle[:, None], points - aim[:, None]
    spread = (share * about**2).sum((1, 2)).clamp(min=1e-12)
    least = 0.5 * ((share * apart**2).sum((1, 2)) / spread).sqrt()
    scale = torch.maximum((share * about * apart).sum((1, 2)) / spread, least).clamp(min=1e-6)
    return scale, aim - scale[:, None] * middle


def warp(exemplar: Tensor, root: Tensor, points: Tensor, confidence: Tensor) -> tuple[Tensor, Tensor]:
    """(n, 20, 3) an exemplar on a person's 2D, metres from the mid-hip, and (n,) how far that is.

    exemplar: (n, 20, 3) metres from the mid-hip, and root (n, 3), where that was before the exemplar's camera.
    points: (n, 17, 2) the person's 2D as tangents of angles; confidence (n, 17), 0 for a joint that is not seen, 1
    for one that is put where it is seen, and between them as far on the way there.
    """
    before = exemplar + root[:, None]
    plane = before[..., :2] / before[..., 2:].clamp(min=_LEAST_DEPTH)
    scale, shift = fit(plane[:, :_SEEN], points, confidence)
    away = root[:, 2] / scale
    middle = scale[:, None] * root[:, :2] / root[:, 2:] + shift
    rigid = exemplar + away[:, None, None] * F.pad(middle, (0, 1), value=1.0)[:, None]
    depth = rigid[:, :_SEEN, 2:].clamp(min=_LEAST_DEPTH)
    moves = (torch.cat([points * depth, depth], -1) - rigid[:, :_SEEN]) * confidence[..., None]
    near = NEARNESS.to(confidence) * (confidence > 0)[:, None]
    along = near @ moves / near.sum(-1, keepdim=True).clamp(min=1e-30)
    seen = F.pad(confidence > 0, (0, len(JOINTS3D) - _SEEN))
    joints = rigid + torch.where(seen[..., None], F.pad(moves, (0, 0, 0, len(JOINTS3D) - _SEEN)), along)
    hips = joints[:, HIPS].mean(1, keepdim=True)
    return joints - hips, hips[:, 0, 2]
