"""The latents are standard normal at every step and correlated as the parameters say."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numba import njit
from numpy.typing import NDArray

from synth.body.skeleton import COCO_17
from synth.core.randomness import Draws
from synth.detector.latent import ALONG_X, ALONG_Y, SLOTS, TROUBLE, fill_latents, quantile
from synth.detector.parameters import keys_of, tables_of
from synth.detector.spec import DetectorSpec

_N = 20_000
_SPEC = DetectorSpec.model_validate({"model": "posefix", "correlation": {"limb": 0.4, "pair": 0.1}})


@njit
def _many(tables, keys, n, step, out):  # type: ignore[no-untyped-def]
    base = np.empty((SLOTS, 4))
    for scene in range(n):
        fill_latents(tables, keys, scene, step, base, out[scene])


def _latents(step: int, n: int = _N) -> NDArray[np.float64]:
    out = np.empty((n, 17, 7))
    _many(tables_of(_SPEC), keys_of(Draws(3)), n, step, out)
    return out


@pytest.mark.parametrize("step", [0, 4, 9, 100])
def test_they_are_standard_normal_at_every_step(step: int) -> None:
    values = _latents(step)
    assert np.abs(values.mean(0)).max() < 5 / math.sqrt(_N)
    assert np.abs(values.var(0) - 1).max() < 5 * math.sqrt(2 / _N)
    below = np.mean(values[..., TROUBLE] < -1)
    assert below == pytest.approx(quantile(-1.0), abs=0.005)


@pytest.mark.parametrize(
    ("one", "other", "wanted"),
    [
        ("left_elbow", "left_wrist", 0.5),
        ("left_elbow", "right_wrist", 0.1),
        ("nose", "left_ear", 0.5),
        ("left_elbow", "left_knee", 0.0),
        ("right_hip", "right_ankle", 0.5),
    ],
)
@pytest.mark.parametrize("column", [TROUBLE, ALONG_X])
def test_limbs_share_their_errors(one: str, other: str, wanted: float, column: int) -> None:
    values = _latents(5)[..., column]
    found = np.corrcoef(values[:, COCO_17.index(one)], values[:, COCO_17.index(other)])[0, 1]
    assert found == pytest.approx(wanted, abs=0.03)


def test_the_two_directions_are_independent() -> None:
    values = _latents(3)
    assert abs(np.corrcoef(values[:, 9, ALONG_X], values[:, 9, ALONG_Y])[0, 1]) < 0.03


@pytest.mark.parametrize(
    ("lag", "wanted"),
    # from keyframe 0 the correlation with step l is cos(l pi / 18), with keyframe 9 none is left
    [(1, math.cos(math.pi / 18)), (4, math.cos(4 * math.pi / 18)), (9, 0.0), (12, 0.0)],
)
def test_errors_last_until_the_next_keyframe(lag: int, wanted: float) -> None:
    first, later = _latents(0)[:, 9, TROUBLE], _latents(lag)[:, 9, TROUBLE]
    assert np.corrcoef(first, later)[0, 1] == pytest.approx(wanted, abs=0.03)
