from __future__ import annotations

from benchmarks.risk import describe, measure


def test_risk_in_small() -> None:
    facts = measure(postures=600, repeats=1)
    assert facts["postures"] == 600
    assert min(facts["rotations"], facts["joints"]) > 100
    assert describe(facts)[0].startswith("risk of 600 postures on one core: ")
