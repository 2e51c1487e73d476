"""The body as the solver sees it."""

from __future__ import annotations

import numpy as np
import pytest

from synth.body.loading import load_body
from synth.posture.figure import figure

MEAN = (0.0,) * 10


def test_heights_are_the_bodys() -> None:
    fig = figure("female", MEAN)
    assert fig.height["head"] == pytest.approx(load_body(gender="female").height(), abs=0.002)
    order = ["floor", "ankle", "knee", "knuckle", "hip", "elbow", "chest", "shoulder", "eye", "head"]
    heights = [fig.height[name] for name in order]
    assert heights == sorted(heights)
    assert figure("male", (-1.645, *MEAN[1:])).height["head"] < figure("male", MEAN).height["head"]


def test_no_spheres_meet_where_a_body_stands_at_ease() -> None:
    fig = figure("male", MEAN)
    assert len(fig.balls.pairs) > 100
    assert (fig.balls.radius > 0.01).all()
    assert np.isin([name.split()[-1] for name in fig.balls.name], ["foot", "hand"]).sum() == 2 * 3 + 2 * 4
