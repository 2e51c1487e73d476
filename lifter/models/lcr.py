"""'lcr': Rogez, Weinzaepfel and Schmid, 'LCR-Net++: multi-person 2D and 3D pose detection in natural images',
TPAMI 2019.

Anchor poses are the centres of k-means clusters of the corpus's poses, as their cameras see them (a person seen from
behind has other anchors than one seen from the front). A network classifies a person's 2D into an anchor and
regresses what is left, by a regressor of each anchor's own; the anchors that score best, refined, are pose
proposals, and those that agree with the best of all are averaged by their scores. `lifter.models.people` integrates the
proposals of several detections in one picture. What localises people in the paper is the detector here.

Differences, for 2D in place of pictures: no background class (a detection is a person), no 2D regression.
"""

from __future__ import annotations

from typing import ClassVar

import torch
from pydantic import Field
from torch import Tensor, nn
from torch.nn import functional as F

from lifter.data.augment import to_batch
from lifter.data.batch import TensorBatch
from lifter.data.joints import JOINTS3D
from lifter.data.samples import Samples
from lifter.models.baseline import trunk
from lifter.models.clusters import cluster
from lifter.models.model import Model, ModelConfig, Output
from synth.core.errors import InputError

_JOINTS = len(JOINTS3D)


class LcrConfig(ModelConfig):
    """What there is to choose about lcr; the defaults are the paper's where it has them."""

    prepare_samples: int = Field(60_000, ge=1, description="poses that anchors are found among")
    anchors: int = Field(100, ge=1, le=2000)
    width: int = Field(512, ge=1, le=4096, description="of the network")
    blocks: int = Field(2, ge=0, le=16)
    dropout: float = Field(0.1, ge=0, lt=1)
    regressors: int = Field(128, ge=1, le=4096, description="width of what the anchors' regressors read")
    refined: int = Field(8, ge=1, description="anchors that become proposals")
    agree: float = Field(0.3, gt=0, description="metres, mean over joints, within which proposals agree")
    regression: float = Field(
        10.0, ge=0, description="weight of the regression's loss beside the classification's"
    )
    knee: float = Field(0.02, gt=0, description="metres, up to which the regression's loss is quadratic")


class Lcr(Model):
    name: ClassVar[str] = "lcr"
    Config: ClassVar[type[ModelConfig]] = LcrConfig
    anchors: Tensor

    def __init__(self, config: LcrConfig) -> None:
        super().__init__(config)
        self.config: LcrConfig = config
        self.trunk = trunk(config.width, config.blocks, config.dropout)
        self.classify = nn.Linear(config.width, config.anchors)
        self.narrow = nn.Linear(config.width, config.regressors)
        self.regress = nn.Linear(config.regressors, config.anchors * 3 * _JOINTS)
        nn.init.zeros_(self.regress.weight)  # at first, a proposal is its anchor
        nn.init.zeros_(self.regress.bias)
        self.register_buffer("anchors", torch.zeros(config.anchors, _JOINTS, 3))

    def prepare(self, samples: Samples, seed: int) -> None:
        """Find the anchor poses. Raises InputError where the samples hold fewer different poses than anchors."""
        self.anchors = anchors_of(to_batch(samples).truth, self.config.anchors, seed)

    def forward(self, points: Tensor, confidence: Tensor, size: Tensor) -> Output:
        joints, score = self.proposals(points, confidence, size)
        return Output(agreed(joints, score, self.config.agree), None, None)

    def proposals(self, points: Tensor, confidence: Tensor, size: Tensor) -> tuple[Tensor, Tensor]:
        """(n, k, 20, 3) the anchors that score best, refined, and (n, k) their scores, best first, of a sum <= 1."""
        hidden, score = self._classified(points, confidence)
        best = score.softmax(-1).topk(min(self.config.refined, score.shape[1]))
        return self.anchors[best.indices] + self._residuals(hidden, best.indices).float(), best.values

    def losses(self, batch: TensorBatch) -> dict[str, Tensor]:
        hidden, score = self._classified(batch.points, batch.confidence)
        known = batch.truth.isfinite().all(-1)
        truth = torch.where(known[..., None], batch.truth, 0.0)
        own = nearest_anchor(truth, known, self.anchors)
        weight = batch.weight * known.any(1)
        weight = weight / weight.sum().clamp(min=1e-9)
        classification = (weight * F.cross_entropy(score, own, reduction="none")).sum()
        pose = self.anchors[own] + self._residuals(hidden, own[:, None])[:, 0]
        apart = F.smooth_l1_loss(pose, truth, reduction="none", beta=self.config.knee).sum(-1) * known
        regression = (weight * apart.sum(1) / known.sum(1).clamp(min=1)).sum()
        right = (weight * (score.argmax(1) == own)).sum()
        loss = classification + self.config.regression * regression
        return {
            "loss": loss,
            "classification": classification,
            "regression": regression,
            "right": right.detach(),
        }

    def _classified(self, points: Tensor, confidence: Tensor) -> tuple[Tensor, Tensor]:
        hidden = self.trunk(torch.cat([points, confidence[..., None]], -1).flatten(1))
        return hidden, self.classify(hidden)

    def _residuals(self, hidden: Tensor, anchors: Tensor) -> Tensor:
        """(n, k, 20, 3) what the regressors of these (n, k) anchors add to them."""
        every = self.regress(torch.relu(self.narrow(hidden))).unflatten(1, (-1, _JOINTS, 3))
        return every.take_along_dim(anchors[..., None, None], 1)


def anchors_of(poses: Tensor, count: int, seed: int) -> Tensor:
    """(count, 20, 3) anchors among poses (n, 20, 3), metres from the root, NaN where unknown: the centres of
    clusters. Joints that most poses lack are 0; a pose that lacks another one does not count.

    Raises InputError where there are fewer different poses than anchors.
    """
    known = poses.isfinite().all(-1)
    common = known.float().mean(0) > 0.5
    whole = poses[known[:, common].all(1) & known.any(1)]
    whole = torch.where(common[:, None], whole, 0.0).flatten(1)
    centres = cluster(whole, count, seed) if len(whole) else whole
    if len(centres) < count:
        raise InputError(
            f"finds {len(centres)} different poses for {count} anchors",
            where="lcr",
            remedy="train on more pairs, or choose fewer with config.anchors",
        )
    return centres.view(count, -1, 3)


def nearest_anchor(truth: Tensor, known: Tensor, anchors: Tensor) -> Tensor:
    """(n,) the anchor (k, 20, 3) nearest to each truth (n, 20, 3) over its known (n, 20) joints."""
    with torch.autocast(truth.device.type, enabled=False):  # bfloat16 would take another anchor
        mask = known.to(truth.dtype)
        cross = (truth * mask[..., None]).flatten(1) @ anchors.flatten(1).T
        return (mask @ (anchors**2).sum(-1).T - 2 * cross).argmin(1)


def agreed(joints: Tensor, score: Tensor, within: float) -> Tensor:
    """(n, 20, 3) the mean, by scores (n, k), of those proposals (n, k, 20, 3) that lie within some metres of the
    first, mean over joints."""
    near = (joints - joints[:, :1]).norm(dim=-1).mean(-1) <= within
    share = score * near
    share = share / share.sum(1, keepdim=True).clamp(min=1e-12)
    return (share[..., None, None] * joints).sum(1)
