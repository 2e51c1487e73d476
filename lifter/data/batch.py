"""A batch of samples as networks read it."""

from __future__ import annotations

from dataclasses import dataclass, fields

import torch
from torch import Tensor


@dataclass(frozen=True)
class TensorBatch:
    """n samples to learn from, float32; points, confidence and size as a model's `forward` reads them.

    truth (n, 20, 3) joints in the virtual camera's frame, metres from the root, NaN where unknown: all of them for
    samples that have 2D alone; distance (n,) metres to the root along the axis, NaN where unknown; weight (n,).
    """

    points: Tensor
    confidence: Tensor
    size: Tensor
    truth: Tensor
    distance: Tensor
    weight: Tensor

    def __len__(self) -> int:
        return len(self.size)

    def to(self, device: torch.device | str) -> TensorBatch:
        return TensorBatch(*(getattr(self, field.name).to(device) for field in fields(self)))
