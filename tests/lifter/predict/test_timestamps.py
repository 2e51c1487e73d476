"""Names that are times, and names that only look like them."""

from __future__ import annotations

import numpy as np
import pytest

from lifter.predict.timestamps import frames_at_times


def clock(second: float, text: str = "{h:02d}-{m:02d}-{s:02d}_{f:03d}") -> str:
    """A time of day by a format of hours, minutes, seconds and milliseconds."""
    thousandths = round(1000 * second)
    return text.format(
        h=thousandths // 3_600_000, m=thousandths // 60_000 % 60, s=thousandths // 1000 % 60, f=thousandths % 1000
    )  # fmt: skip


AT = 12 * 3600 + 30 * 60 + 59.001


@pytest.mark.parametrize(
    "text",
    [
        "{h:02d}-{m:02d}-{s:02d}_{f:03d}", "{h:02d}.{m:02d}.{s:02d}.{f:03d}", "cam2_{h:02d}-{m:02d}-{s:02d}-{f:03d}",
        "20240131_{h:02d}{m:02d}{s:02d}_{f:03d}_keypoints", "2024-01-31T{h:02d}-{m:02d}-{s:02d},{f:03d}",
        "20240131{h:02d}{m:02d}{s:02d}.{f:03d}",
    ],
)  # fmt: skip
@pytest.mark.parametrize("rate", [10, 25, 30, 60, 120])
def test_times_of_day_have_a_rate(text: str, rate: int) -> None:
    names = [clock(AT + n / rate, text) for n in range(2 * rate)]
    assert frames_at_times(names) == (list(range(2 * rate)), rate)


def test_unix_times() -> None:
    for names in (
        [str(1_700_000_000_000 + round(1000 * n / 30)) for n in range(40)],
        [f"a_{1_700_000_000 + n / 30:.6f}" for n in range(40)],
        [str(1_700_000_000_000_000_000 + round(1e9 * n / 30)) for n in range(40)],
    ):
        assert frames_at_times(names) == (list(range(40)), pytest.approx(30, abs=1e-3))
    assert frames_at_times([str(1_700_000_000 + n) for n in range(5)]) == ([0, 1, 2, 3, 4], 1.0)


def test_whole_seconds_are_times_where_a_minute_follows() -> None:
    assert frames_at_times([f"20240131_12{n // 60:02d}{n % 60:02d}" for n in range(50, 70)]) == (
        list(range(20)),
        1.0,
    )
    assert frames_at_times([f"20240131_{n:06d}" for n in range(1, 40)]) is None
    assert frames_at_times([f"a-00-00-{n:02d}" for n in range(1, 40)]) is None


def test_gaps_and_jitter() -> None:
    rng = np.random.default_rng(0)
    kept = [n for n in range(90) if n not in (7, 8, 40)]
    found = frames_at_times([clock(AT + n / 30 + rng.uniform(-0.004, 0.004)) for n in kept])
    assert found is not None
    assert found[0] == [n - kept[0] for n in kept]
    assert found[1] == pytest.approx(30, rel=0.01)


@pytest.mark.parametrize(
    "names",
    [
        [f"12-30-{s:02d}_{n:03d}" for s in (58, 59) for n in range(1, 31)],  # counters of each second
        [f"12-30-{s:02d}_{n:02d}" for s in (58, 59) for n in range(1, 31)],
        [f"01-02-{s:02d}_{n:04d}" for s in (3, 4) for n in range(1, 31)],  # sessions of their own
        [f"frame_{n:06d}" for n in range(123_050, 123_060)],
        ["12-30-59_001", "12-30-59_034", "other"],
        ["a_12-30-59_001", "b_12-30-59_034"],
        ["12-30-59_001"],
        ["12-30-59", "12-30-59"],
        ["20241331_123059", "20241331_123100"],  # no such month
        [],
    ],
)  # fmt: skip
def test_what_is_not_a_time(names: list[str]) -> None:
    assert frames_at_times(names) is None
