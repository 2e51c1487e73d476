"""Where outcomes are put, against geometry by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from synth.detector.outcomes import _length, _occluders, _own_occluder, _pick, _put, trust
from synth.detector.shares import GOOD, JITTER, SILENT


def test_trouble_is_picked_by_its_share() -> None:
    shares, z = np.zeros((17, 6)), np.zeros((17, 7))
    shares[0, [GOOD, JITTER, SILENT]] = 0.5, 0.25, 0.25
    z[0, 0] = -10.0  # the trouble's normal far below: no trouble
    assert _pick(shares, z, 0)[0] == GOOD
    z[0, 0] = 10.0
    for normal, outcome in ((-0.5, JITTER), (0.5, SILENT)):  # below and above the median of what is left
        z[0, 1] = normal
        assert _pick(shares, z, 0)[0] == outcome


def test_a_point_is_put_at_its_distance_in_the_picture() -> None:
    nan = math.nan
    assert _put(50.0, 50.0, 10.0, 1.0, 0.0, nan, nan, 0.0, 100.0, 100.0) == (60.0, 50.0)
    # off the right edge, or too near what is to be kept clear: turned, at the same distance
    for start, avoid, clear in (((95.0, 50.0), (nan, nan), 0.0), ((50.0, 50.0), (60.0, 50.0), 5.0)):
        x, y = _put(*start, 10.0, 1.0, 0.0, *avoid, clear, 100.0, 100.0)
        assert _length(x - start[0], y - start[1]) == pytest.approx(10)
        assert 0 <= x <= 100
        assert not _length(x - avoid[0], y - avoid[1]) <= clear


def test_the_own_occluder_is_the_nearest_bone_in_front() -> None:
    image, depth = np.full((17, 2), 1000.0), np.full(17, 9.0)
    wrist, shoulder, elbow = 9, 6, 8  # COCO's left wrist behind the right upper arm
    image[wrist], depth[wrist] = (50.0, 50.0), 5.0
    image[shoulder], image[elbow] = (40.0, 60.0), (60.0, 60.0)
    depth[[shoulder, elbow]] = 4.0
    assert _own_occluder(wrist, image, depth) == (50.0, 60.0)
    depth[[shoulder, elbow]] = 6.0  # behind the wrist: it hides nothing
    assert np.isnan(_own_occluder(wrist, image, depth)).all()


def test_confidence_follows_the_curve() -> None:
    curve = np.array([0.1, 0.0, 0.0, 0.05, 0.2])  # a, b, mean, std, floor
    assert trust(curve, 0.0, 0.0) == 1.0
    assert trust(curve, 0.1, 0.0) == pytest.approx(0.5)
    assert trust(curve, 0.1, 2.0) == pytest.approx(0.6)
    assert trust(curve, 9.0, -3.0) == 0.2


def test_the_middle_of_a_prop_is_projected() -> None:
    out = np.empty((2, 2))
    centres, eye = np.array([[0.5, 0.0, 0.0]]), np.eye(3)
    intrinsics = np.array([[100.0, 0, 50], [0, 100, 40], [0, 0, 1]])
    _occluders(2, np.array([0, -1]), np.stack([eye] * 2), np.array([[0.5, 1, 0], [0, 0, 0.0]]), eye,
               np.array([0.0, 0, 4]), intrinsics, centres, out)  # fmt: skip
    assert out[0].tolist() == [50 + 100 * 1 / 4, 40 + 100 * 1 / 4]
    assert np.isnan(out[1]).all()
