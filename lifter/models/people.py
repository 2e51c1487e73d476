"""Several people in one picture: what detections propose, integrated so that each person is there once.

The pose proposal integration of Rogez, Weinzaepfel and Schmid, 'LCR-Net++', TPAMI 2019, section 3.4: from the
proposal that scores best, those that lie over it in the picture are the same person; the ones that also agree with
it in 3D are averaged by their scores, the others are dropped as weaker readings of the same person; then the next.
A detection of the same person with left and right confused lies over it, too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from lifter.data.joints import MIRROR17, rooted
from lifter.data.windows import alone, views_in
from lifter.models.lcr import Lcr
from lifter.models.model import Model

Floats = NDArray[np.float32]

_FEWEST = 3  # joints that two detections must share before they can be said to be of one person


@dataclass(frozen=True)
class Proposals:
    """Poses that might be in a picture: joints (p, 20, 3) camera frame, metres from the mid-hip, the keypoints
    (p, 17, 3) in pixels that each is read from, score (p,), and the number of its detection (p,)."""

    joints: Floats
    keypoints: Floats
    score: Floats
    detection: NDArray[np.int64]


@dataclass(frozen=True)
class People:
    """Who is in a picture, the surest first: joints (q, 20, 3) and keypoints (q, 17, 3) as in `Proposals`, score
    (q,) the sum of those that agreed, and the numbers of the detections of each."""

    joints: Floats
    keypoints: Floats
    score: Floats
    detections: tuple[tuple[int, ...], ...]


def integrate(proposals: Proposals, over: float = 0.1, agree: float = 0.3, least: float = 0.0) -> People:
    """The people of proposals.

    over: how far apart the keypoints of one person's detections lie at most, mean over those that both have, in
    parts of the person's extent. agree: metres, mean over joints, as far as proposals agree in 3D. least: the score
    below which a person is dropped.
    """
    left = np.ones(len(proposals.score), bool)
    joints, keypoints, scores, detections = [], [], [], []
    for best in np.argsort(-proposals.score, kind="stable"):
        if not left[best]:
            continue
        same = left & (apart(proposals.keypoints[best], proposals.keypoints) <= over)
        same[best] = True
        distance = np.linalg.norm(proposals.joints - proposals.joints[best], axis=-1)
        with np.errstate(invalid="ignore"):
            alike = same & (np.nanmean(distance, axis=1) <= agree)
        alike[best] = True
        left &= ~same
        if proposals.score[alike].sum() < least:
            continue
        joints.append(np.average(proposals.joints[alike], axis=0, weights=_weights(proposals.score[alike])))
        keypoints.append(_merged(proposals.keypoints[alike], _weights(proposals.score[alike])))
        scores.append(proposals.score[alike].sum())
        detections.append(tuple(int(n) for n in np.unique(proposals.detection[same])))
    order = np.argsort(-np.array(scores), kind="stable") if scores else np.zeros(0, np.int64)
    return People(
        np.array(joints, np.float32).reshape(-1, *proposals.joints.shape[1:])[order],
        np.array(keypoints, np.float32).reshape(-1, *proposals.keypoints.shape[1:])[order],
        np.array(scores, np.float32)[order],
        tuple(detections[n] for n in order),
    )


def apart(one: Floats, others: Floats) -> NDArray[np.float64]:
    """(p,) how far keypoints (17, 3) are from others (p, 17, 3): the mean distance of those that both have, in parts
    of the larger one's extent, or of the others with left and right exchanged where that is less; infinite where
    they share fewer than three."""
    return np.minimum(_apart(one, others), _apart(one, others[:, MIRROR17]))


def _apart(one: Floats, others: Floats) -> NDArray[np.float64]:
    both = (one[:, 2] > 0) & (others[..., 2] > 0)
    distance = np.linalg.norm(one[:, :2] - others[..., :2], axis=-1)
    mean = np.where(both, distance, 0.0).sum(1) / np.maximum(both.sum(1), 1)
    size = np.maximum(_extent(one[None]), _extent(others))
    return np.where(both.sum(1) >= _FEWEST, mean / np.maximum(size, 1e-9), np.inf)


def _extent(keypoints: Floats) -> NDArray[np.float64]:
    """(p,) the longer side of the box about the keypoints there are, in pixels."""
    there = keypoints[..., 2:] > 0
    low = np.where(there, keypoints[..., :2], np.inf).min(1)
    high = np.where(there, keypoints[..., :2], -np.inf).max(1)
    return np.where(there.any(1), high - low, 0.0).max(1).astype(np.float64)


def _weights(score: Floats) -> NDArray[np.float64]:
    return np.maximum(score.astype(np.float64), 1e-12)


def _merged(keypoints: Floats, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """(17, 3) the mean of keypoints (p, 17, 3) by weight and confidence, with the highest confidence."""
    share = weights[:, None] * keypoints[..., 2]
    total = share.sum(0)
    place = (share[..., None] * keypoints[..., :2]).sum(0) / np.maximum(total, 1e-12)[:, None]
    return np.concatenate([place, keypoints[..., 2].max(0)[:, None]], 1)


def propose(model: Model, keypoints: NDArray[Any], intrinsics: NDArray[Any]) -> Proposals:
    """What a model reads from the detections (d, 17, 3) of one picture with intrinsics (3, 3): the proposals of
    'lcr', one pose a detection of any other, which scores its mean confidence."""
    each = alone(torch.arange(len(keypoints)), model.frames)
    cameras = np.broadcast_to(intrinsics, (len(keypoints), 3, 3))
    views = views_in(each.keypoints(keypoints), each.each(cameras), model.frames)
    given = [torch.from_numpy(each) for each in (views.points, views.confidence, views.size)]
    model.eval()
    with torch.no_grad():
        if isinstance(model, Lcr):
            joints, score = model.proposals(*given)
            score = score * given[1].mean(1, keepdim=True)
        else:
            sure = torch.from_numpy(np.asarray(keypoints[..., 2], np.float32))
            joints, score = model(*given).joints[:, None], sure.mean(1, keepdim=True)
    turned = np.einsum("nab,nkja->nkjb", views.turn, joints.numpy())
    count = turned.shape[1]
    return Proposals(
        rooted(turned.reshape(-1, *turned.shape[2:]).astype(np.float32)),
        np.repeat(keypoints, count, 0).astype(np.float32),
        score.numpy().flatten(),
        np.repeat(np.arange(len(keypoints)), count),
    )


def people_in(
    model: Model, keypoints: NDArray[Any], intrinsics: NDArray[Any], over: float = 0.1, least: float = 0.0
) -> People:
    """Who is in a picture of which a detector gave (d, 17, 3) detections, several of one person perhaps."""
    return integrate(propose(model, keypoints, intrinsics), over, least=least)
