"""Is the way of a recorded person in the unit of their bones? Feet that stand on the ground say so.

Some programs write a root's positions in metres over offsets in centimetres, or the other way round. Then the
person walks on the spot, or leaps a hundred times too far, while every limb points as it should.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from synth.motion.figure import SIDES, Figure
from synth.motion.recording import Recording

Floats = NDArray[np.float64]

# What one usual unit of length is of another: m, cm, mm and inches
_RATIOS = tuple(own for each in (2.54, 10.0, 25.4, 39.37, 100.0, 1000.0) for own in (each, 1.0 / each))
# How much less the standing foot has to slide for another unit to be taken, than it does as the file is and if the
# person did not travel at all: by itself; and where the pelvis' height over the file's ground says the same.
_LESS_THAN_NOW, _LESS_THAN_STILL, _LESS_AT_HEIGHT = 0.35, 0.5, 0.8
# How far a height may be from a ratio of units, as a share of it; toes lie a little above the ground
_SAME_HEIGHT = 0.15
# Over how many leg lengths the feet have to move beside the pelvis to show anything
_MOVED = 0.5
_STEP = 1 / 30  # seconds, from one compared frame to the next: shorter steps are noise


def travel_ratio(figure: Figure, rate: float) -> float:
    """What the way of the pelvis is to be multiplied by to be in the unit of the bones; 1 unless feet say else.

    In each step the foot that moves less in the world is the one that stands. rate: frames a second.
    """
    every = max(1, round(rate * _STEP))
    pelvis = figure.places["pelvis"][::every]
    feet = [figure.places.get(f"{side}_foot", figure.places.get(f"{side}_ankle")) for side in SIDES]
    from_pelvis = [foot[::every] - pelvis for foot in feet if foot is not None]
    if len(from_pelvis) < len(SIDES) or len(pelvis) < 3:
        return 1.0
    below = np.stack(from_pelvis)
    way, beside = np.diff(pelvis, axis=0), np.diff(below, axis=1)
    if np.linalg.norm(beside, axis=2).sum() < _MOVED * np.median(np.linalg.norm(below, axis=2)):
        return 1.0

    def slides(ratio: float) -> float:
        return float(np.median(np.linalg.norm(ratio * way + beside, axis=2).min(axis=0)))

    now, still = slides(1.0), slides(0.0)
    best = min(_RATIOS, key=slides)
    if slides(best) < min(_LESS_THAN_NOW * now, _LESS_THAN_STILL * still):
        return best
    high = _by_height(pelvis, below)
    return high if high and slides(high) < _LESS_AT_HEIGHT * min(now, still) else 1.0


def _by_height(pelvis: Floats, below: Floats) -> float | None:
    """The ratio of units at which the pelvis is as high as its legs reach down; None for none.

    pelvis (T, 3); below (2, T, 3): from it to the feet. Up is the axis that the legs point away from.
    """
    legs = -np.median(below.mean(axis=0), axis=0)
    up = np.argmax(np.abs(legs))
    reach = float(np.median((-below[..., up] * np.sign(legs[up])).max(axis=0)))
    height = float(np.median(pelvis[:, up] * np.sign(legs[up])))
    fitting = [each for each in _RATIOS if abs(each * height - reach) < _SAME_HEIGHT * reach]
    return min(fitting, key=lambda each: abs(each * height - reach), default=None)


def with_travel(recording: Recording, pelvis: str, ratio: float) -> Recording:
    """The recording with the positions of all down to the joint `pelvis` multiplied by `ratio`."""
    chain = recording.skeleton.above(recording.skeleton.index(pelvis))
    moves = {joint: move * ratio if joint in chain else move for joint, move in recording.moves.items()}
    return replace(recording, root=recording.root * ratio, moves=moves)


def note(ratio: float) -> str:
    """What a user has to know of a way that was multiplied."""
    return (
        f"the root's positions are in another unit than the bones: they are multiplied by {ratio:.4g}, with which "
        "the feet stand where they are put down"
    )
