from __future__ import annotations

import numpy as np
import pytest

from lifter.models import calibration
from lifter.score.metrics import LEVELS, coverage

N = 6000


def drawn() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Errors of 20 joints whose spread grows with the joint, and the fewer joints are detected."""
    rng = np.random.default_rng(0)
    detected = rng.integers(4, 18, N)
    sigma = 0.01 * (1 + np.arange(20)) * np.where(detected < 9, 3.0, 1.0)[:, None]
    return np.linalg.norm(rng.normal(0, sigma[..., None], (N, 20, 3)), axis=-1), sigma, detected


def test_errors_alone_give_the_deviation_along_an_axis() -> None:
    errors, sigma, detected = drawn()
    factors = calibration.fit(errors, np.ones_like(sigma), detected)
    found = calibration.apply(factors, np.ones_like(sigma), detected)
    assert found == pytest.approx(sigma, rel=0.12)
    assert coverage(1000 * errors, found) == pytest.approx(LEVELS, abs=0.02)


def test_an_own_uncertainty_is_scaled() -> None:
    errors, sigma, detected = drawn()
    factors = calibration.fit(errors, 0.5 * sigma, detected)
    assert factors == pytest.approx(np.full((20, 4), 2.0), rel=0.12)


def test_too_few_errors_take_what_all_of_the_joint_say() -> None:
    errors, sigma, detected = drawn()
    errors[:, 3] = np.nan
    detected[:] = 17
    detected[:10] = 4
    factors = calibration.fit(errors, sigma, detected)
    assert factors[3].tolist() == [1.0] * 4
    assert factors[5, 0] == pytest.approx(factors[5, 1])


def test_columns() -> None:
    assert calibration.column_of(np.array([0, 8, 9, 12, 13, 16, 17])).tolist() == [0, 0, 1, 1, 2, 2, 3]
