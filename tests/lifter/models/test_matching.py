"""'matching': exemplars are found again, joints that are missing are ignored, a checkpoint carries them."""

import numpy as np
import pytest
import torch

from lifter.data.augment import to_batch
from lifter.data.joints import JOINTS3D
from lifter.models.lifter import fill
from lifter.models.matching import Matching, MatchingConfig, exemplars_of
from synth.core.errors import InputError
from tests.lifter.models import made

ALL = MatchingConfig(cells=16, probes=16)


def prepared(n: int = 2000, config: MatchingConfig = ALL) -> Matching:
    model = Matching(config)
    model.prepare(made.samples(n), seed=0)
    return model


def test_exemplars_are_found_again() -> None:
    assert made.error(prepared(), made.samples(2000)[:50]) < 2e-3  # float16's millimetre


def test_also_with_legs_missing() -> None:
    legs = [name for name in JOINTS3D if name.endswith(("knee", "ankle"))]
    assert made.error(prepared(), made.without(made.samples(2000)[:50], legs)) < 2e-3


def test_more_exemplars_are_better() -> None:
    new = made.samples(300, seed=1)
    few, many = made.error(prepared(30), new), made.error(prepared(5000), new)
    assert many < 0.8 * few
    assert many < 0.15


def test_neighbours_are_averaged() -> None:
    config = MatchingConfig(cells=16, probes=16, neighbours=7)
    batch = to_batch(made.samples(20, seed=1))
    model = prepared(config=config)
    rows = model.matches(batch.points, batch.confidence)
    assert rows.shape == (20, 7)
    assert all(len(set(own)) == 7 for own in rows.tolist())
    assert made.error(model, made.samples(300, seed=1)) < made.error(prepared(), made.samples(300, seed=1))


def test_a_checkpoint_carries_the_exemplars() -> None:
    model, other = prepared(), Matching(ALL)
    batch = to_batch(made.samples(10, seed=1))
    given = batch.points, batch.confidence, batch.size
    other.to(torch.float32)
    fill(other, model.state_dict())
    assert torch.equal(model(*given).joints, other(*given).joints)
    size = sum(tensor.numel() * tensor.element_size() for tensor in model.state_dict().values())
    assert size / 2000 < 140


def test_loading_other_exemplars_forgets_the_index() -> None:
    batch = to_batch(made.samples(10, seed=1))
    given = batch.points, batch.confidence, batch.size
    model, other = prepared(500), Matching(ALL)
    other.prepare(made.samples(500, seed=7), 0)
    before = model(*given).joints
    fill(model, other.state_dict())
    assert torch.equal(model(*given).joints, other(*given).joints)
    assert not torch.equal(before, model(*given).joints)


def test_who_lacks_a_joint_is_no_exemplar_and_what_all_lack_is_nan() -> None:
    truth = made.samples(20).truth.copy()
    truth[:, JOINTS3D.index("head_top")] = np.nan
    truth[:5, JOINTS3D.index("left_wrist")] = np.nan
    truth[5, JOINTS3D.index("left_hip"), 2] = -1.0
    joints, root = exemplars_of(truth)
    assert len(joints) == len(root) == 14
    assert np.isnan(joints[:, JOINTS3D.index("head_top")]).all()
    assert np.isfinite(joints[:, :17]).all()
    assert np.abs(root[:, :2]).max() < 0.01


def test_exemplars_that_know_no_ears_are_matched_by_the_rest() -> None:
    known = made.samples(500)
    known.truth[:, JOINTS3D.index("left_ear")] = np.nan
    model = Matching(ALL)
    model.prepare(known, 0)
    batch = to_batch(made.samples(500)[:20])
    joints = model(batch.points, batch.confidence, batch.size).joints
    there = [n for n, name in enumerate(JOINTS3D) if name != "left_ear"]
    torch.testing.assert_close(joints[:, there], batch.truth[:, there], atol=5e-3, rtol=0)
    assert joints.isfinite().all()


def test_nobody_detected_still_gives_a_pose() -> None:
    model = prepared(100)
    joints = model(torch.zeros(2, 17, 2), torch.zeros(2, 17), torch.ones(2)).joints
    assert joints.isfinite().all()


def test_without_3d_there_is_nothing_to_prepare_from() -> None:
    given = made.samples(5)
    given.truth[:] = np.nan
    with pytest.raises(InputError, match="3D"):
        Matching(ALL).prepare(given, 0)
    with pytest.raises(InputError, match="no exemplars"):
        Matching(ALL)(torch.zeros(1, 17, 2), torch.ones(1, 17), torch.ones(1))
