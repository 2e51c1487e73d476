"""What the methods in `lifter.models.registry` have in common: what goes in, what comes out, what they are trained by.

Networks work in the frame of a virtual camera that looks at the person (see views.py), in metres from the middle of
the hips. `lifter.models.lifter` turns what they give into the camera's frame.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
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
    """What a method predicts of n people, in the virtual camera's frame.

    joints (n, 20, 3) metres from the root; log_sigma (n, 20) logarithm of the standard deviation along one axis in
    metres, None where the method gives none; distance (n,) metres from the camera to the root along the virtual
    camera's axis, None where the method gives none.
    """

    joints: Tensor
    log_sigma: Tensor | None = None
    distance: Tensor | None = None


class ModelConfig(Spec):
    """A method's own settings: what a recipe may have under `config`. Every field needs a default.

    A field `frames` says how many frames are read at once, for methods that read more than one.
    """

    prepare_samples: int = Field(0, ge=0, description="how many training samples `prepare` is given, at most")


class Model(nn.Module):
    """The base of every method, here and in other packages (see `lifter.models.registry`).

    A method gives `name`, under which it is registered; `Config`, a subclass of `ModelConfig`, of which `__init__`
    is given an instance; `forward`; and, unless `trained` is False, `losses`. Optional are `prepare`; `frames`, an
    odd number above 1 for a method that reads windows; and `recipe`, a YAML file as `posemill train --config` takes
    it, which `--model` then uses.

    A checkpoint holds `state_dict()`. Tensors that `prepare` finds belong in registered buffers: these may be of any
    length, since loading a checkpoint gives a buffer the stored one's shape.
    """

    name: ClassVar[str]
    Config: ClassVar[type[ModelConfig]] = ModelConfig
    trained: ClassVar[bool] = True  # False: nothing is left to do after `prepare`
    recipe: ClassVar[Path | None] = None
    frames: int = 1

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config

    def prepare(self, samples: Samples, seed: int) -> None:
        """Take what must be known of the training data before the first step, such as anchors or exemplars, from at
        most `config.prepare_samples` samples; not called where that is 0. The same samples and seed give the same."""

    def forward(self, points: Tensor, confidence: Tensor, size: Tensor) -> Output:
        """Poses of points (n, 17, 2), confidence (n, 17) and size (n,) as in `lifter.data.views.Views`.

        A method that reads more than one frame is given points (n, frames, 17, 2) and confidence (n, frames, 17), 0
        where a frame is missing (see `lifter.data.windows`), and answers for the middle one. Joints that are not
        detected have confidence 0 and points 0; there may be none at all, and the answer must still be finite.
        """
        raise NotImplementedError

    def losses(self, batch: TensorBatch) -> dict[str, Tensor]:
        """'loss', a scalar to be minimised, and whatever else is worth logging, scalars too.

        `batch.truth` is NaN where it is not known, wholly so for samples that have 2D alone; each sample counts by
        `batch.weight` (see `distances` and `mean_over`).
        """
        raise NotImplementedError


def distances(joints: Tensor, truth: Tensor) -> tuple[Tensor, Tensor]:
    """(n, 20) metres between joints (n, 20, 3), 0 where the truth is not known, and which are known (n, 20) bool."""
    known = truth.isfinite().all(-1)
    apart = torch.where(known[..., None], joints - truth.nan_to_num(), 0.0)
    return (apart.square().sum(-1) + 1e-12).sqrt() * known, known


def mean_over(values: Tensor, known: Tensor, weight: Tensor) -> Tensor:
    """The mean of (n, j) values where known, samples by their weight (n,); 0 where nothing is known."""
    share = known * weight[:, None]
    return (values * share).sum() / share.sum().clamp(min=1e-6)
