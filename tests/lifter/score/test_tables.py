"""Figures with their intervals, and facts as JSON."""

from __future__ import annotations

from typing import Any

import pytest

from lifter.score.tables import readable, with_interval


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        (None, "–"),
        ({"mean": None, "low": None, "high": None}, "–"),
        ({"mean": 61.23, "low": None, "high": None}, "61.2"),
        ({"mean": 61.23, "low": 55.0, "high": 67.06}, "61.2 (55.0–67.1)"),
        ({"mean": -1.2, "low": -3.0, "high": 0.5}, "−1.2 (−3.0 to 0.5)"),
    ],
)
def test_figures(fact: dict[str, Any] | None, text: str) -> None:
    assert with_interval(fact) == text


def test_json_keeps_its_order_and_refuses_nan() -> None:
    assert readable({"b": 1, "a": ["é"]}) == '{\n "b": 1,\n "a": [\n  "é"\n ]\n}\n'.encode()
    with pytest.raises(ValueError):
        readable({"a": float("nan")})
