"""New poses from old: limbs of one sample on the trunk of another, seen by the same camera.

A corpus has only the postures that were recorded, so a lifter learns that certain arms go with certain legs. In some
training samples each arm, or both legs, therefore take another sample's pose, turned with the trunk, after
Li et al., 'Cascaded deep monocular 3D human pose estimation with evolutionary training data', CVPR 2020.
Each moved joint is seen where it now is, as far off as its detection was before.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from lifter.data.joints import HIPS, JOINTS3D, rows_of

_NEAREST = 0.2  # metres before the camera that a joint stays at least
_WIDEST = 3.0  # tangent of the angle to the camera's axis up to which a joint may move
_SHOULDERS = rows_of(("left_shoulder", "right_shoulder"), JOINTS3D)
_NECK = JOINTS3D.index("neck")
# what is moved together: the line that gives the turn of the trunk there, and each limb, which starts at its first
_MOVED = (
    (_SHOULDERS, (("left_shoulder", "left_elbow", "left_wrist"),)),
    (_SHOULDERS, (("right_shoulder", "right_elbow", "right_wrist"),)),
    (HIPS, (("left_hip", "left_knee", "left_ankle"), ("right_hip", "right_knee", "right_ankle"))),
)


def recombined(plane: Tensor, truth: Tensor, which: Tensor, frames: int = 1) -> tuple[Tensor, Tensor]:
    """Image-plane coordinates (n, 17, 2) and joints (n, 20, 3) in the camera's frame in which some samples (n,) bool
    have limbs of others, drawn separately for each arm and for the legs.

    A sample stays as it is where what is needed of it or of the other is unknown, or would come behind the camera.
    With `frames` above 1, that many at a time are a window: all of them have the limbs of another's, or none.
    """
    count, device = len(truth) // frames, truth.device
    for line, limbs in _MOVED:
        other = torch.randperm(count, device=device)
        other = (other[:, None] * frames + torch.arange(frames, device=device)).flatten()
        moved = _moved(truth, truth[other], line, limbs)
        seen, seen_before = _seen(moved), _seen(truth)
        good = which & (torch.rand(count, device=device) < 0.7).repeat_interleave(frames)
        good = good & moved.isfinite().all(2).all(1) & (moved[..., 2] > _NEAREST).all(1)
        good = good & (seen.abs() < _WIDEST).all(2).all(1)
        good = good.view(-1, frames).all(1).repeat_interleave(frames)[:, None, None]
        plane = torch.where(good, plane + (seen - seen_before), plane)
        truth = torch.where(good, moved, truth)
    return plane, truth


def _moved(
    truth: Tensor, other: Tensor, line: NDArray[np.int64], limbs: tuple[tuple[str, ...], ...]
) -> Tensor:
    """Joints with the limbs of others, turned as the trunk of the one is to that of the other."""
    turn = _trunk(truth, line) @ _trunk(other, line).mT
    moved = truth.clone()
    for names in limbs:
        first, *rest = rows_of(names, JOINTS3D).tolist()
        moved[:, rest] = truth[:, first, None] + (other[:, rest] - other[:, first, None]) @ turn.mT
    return moved


def _trunk(joints: Tensor, line: NDArray[np.int64]) -> Tensor:
    """(n, 3, 3) rotations whose columns are the trunk's up, its left along a line (2,) of joints, and its back."""
    up = torch.nn.functional.normalize(joints[:, _NECK] - joints[:, HIPS].mean(1), dim=1)
    left = joints[:, line[0]] - joints[:, line[1]]
    left = torch.nn.functional.normalize(left - (left * up).sum(1, keepdim=True) * up, dim=1)
    return torch.stack([up, left, torch.linalg.cross(up, left)], 2)


def _seen(truth: Tensor) -> Tensor:
    """(n, 17, 2) where COCO's joints are on the image plane."""
    coco = truth[:, :17]
    return coco[..., :2] / coco[..., 2:].clamp(min=_NEAREST)
