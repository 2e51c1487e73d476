from __future__ import annotations

import pytest

from lifter.train.schedule import key, rate_at


def test_the_rate_rises_and_falls() -> None:
    rates = [rate_at(step, 100, 1e-3, 0.1) for step in range(100)]
    assert rates.index(max(rates)) == 10
    assert max(rates) == pytest.approx(1e-3)
    assert rates[0] == pytest.approx(1e-3 / 11)
    assert rates[55] == pytest.approx(0.505e-3)
    assert rates[-1] < 2e-5
    assert rate_at(0, 1, 1e-3, 0.0) == 1e-3


def test_keys_differ() -> None:
    assert len({key(seed, what, step) for seed in range(4) for what in "ab" for step in range(9)}) == 72
    assert key(0, "step", 1) == key(0, "step", 1)
    assert 0 <= key("x") < 2**63
