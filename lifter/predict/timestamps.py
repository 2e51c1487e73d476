"""Names that are times, such as 12-30-59_001, 20240131_123059.034 or 1700000000033: when each frame was.

A time of day has hours, minutes and seconds with one separator between them, or without one behind a date, and may have
milli-, micro- or nanoseconds. Unix times have seconds, with a fraction, or milli-, micro- or nanoseconds. Names are
taken for times only where these follow a steady rate: counters that begin anew every second, and sessions named
01-02-03, do not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_CLOCK = re.compile(
    r"(?:(?P<year>(?:19|20)\d\d)(?P<a>[-_.]?)(?P<month>\d\d)(?P=a)(?P<day>\d\d)[-_ T.]*)?"
    r"(?<!\d)?(?P<hour>[01]\d|2[0-3])(?P<b>[-_.:]?)(?P<minute>[0-5]\d)(?P=b)(?P<second>[0-5]\d)"
    r"(?:[-_.,](?P<fraction>\d{3}|\d{6}|\d{9}))?(?!\d)"
)
_UNIX = re.compile(r"(?<!\d)(?P<second>1\d{9})(?:\.(?P<fraction>\d{3,9})|(?P<more>\d{3}|\d{6}|\d{9}))?(?!\d)")
_RATES = (0.2, 500.0)  # frames a second; above, numbers behind a second are counters
_OFF = 0.35  # of a frame: how far a time may be from where a steady rate puts it


def frames_at_times(names: Sequence[str]) -> tuple[list[int], float] | None:
    """The frames' numbers from 0 and their rate, of names that are times of a steady rate; else None."""
    read = [_time(name) for name in names]
    times = [each for each in read if each is not None]
    if len(times) < 2 or len(times) < len(names) or len({around for around, _, _ in times}) > 1:
        return None
    seconds = np.array([second for _, second, _ in times])
    finest = max(digits for _, _, digits in times)
    whole_minute = len(set((seconds // 60).tolist())) == 1
    if finest == 0 and whole_minute and not all(_UNIX.search(name) for name in names):
        return None  # 00-00-01 to 00-00-59 may be a counter; one that goes on to 00-01-00 is not
    found = _steady(np.sort(seconds), 10.0**-finest)
    if found is None:
        return None
    step, rate = found
    return [int(n) for n in np.rint((seconds - seconds.min()) / step)], rate


def _time(name: str) -> tuple[str, float, int] | None:
    """What stands around a time in a name, the time in seconds from an origin of its kind, and its decimal digits."""
    match = _UNIX.search(name)
    if match:
        digits = match["fraction"] or match["more"] or ""
        second = float(int(match["second"]) - 1_000_000_000)
    else:
        match = next((m for m in _CLOCK.finditer(name) if m["year"] or m["b"]), None)
        if match is None:
            return None
        digits = match["fraction"] or ""
        second = 3600.0 * int(match["hour"]) + 60 * int(match["minute"]) + int(match["second"])
        if match["year"]:
            try:
                day = date(int(match["year"]), int(match["month"]), int(match["day"]))
            except ValueError:
                return None
            second += 86400.0 * (day - date(2000, 1, 1)).days
    around = f"{name[: match.start()]}#{name[match.end() :]}"
    return around, second + (int(digits) / 10 ** len(digits) if digits else 0.0), len(digits)


def _steady(seconds: Array, finest: float) -> tuple[float, float] | None:
    """The length of a frame in seconds and the rate, of sorted times that follow a steady rate, with or without gaps.

    finest: the times' resolution; a whole rate that it allows is taken.
    """
    steps = np.diff(seconds)
    if (steps <= 0).any():
        return None
    counts = np.maximum(np.rint(steps / np.median(steps)), 1)
    span = float(seconds[-1] - seconds[0])
    length = span / float(counts.sum())
    places = np.concatenate([[0.0], np.cumsum(counts)]) * length
    if np.abs(seconds - seconds[0] - places).max() > _OFF * length:
        return None
    rate = 1 / length
    if not _RATES[0] <= rate <= _RATES[1]:
        return None
    whole = round(rate)
    return length, float(whole) if whole and abs(rate - whole) <= rate * finest / span + 1e-6 else rate
