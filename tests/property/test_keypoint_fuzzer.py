"""One known recording through every 2D format, and through every quirk: the same 3D to 1 mm, or refused.

`make files` tries every quirk of every format; here each format comes plain, and some formats with every quirk.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.keypoint_files import QUIRKS, tried
from benchmarks.keypoint_formats import KINDS
from lifter.models.lifter import Lifter, load_lifter

THOROUGH = ("OpenPose body25", "AlphaPose list", "MMPose inferencer, video", "npz")


@pytest.fixture(scope="module")
def lifter() -> Lifter:
    return load_lifter("default")


@pytest.mark.parametrize("kind", KINDS)
def test_every_format_as_it_comes(kind: str, lifter: Lifter, tmp_path: Path) -> None:
    outcome = tried(kind, "as it comes", lifter, tmp_path)
    assert outcome is not None
    assert outcome.right, outcome


@pytest.mark.parametrize("quirk", QUIRKS)
def test_every_quirk(quirk: str, lifter: Lifter, tmp_path: Path) -> None:
    outcomes = []
    for number, kind in enumerate(THOROUGH):
        folder = tmp_path / str(number)
        folder.mkdir()
        outcomes.append(tried(kind, quirk, lifter, folder))
    there = [outcome for outcome in outcomes if outcome is not None]
    assert there
    assert [outcome for outcome in there if not outcome.right] == []
