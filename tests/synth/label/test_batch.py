"""What label functions are given."""

from __future__ import annotations

import numpy as np

from synth.label.batch import Batch
from tests.synth.staging import staged


def test_values_of_scenes_are_repeated_for_their_frames() -> None:
    batch = Batch(staged(30, frames=9)[1])
    assert batch.frames == 9
    assert batch.labels == {}
    assert batch.per_frame(np.arange(30)).tolist() == np.repeat(np.arange(30), 9).tolist()
    assert batch.per_frame(np.zeros((30, 3, 3))).shape == (270, 3, 3)
