"""Batches from samples, and the augmentation of training samples.

Mirrored people, a rolled camera, jittered joints, confidence on the scale of another detector, and joints removed in
the patterns in which they are missing in real pictures: a person behind a bench, cut by the picture's edge, seen from
behind. Everything is drawn from torch's generator of the device, so the same seed gives the same samples.
Frames of a window (see windows.py) are augmented alike; only the jitter differs between frames, since a detector's
errors do.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import Field
from torch import Tensor

from lifter.data.batch import TensorBatch
from lifter.data.joints import HIPS, JOINTS3D, MIRROR17, MIRROR20, UPPER8, rows_of
from lifter.data.recombine import recombined
from lifter.data.samples import LEAST, Samples
from lifter.data.views import looked_at, plane_of
from lifter.data.windows import Windows, watched
from synth.body.skeleton import COCO_17
from synth.core.spec import Share, Spec

_FACE = ("nose", "left_eye", "right_eye", "left_ear", "right_ear")
_LEGS = ("left_knee", "right_knee", "left_ankle", "right_ankle")
_SIDES = ("left", "right")


def _side(side: str, *parts: str) -> tuple[str, ...]:
    return tuple(f"{side}_{part}" for part in parts)


# name -> its variants: the joints that are missing. A sample gets one of the variants.
PATTERNS: dict[str, tuple[tuple[str, ...], ...]] = {
    "upper body": (tuple(name for name in COCO_17 if name not in UPPER8),),
    "no legs": (_LEGS,),
    "no legs or hips": (("left_hip", "right_hip", *_LEGS),),
    "no ankles": (("left_ankle", "right_ankle"),),
    "no face": (_FACE,),
    "no eyes or ears": (_FACE[1:],),
    "a limb missing": tuple(
        _side(side, *limb)
        for limb in (("shoulder", "elbow", "wrist"), ("hip", "knee", "ankle"), ("elbow", "wrist"), ("knee", "ankle"))
        for side in _SIDES
    ),
    "a side missing": tuple(
        _side(side, "eye", "ear", "shoulder", "elbow", "wrist", "hip", "knee", "ankle") for side in _SIDES
    ),
}  # fmt: skip
RANDOM = "random joints"
_RANDOM_SHARE = 0.35  # of the joints, about


class AugmentSpec(Spec):
    """How training samples are augmented, and how many of them."""

    mirror: Share = Field(0.5, description="share of the samples that are mirrored")
    recombine: Share = Field(0.5, description="share of the samples that get limbs of others")
    roll: float = Field(15.0, ge=0, le=180, description="degrees by which the camera is rolled, at most")
    precise: Share = Field(0.25, description="share whose detections lie where the joints are, and surely so")
    missing: Share = Field(0.5, description="share of the samples from which joints are taken in a pattern")
    jitter: float = Field(
        0.01, ge=0, le=1, description="of a joint, in the person's size, at most as deviation"
    )
    confidence: Share = Field(0.7, description="share whose confidence is given another scale")
    unsure: Share = Field(0.3, description="share that loses detections below some confidence up to a half")


@dataclass(frozen=True)
class Pool:
    """n samples as tensors: plane (n, 17, 2) image-plane coordinates, confidence (n, 17), truth (n, 20, 3) metres in
    the camera's frame, NaN where unknown, weight (n,)."""

    plane: Tensor
    confidence: Tensor
    truth: Tensor
    weight: Tensor

    @staticmethod
    def from_samples(samples: Samples) -> Pool:
        return Pool.from_detections(samples.keypoints, samples.intrinsics, samples.truth)

    @staticmethod
    def from_detections(
        keypoints: NDArray[Any], intrinsics: NDArray[Any], truth: NDArray[np.float32] | None = None
    ) -> Pool:
        """A pool of (n, 17, 3) pixels and confidence by K (n, 3, 3); without truth, of 2D alone."""
        plane = plane_of(keypoints[..., :2], intrinsics)
        plane = np.where(keypoints[..., 2:] > 0, plane, 0.0).astype(np.float32)
        if truth is None:
            truth = np.full((len(keypoints), len(JOINTS3D), 3), np.nan, np.float32)
        confidence = keypoints[..., 2].astype(np.float32)
        arrays = (plane, confidence, truth, np.ones(len(keypoints), np.float32))
        return Pool(*map(torch.from_numpy, arrays))

    def __len__(self) -> int:
        return len(self.weight)

    def __getitem__(self, rows: Tensor | slice) -> Pool:
        return Pool(*(getattr(self, field.name)[rows] for field in fields(self)))

    def to(self, device: torch.device) -> Pool:
        return Pool(*(getattr(self, field.name).to(device) for field in fields(self)))

    def within(self, windows: Windows) -> Pool:
        """The frames of windows, window by window; missing frames have no detections."""
        found, there = self[windows.rows.flatten()], windows.there.flatten()[:, None]
        return Pool(found.plane * there[..., None], found.confidence * there, found.truth, found.weight)

    @staticmethod
    def joined(pools: list[Pool]) -> Pool:
        return Pool(*(torch.cat([getattr(p, field.name) for p in pools]) for field in fields(Pool)))


