"""Band weights from a pilot whose outcome is known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pipelines.generate import band_weights
from pipelines.generate.band_weights import balanced
from synth.scene.person import Motion
from synth.scene.scenes import SceneSpec, Studio

SHARES = {"0": 0.4, "1-4": 0.3, "5-8": 0.2, "9+": 0.1}


def weights(
    monkeypatch: pytest.MonkeyPatch, wanted: np.ndarray[Any, Any], got: np.ndarray[Any, Any]
) -> list[float]:
    """The weights after a pilot of scenes that wanted some bands and came out in others."""
    studio = Studio(SceneSpec.model_validate({"props": {"bands": SHARES}}), 1)
    monkeypatch.setattr(Studio, "scenes", lambda *_: None)
    monkeypatch.setattr(band_weights, "draw_bands", lambda *_: wanted)
    monkeypatch.setattr(band_weights, "label", lambda _: {"band": got})
    n = len(wanted)
    motion = Motion(np.zeros((n, 1, 24, 3)), np.zeros((n, 1, 3)), np.zeros((n, 1)))
    found = balanced(studio, [(np.arange(n), np.arange(n), np.arange(n), motion)]).band_weights
    assert found is not None
    return list(found)


def test_where_every_scene_gets_its_band_the_shares_are_the_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    bands = np.arange(400) % 4
    assert weights(monkeypatch, bands, bands) == pytest.approx([0.4, 0.3, 0.2, 0.1])


def test_a_band_that_half_of_the_scenes_miss_is_drawn_twice_as_often(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = np.repeat(np.arange(4), 100)
    got = wanted.copy()
    got[350:] = 0  # half of those that wanted 9+ ended with none hidden
    # w3 / 2 = 0.1, and w0 + w3 / 2 = 0.4
    assert weights(monkeypatch, wanted, got) == pytest.approx([0.3, 0.3, 0.2, 0.2])


def test_a_band_that_the_pilot_never_wanted_is_taken_to_be_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = np.arange(300) % 3
    assert weights(monkeypatch, wanted, wanted) == pytest.approx([0.4, 0.3, 0.2, 0.1])
