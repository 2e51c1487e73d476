"""'lcr': anchors by clusters, proposals that score, their integration."""

import pytest
import torch

from lifter.data.augment import to_batch
from lifter.models.lcr import Lcr, LcrConfig, agreed, anchors_of, nearest_anchor
from synth.core.errors import InputError
from tests.lifter.models import made

TINY = LcrConfig(anchors=12, width=48, blocks=1, dropout=0, regressors=16, refined=3)


def prepared(seed: int = 0) -> Lcr:
    torch.manual_seed(0)
    model = Lcr(TINY)
    model.prepare(made.samples(400), seed)
    return model


def test_the_loss_falls_with_half_of_the_truth_unknown() -> None:
    model, batch = prepared(), made.half_known(to_batch(made.samples(128)))
    said = made.learn(model, batch)
    assert said[-1]["loss"] < 0.5 * said[0]["loss"]
    assert said[-1]["right"] > said[0]["right"] + 0.3
    assert said[-1]["regression"] < said[0]["regression"]


def test_a_batch_without_any_truth_changes_nothing() -> None:
    model, batch = prepared(), to_batch(made.samples(16))
    batch.truth[:] = torch.nan
    found = model.losses(batch)
    found["loss"].backward()
    assert float(found["loss"].detach()) == 0
    assert all(p.grad is None or not p.grad.any() for p in model.parameters())


def test_anchors_are_the_same_for_a_seed() -> None:
    assert torch.equal(prepared(1).anchors, prepared(1).anchors)
    assert not torch.equal(prepared(1).anchors, prepared(2).anchors)


def test_anchors_keep_who_faces_where() -> None:
    """Somebody seen from behind is nearest to another anchor than somebody seen from the front."""
    model, batch = prepared(), to_batch(made.samples(400))
    around = batch.truth * torch.tensor([-1.0, 1.0, -1.0])
    known = torch.ones(400, 20, dtype=torch.bool)
    same = nearest_anchor(batch.truth, known, model.anchors) == nearest_anchor(around, known, model.anchors)
    assert same.float().mean() < 0.1


def test_nearest_anchor_goes_by_the_known_joints() -> None:
    anchors = torch.randn(5, 20, 3, generator=torch.Generator().manual_seed(0))
    truth, known = anchors[[3, 1]].clone(), torch.ones(2, 20, dtype=torch.bool)
    truth[0, 4:], known[0, 4:] = 0, False
    assert nearest_anchor(truth, known, anchors).tolist() == [3, 1]


def test_mixed_precision_takes_the_same_anchor() -> None:
    model, batch = prepared(), to_batch(made.samples(400))
    known = torch.ones(400, 20, dtype=torch.bool)
    own = nearest_anchor(batch.truth, known, model.anchors)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert torch.equal(nearest_anchor(batch.truth, known, model.anchors), own)
        assert torch.isfinite(model.losses(batch)["loss"])


def test_too_few_poses_for_the_anchors() -> None:
    with pytest.raises(InputError, match="3 different poses for 4 anchors"):
        anchors_of(torch.randn(3, 20, 3), 4, 0)
    with pytest.raises(InputError, match="0 different poses"):
        anchors_of(torch.full((3, 20, 3), torch.nan), 4, 0)


def test_proposals_score_best_first_and_start_as_anchors() -> None:
    model = prepared().eval()
    batch = to_batch(made.samples(6))
    joints, score = model.proposals(batch.points, batch.confidence, batch.size)
    assert joints.shape == (6, 3, 20, 3)
    assert (score[:, :-1] >= score[:, 1:]).all()
    assert (score.sum(1) <= 1 + 1e-6).all()
    apart = (joints[:, :, None] - model.anchors).abs().amax((-1, -2)).amin(-1)
    assert float(apart.detach().max()) < 1e-6


def test_agreed_is_the_mean_by_score_of_what_is_near_the_first() -> None:
    joints = torch.zeros(1, 3, 20, 3)
    joints[0, 1, :, 0], joints[0, 2, :, 0] = 0.1, 1.0
    score = torch.tensor([[0.5, 0.25, 0.25]])
    torch.testing.assert_close(agreed(joints, score, 0.2)[0, :, 0], torch.full((20,), 0.1 / 3))
    torch.testing.assert_close(agreed(joints, score, 2.0)[0, :, 0], torch.full((20,), 0.275))


def test_it_learns_poses() -> None:
    model, given = prepared(), made.samples(256)
    before = made.error(model, given)
    model.train()
    made.learn(model, to_batch(given), steps=150)
    assert made.error(model, given) < 0.6 * before
