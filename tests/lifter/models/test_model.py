"""What all methods share: distances to a truth that may be unknown, and their means."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from pydantic import ValidationError  # noqa: E402

from lifter.models.model import Model, ModelConfig, distances, mean_over  # noqa: E402


def test_distances_are_zero_where_the_truth_is_unknown() -> None:
    joints, truth = torch.zeros(2, 20, 3, requires_grad=True), torch.zeros(2, 20, 3)
    truth[0, 3] = torch.tensor([0.3, 0.0, 0.4])
    truth[1, 5, 1] = torch.nan
    apart, known = distances(joints, truth)
    assert float(apart[0, 3]) == pytest.approx(0.5)
    assert float(apart[1, 5]) == 0
    assert not known[1, 5]
    assert int(known.sum()) == 39
    apart.sum().backward()
    assert joints.grad is not None
    assert joints.grad.isfinite().all()  # also where a distance is 0
    assert joints.grad[0, 3].tolist() == pytest.approx([-0.6, 0.0, -0.8])


def test_means_count_samples_by_their_weight() -> None:
    values = torch.tensor([[1.0, 3.0], [5.0, 7.0]])
    known = torch.tensor([[True, False], [True, True]])
    assert float(mean_over(values, known, torch.tensor([1.0, 1.0]))) == pytest.approx(13 / 3)
    assert float(mean_over(values, known, torch.tensor([2.0, 1.0]))) == pytest.approx((2 + 12) / 4)
    assert float(mean_over(values, torch.zeros_like(known), torch.ones(2))) == 0


def test_a_method_must_give_its_prediction_and_its_losses() -> None:
    method = Model(ModelConfig())
    with pytest.raises(NotImplementedError):
        method(torch.zeros(1, 17, 2), torch.zeros(1, 17), torch.ones(1))
    assert (method.frames, method.trained, method.recipe) == (1, True, None)
    with pytest.raises(ValidationError, match="prepare_samples"):
        ModelConfig(prepare_samples=-1)
