"""The bodies that ship are whole, and unlike each other as people are."""

from __future__ import annotations

import numpy as np
import pytest

from synth.body.body import GENDERS
from synth.body.open import open_body
from synth.body.skeleton import SMPL_24, smpl_rest_joints
from synth.core.errors import InputError


@pytest.mark.parametrize("gender", GENDERS)
def test_arrays_have_their_types_and_sums(gender: str) -> None:
    body = open_body(gender)
    assert body.template.dtype == body.shape_dirs.dtype == body.weights.dtype == np.float32
    assert body.faces.dtype == body.weight_joints.dtype == body.proxy_faces.dtype == np.int32
    assert body.rest_joints.dtype == np.float64
    assert body.template.shape == (6890, 3)
    np.testing.assert_allclose(body.weights.sum(1), 1, atol=1e-6)
    np.testing.assert_allclose(body.surface_weights.sum(1), 1, atol=1e-5)
    assert body.faces.min() == 0
    assert body.faces.max() == len(body.template) - 1
    assert body.licence
    assert body.source


def test_joints_lie_where_smpls_do() -> None:
    gap = np.linalg.norm(open_body().rest_joints - smpl_rest_joints(), axis=1)
    assert gap.max() < 0.06, dict(zip(SMPL_24, gap.round(3), strict=True))


def test_men_are_taller() -> None:
    assert open_body("female").height() < open_body("neutral").height() < open_body("male").height()


def test_an_unknown_gender() -> None:
    with pytest.raises(InputError, match="unknown gender 'x'"):
        open_body("x")
