"""What is done to samples, joint by joint; that what remains still agrees with itself."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from lifter.data.augment import (  # noqa: E402
    PATTERNS,
    RANDOM,
    AugmentSpec,
    Pool,
    augmented,
    jittered,
    mirrored,
    precise,
    rolled,
    to_batch,
    without,
)
from lifter.data.joints import HIPS, JOINTS3D, UPPER8  # noqa: E402
from lifter.data.windows import windows_of  # noqa: E402
from synth.body.skeleton import COCO_17  # noqa: E402
from tests.lifter.models import made  # noqa: E402

NOTHING = AugmentSpec(**dict.fromkeys(AugmentSpec.model_fields, 0))  # type: ignore[arg-type]


def pool(n: int = 64) -> Pool:
    return Pool.from_samples(made.samples(n))


def projected(given: Pool) -> torch.Tensor:
    return given.truth[:, :17, :2] / given.truth[:, :17, 2:]


def test_a_batch_is_the_truth_in_the_virtual_cameras_frame() -> None:
    given = made.samples(30)
    batch = to_batch(given)
    assert batch.truth[:, HIPS].mean(1).abs().max() < 1e-6
    joints = batch.truth.clone()
    joints[..., 2] += batch.distance[:, None]
    # the root lies on the axis but for the change of perspective within the hips
    tangents = (joints[:, :17, :2] / joints[:, :17, 2:]).numpy()
    assert tangents == pytest.approx((batch.points * batch.size[:, None, None]).numpy(), abs=0.01)
    away = np.linalg.norm(given.truth[:, HIPS].mean(1), axis=1)
    assert batch.distance.numpy() == pytest.approx(away, rel=1e-3)
    apart = np.linalg.norm(given.truth[:, 9] - given.truth[:, 16], axis=1)
    assert (batch.truth[:, 9] - batch.truth[:, 16]).norm(dim=1).numpy() == pytest.approx(apart, abs=1e-5)


def test_mirroring_swaps_left_and_right_by_name() -> None:
    given = pool()
    which = torch.arange(64) % 2 == 0
    found = mirrored(given, which)
    for row, name in enumerate(JOINTS3D):
        other = name.replace("left", "?").replace("right", "left").replace("?", "right")
        twin = JOINTS3D.index(other)
        expected = given.truth[::2, twin] * torch.tensor([-1.0, 1, 1])
        assert torch.equal(found.truth[::2, row], expected)
        if name in COCO_17:
            assert torch.equal(found.plane[::2, row], given.plane[::2, twin] * torch.tensor([-1.0, 1]))
            assert torch.equal(found.confidence[::2, row], given.confidence[::2, twin])
    assert torch.equal(found.truth[1::2], given.truth[1::2])
    assert projected(found).numpy() == pytest.approx(found.plane.numpy(), abs=1e-6)
    again = mirrored(found, which)
    assert torch.equal(again.truth, given.truth)
    assert torch.equal(again.plane, given.plane)


def test_a_rolled_camera_sees_the_truth_turned() -> None:
    given = pool()
    angle = torch.linspace(-0.3, 0.3, 64)
    found = rolled(given, angle)
    assert projected(found).numpy() == pytest.approx(found.plane.numpy(), abs=1e-6)
    assert (found.truth - given.truth).abs().max() > 0.1
    back = rolled(found, -angle)
    assert back.truth.numpy() == pytest.approx(given.truth.numpy(), abs=1e-5)


def test_patterns_take_what_they_name() -> None:
    keypoints = made.samples(16).keypoints
    upper = without(keypoints, "upper body")
    assert [name for name, row in zip(COCO_17, upper[0], strict=True) if row[2]] == list(UPPER8)
    assert {tuple(np.flatnonzero(row[:, 2] == 0)) for row in without(keypoints, "a limb missing")} == {
        tuple(sorted(COCO_17.index(name) for name in names)) for names in PATTERNS["a limb missing"]
    }
    for pattern in (*PATTERNS, RANDOM):
        left = without(keypoints, pattern)
        assert ((left == 0).all(-1) | (left == keypoints).all(-1)).all()
        assert ((left[..., 2] > 0).sum(1) >= 4).all()
        assert (left[..., 2] == 0).any(1).mean() > 0.9
    with pytest.raises(ValueError, match="'no brain' is not a pattern"):
        without(keypoints, "no brain")
    few = keypoints[:2].copy()
    few[:, 5:] = 0
    assert (without(few, "no face") == few).all()


def test_augmented_samples_keep_enough_and_stay_plausible() -> None:
    torch.manual_seed(0)
    given = pool(2000)
    found = augmented(given, AugmentSpec())
    detected = (found.confidence > 0).sum(1)
    assert detected.min() >= 4
    assert 0.3 < (detected < 17).float().mean() < 0.8
    assert (found.plane[found.confidence == 0] == 0).all()
    assert found.confidence.max() <= 1
    assert found.truth.isfinite().all()
    off = (found.plane - projected(found))[found.confidence > 0].abs()
    assert 0 < off.mean() < 0.005
    batch = to_batch(found)
    assert all(getattr(batch, name).isfinite().all() for name in ("points", "size", "truth", "distance"))


def test_every_pattern_is_drawn_as_often() -> None:
    torch.manual_seed(1)
    found = augmented(pool(4000), AugmentSpec(mirror=0, roll=0, missing=1, jitter=0, confidence=0, unsure=0))
    missing = [frozenset(np.flatnonzero(row == 0)) for row in found.confidence.numpy()]
    for variants in PATTERNS.values():
        sets = {frozenset(COCO_17.index(name) for name in names) for names in variants}
        assert 0.03 < np.mean([row in sets for row in missing]) < 0.12


def test_nothing_is_done_where_nothing_is_asked_for() -> None:
    given = pool()
    found = augmented(given, NOTHING)
    for name in ("plane", "confidence", "truth", "weight"):
        assert getattr(found, name).numpy() == pytest.approx(getattr(given, name).numpy())


def test_the_seed_draws_it_all() -> None:
    found = []
    for seed in (3, 3, 4):
        torch.manual_seed(seed)
        found.append(augmented(pool(), AugmentSpec()))
    assert torch.equal(found[0].plane, found[1].plane)
    assert torch.equal(found[0].confidence, found[1].confidence)
    assert not torch.equal(found[0].plane, found[2].plane)


def test_jitter_is_of_the_persons_size() -> None:
    torch.manual_seed(0)
    given = pool(500)
    there = torch.ones_like(given.confidence, dtype=torch.bool)
    off = jittered(given.plane, there, 0.02) - given.plane
    extent = (given.plane.amax(1) - given.plane.amin(1)).amax(1)
    ratio = off.std((1, 2)) / extent
    assert 0.005 < ratio.mean() < 0.015
    assert ratio.max() < 0.03
    assert torch.equal(jittered(given.plane, ~there, 0.02), given.plane)


def test_samples_without_3d() -> None:
    given = made.samples(5)
    batch = to_batch(Pool.from_detections(given.keypoints, given.intrinsics))
    assert batch.truth.isnan().all()
    assert batch.distance.isnan().all()
    assert batch.points.isfinite().all()


def test_precise_detections_lie_at_their_joints() -> None:
    pool = Pool.from_samples(made.samples(30, seed=4))
    pool.confidence[:, 3] = 0
    exact = precise(pool, torch.arange(30) < 20)
    truth = pool.truth[:20, :17, :2] / pool.truth[:20, :17, 2:]
    there = exact.confidence[:20] > 0
    assert torch.allclose(exact.plane[:20][there], truth[there], atol=1e-6)
    assert (exact.confidence[:, 3] == 0).all()
    assert (exact.confidence[:20][there] >= 0.5).all()
    assert torch.equal(exact.plane[20:], pool.plane[20:])
    assert torch.equal(exact.confidence[20:], pool.confidence[20:])


EVERYTHING = AugmentSpec(
    mirror=0.5, recombine=0.8, precise=0, missing=0.8, jitter=0, confidence=0.8, unsure=0.5
)


def still(windows: int, frames: int) -> Pool:
    """Windows in which nobody moves."""
    given = pool(windows)
    confidence = torch.rand_like(given.confidence).clamp(min=0.05)
    given = Pool(given.plane, confidence, given.truth, given.weight)
    return given[torch.arange(windows).repeat_interleave(frames)]


def test_a_window_is_treated_as_one() -> None:
    torch.manual_seed(0)
    given = still(200, 5)
    found = augmented(given, EVERYTHING, 5)
    for name in ("plane", "confidence", "truth"):
        each = getattr(found, name).unflatten(0, (200, 5))
        assert torch.allclose(each, each[:, :1].expand_as(each), atol=1e-6), name
        assert torch.equal(each == 0, (each[:, :1] == 0).expand_as(each)), name
    one = augmented(given[::5], EVERYTHING)
    assert (found.confidence[::5] == 0).float().mean() == pytest.approx(
        float((one.confidence == 0).float().mean()), abs=0.05
    )
    moved = (found.truth[::5] - given.truth[::5]).norm(dim=2).amax(1) > 0.05
    assert moved.float().mean() > 0.5


def test_detectors_err_anew_in_each_frame() -> None:
    torch.manual_seed(0)
    found = augmented(still(20, 3), NOTHING.model_copy(update={"jitter": 0.05}), 3).plane.unflatten(
        0, (20, 3)
    )
    assert (found[:, 0] - found[:, 1]).abs().amax((1, 2)).min() > 0


def test_a_batch_of_windows_has_the_truth_of_the_middle() -> None:
    given = Pool.from_samples(made.moving(6, 3))
    batch = to_batch(given, frames=3)
    assert batch.points.shape == (6, 3, 17, 2)
    assert batch.confidence.shape == (6, 3, 17)
    alone = to_batch(given[1::3])
    assert torch.allclose(batch.points[:, 1], alone.points, atol=1e-6)
    for name in ("size", "truth", "distance", "weight"):
        assert torch.allclose(getattr(batch, name), getattr(alone, name), atol=1e-5)


def test_frames_of_a_window_that_are_missing_have_no_detections() -> None:
    given = pool(3)
    windows = windows_of(np.zeros(3), np.arange(3), 3)
    found = given.within(windows)
    assert torch.equal(found.confidence[0], torch.zeros(17))
    assert torch.equal(found.plane[-1], torch.zeros(17, 2))
    assert torch.equal(found.truth[4], given.truth[1])
    assert torch.equal(found.plane[4], given.plane[1])


def test_a_pattern_takes_the_same_joints_from_a_window() -> None:
    given = made.moving(16, 3)
    for pattern in (RANDOM, "a limb missing"):
        kept = without(given.keypoints, pattern, frames=3)[..., 2].reshape(16, 3, 17) > 0
        assert (kept == kept[:, :1]).all()
        assert (kept[0] != kept[1]).any()
