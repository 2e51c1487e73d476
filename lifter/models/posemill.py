"""'posemill': the project's own. Joints as tokens, rays in place of pixels, distance and uncertainty besides.

Each detected joint is a token of its ray, its confidence and which joint it is; a missing one is a learned token of
its own, which reads from the others in self-attention but which none reads from (Vaswani et al., 'Attention is all you
need', 2017; missing joints as mask tokens: Shan et al., 'P-STMO', ECCV 2022). The tokens, side by side, go into the
residual network of 'baseline', which costs less than attention for what it learns. Four heads share it:

- the joints, by their mean distance;
- how far each detection is to be believed: a joint lies on the ray of its detection, at its own depth, as far as it is,
  and else where the first head has it. So what the detector saw well is met, and what it missed is not;
- the logarithm of how far each will be off, by the likelihood of a Laplace distribution in three dimensions, of
  distances that no gradient goes through: no joint counts less for being uncertain (Seitzer et al., 'On the pitfalls
  of heteroscedastic uncertainty estimation', ICLR 2022, with beta = 1);
- the distance of the root, as the logarithm of distance times size, which is nearly constant by itself.

With `frames` above 1 it reads a window over time: the network gives features of every frame, all seen through one
virtual camera; these become tokens of frames, and attention between those that are not missing is added to the
features of the middle frame, from which the heads predict (Zheng et al., 'PoseFormer', ICCV 2021, has the same order
of joints first and frames after). So a missing middle frame is predicted from its neighbours.
"""

from __future__ import annotations

import math
from typing import ClassVar

import torch
from pydantic import Field, model_validator
from torch import Tensor, nn
from torch.nn import functional as F

from lifter.data.batch import TensorBatch
from lifter.data.joints import JOINTS3D
from lifter.models.baseline import small, trunk
from lifter.models.model import Model, ModelConfig, Output, distances, mean_over
from synth.body.skeleton import COCO_17

_SEEN, _GIVEN = len(COCO_17), len(JOINTS3D)
_USUAL = 0.05  # metres that a joint is off along an axis, about, where the head's logarithm is 0
_RANGE = 4.0  # how far that logarithm may go either way, so that no likelihood runs off


class PosemillConfig(ModelConfig):
    """What there is to choose about posemill."""

    token: int = Field(64, ge=4, le=1024, description="width of a joint's token")
    layers: int = Field(2, ge=0, le=16, description="of self-attention")
    heads: int = Field(4, ge=1, le=64)
    frames: int = Field(1, ge=1, le=243, description="read to answer for the middle one; from 3 over time")
    time: int = Field(128, ge=4, le=1024, description="width of a frame's token, where there are several")
    width: int = Field(512, ge=1, le=8192, description="of the residual network")
    blocks: int = Field(2, ge=0, le=32, description="of the residual network")
    dropout: float = Field(0.05, ge=0, lt=1)
    uncertainty: float = Field(0.02, ge=0, description="weight of the likelihood beside metres")
    distance: float = Field(0.1, ge=0, description="weight of the distance's logarithm beside metres")

    @model_validator(mode="after")
    def _divides(self) -> PosemillConfig:
        for name, width in (("token", self.token), ("time", self.time if self.frames > 1 else 0)):
            if width % self.heads:
                raise ValueError(f"{name} {width} is not a multiple of heads {self.heads}")
        if self.frames % 2 == 0:
            raise ValueError(f"frames {self.frames} have no middle one; give an odd number")
        return self


