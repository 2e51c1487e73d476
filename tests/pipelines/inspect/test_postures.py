"""What ships and what may be given is listed."""

from __future__ import annotations

import pytest

from pipelines.inspect.postures import listed, shipped
from synth.core.errors import InputError
from synth.posture import read_page
from synth.posture.by_angles.angles import ANGLES


def test_every_page_and_angle_is_listed() -> None:
    found = listed()
    lift = next(page for page in found["pages"] if page["file"] == "squat_lift.posture.yaml")
    assert lift == {
        "name": "deep squat lift",
        "file": "squat_lift.posture.yaml",
        "seconds": pytest.approx(9.6),
        "postures": ["reach", "carry"],
    }
    assert len(found["pages"]) >= 9
    knee = {"joint": "knee", "angle": "flexion", "positive": "heel to the seat", "low": 0, "high": 135}
    assert knee in found["angles"]
    assert len(found["angles"]) == sum(1 for joint, _ in ANGLES if not joint.startswith("right_"))


@pytest.mark.parametrize("name", ["squat_lift", "squat_lift.posture.yaml", "deep squat lift"])
def test_a_page_is_found_by_either_name(name: str) -> None:
    assert read_page(shipped(name)).name == "deep squat lift"


def test_an_unknown_page_is_answered_with_those_like_it() -> None:
    with pytest.raises(InputError, match=r"no page called 'bench_reech' ships; .*did you mean 'bench_reach'"):
        shipped("bench_reech")
