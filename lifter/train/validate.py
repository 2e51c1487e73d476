"""Scores of a model on the validation split while it is trained, on whole detections and with joints missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from lifter.data.augment import PATTERNS, RANDOM, without
from lifter.data.joints import BODY, rooted
from lifter.data.samples import Samples
from lifter.data.windows import alone, views_in, windows_of
from lifter.models import calibration
from lifter.models.lifter import answer
from lifter.models.model import Model
from lifter.score.metrics import mpjpe, pa_mpjpe

WHOLE, NEAR, ALONE, BETWEEN = "whole", "near", "a frame alone", "no detections in the frame"
_NEAR = 0.6  # of `Views.size`: people who reach 31 degrees from the axis and farther
_PATTERN_SHARE = 4  # a pattern is tried on every fourth sample
_BATCH = 4096


@dataclass(frozen=True)
class Validation:
    """Figures by subset, mm: {'whole': {'mpjpe': ..., 'pa_mpjpe': ...}, ...}, without those that no sample has; and the
    factors of `calibration`."""

    figures: dict[str, dict[str, float]]
    factors: NDArray[np.float64]

    @property
    def score(self) -> float:
        """What the best epoch is chosen by."""
        return self.figures[WHOLE]["mpjpe"]


@dataclass(frozen=True)
class _Answers:
    errors: NDArray[np.float64]
    sigma: NDArray[np.float64]
    detected: NDArray[np.int64]


def validate(model: Model, samples: Samples, device: torch.device | str = "cpu") -> Validation:
    """Score a model on usable samples. Where some are near, they are a subset of their own.

    A model that reads several frames is given the windows around them; of some also each frame by itself, `ALONE`, and
    with nothing detected in it, `BETWEEN` the others.
    """
    training = model.training
    model.eval()
    figures: dict[str, dict[str, float]] = {}
    found: list[_Answers] = []
    frames = model.frames
    windows = windows_of(samples.track, samples.step, frames)
    for name in (WHOLE, *PATTERNS, RANDOM, *((ALONE, BETWEEN) if frames > 1 else ())):
        around = windows if name == WHOLE else windows[::_PATTERN_SHARE]
        if name == ALONE:
            around = alone(around.middle, frames)
        elif name == BETWEEN:
            around = around.without_middle()
        if not len(around):
            continue
        some, keypoints = samples[around.middle.numpy()], around.keypoints(samples.keypoints)
        if name in (*PATTERNS, RANDOM):
            keypoints = without(keypoints, name, frames=frames)
        views = views_in(keypoints, around.each(samples.intrinsics), frames)
        joints, sigma = _lifted(model, views.points, views.confidence, views.size, device)
        truth = np.einsum("nab,njb->nja", views.turn, rooted(some.truth))
        subsets = {name: np.ones(len(some), bool)}
        if name == WHOLE:
            subsets[NEAR] = views.size > _NEAR
        plain, moved = (score(joints[:, BODY], truth[:, BODY]) for score in (mpjpe, pa_mpjpe))
        for subset, own in subsets.items():
            scores = {"mpjpe": plain[own], "pa_mpjpe": moved[own]}
            known = {metric: values for metric, values in scores.items() if np.isfinite(values).any()}
            if "mpjpe" in known:
                figures[subset] = {metric: float(np.nanmean(values)) for metric, values in known.items()}
        detected = (keypoints[frames // 2 :: frames, :, 2] > 0).sum(1)
        found.append(_Answers(np.linalg.norm(joints - truth, axis=-1), sigma, detected))
    model.train(training)
    errors, sigma, detected = (
        np.concatenate([getattr(each, key) for each in found]) for key in ("errors", "sigma", "detected")
    )
    return Validation(figures, calibration.fit(errors, sigma, detected))


@torch.inference_mode()
def _lifted(
    model: Model,
    points: NDArray[Any],
    confidence: NDArray[Any],
    size: NDArray[Any],
    device: torch.device | str,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Joints (n, 20, 3) in the virtual camera's frame and the method's sigma (n, 20), 1 where it has none."""
    joints, sigma = [], []
    for start in range(0, len(size), _BATCH):
        rows = slice(start, start + _BATCH)
        given = [torch.from_numpy(each[rows]).to(device) for each in (points, confidence, size)]
        output = answer(model, given[0], given[1], given[2])
        joints.append(output.joints.double().cpu().numpy())
        own = torch.zeros_like(output.joints[..., 0]) if output.log_sigma is None else output.log_sigma
        sigma.append(own.double().exp().cpu().numpy())
    return np.concatenate(joints), np.concatenate(sigma)
