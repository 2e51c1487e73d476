from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from lifter.train.schedule import key, rate_at, scheduler  # noqa: E402


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


def test_the_scheduler_gives_the_same_rates_to_the_bit_from_any_step() -> None:
    wanted = [rate_at(step, 37, 3e-3, 0.13) for step in range(37)]
    parameter = torch.nn.Parameter(torch.zeros(1))
    for start in (0, 1, 20, 36):
        optimizer = torch.optim.AdamW([parameter], lr=0.5)
        rates, found = scheduler(optimizer, start, 37, 3e-3, 0.13), []
        for _ in range(start, 37):
            found.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            rates.step()
        assert found == wanted[start:]


def test_a_state_stored_without_a_scheduler_goes_on() -> None:
    parameter = torch.nn.Parameter(torch.zeros(1))
    before = torch.optim.AdamW([parameter], lr=0.123)  # no 'initial_lr' in its state
    after = torch.optim.AdamW([parameter])
    after.load_state_dict(before.state_dict())
    scheduler(after, 5, 10, 1e-3, 0.2)
    assert after.param_groups[0]["lr"] == rate_at(5, 10, 1e-3, 0.2)