class Posemill(Model):
    name: ClassVar[str] = "posemill"
    Config: ClassVar[type[PosemillConfig]] = PosemillConfig

    def __init__(self, config: PosemillConfig) -> None:
        super().__init__(config)
        self.config: PosemillConfig = config
        self.tokens = Tokens(config.token)
        self.attention = nn.ModuleList(Attention(config.token, config.heads) for _ in range(config.layers))
        self.trunk = trunk(config.width, config.blocks, config.dropout, _SEEN * config.token + 1)
        self.joints = small(nn.Linear(config.width, 3 * _GIVEN))
        self.spread = nn.Linear(config.width, _GIVEN)
        self.away = nn.Linear(config.width, 1)
        self.belief = nn.Linear(config.width, _SEEN)
        self.root = nn.Linear(config.width, 2)
        for head in (self.spread, self.away, self.belief, self.root):  # at first, what is usual
            nn.init.zeros_(head.weight)
            nn.init.zeros_(head.bias)
        self.frames = config.frames
        if self.frames > 1:
            self.time = Time(config.width, config.time, config.heads, config.frames)

    def features(self, points: Tensor, confidence: Tensor, size: Tensor) -> Tensor:
        """(n, width) features of single frames."""
        there = confidence > 0
        tokens = self.tokens(points, confidence, there)
        for layer in self.attention:
            tokens = layer(tokens, there)
        wide = size.clamp(min=1e-3).log()
        hidden: Tensor = self.trunk(torch.cat([tokens.flatten(1), wide[:, None]], 1))
        return hidden

    def forward(self, points: Tensor, confidence: Tensor, size: Tensor) -> Output:
        if self.frames == 1:
            return self.predict(self.features(points, confidence, size), points, confidence, size)
        every = self.features(
            points.flatten(0, 1), confidence.flatten(0, 1), size.repeat_interleave(self.frames)
        )
        hidden = self.time(every.view(len(size), self.frames, -1), (confidence > 0).any(2))
        middle = self.frames // 2
        return self.predict(hidden, points[:, middle], confidence[:, middle], size)

    def predict(self, hidden: Tensor, points: Tensor, confidence: Tensor, size: Tensor) -> Output:
        """What the heads predict of people from features (n, width) and their detections in one frame."""
        there = confidence > 0
        free = self.joints(hidden).float().view(-1, _GIVEN, 3)
        spread = _RANGE * torch.tanh(self.spread(hidden).float() / _RANGE) + math.log(_USUAL)
        reach = self.away(hidden)[:, 0].float().clamp(-_RANGE, _RANGE).exp()  # distance times size
        away = reach / size.clamp(min=1e-3)
        belief = torch.sigmoid(self.belief(hidden).float()) * there
        # metres aside from the axis, and from there aside from the root, which is near the axis
        nearer = 1 + free[:, :_SEEN, 2] / away[:, None].clamp(min=0.3)
        on_ray = points.float() * (reach[:, None] * nearer)[..., None] - self.root(hidden).float()[:, None]
        aside = free[:, :_SEEN, :2] + belief[..., None] * (on_ray - free[:, :_SEEN, :2])
        joints = torch.cat([torch.cat([aside, free[:, _SEEN:, :2]], 1), free[..., 2:]], 2)
        return Output(joints, spread, away)

    def losses(self, batch: TensorBatch) -> dict[str, Tensor]:
        output = self(batch.points, batch.confidence, batch.size)
        apart, known = distances(output.joints, batch.truth)
        pose = mean_over(apart, known, batch.weight)
        # a Laplace distribution of distance r in 3D has the density exp(-r / b) / (8 pi b^3), and along an axis the
        # variance 4 b^2
        scale = output.log_sigma - math.log(2.0)
        likelihood = mean_over(apart.detach() * torch.exp(-scale) + 3 * scale, known, batch.weight)
        measured = batch.distance.isfinite() & (batch.distance > 0)
        ratio = output.distance.log() - torch.where(measured, batch.distance, 1.0).log()
        away = mean_over(F.smooth_l1_loss(ratio, torch.zeros_like(ratio), reduction="none", beta=0.05)[:, None],
                         measured[:, None], batch.weight)  # fmt: skip
        loss = pose + self.config.uncertainty * likelihood + self.config.distance * away
        return {"loss": loss, "pose": pose, "likelihood": likelihood, "distance": away}


class Tokens(nn.Module):
    """(n, 17, token) tokens of joints."""

    def __init__(self, token: int) -> None:
        super().__init__()
        self.read = nn.Linear(4, token)
        self.joint = nn.Parameter(0.5 * torch.randn(_SEEN, token))
        self.missing = nn.Parameter(0.5 * torch.randn(_SEEN, token))

    def forward(self, points: Tensor, confidence: Tensor, there: Tensor) -> Tensor:
        certain = confidence[..., None]
        seen = self.read(torch.cat([points, certain, certain.sqrt()], -1)) + self.joint
        return torch.where(there[..., None], seen, self.missing)


class Time(nn.Module):
    """(n, width) of the middle frame, once it has read from those (n, frames, width) that are there (n, frames)."""

    def __init__(self, width: int, token: int, heads: int, frames: int) -> None:
        super().__init__()
        self.narrow, self.wide = nn.Linear(width, token), nn.Linear(token, width)
        self.place = nn.Parameter(0.5 * torch.randn(frames, token))
        self.attention = Attention(token, heads)
        nn.init.zeros_(self.wide.weight)  # at first, the middle frame as it is
        nn.init.zeros_(self.wide.bias)

    def forward(self, hidden: Tensor, there: Tensor) -> Tensor:
        middle = hidden.shape[1] // 2
        mixed = self.attention(self.narrow(hidden) + self.place, there)
        out: Tensor = hidden[:, middle] + self.wide(mixed[:, middle])
        return out


class Attention(nn.Module):
    """Self-attention over the tokens that are there, and a layer for each token, each beside what goes in."""

    def __init__(self, token: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.norm, self.norm_each = nn.LayerNorm(token), nn.LayerNorm(token)
        self.read, self.write = nn.Linear(token, 3 * token), nn.Linear(token, token)
        self.each = nn.Sequential(nn.Linear(token, 2 * token), nn.GELU(), nn.Linear(2 * token, token))

    def forward(self, tokens: Tensor, there: Tensor) -> Tensor:
        n, joints, token = tokens.shape
        parts = self.read(self.norm(tokens)).view(n, joints, 3, self.heads, token // self.heads)
        query, key, value = parts.permute(2, 0, 3, 1, 4)
        # where no joint is detected all keys are allowed, since a softmax over none would be NaN
        mask = (there | ~there.any(1, keepdim=True))[:, None, None]
        mixed = F.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        tokens = tokens + self.write(mixed.transpose(1, 2).reshape(n, joints, token))
        out: Tensor = tokens + self.each(self.norm_each(tokens))
        return out
