"""Stretches of frames, against those counted by hand."""

from __future__ import annotations

import numpy as np

from synth.core.runs import runs


def test_runs() -> None:
    assert runs(np.array([True, True, False, True])) == [(0, 2), (3, 4)]
    assert runs(np.zeros(3, bool)) == []
