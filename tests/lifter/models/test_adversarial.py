"""'adversarial': the descriptor, the two players, and what samples without 3D teach."""

import math

import torch

from lifter.data.augment import to_batch
from lifter.data.joints import JOINTS3D
from lifter.models.adversarial import PAIRS, Adversarial, AdversarialConfig, geometry, misfit
from tests.lifter.models import made

TINY = AdversarialConfig(width=48, blocks=1, dropout=0, judge_width=16)


def fresh(**changes: object) -> Adversarial:
    torch.manual_seed(0)
    return Adversarial(AdversarialConfig.model_validate(TINY.model_dump() | changes))


def test_the_descriptor_by_hand() -> None:
    joints = torch.zeros(1, 20, 3)
    joints[0, JOINTS3D.index("left_shoulder")] = torch.tensor([0.2, -0.5, 0.1])
    joints[0, JOINTS3D.index("left_wrist")] = torch.tensor([0.5, -0.1, 0.3])
    names = [(JOINTS3D[a], JOINTS3D[b]) for a, b in PAIRS.tolist()]
    found = geometry(joints).view(len(names), 6)[names.index(("left_shoulder", "left_wrist"))]
    torch.testing.assert_close(found, torch.tensor([-0.3, -0.4, -0.2, 0.09, 0.16, 0.04]))
    assert len(names) == 14 * 13 // 2
    assert not geometry(torch.zeros(1, 20, 3)).any()


def test_a_pose_fits_its_own_rays() -> None:
    batch = to_batch(made.samples(5))
    tangents, sure = batch.points * batch.size[:, None, None], torch.ones(5, 17)
    assert float(misfit(batch.truth, tangents, sure).max()) < 1e-3
    turned = batch.truth * torch.tensor([-1.0, 1.0, 1.0])
    assert float(misfit(turned, tangents, sure).min()) > 0.02


def test_missing_joints_do_not_count_in_the_misfit() -> None:
    batch = to_batch(made.samples(5))
    tangents, sure = batch.points * batch.size[:, None, None], torch.ones(5, 17)
    tangents[:, 9], sure[:, 9] = 50.0, 0
    assert float(misfit(batch.truth, tangents, sure).max()) < 1e-3


def test_the_loss_falls_and_gradients_are_finite_with_half_of_the_truth_unknown() -> None:
    batch = made.half_known(to_batch(made.samples(128, noise=3)))
    given = made.samples(128, noise=3)
    model = fresh()
    before = made.error(model, given)
    model.train()
    said = made.learn(model, batch, steps=150)
    assert all(math.isfinite(value) for each in said for value in each.values())
    assert said[-1]["reprojection"] < 0.7 * said[0]["reprojection"]
    assert made.error(model, given) < 0.7 * before


def test_the_generator_learns_from_samples_without_3d() -> None:
    model = fresh()
    batch = to_batch(made.samples(64))
    batch.truth[:] = torch.nan
    model.losses(batch)["loss"].backward()
    moved = [p.grad.abs().sum() for p in model.generator.parameters() if p.grad is not None]
    assert moved
    assert float(torch.stack(moved).sum()) > 0


def test_each_player_learns_from_its_own_loss_only() -> None:
    """The generator's adversarial loss holds the discriminator fixed, and the other way round."""
    batch = to_batch(made.samples(64))
    grads = {}
    for weight in (0.0, 5.0):
        model = fresh(adversarial=weight)
        model.losses(batch)["loss"].backward()
        grads[weight] = {name: p.grad.clone() for name, p in model.named_parameters() if p.grad is not None}
    for name in grads[0.0]:
        same = torch.allclose(grads[0.0][name], grads[5.0][name], atol=1e-7)
        assert same == name.startswith("discriminator."), name


def test_the_discriminator_learns_to_tell() -> None:
    """While the generator stays as it is."""
    model = fresh()
    model.generator.requires_grad_(False)
    assert made.learn(model, to_batch(made.samples(256)), steps=30)[-1]["caught"] > 0.95


def test_mixed_precision_keeps_losses_finite() -> None:
    model, batch = fresh(), made.half_known(to_batch(made.samples(64)))
    with torch.autocast("cpu", dtype=torch.bfloat16):
        losses = model.losses(batch)
    losses["loss"].backward()
    assert all(torch.isfinite(value) for value in losses.values())
    assert all(p.grad.isfinite().all() for p in model.parameters() if p.grad is not None)


def test_sources_can_be_left_out() -> None:
    batch = to_batch(made.samples(16))
    for sources in (("geometry",), ("points", "pose")):
        model = fresh(sources=sources)
        assert set(model.discriminator.read) == set(sources)
        assert torch.isfinite(model.losses(batch)["loss"])


def test_joints_that_the_truth_lacks_are_shown_of_nobody() -> None:
    """Else the discriminator would tell real poses by what is missing."""
    model, batch = fresh(), to_batch(made.samples(32))
    batch.truth[:, JOINTS3D.index("head_top")] = torch.nan
    found = model.losses(batch)
    found["loss"].backward()
    last = model.generator.last.weight.grad
    assert last is not None
    assert not last.view(20, 3, -1)[JOINTS3D.index("head_top")].any()
