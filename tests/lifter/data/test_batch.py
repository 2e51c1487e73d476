from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from lifter.data.augment import to_batch  # noqa: E402
from tests.lifter.models import made  # noqa: E402


def test_a_batch_has_the_length_of_its_samples_and_moves_as_a_whole() -> None:
    batch = to_batch(made.samples(5))
    assert len(batch) == 5
    moved = batch.to("meta")
    for name in ("points", "confidence", "size", "truth", "distance", "weight"):
        assert getattr(moved, name).device.type == "meta"
        assert getattr(moved, name).shape == getattr(batch, name).shape
        assert getattr(batch, name).device.type == "cpu"
        assert getattr(batch, name).dtype == torch.float32