def to_batch(samples: Samples | Pool, spec: AugmentSpec | None = None, frames: int = 1) -> TensorBatch:
    """A batch of samples as networks read it, augmented where `spec` is given. With `frames` above 1, each run of so
    many samples is a window, and the truth is that of its middle frame."""
    pool = Pool.from_samples(samples) if isinstance(samples, Samples) else samples
    if spec is not None:
        pool = augmented(pool, spec, frames)
    if frames == 1:
        points, size, turn = looked_at(pool.plane, pool.confidence > 0)
        return _batch(pool, points, pool.confidence, size, turn)
    confidence = pool.confidence.view(-1, frames, len(COCO_17))
    points, size, turn = watched(pool.plane.view(*confidence.shape, 2), confidence > 0)
    return _batch(pool[frames // 2 :: frames], points, confidence, size, turn)


def _batch(pool: Pool, points: Tensor, confidence: Tensor, size: Tensor, turn: Tensor) -> TensorBatch:
    """Views with the truth of a pool."""
    turned = pool.truth @ turn.mT
    root = turned[:, HIPS].mean(1, keepdim=True)
    return TensorBatch(points, confidence, size, turned - root, root[:, 0, 2], pool.weight)


def augmented(pool: Pool, spec: AugmentSpec, frames: int = 1) -> Pool:
    """A pool augmented as `spec` says; each run of `frames` samples is a window and is augmented alike."""
    count, device = len(pool) // frames, pool.plane.device

    def alike(drawn: Tensor) -> Tensor:
        """Values drawn for each window, repeated for its frames."""
        return drawn.repeat_interleave(frames, 0)

    def chosen(share: float) -> Tensor:
        return alike(_chosen(count, share, device))

    pool = mirrored(pool, chosen(spec.mirror))
    if spec.recombine:
        plane, truth = recombined(pool.plane, pool.truth, chosen(spec.recombine), frames)
        pool = Pool(
            torch.where(pool.confidence[..., None] > 0, plane, pool.plane),
            pool.confidence,
            truth,
            pool.weight,
        )
    pool = precise(pool, chosen(spec.precise))
    angle = torch.rand(count, device=device) * 2 - 1
    pool = rolled(pool, alike(angle * np.radians(spec.roll)))
    there = pool.confidence > 0
    kept = there & ~alike(_missing(count, spec.missing, device))
    # a detector with a threshold would not have reported some
    kept &= pool.confidence >= alike(_threshold(count, spec.unsure, device))
    kept = _enough(kept, there, frames)
    scaled = _scaled(pool.confidence.view(count, -1), spec.confidence).view_as(pool.confidence)
    confidence = scaled * kept
    plane = jittered(pool.plane, kept, spec.jitter) * kept[..., None]
    return Pool(plane, confidence, pool.truth, pool.weight)


def mirrored(pool: Pool, which: Tensor) -> Pool:
    """A pool in which some samples (n,) bool are mirrored: x changes its sign, left and right are exchanged."""
    flip = torch.tensor([-1.0, 1.0, 1.0], device=pool.plane.device)
    some = which[:, None, None]
    return Pool(
        torch.where(some, pool.plane[:, MIRROR17] * flip[:2], pool.plane),
        torch.where(some[..., 0], pool.confidence[:, MIRROR17], pool.confidence),
        torch.where(some, pool.truth[:, MIRROR20] * flip, pool.truth),
        pool.weight,
    )


def precise(pool: Pool, which: Tensor) -> Pool:
    """A pool in which some samples (n,) bool have detections without errors, as of a person in good light with no
    occluder, where detectors err less than on average."""
    coco = pool.truth[:, : len(COCO_17)]
    seen = coco[..., :2] / coco[..., 2:].clamp(min=0.1)
    exact = which[:, None] & seen.isfinite().all(2) & (pool.confidence > 0)
    sure = 0.5 + 0.5 * torch.rand_like(pool.confidence)
    return Pool(
        torch.where(exact[..., None], seen, pool.plane),
        torch.where(exact, sure, pool.confidence),
        pool.truth,
        pool.weight,
    )


def rolled(pool: Pool, angle: Tensor) -> Pool:
    """A pool whose cameras are rolled about their axes by (n,) radians: what they see turns clockwise."""
    c, s = angle.cos(), angle.sin()
    turn = torch.stack([torch.stack([c, -s], 1), torch.stack([s, c], 1)], 1)
    truth = torch.cat([pool.truth[..., :2] @ turn.mT, pool.truth[..., 2:]], -1)
    return Pool(pool.plane @ turn.mT, pool.confidence, truth, pool.weight)


def jittered(plane: Tensor, there: Tensor, most: float) -> Tensor:
    """Image-plane coordinates (n, 17, 2) with noise: a deviation of its own for each sample, up to `most` of the
    extent of the joints that are there (n, 17)."""
    far = (
        torch.where(there[..., None], plane, torch.inf).amin(1),
        torch.where(there[..., None], plane, -torch.inf).amax(1),
    )
    extent = (far[1] - far[0]).amax(1).clamp(min=0.0).nan_to_num(posinf=0.0)
    deviation = most * extent * torch.rand_like(extent)
    return plane + deviation[:, None, None] * torch.randn_like(plane)


def without(
    keypoints: NDArray[np.float32], pattern: str, seed: int = 0, frames: int = 1
) -> NDArray[np.float32]:
    """(n, 17, 3) keypoints without the joints of a pattern, its variants in turn; RANDOM is drawn by the seed.

    The same joints are taken from the `frames` at a time that are a window. Who would be left with too few joints
    keeps them all. Raises ValueError for an unknown pattern.
    """
    n = len(keypoints) // frames
    if pattern == RANDOM:
        gone = np.random.default_rng(seed).random((n, len(COCO_17))) < _RANDOM_SHARE
    elif pattern in PATTERNS:
        gone = _masks(PATTERNS[pattern])[np.arange(n) % len(PATTERNS[pattern])]
    else:
        raise ValueError(f"'{pattern}' is not a pattern; there are: {', '.join([*PATTERNS, RANDOM])}")
    there = keypoints[..., 2] > 0
    kept = there & ~np.repeat(gone, frames, 0)
    kept = np.where(kept.sum(1, keepdims=True) >= LEAST, kept, there)
    return keypoints * kept[..., None]


def _masks(variants: tuple[tuple[str, ...], ...]) -> NDArray[np.bool_]:
    """(variants, 17) which joints are missing."""
    masks = np.zeros((len(variants), len(COCO_17)), bool)
    for row, names in enumerate(variants):
        masks[row, rows_of(names, COCO_17)] = True
    return masks


# a row for every variant, each pattern as often as another: their numbers of variants divide 8
_EQUAL = torch.from_numpy(
    np.concatenate([np.repeat(_masks(variants), 8 // len(variants), 0) for variants in PATTERNS.values()])
)


def _chosen(count: int, share: float, device: torch.device) -> Tensor:
    return torch.rand(count, device=device) < share


def _missing(n: int, share: float, device: torch.device) -> Tensor:
    """(n, 17) joints to take away: a pattern, or a random lot, from a share of the samples; of a few of them two."""
    masks = _EQUAL.to(device)
    found = torch.zeros((n, len(COCO_17)), dtype=torch.bool, device=device)
    for often in (share, 0.3 * share):
        pattern = masks[torch.randint(len(masks), (n,), device=device)]
        lot = torch.rand((n, len(COCO_17)), device=device) < 2 * _RANDOM_SHARE * torch.rand(
            (n, 1), device=device
        )
        # random lots come as often as two of the patterns
        drawn = torch.where(_chosen(n, 2 / (2 + len(PATTERNS)), device)[:, None], lot, pattern)
        found |= drawn & _chosen(n, often, device)[:, None]
    return found


def _threshold(n: int, share: float, device: torch.device) -> Tensor:
    """(n, 1) confidence from which a joint is reported."""
    return (0.5 * torch.rand(n, device=device) * _chosen(n, share, device))[:, None]


def _enough(kept: Tensor, there: Tensor, frames: int) -> Tensor:
    """Which joints are kept: all that are there where too few would be in every one of a window's frames."""
    most = kept.sum(1).view(-1, frames).amax(1).repeat_interleave(frames)
    return torch.where(most[:, None] >= LEAST, kept, there)


def _scaled(confidence: Tensor, share: float) -> Tensor:
    """Confidence (n, k) of detectors with other notions: raised to a power and scaled, or 1 throughout."""
    n, device = len(confidence), confidence.device
    power = torch.exp(0.5 * torch.randn((n, 1), device=device))
    scale = 0.6 + 0.5 * torch.rand((n, 1), device=device)
    other = (confidence.clamp(0, 1) ** power * scale).clamp(0.01, 1.0)
    other = torch.where(_chosen(n, 0.2, device)[:, None], torch.ones_like(other), other)
    return torch.where(_chosen(n, share, device)[:, None], other, confidence)
