from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from pydantic import ValidationError  # noqa: E402

from lifter.data.augment import Pool, to_batch  # noqa: E402
from lifter.data.batch import TensorBatch  # noqa: E402
from lifter.models.model import Output  # noqa: E402
from lifter.models.posemill import Posemill, PosemillConfig  # noqa: E402
from synth.body.skeleton import COCO_17  # noqa: E402
from tests.lifter.models import made  # noqa: E402

SMALL = {"token": 16, "layers": 1, "heads": 2, "width": 64, "blocks": 1, "dropout": 0}


def model(**config: float) -> Posemill:
    torch.manual_seed(0)
    return Posemill(PosemillConfig.model_validate({**SMALL, **config}))


def test_it_learns_poses_uncertainty_and_distance() -> None:
    batch, network = to_batch(made.samples(128)), model()
    said = made.learn(network, batch, 150)
    assert said[-1]["pose"] < 0.3 * said[0]["pose"]
    assert said[-1]["likelihood"] < said[0]["likelihood"] - 2
    output = network(batch.points, batch.confidence, batch.size)
    assert float((output.distance.log() - batch.distance.log()).abs().median()) < 0.15
    apart = (output.joints - batch.truth).norm(dim=-1)
    ratio = apart / (output.log_sigma.exp() * math.sqrt(3))
    assert 0.4 < float(ratio.median()) < 1.6


def test_no_joint_moves_to_suit_its_uncertainty() -> None:
    batch = to_batch(made.samples(32))
    gradients = []
    for weight in (0.0, 0.02):
        network = model(uncertainty=weight).eval()
        network.losses(batch)["loss"].backward()
        gradients.append(network.joints.weight.grad)
    assert torch.equal(*gradients)


def test_the_likelihood_is_least_at_the_spread_there_is() -> None:
    # distances r of a Laplace distribution in 3D, of density exp(-r / b) / (8 pi b^3), follow Gamma(3, b)
    rng = np.random.default_rng(0)
    away = rng.normal(size=(2000, 20, 3))
    away *= rng.gamma(3.0, 0.05, (2000, 20, 1)) / np.linalg.norm(away, axis=-1, keepdims=True)
    joints, network = torch.from_numpy(away), model()
    given = torch.zeros(2000, 17)
    batch = TensorBatch(given[..., None].expand(-1, -1, 2), given, given[:, 0], torch.zeros_like(joints),
                        torch.ones(2000), torch.ones(2000))  # fmt: skip
    sigmas = np.linspace(0.06, 0.14, 81)
    likelihood = []
    for sigma in sigmas:
        output = Output(joints, torch.full((2000, 20), math.log(sigma)), torch.ones(2000))
        network.forward = lambda *_, output=output: output  # type: ignore[method-assign]
        likelihood.append(float(network.losses(batch)["likelihood"]))
    best = sigmas[np.argmin(likelihood)]
    assert best == pytest.approx(0.1, abs=0.003)  # the deviation along an axis is 2 b: E r^2 / 3 = 12 b^2 / 3
    assert best == pytest.approx(float(joints.square().mean().sqrt()), rel=0.05)


def test_what_is_missing_is_not_read() -> None:
    batch, network = to_batch(made.samples(8)), model().eval()
    confidence = batch.confidence.clone()
    confidence[:, COCO_17.index("left_ankle")] = 0
    points = batch.points.clone()
    points[:, COCO_17.index("left_ankle")] = 123.0
    one = network(batch.points, confidence, batch.size)
    two = network(points, confidence, batch.size)
    assert torch.equal(one.joints, two.joints)
    seen = network(batch.points, batch.confidence, batch.size)
    assert (seen.joints - one.joints).abs().max() > 1e-5


def test_nobody_detected_is_no_nan() -> None:
    output = model().eval()(torch.zeros(2, 17, 2), torch.zeros(2, 17), torch.full((2,), 1e-3))
    assert output.joints.isfinite().all()
    assert output.log_sigma.isfinite().all()
    assert output.distance.isfinite().all()


def test_samples_without_3d_and_single_unknown_joints() -> None:
    said = made.learn(model(), made.half_known(to_batch(made.samples(32))), 60)
    assert said[-1]["pose"] < 0.6 * said[0]["pose"]
    unknown = to_batch(made.samples(4))
    unknown.truth[:], unknown.distance[:] = torch.nan, torch.nan
    assert all(float(value.detach()) == 0 for value in model().losses(unknown).values())


def test_tokens_divide_among_heads() -> None:
    with pytest.raises(ValidationError, match="not a multiple"):
        PosemillConfig(token=30, heads=4)


def still(n: int, frames: int, noise: float) -> TensorBatch:
    return to_batch(Pool.from_samples(made.moving(n, frames, noise=noise)), frames=frames)


def test_it_learns_from_windows_and_answers_for_the_middle() -> None:
    batch, network = still(64, 5, 3.0), model(frames=5, time=16)
    said = made.learn(network, batch, 100)
    assert said[-1]["pose"] < 0.4 * said[0]["pose"]
    output = network(batch.points, batch.confidence, batch.size)
    assert output.joints.shape == (64, 20, 3)
    assert output.distance.shape == (64,)
    assert network.time.wide.weight.abs().sum() > 0


def test_one_frame_is_as_without_time() -> None:
    names, several = model().state_dict(), model(frames=3, time=16).state_dict()
    assert not any(name.startswith("time") for name in names)
    assert {name for name in several if not name.startswith("time")} == set(names)
    assert all(torch.equal(value, several[name]) for name, value in names.items())


def test_a_missing_frame_is_not_read_and_one_in_the_middle_is_answered_from_the_others() -> None:
    batch, network = still(32, 3, 1.0), model(frames=3, time=16)
    hidden = batch.confidence.clone()
    hidden[:, 1] = 0
    made.learn(network, replace(batch, confidence=hidden), 150)
    network.eval()
    found = network(batch.points, hidden, batch.size).joints
    assert (found - batch.truth).norm(dim=2).mean() < 0.15
    assert (found - found[:1]).norm(dim=2).mean() > 0.1  # not one pose for all
    hidden[:, 0] = 0
    one, other = batch.points.clone(), batch.points.clone()
    other[:, :2] = 123.0
    assert torch.equal(network(one, hidden, batch.size).joints, network(other, hidden, batch.size).joints)


def test_no_frame_at_all_is_no_nan() -> None:
    network = model(frames=3, time=16).eval()
    output = network(torch.zeros(2, 3, 17, 2), torch.zeros(2, 3, 17), torch.full((2,), 1e-3))
    assert output.joints.isfinite().all()


@pytest.mark.parametrize(
    ("config", "says"), [({"frames": 4}, "odd"), ({"frames": 3, "time": 7}, "not a multiple")]
)
def test_frames_have_a_middle(config: dict[str, int], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        PosemillConfig.model_validate(config)
