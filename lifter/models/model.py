"""What the methods in `lifter.models.registry` have in common: what goes in, what comes out, what they are trained by.

Networks work in the frame of a virtual camera that looks at the person (see views.py), in metres from the middle of
the hips. `lifter.models.lifter` turns what they give into the camera's frame.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import torch
from pydantic import Field
from torch import Tensor, nn

from lifter.data.batch import TensorBatch
from synth.core.spec import Spec

if TYPE_CHECKING:
    from lifter.data.samples import Samples


@dataclass(frozen=True)
class Output:
    """What a method says of n people, in the virtual camera's frame.

    joints (n, 20, 3) metres from the root; log_sigma (n, 20) logarithm of the standard deviation along one axis in
    metres, None where the method gives none; distance (n,) metres from the camera to the root along the virtual
    camera's axis, None where the method gives none.
    """

    joints: Tensor
    log_sigma: Tensor | None = None
    distance: Tensor | None = None


class ModelConfig(Spec):
    """A method's own settings."""

    prepare_samples: int = Field(0, ge=0, description="how many training samples `prepare` is given, at most")


class Model(nn.Module):
    """A method. Tensors that `prepare` finds belong in registered buffers: they may be of any length, as loading a
    checkpoint gives a buffer the stored one's shape."""

    name: ClassVar[str]
    Config: ClassVar[type[ModelConfig]] = ModelConfig
    trained: ClassVar[bool] = True  # False: `prepare` is all there is to do
    frames: int = 1  # that it reads to answer for the middle one

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config

    def prepare(self, samples: Samples, seed: int) -> None:
        """What must be known of the training data before the first step, such as anchors or exemplars."""

    def forward(self, points: Tensor, confidence: Tensor, size: Tensor) -> Output:
        """Poses of points (n, 17, 2), confidence (n, 17) and size (n,) as in `Views`.

        A method that reads more than one frame is given points (n, frames, 17, 2) and confidence (n, frames, 17), 0
        where a frame is missing (see `lifter.data.windows`), and answers for the middle one.
        """
        raise NotImplementedError

    def losses(self, batch: TensorBatch) -> dict[str, Tensor]:
        """'loss', a scalar to be minimised, and whatever else is worth logging."""
        raise NotImplementedError


def distances(joints: Tensor, truth: Tensor) -> tuple[Tensor, Tensor]:
    """(n, 20) metres between joints, 0 where the truth is not known, and which are known."""
    known = truth.isfinite().all(-1)
    apart = torch.where(known[..., None], joints - truth.nan_to_num(), 0.0)
    return (apart.square().sum(-1) + 1e-12).sqrt() * known, known


def mean_over(values: Tensor, known: Tensor, weight: Tensor) -> Tensor:
    """The mean of (n, j) values where known, samples by their weight (n,); 0 where nothing is known."""
    share = known * weight[:, None]
    return (values * share).sum() / share.sum().clamp(min=1e-6)
