"""How facts and figures of scores are written: JSON for files, a figure with its interval for tables."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def readable(facts: Any) -> bytes:
    """Facts as JSON in the order they have: classes stay sorted as people read them."""
    return (json.dumps(facts, indent=1, allow_nan=False, ensure_ascii=False) + "\n").encode()


def with_interval(fact: Mapping[str, Any] | None, digits: int = 1) -> str:
    """A figure's facts as '61.2 (55.0–67.1)'; '–' where there is none."""
    if fact is None or fact["mean"] is None:
        return "–"
    mean, low, high = (
        "" if fact[key] is None else f"{fact[key]:.{digits}f}".replace("-", "\N{MINUS SIGN}")
        for key in ("mean", "low", "high")
    )
    if not low:
        return mean
    return f"{mean} ({low} to {high})" if fact["low"] < 0 else f"{mean} ({low}–{high})"
