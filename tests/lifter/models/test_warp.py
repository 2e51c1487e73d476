"""The warp against cases whose answer is known."""

import torch

from lifter.data.joints import HIPS, JOINTS3D
from lifter.models.warp import fit, warp
from tests.lifter.models import made


def exemplars(n: int = 4) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Joints from the mid-hip, the mid-hip, and what is seen of them."""
    joints = torch.from_numpy(made.samples(n).truth)
    root = joints[:, HIPS].mean(1)
    return joints - root[:, None], root, joints[:, :17, :2] / joints[:, :17, 2:]


def test_an_exemplar_on_its_own_projection_stays_as_it_is() -> None:
    joints, root, seen = exemplars()
    found, away = warp(joints, root, seen, torch.ones(4, 17))
    torch.testing.assert_close(found, joints, atol=1e-5, rtol=0)
    torch.testing.assert_close(away, root[:, 2])


def test_so_it_does_with_joints_missing() -> None:
    joints, root, seen = exemplars()
    confidence = torch.ones(4, 17)
    confidence[:, 13:], seen[:, 13:] = 0, 7.0
    found, away = warp(joints, root, seen, confidence)
    torch.testing.assert_close(found, joints, atol=1e-5, rtol=0)
    torch.testing.assert_close(away, root[:, 2])


def test_depths_are_the_exemplars_and_x_and_y_lie_on_the_rays() -> None:
    joints, root, seen = exemplars()
    seen = seen + 0.02 * torch.randn(seen.shape, generator=torch.Generator().manual_seed(0))
    found, away = warp(joints, root, seen, torch.ones(4, 17))
    depth = joints[:, :17, 2] - joints[:, HIPS, 2].mean(1, keepdim=True)
    torch.testing.assert_close(found[:, :17, 2], depth, atol=1e-5, rtol=0)
    # the mid-hip is where x and y of the hips' rays at their depths have their mean
    at = seen * (away[:, None] + depth)[..., None]
    torch.testing.assert_close(found[:, :17, :2], at - at[:, HIPS].mean(1, keepdim=True), atol=1e-5, rtol=0)


def test_half_as_large_is_twice_as_far() -> None:
    joints, _, _ = exemplars()
    flat = torch.cat([joints[..., :2], torch.zeros_like(joints[..., :1])], -1)
    ahead = torch.tensor([[0.0, 0.0, 4.0]]).expand(4, 3)
    found, away = warp(flat, ahead, 0.5 * flat[:, :17, :2] / 4, torch.ones(4, 17))
    torch.testing.assert_close(away, torch.full((4,), 8.0))
    torch.testing.assert_close(found, flat, atol=1e-5, rtol=0)


def test_a_missing_wrist_goes_along_with_its_elbow() -> None:
    joints, root, seen = exemplars(1)
    elbow, wrist = JOINTS3D.index("left_elbow"), JOINTS3D.index("left_wrist")
    confidence = torch.ones(1, 17)
    confidence[0, wrist] = 0
    moved = seen.clone()
    moved[0, elbow, 0] += 0.05
    before, _ = warp(joints, root, seen, confidence)
    after, _ = warp(joints, root, moved, confidence)
    torch.testing.assert_close((after - before)[0, wrist], (after - before)[0, elbow], atol=0.03, rtol=0)
    assert float((after - before)[0, elbow, 0]) > 0.1


def test_a_joint_goes_as_far_as_the_detector_is_sure() -> None:
    joints, root, seen = exemplars(1)
    nose = JOINTS3D.index("nose")
    seen[0, nose, 0] += 1.0  # counts so little that the rest stays
    confidence = torch.ones(1, 17)
    confidence[0, nose] = 1e-6
    found, _ = warp(joints, root, seen, confidence)
    torch.testing.assert_close(found, joints, atol=1e-4, rtol=0)


def test_fit_finds_scale_and_shift() -> None:
    plane = torch.randn(3, 17, 2, generator=torch.Generator().manual_seed(0))
    scale, shift = fit(plane, 2 * plane + torch.tensor([1.0, -1.0]), torch.ones(3, 17))
    torch.testing.assert_close(scale, torch.full((3,), 2.0))
    torch.testing.assert_close(shift, torch.tensor([[1.0, -1.0]]).expand(3, 2), atol=1e-5, rtol=0)
    assert (fit(plane, -plane, torch.ones(3, 17))[0] > 0).all()
