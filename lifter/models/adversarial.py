"""'adversarial': Yang, Ouyang, Wang, Ren, Li and Wang, '3D human pose estimation in the wild by adversarial
learning', CVPR 2018.

The generator is the network of 'baseline'. A discriminator separates poses of the corpus from generated ones by several
sources: the 2D, the 3D pose, and a geometric descriptor, the differences between every two joints and their squares.
Samples of which only the 2D is known take part: what is generated for them must look like a pose to the
discriminator and, as the paper asks of its in-the-wild pictures, agree with the 2D. (Pictures, the paper's fourth
source, come with the image version.)

Both learn in one step from one `losses()`: the discriminator sees generated poses detached, the generator is
judged by the discriminator with its parameters held fixed, so that one optimiser serves both.
"""

from __future__ import annotations

from itertools import combinations
from typing import ClassVar, Literal

import torch
from pydantic import Field
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn import functional as F

from lifter.data.batch import TensorBatch
from lifter.data.joints import BODY12, JOINTS3D, rows_of
from lifter.models.baseline import Baseline, BaselineConfig
from lifter.models.model import Model, Output
from lifter.models.place import placed
from synth.body.skeleton import COCO_17

Source = Literal["geometry", "points", "pose"]
_DESCRIBED = rows_of([*BODY12, "neck", "head_top"])
PAIRS = torch.tensor(
    list(combinations(_DESCRIBED.tolist(), 2))
)  # (91, 2) joints whose differences are described
_INPUTS = {"geometry": 6 * len(PAIRS), "points": 3 * len(COCO_17), "pose": 3 * len(JOINTS3D)}


class AdversarialConfig(BaselineConfig):
    """The baseline's settings, and the discriminator's."""

    sources: tuple[Source, ...] = Field(("geometry", "points", "pose"), min_length=1)
    judge_width: int = Field(128, ge=1, le=4096, description="of the discriminator, each source")
    adversarial: float = Field(0.003, ge=0, description="weight of the generator's adversarial loss, metres")
    reprojection: float = Field(0.5, ge=0, description="weight of the misfit to the 2D of samples without 3D")


class Discriminator(nn.Module):
    """From the sources' descriptors to a logit: above 0 for a pose that looks like the corpus's."""

    def __init__(self, sources: tuple[Source, ...], width: int) -> None:
        super().__init__()
        self.sources = sources
        self.read = nn.ModuleDict({name: _layer(_INPUTS[name], width) for name in sources})
        self.judge = nn.Sequential(
            _layer(len(sources) * width, width), _layer(width, width), nn.Linear(width, 1)
        )

    def forward(self, joints: Tensor, points: Tensor, confidence: Tensor) -> Tensor:
        given = {
            "geometry": lambda: geometry(joints),
            "points": lambda: torch.cat([points, confidence[..., None]], -1).flatten(1),
            "pose": lambda: joints.flatten(1),
        }
        logit: Tensor = self.judge(torch.cat([self.read[name](given[name]()) for name in self.sources], 1))
        return logit[:, 0]


class Adversarial(Model):
    name: ClassVar[str] = "adversarial"
    Config: ClassVar[type[AdversarialConfig]] = AdversarialConfig

    def __init__(self, config: AdversarialConfig) -> None:
        super().__init__(config)
        self.config: AdversarialConfig = config
        self.generator = Baseline(config)
        self.discriminator = Discriminator(config.sources, config.judge_width)

    def forward(self, points: Tensor, confidence: Tensor, size: Tensor) -> Output:
        output: Output = self.generator(points, confidence, size)
        return output

    def losses(self, batch: TensorBatch) -> dict[str, Tensor]:
        output = self.generator(batch.points, batch.confidence, batch.size)
        output = Output(output.joints.float())
        found = self.generator.compare(output, batch)
        known = batch.truth.isfinite().all(-1)
        common = _common(known)
        real = known[:, common].all(1) & known.any(1)
        made = torch.where(common[:, None], output.joints, 0.0)
        truth = torch.where(common[:, None] & real[:, None, None], batch.truth, 0.0)
        given = batch.points, batch.confidence
        held = {name: value.detach() for name, value in self.discriminator.named_parameters()}
        fooled = functional_call(self.discriminator, held, (made, *given))
        on_real, on_made = self.discriminator(truth, *given), self.discriminator(made.detach(), *given)
        adversarial = _mean(F.softplus(-fooled), batch.weight)
        discrimination = _mean(F.softplus(-on_real), batch.weight * real) + _mean(
            F.softplus(on_made), batch.weight
        )
        apart = misfit(output.joints, batch.points * batch.size[:, None, None], batch.confidence)
        reprojection = _mean(apart, batch.weight * ~known.any(1))
        found["loss"] = (
            found["loss"]
            + self.config.adversarial * adversarial
            + self.config.reprojection * reprojection
            + discrimination
        )
        caught = 0.5 * (
            _mean((on_real > 0).float(), batch.weight * real) + _mean((on_made < 0).float(), batch.weight)
        )
        return {
            **found,
            "adversarial": adversarial.detach(),
            "discriminator": discrimination.detach(),
            "caught": caught.detach(),
            "reprojection": reprojection.detach(),
        }


def geometry(joints: Tensor) -> Tensor:
    """(n, 546) the paper's geometric descriptor of joints (n, 20, 3): for every two of BODY12, neck and head_top,
    in the order of PAIRS, the difference in x, y and z, metres, and its squares."""
    apart = joints[:, PAIRS[:, 0]] - joints[:, PAIRS[:, 1]]
    return torch.cat([apart, apart.square()], -1).flatten(1)


def misfit(joints: Tensor, tangents: Tensor, weight: Tensor) -> Tensor:
    """(n,) metres by which joints (n, 20, 3) miss the rays of their 2D, tangents (n, 17, 2), at their depths, the
    mean by weight (n, 17), once the person is put where they miss them least."""
    root = placed(joints, tangents, weight)[:, None]
    own = joints[:, : tangents.shape[1]] + root
    apart = (own[..., :2] - tangents * own[..., 2:]).square().sum(-1)
    return ((apart + 1e-12).sqrt() * weight).sum(1) / weight.sum(1).clamp(min=1e-6)


def _common(known: Tensor) -> Tensor:
    """(20,) the joints that most samples with any 3D know: only these are shown to the discriminator."""
    some = known.any(1)
    return known.sum(0) * 2 > some.sum()


def _mean(values: Tensor, weight: Tensor) -> Tensor:
    return (values * weight).sum() / weight.sum().clamp(min=1e-6)


def _layer(inputs: int, outputs: int) -> nn.Module:
    return nn.Sequential(nn.Linear(inputs, outputs), nn.LeakyReLU(0.2))
