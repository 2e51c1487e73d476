from __future__ import annotations

from dataclasses import replace

import pytest

torch = pytest.importorskip("torch")

from lifter.data.augment import to_batch  # noqa: E402
from lifter.models.baseline import Baseline, BaselineConfig  # noqa: E402
from tests.lifter.models import made  # noqa: E402


def model(**config: float) -> Baseline:
    torch.manual_seed(0)
    return Baseline(BaselineConfig.model_validate({"width": 64, "blocks": 1, "dropout": 0, **config}))


def test_the_papers_network_has_four_million_parameters() -> None:
    assert sum(p.numel() for p in Baseline(BaselineConfig()).parameters()) == pytest.approx(4.3e6, rel=0.01)


def test_it_begins_near_the_root_and_learns() -> None:
    batch, network = to_batch(made.samples(128)), model()
    said = made.learn(network, batch, 80)
    assert said[0]["loss"] < 0.8  # metres: about how far joints are from the root
    assert said[-1]["loss"] < 0.35 * said[0]["loss"]


def test_unknown_joints_and_light_samples_do_not_count() -> None:
    batch, network = to_batch(made.samples(16)), model().eval()
    whole = network.losses(batch)["loss"]
    wrong = batch.truth.clone()
    wrong[3] = 99.0
    ignored = replace(batch, truth=wrong, weight=torch.ones(16).index_fill(0, torch.tensor([3]), 0.0))
    unknown = replace(batch, truth=wrong.index_fill(0, torch.tensor([3]), torch.nan))
    assert torch.allclose(network.losses(ignored)["loss"], network.losses(unknown)["loss"])
    assert torch.allclose(network.losses(unknown)["loss"], whole, atol=0.1)
    nothing = replace(batch, truth=torch.full_like(batch.truth, torch.nan))
    assert float(network.losses(nothing)["loss"]) == 0
    made.learn(model(), made.half_known(batch), 2)
