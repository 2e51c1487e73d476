"""What is told of progress reads well."""

from __future__ import annotations

import pytest

from synth.core import progress


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.2, "0.2 s"), (7.6, "8 s"), (200, "3 min 20 s"), (7500, "2 h 5 min")]
)
def test_durations(seconds: float, said: str) -> None:
    assert progress.duration(seconds) == said


@pytest.mark.parametrize(("value", "said"), [(0.524, "0.524"), (97.34, "97.3"), (10432.0, "10,400")])
def test_figures_have_three_digits(value: float, said: str) -> None:
    assert progress.rounded(value) == said


@pytest.mark.parametrize(("count", "said"), [(999, "999 bytes"), (3_210_000, "3.2 MB"), (5e12, "5.0 TB")])
def test_sizes(count: float, said: str) -> None:
    assert progress.size(count) == said


def test_plain_lines_tell_count_rate_and_time_left(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    with progress.Lines() as lines:
        lines.begin("part", 100, "pairs")
        for second in (1, 6, 7, 10):
            now[0] = second
            lines.advance(25)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.splitlines() == [
        "part: 100 pairs to do",
        "part: 50 of 100 pairs, 5/s, 10 s left",
        "part: 100 pairs in 10 s (10/s)",
    ]


def test_the_bar_draws_all_stages(capsys: pytest.CaptureFixture[str]) -> None:
    with progress.Bar() as bar:
        for title in ("first", "second"):
            bar.begin(title, 2, "shards")
            bar.advance(1)
            bar.advance(1)
    shown = capsys.readouterr().err
    assert "first" in shown
    assert "second" in shown
