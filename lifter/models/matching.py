"""'matching': Chen and Ramanan, '3D human pose estimation = 2D pose estimation + matching', CVPR 2017.

Nothing is trained. Poses of the corpus are kept as exemplars, seen as their cameras saw them; a person's 2D is
looked up among the exemplars' projections (`nearest.py`: missing joints are ignored, the others count by their
confidence), and the exemplar found is warped onto it (`warp.py`). The paper takes the one nearest; the mean of
several is an option.

A checkpoint carries the exemplars: 3D in float16 (half a millimetre at a metre's distance from the hips) and where
the person stood, 132 bytes an exemplar, so 26 MB for the default 200,000. Their 2D follows from that.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
import torch
from pydantic import Field
from torch import Tensor

from lifter.data.joints import HIPS, JOINTS3D
from lifter.data.samples import Samples
from lifter.data.views import views_of
from lifter.models.model import Model, ModelConfig, Output
from lifter.models.nearest import Index, build, index_of
from lifter.models.warp import warp
from synth.body.skeleton import COCO_17
from synth.core.errors import InputError

_SEEN = len(COCO_17)
_NEAREST = 0.2  # metres before the camera: what is nearer has no sound projection


class MatchingConfig(ModelConfig):
    """What there is to choose about matching."""

    prepare_samples: int = Field(200_000, ge=1, le=4_000_000, description="exemplars")
    cells: int = Field(1024, ge=1, le=65_536, description="of the index")
    probes: int = Field(48, ge=1, description="cells that a query scans")
    neighbours: int = Field(1, ge=1, le=1000, description="exemplars that are warped and averaged")


class Matching(Model):
    name: ClassVar[str] = "matching"
    Config: ClassVar[type[ModelConfig]] = MatchingConfig
    trained: ClassVar[bool] = False
    exemplars: Tensor
    roots: Tensor
    starts: Tensor

    def __init__(self, config: MatchingConfig) -> None:
        super().__init__(config)
        self.config: MatchingConfig = config
        self.register_buffer("exemplars", torch.zeros(0, len(JOINTS3D), 3, dtype=torch.float16))
        self.register_buffer("roots", torch.zeros(0, 3))
        self.register_buffer("starts", torch.zeros(1, dtype=torch.int64))
        self._index: Index | None = None

    def prepare(self, samples: Samples, seed: int) -> None:
        """Keep the samples' poses as exemplars: those that know every joint that most of them know.

        Raises InputError where no sample does.
        """
        joints, root = exemplars_of(samples.truth)
        if not len(joints):
            raise InputError(
                "no sample knows its 3D",
                where="matching",
                remedy="prepare it from a corpus that has 3D joints",
            )
        kept = torch.from_numpy(joints).half().nan_to_num(posinf=0, neginf=0, nan=float("nan"))
        order, starts = build(projections(kept, torch.from_numpy(root)), self.config.cells, seed)
        self.exemplars, self.roots = kept[order], torch.from_numpy(root[order])
        self.starts, self._index = torch.from_numpy(starts), None

    def forward(self, points: Tensor, confidence: Tensor, size: Tensor) -> Output:
        """Raises InputError before `prepare`."""
        rows, weight = self.matches(points, confidence), confidence * self._known().to(confidence)
        flat = rows.flatten()
        tangents = (points * size[:, None, None]).repeat_interleave(rows.shape[1], 0)
        weights = weight.repeat_interleave(rows.shape[1], 0)
        kept = self.exemplars[flat].float().nan_to_num(nan=0.0)
        joints, away = warp(kept, self.roots[flat], tangents, weights)
        shape = (len(points), rows.shape[1])
        return Output(joints.view(*shape, *joints.shape[1:]).mean(1), None, away.view(shape).mean(1))

    def losses(self, batch: Any) -> dict[str, Tensor]:
        """Matching has nothing to train."""
        raise NotImplementedError("matching is not trained: `prepare` is all")

    def matches(self, points: Tensor, confidence: Tensor) -> Tensor:
        """(n, neighbours) the rows of the exemplars nearest to points (n, 17, 2) with confidence (n, 17)."""
        if not len(self.exemplars):
            raise InputError("has no exemplars yet", where="matching", remedy="train it on a corpus first")
        if self._index is None:
            self._index = index_of(projections(self.exemplars, self.roots), self.starts.cpu().numpy())
        weight = (confidence * self._known().to(confidence)).detach().cpu().float().numpy()
        count = min(self.config.neighbours, len(self.exemplars))
        rows, _ = self._index.find(points.detach().cpu().float().numpy(), weight, count, self.config.probes)
        rows = np.where(rows < 0, np.maximum(rows[:, :1], 0), rows)  # too few in the cells: the nearest again
        return torch.from_numpy(rows).to(points.device)

    def _known(self) -> Tensor:
        """(17,) which detected joints the exemplars know."""
        return self.exemplars[0, :_SEEN, 0].isfinite()

    def _load_from_state_dict(self, state: dict[str, Any], prefix: str, *rest: Any) -> None:
        for name in ("exemplars", "roots", "starts"):
            if prefix + name in state:  # as many exemplars as were kept
                setattr(self, name, torch.empty_like(state[prefix + name], device=self.roots.device))
        super()._load_from_state_dict(state, prefix, *rest)
        self._index = None


def exemplars_of(truth: np.ndarray[Any, Any]) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Exemplars of truth (n, 20, 3), camera frame, NaN where unknown: (k, 20, 3) float32 metres from the mid-hip in
    the frame of a camera turned to the person, and (k, 3) where the mid-hip is before it.

    Joints that most of the truth lacks are NaN in all of them, and the method answers with a place near the hips;
    who lacks another one is left out, and so is who stands partly behind the camera.
    """
    known = np.isfinite(truth).all(-1)
    common = known.mean(0) > 0.5
    usable = known[:, common].all(1) & known[:, HIPS].all(1)
    usable &= np.where(known, truth[..., 2], np.inf).min(1) > _NEAREST
    truth = truth[usable].astype(np.float64)
    truth[:, ~common] = np.nan
    plane = truth[:, :_SEEN, :2] / truth[:, :_SEEN, 2:]
    there = np.isfinite(plane).all(-1, keepdims=True)
    seen = np.concatenate([np.where(there, plane, 0.0), there], -1)
    turn = views_of(seen, np.broadcast_to(np.eye(3), (len(seen), 3, 3))).turn.astype(np.float64)
    turned = np.einsum("nab,njb->nja", turn, truth)
    root = turned[:, HIPS].mean(1)
    return (turned - root[:, None]).astype(np.float32), root.astype(np.float32)


def projections(exemplars: Tensor, roots: Tensor) -> np.ndarray[Any, Any]:
    """(n, 17, 2) float32 exemplars' 2D as tangents of angles, 0 where a joint is not known."""
    joints = exemplars[:, :_SEEN].cpu().float() + roots.cpu()[:, None]
    return np.asarray((joints[..., :2] / joints[..., 2:]).nan_to_num(nan=0.0).numpy())
