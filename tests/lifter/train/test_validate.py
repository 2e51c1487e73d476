"""Scores on the validation split, against predictions whose errors are known."""

from __future__ import annotations

import json

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from lifter.data.augment import PATTERNS, RANDOM, to_batch  # noqa: E402
from lifter.data.joints import BODY, JOINTS3D  # noqa: E402
from lifter.models.model import Model, ModelConfig, Output  # noqa: E402
from lifter.score.metrics import pa_mpjpe  # noqa: E402
from lifter.train.validate import ALONE, BETWEEN, NEAR, WHOLE, validate  # noqa: E402
from tests.lifter.models import made  # noqa: E402


class Knowing(Model):
    """Predicts the truth of samples but for one wrist, which is off by `away` metres."""

    def __init__(self, truth: torch.Tensor, size: torch.Tensor, away: float, frames: int = 1) -> None:
        super().__init__(ModelConfig())
        self.truth, self.size, self.away, self.frames = truth, size, away, frames
        self.unused = torch.nn.Parameter(torch.zeros(1))

    def forward(self, points: torch.Tensor, confidence: torch.Tensor, size: torch.Tensor) -> Output:
        row = (size[:, None] - self.size).abs().argmin(1)
        joints = self.truth[row].clone()
        joints[:, JOINTS3D.index("left_wrist"), 1] += self.away
        return Output(joints)


def knowing(count: int = 40, away: float = 0.12) -> tuple[Knowing, made.Samples]:
    given = made.samples(count)
    batch = to_batch(given)
    return Knowing(batch.truth, batch.size, away), given


def test_one_joint_off_is_a_twelfth_of_it_and_sets_the_factors() -> None:
    model, given = knowing()
    model.train()
    found = validate(model, given)
    assert found.figures[WHOLE]["mpjpe"] == pytest.approx(10, abs=0.05)  # of the 12 joints of the body
    assert found.score == found.figures[WHOLE]["mpjpe"]
    joints = model(torch.zeros(40, 17, 2), torch.zeros(40, 17), model.size).joints.numpy()
    aligned = pa_mpjpe(joints[:, BODY], model.truth.numpy()[:, BODY])
    assert found.figures[WHOLE]["pa_mpjpe"] == pytest.approx(aligned.mean(), rel=1e-3)
    assert {*PATTERNS, RANDOM, WHOLE} == {*found.figures} - {NEAR}
    assert model.training  # as it was before
    assert found.factors.shape == (20, 4)


def test_people_who_are_near_are_a_subset() -> None:
    model, given = knowing()
    size = to_batch(given).size
    figures = validate(model, given[(size < 0.6).numpy()]).figures
    assert NEAR not in figures
    near = made.samples(40)
    near.keypoints[..., :2] = 500 + 3 * (near.keypoints[..., :2] - 500)
    assert NEAR in validate(Knowing(model.truth, to_batch(near).size, 0.12), near).figures


def test_what_no_sample_has_is_left_out() -> None:
    model, given = knowing(8)
    given.truth[:, [row for row, name in enumerate(JOINTS3D) if "hip" not in name]] = np.nan
    figures = validate(model, given).figures  # of two joints no similarity can be found
    assert set(figures[WHOLE]) == {"mpjpe"}
    json.dumps(figures, allow_nan=False)


def test_windows_are_also_tried_alone_and_without_their_middle() -> None:
    given = made.moving(6, 3)
    batch = to_batch(given)
    model = Knowing(batch.truth, batch.size, 0.12, frames=3)
    found = validate(model, given).figures
    assert {ALONE, BETWEEN} <= set(found)
    assert found[ALONE]["mpjpe"] == pytest.approx(10, abs=0.05)
