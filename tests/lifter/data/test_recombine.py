"""Limbs of one sample on the trunk of another."""

from __future__ import annotations

import torch
from scipy.spatial.transform import Rotation
from torch import Tensor

from lifter.data.augment import Pool
from lifter.data.joints import HIPS, JOINTS3D
from lifter.data.recombine import recombined
from tests.lifter.models import made


def pose() -> tuple[Tensor, Tensor]:
    """Image-plane coordinates and joints of 64 people."""
    truth = torch.from_numpy(made.samples(64, seed=3).truth)
    return truth[:, :17, :2] / truth[:, :17, 2:], truth


def length(joints: Tensor, a: str, b: str) -> Tensor:
    return (joints[:, JOINTS3D.index(a)] - joints[:, JOINTS3D.index(b)]).norm(dim=1)


def test_limbs_change_and_trunks_do_not() -> None:
    plane, truth = pose()
    torch.manual_seed(1)
    seen, moved = recombined(plane, truth, torch.ones(64, dtype=torch.bool))
    for name in ("nose", "left_shoulder", "right_hip", "pelvis", "neck", "head_top"):
        assert torch.equal(moved[:, JOINTS3D.index(name)], truth[:, JOINTS3D.index(name)])
    for name in ("left_elbow", "right_wrist", "left_knee", "right_ankle"):
        assert (moved[:, JOINTS3D.index(name)] != truth[:, JOINTS3D.index(name)]).any(1).float().mean() > 0.5
    # what moved is seen where it now is
    assert torch.allclose(seen, moved[:, :17, :2] / moved[:, :17, 2:], atol=1e-5)


def test_a_limb_keeps_the_lengths_of_whom_it_came_from() -> None:
    plane, truth = pose()
    _, moved = recombined(plane, truth, torch.ones(64, dtype=torch.bool))
    for a, b in (("left_elbow", "left_wrist"), ("right_hip", "right_knee")):
        known = length(truth, a, b)
        assert ((length(moved, a, b)[:, None] - known).abs().amin(1) < 1e-5).all()


def test_detections_stay_as_far_off_as_they_were() -> None:
    plane, truth = pose()
    off = plane + torch.tensor([0.03, -0.02])
    seen, moved = recombined(off, truth, torch.ones(64, dtype=torch.bool))
    error = seen - moved[:, :17, :2] / moved[:, :17, 2:]
    assert torch.allclose(error, torch.tensor([0.03, -0.02]).expand_as(error), atol=1e-5)


def test_one_turned_pose_gives_itself_whatever_the_turn() -> None:
    """People who differ by a rotation alone exchange limbs without a change."""
    _, truth = pose()
    turns = Rotation.random(64, rng=5).as_matrix()
    body = truth[0] - truth[0, HIPS].mean(0)
    same = torch.einsum("nab,jb->nja", torch.from_numpy(turns).float(), body) + torch.tensor([0.0, 0.0, 5.0])
    _, moved = recombined(same[:, :17, :2] / same[:, :17, 2:], same, torch.ones(64, dtype=torch.bool))
    assert torch.allclose(moved, same, atol=1e-4)


def test_the_unknown_and_those_not_chosen_stay() -> None:
    plane, truth = pose()
    truth[:32, JOINTS3D.index("neck")] = torch.nan
    seen, moved = recombined(plane, truth, torch.arange(64) < 48)
    assert torch.equal(seen[48:], plane[48:])
    assert torch.equal(moved[48:], truth[48:])
    assert torch.equal(moved[:32].nan_to_num(), truth[:32].nan_to_num())
    assert moved[32:].isfinite().all()


def test_a_window_gets_the_limbs_of_one_other_or_none() -> None:
    torch.manual_seed(0)
    given = Pool.from_samples(made.moving(30, 3))
    truth = given.truth.clone()
    truth[1] = torch.nan  # a frame of the first window
    plane, found = recombined(given.plane, truth, torch.ones(90, dtype=torch.bool), 3)
    assert torch.equal(plane[:3], given.plane[:3])
    assert torch.equal(found[0], truth[0])
    moved = (found - truth)[3:].norm(dim=2).unflatten(0, (29, 3)) > 1e-4
    assert (moved == moved[:, :1]).all()
    assert moved.any(2).any(1).sum() > 20
    # the poses do not change within these windows, and neither do those of two windows in one
    away = (found - found[:, :1])[3:].unflatten(0, (29, 3))
    assert torch.allclose(away, away[:, :1].expand_as(away), atol=1e-4)
