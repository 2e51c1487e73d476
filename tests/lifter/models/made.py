"""Samples made by hand for the methods' tests: a stick figure that bends, turns and is seen by a camera."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np
import torch
from scipy.spatial.transform import Rotation

from lifter.data.augment import to_batch
from lifter.data.batch import TensorBatch
from lifter.data.joints import HIPS, JOINTS3D
from lifter.data.samples import Samples
from lifter.models.model import Model

FOCAL = 1000.0
# x to the person's left, y down, z ahead: the camera's axes, for somebody who stands with the back to it
_STANDING = {
    "nose": (0, -0.62, 0.1), "left_eye": (0.03, -0.65, 0.09), "right_eye": (-0.03, -0.65, 0.09),
    "left_ear": (0.07, -0.63, 0), "right_ear": (-0.07, -0.63, 0), "left_shoulder": (0.18, -0.45, 0),
    "right_shoulder": (-0.18, -0.45, 0), "left_elbow": (0.22, -0.17, 0), "right_elbow": (-0.22, -0.17, 0),
    "left_wrist": (0.24, 0.08, 0.05), "right_wrist": (-0.24, 0.08, 0.05), "left_hip": (0.1, 0, 0),
    "right_hip": (-0.1, 0, 0), "left_knee": (0.11, 0.42, 0.03), "right_knee": (-0.11, 0.42, 0.03),
    "left_ankle": (0.12, 0.82, 0), "right_ankle": (-0.12, 0.82, 0), "pelvis": (0, -0.05, 0), "neck": (0, -0.5, 0),
    "head_top": (0, -0.8, 0),
}  # fmt: skip
_LIMBS = (
    ("left_shoulder", "left_elbow", "left_wrist"), ("right_shoulder", "right_elbow", "right_wrist"),
    ("left_hip", "left_knee", "left_ankle"), ("right_hip", "right_knee", "right_ankle"),
)  # fmt: skip


def samples(n: int, seed: int = 0, noise: float = 0.0) -> Samples:
    """n people, 3 to 5 m away, with bent limbs, turned about the vertical; detections with noise in pixels."""
    rng = np.random.default_rng(seed)
    joints = np.repeat(np.array([_STANDING[name] for name in JOINTS3D])[None], n, 0)
    for limb in _LIMBS:
        top, *moving = (JOINTS3D.index(name) for name in limb)
        swing = Rotation.from_rotvec(rng.normal(0, 0.6, (n, 3)) * (1, 0.3, 1)).as_matrix()
        about = joints[:, top, None]
        joints[:, moving] = about + (joints[:, moving] - about) @ swing.swapaxes(1, 2)
    joints = joints @ Rotation.from_rotvec(
        rng.uniform(0, 2 * np.pi, (n, 1)) * (0, 1, 0)
    ).as_matrix().swapaxes(1, 2)
    joints += np.stack([rng.uniform(-1, 1, n), rng.uniform(-0.3, 0.3, n), rng.uniform(3, 5, n)], 1)[:, None]
    pixels = FOCAL * joints[:, :17, :2] / joints[:, :17, 2:] + 500 + rng.normal(0, noise + 1e-9, (n, 17, 2))
    zeros = np.zeros((n, 17), np.uint8)
    return Samples(
        keypoints=np.concatenate([pixels, np.ones((n, 17, 1))], -1).astype(np.float32),
        intrinsics=np.repeat(camera()[None], n, 0),
        image_size=np.full((n, 2), 1000, np.int32),
        truth=joints.astype(np.float32),
        visibility=zeros,
        detection_error=zeros,
        band=np.zeros(n, np.uint8),
        up=np.tile(np.array([0, -1, 0], np.float32), (n, 1)),
        origin=np.stack([np.zeros(n, np.int64), np.arange(n)], 1),
        clip=np.zeros(n, np.int32),
        scene=np.arange(n),
        step=np.zeros(n, np.int32),
    )


def moving(tracks: int, frames: int, seed: int = 0, noise: float = 0.0) -> Samples:
    """Tracks of people who glide to the right, 3 cm from frame to frame."""
    rng = np.random.default_rng([seed, 1])
    given = samples(tracks, seed)[np.repeat(np.arange(tracks), frames)]
    step = np.tile(np.arange(frames, dtype=np.int32), tracks)
    truth = given.truth.copy()
    truth[..., 0] += 0.03 * step[:, None]
    keypoints = given.keypoints.copy()
    keypoints[..., :2] = FOCAL * truth[:, :17, :2] / truth[:, :17, 2:] + 500
    keypoints[..., :2] += rng.normal(0, noise + 1e-9, keypoints[..., :2].shape)
    rows = np.arange(len(step))
    origin = np.stack([np.zeros_like(rows), rows], 1)
    return replace(given, keypoints=keypoints, truth=truth, step=step, origin=origin)


def camera() -> np.ndarray[Any, Any]:
    return np.array([[FOCAL, 0, 500], [0, FOCAL, 500], [0, 0, 1]], np.float32)


def without(given: Samples, names: list[str]) -> Samples:
    """The samples with these joints not detected."""
    keypoints = given.keypoints.copy()
    keypoints[:, [JOINTS3D.index(name) for name in names]] = 0
    return replace(given, keypoints=keypoints)


def half_known(batch: TensorBatch) -> TensorBatch:
    """A batch of which every other sample knows only its 2D, and every eighth lacks a joint of its 3D."""
    truth, distance = batch.truth.clone(), batch.distance.clone()
    truth[1::2], distance[1::2] = torch.nan, torch.nan
    truth[::8, 3] = torch.nan
    return replace(batch, truth=truth, distance=distance)


def learn(model: Model, batch: TensorBatch, steps: int = 60, rate: float = 2e-3) -> list[dict[str, float]]:
    """Train for some steps on one batch; what `losses` said at every step. Gradients must be finite."""
    torch.manual_seed(0)
    optimizer, said = torch.optim.Adam(model.parameters(), rate), []
    for _ in range(steps):
        found = model.losses(batch)
        optimizer.zero_grad()
        found["loss"].backward()
        assert all(p.grad is None or p.grad.isfinite().all() for p in model.parameters())
        optimizer.step()
        said.append({name: float(value.detach()) for name, value in found.items()})
    return said


def error(model: Model, given: Samples) -> float:
    """Metres, the mean over joints."""
    batch = to_batch(given)
    model.eval()
    with torch.no_grad():
        joints = model(batch.points, batch.confidence, batch.size).joints
    joints = joints - joints[:, HIPS].mean(1, keepdim=True)
    return float((joints - batch.truth).norm(dim=-1).mean())


def rows(batch: TensorBatch, which: slice) -> TensorBatch:
    return TensorBatch(*(getattr(batch, field.name)[which] for field in fields(batch)))
