"""What a label function is given: a batch of scenes, and the labels of its samples that are known already."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth.scene.scenes import Scenes

Labels = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Batch:
    """s scenes over F frames; the F samples of a scene follow one another.

    `labels` holds, one row a sample, what the functions before this one returned and the identities that the plan
    gives (sample, scene, step, clip, clip_frame).
    """

    scenes: Scenes
    labels: Labels = field(default_factory=dict)

    @property
    def frames(self) -> int:
        """F, the frames of a scene."""
        return int(self.scenes.seen.camera.shape[1])

    def per_frame(self, of_scenes: NDArray[Any]) -> NDArray[Any]:
        """(s, ...) values of scenes as (s * F, ...) values of samples."""
        return np.repeat(of_scenes, self.frames, axis=0)


LabelFunction = Callable[[Batch], Labels]
