from __future__ import annotations

from benchmarks.risk import agreement, describe, measure
from synth.risk.scores import scores_from_joints
from tests.synth.risk.figure import joints


def test_risk_in_small() -> None:
    facts = measure(postures=600, repeats=1)
    assert facts["postures"] == 600
    assert min(facts["rotations"], facts["joints"]) > 100
    assert describe(facts)[0].startswith("risk of 600 postures on one core: ")
    for found in facts["agreement"].values():
        assert 0.5 < found["exact"] < found["within_one"] <= 1
    assert facts["degrees"]["trunk_flexion"] < 1
    assert max(facts["degrees"].values()) < 8


def test_the_same_scores_agree() -> None:
    scores = scores_from_joints(joints())
    found = agreement(scores, scores)
    assert found["agreement"]["reba"] == {"exact": 1.0, "within_one": 1.0}
    assert max(found["degrees"].values()) == 0
