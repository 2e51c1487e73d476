"""One known motion through random rigs: read as what it is, or refused; never as something else.

POSEMILL_RIGS is how many; 1,000 are run by `make rigs`, which writes docs/results/rigs.json.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from benchmarks.rigs import RESTS, UPS, WANTED, Choices, Rig, judge, known_motion, run
from synth.motion.upright import UNITS

COUNT = int(os.environ.get("POSEMILL_RIGS", "25"))
PLAIN = Choices("t", "y", "m", "none", "none", False, (), "", False)


def test_any_rig_is_read_right():
    figures = run(COUNT, seed=1, frames=25)
    assert figures["wrong"] == 0, figures["not_right"][:3]
    assert figures["refused"] <= 0.01 * COUNT, figures["not_right"][:3]


@pytest.mark.parametrize(
    "change",
    [
        *({"rest": rest} for rest in RESTS),
        *({"up": up} for up in UPS),
        *({"unit": unit} for unit in UNITS),
        {"root": "still"},
        {"root": "carries"},
        {"moves": "all"},
        {"moves": "zero"},
        {"helpers": True},
        {"left_out": ("spine1", "spine2", "left_foot", "right_foot", "left_hand", "right_hand")},
        {"keys": True},
    ],
    ids=str,
)
def test_each_kind_of_rig_by_itself(change, tmp_path: Path):
    choices = Choices(**{**PLAIN.__dict__, **change})
    found = judge(Rig(np.random.default_rng(3), choices), known_motion(20), tmp_path)
    assert "errors" in found, found
    assert {
        name: found["errors"][name] for name, most in WANTED.items() if found["errors"][name] > most
    } == {}
