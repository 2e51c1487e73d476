"""Progress of a long command on standard error: how far it is, how fast, how much time is left.

A bar on a terminal; elsewhere, such as in a log, a plain line every few seconds.
"""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID

_EVERY = 5.0  # seconds between plain lines


class Progress(Protocol):
    """A stage begins with a title, a total and what is counted, then advances."""

    def begin(self, title: str, total: int, unit: str) -> None: ...

    def advance(self, amount: int) -> None: ...

    def __enter__(self) -> Progress: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class NoProgress:
    """Progress that is not shown."""

    def begin(self, title: str, total: int, unit: str) -> None: ...

    def advance(self, amount: int) -> None: ...

    def __enter__(self) -> NoProgress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def show_progress() -> Progress:
    """Progress on standard error: a bar on a terminal, plain lines in a log."""
    return Bar() if sys.stderr.isatty() else Lines()


class _Stage:
    """The running count of one stage. Rates are counted from the first advance on: the time before it, such as
    compilation, is not repeated."""

    def __init__(self, title: str, total: int, unit: str) -> None:
        self.title, self.total, self.unit = title, total, unit
        self.done, self.start = 0, time.monotonic()
        self._first: tuple[float, int] | None = None

    def advance(self, amount: int) -> None:
        self.done += amount
        self._first = self._first or (time.monotonic(), self.done)

    def so_far(self) -> str:
        """The count, the rate and the time left, as far as they are known."""
        said = f"{self.done:,} of {self.total:,} {self.unit}"
        if self._first is None or self.done == self._first[1]:
            return said
        rate = (self.done - self._first[1]) / max(time.monotonic() - self._first[0], 1e-3)
        return f"{said}, {rounded(rate)}/s, {duration((self.total - self.done) / rate)} left"

    def summary(self) -> str:
        took = time.monotonic() - self.start
        return f"{self.done:,} {self.unit} in {duration(took)} ({rounded(self.done / max(took, 1e-3))}/s)"


class Lines:
    """A line when a stage begins and ends, and every few seconds between."""

    def __init__(self) -> None:
        self._stage: _Stage | None = None
        self._said = 0.0

    def begin(self, title: str, total: int, unit: str) -> None:
        self._stage, self._said = _Stage(title, total, unit), time.monotonic()
        print(f"{title}: {total:,} {unit} to do", file=sys.stderr, flush=True)

    def advance(self, amount: int) -> None:
        stage = self._stage
        assert stage is not None
        stage.advance(amount)
        if stage.done >= stage.total:
            print(f"{stage.title}: {stage.summary()}", file=sys.stderr, flush=True)
        elif time.monotonic() - self._said >= _EVERY:
            self._said = time.monotonic()
            print(f"{stage.title}: {stage.so_far()}", file=sys.stderr, flush=True)

    def __enter__(self) -> Lines:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass


class Bar:
    """A bar for each stage, with the rate and the time left."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, SpinnerColumn, TextColumn
        from rich.progress import Progress as RichProgress

        self._bar: RichProgress = RichProgress(
            SpinnerColumn(finished_text="[green]✓"),
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[said]}"),
            console=Console(stderr=True),
            transient=False,
        )
        self._task: TaskID | None = None
        self._stage: _Stage | None = None

    def begin(self, title: str, total: int, unit: str) -> None:
        self._stage = _Stage(title, total, unit)
        self._task = self._bar.add_task(title, total=total, said=f"{total:,} {unit}")

    def advance(self, amount: int) -> None:
        stage = self._stage
        assert stage is not None
        assert self._task is not None
        stage.advance(amount)
        said = stage.summary() if stage.done >= stage.total else stage.so_far()
        self._bar.update(self._task, completed=stage.done, said=said)

    def __enter__(self) -> Bar:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()


def duration(seconds: float) -> str:
    """Seconds as text: '8 s', '3 min 20 s', '2 h 5 min'."""
    whole = round(seconds)
    if whole < 1:
        return f"{seconds:.1f} s"
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def size(count: float) -> str:
    """Bytes as text: '3.2 MB'."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "bytes" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"


def rounded(value: float) -> str:
    """A figure to about three digits: '10,400', '97.3', '0.52'."""
    if value >= 100:
        digits = max(0, len(str(int(value))) - 3)
        return f"{round(value, -digits):,.0f}"
    return f"{value:.3g}"
