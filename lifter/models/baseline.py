"""'baseline': Martinez, Hossain, Romero and Little, 'A simple yet effective baseline for 3d human pose estimation',
ICCV 2017.

A linear layer to 1024, two residual blocks of two linear layers with batch norm, ReLU and dropout, and a linear
layer to the joints.

Differences: confidence is a third input of each joint, so that a missing one differs from one in the middle; the
2D is normalised by the view (see `views.py`) and not by its mean and deviation; dropout is 0.1 and not 0.5, as a
million pairs seen once or twice are not learnt by heart; the loss is the mean distance and not its square, as
detections have outliers; weights are not bound to a norm of 1, which the batch norm after each makes idle.
"""

from __future__ import annotations

from typing import ClassVar

import torch
from pydantic import Field
from torch import Tensor, nn

from lifter.data.batch import TensorBatch
from lifter.data.joints import JOINTS3D
from lifter.models.model import Model, ModelConfig, Output, distances, mean_over
from synth.body.skeleton import COCO_17


class BaselineConfig(ModelConfig):
    """What there is to choose about the baseline; the defaults are the paper's but for dropout."""

    width: int = Field(1024, ge=1, le=8192, description="of the layers")
    blocks: int = Field(2, ge=0, le=32, description="residual blocks of two layers")
    dropout: float = Field(0.1, ge=0, lt=1)


class Baseline(Model):
    name: ClassVar[str] = "baseline"
    Config: ClassVar[type[BaselineConfig]] = BaselineConfig

    def __init__(self, config: BaselineConfig) -> None:
        super().__init__(config)
        self.trunk = trunk(config.width, config.blocks, config.dropout)
        self.last = small(nn.Linear(config.width, 3 * len(JOINTS3D)))

    def forward(self, points: Tensor, confidence: Tensor, size: Tensor) -> Output:
        seen = torch.cat([points, confidence[..., None]], -1).flatten(1)
        return Output(self.last(self.trunk(seen)).view(-1, len(JOINTS3D), 3))

    def losses(self, batch: TensorBatch) -> dict[str, Tensor]:
        return self.compare(self(batch.points, batch.confidence, batch.size), batch)

    def compare(self, output: Output, batch: TensorBatch) -> dict[str, Tensor]:
        """The losses of an output: the mean distance of the joints in metres."""
        apart, known = distances(output.joints, batch.truth)
        return {"loss": mean_over(apart, known, batch.weight)}


class Block(nn.Module):
    """Two linear layers, each with batch norm, ReLU and dropout, beside what goes in."""

    def __init__(self, width: int, dropout: float) -> None:
        super().__init__()
        self.layers = nn.Sequential(*_layer(width, width, dropout), *_layer(width, width, dropout))

    def forward(self, hidden: Tensor) -> Tensor:
        out: Tensor = hidden + self.layers(hidden)
        return out


def small(linear: nn.Linear) -> nn.Linear:
    """A last layer that begins near zero: a pose that begins metres wide costs steps to shrink."""
    nn.init.normal_(linear.weight, std=0.01)
    nn.init.zeros_(linear.bias)
    return linear


def trunk(width: int, blocks: int, dropout: float, inputs: int = 3 * len(COCO_17)) -> nn.Sequential:
    """The paper's network but for its last layer: from x, y and confidence of the joints (n, 51) to (n, width)."""
    return nn.Sequential(*_layer(inputs, width, dropout), *(Block(width, dropout) for _ in range(blocks)))


def _layer(inputs: int, outputs: int, dropout: float) -> list[nn.Module]:
    # the bias would be taken out again by the batch norm
    linear = nn.Linear(inputs, outputs, bias=False)
    nn.init.kaiming_normal_(linear.weight, nonlinearity="relu")
    return [linear, nn.BatchNorm1d(outputs), nn.ReLU(), nn.Dropout(dropout)]
