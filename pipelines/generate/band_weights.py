"""Band weights that make up for scenes in which nothing fits, found on a pilot of scenes.

Some scenes cannot reach the band drawn for them: a camera straight above, say, leaves no room for a prop. Their
samples end up in a lower band. From how a pilot's draws came out follows how much more often the bands that are
hard to reach must be drawn for the recipe's shares to come out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from scipy.optimize import nnls

from synth.label.compute import label
from synth.scene.person import Motion
from synth.scene.placement import draw_bands
from synth.scene.props.stock import BANDS
from synth.scene.scenes import Ids, Studio

_STEP = 0.001  # weights are rounded to it: the last bit of a kernel's result must not change a corpus


def balanced(studio: Studio, pilot: Iterable[tuple[Ids, Ids, Ids, Motion]]) -> Studio:
    """The studio with band weights; the pilot's scenes come in pieces, each as `Studio.scenes` takes them."""
    outcome = np.zeros((len(BANDS), len(BANDS)))
    for ids, moment, moment_ids, motion in pilot:
        got = label(studio.scenes(ids, moment, moment_ids, motion))["band"]
        wanted = draw_bands(studio.draws, ids, studio.band_shares)
        np.add.at(outcome, (wanted, got[motion.frames // 2 :: motion.frames]), 1.0)
    # a band that the pilot never drew is taken to be reached
    outcome += np.diag(outcome.sum(axis=1) == 0)
    outcome /= outcome.sum(axis=1, keepdims=True)
    weights, _ = nnls(outcome.T, np.array(studio.band_shares))
    weights = np.round(weights / weights.sum() / _STEP) * _STEP
    return replace(studio, band_weights=tuple(float(weight) for weight in weights.round(3)))
