"""What detectors' confidences mean: one scale for all of them, and joints that are as good as missing.

Families of detectors, told apart by what a recording holds:

- *flags*: COCO's annotations have 2 for seen, 1 for hidden and 0 for not labelled;
- *with a threshold* of their own, such as OpenPose: what they do not believe in is not reported;
- *complete*: AlphaPose, MMPose and RTMPose, Detectron2 and others report all joints always, and one that they have not
  found lies anywhere, at a low confidence.

The error model of `synth.detector`, on which lifters are trained, says what a confidence is worth: it falls with the
distance from the joint, to its lowest expected value for a joint that was missed. Of a complete detector, joints below
that are more likely missed than found, and count as missing. Scales differ: percentages, unbounded scores of heat maps
and probabilities that stay low are set against the confidence that the detector gives to its surest joints.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synth.detector.spec import DetectorSpec

Array = NDArray[np.float64]
HIDDEN = 0.5  # the confidence of a joint that an annotator placed without seeing it
# OpenPose draws joints from this confidence on (its option --render_threshold)
_THRESHOLD = 0.05
_SILENT = 0.01  # share of joints that are not reported, from which on a detector has a threshold
_SUREST = 0.95  # quantile of the confidences that says what a detector gives to joints it is sure of
_ABOVE_ONE = 1.5  # rounding and interpolation give no more
_PERCENT = 10.0  # scores of heat maps stay below, percentages of the surest joints above


@dataclass(frozen=True)
class Scale:
    """How a recording's confidences are read. divide: by what; floor: below which, after that, joints count as
    missing; flags: whether they are COCO's; note: in words, where there is something to say."""

    divide: float = 1.0
    floor: float = 0.0
    flags: bool = False
    note: str | None = None

    def read(self, confidence: Array) -> Array:
        """Confidences from 0 to 1, 0 for joints that count as missing; NaN stays."""
        if self.flags:
            return np.where(confidence == 1, HIDDEN, confidence / 2)
        found = np.minimum(confidence / self.divide, 1.0)
        return np.where(found < self.floor, 0.0, found)


def missed_confidence() -> float:
    """The confidence that the error model expects of a seen joint that was missed: the lowest of its curve,
    a / (d + a) + b d at d = sqrt(a / b) - a, plus the noise's mean."""
    curve = DetectorSpec.model_validate({"model": "posefix"}).confidence
    return float(2 * np.sqrt(curve.a * curve.b) - curve.a * curve.b + curve.mean)


def scale_of(confidence: Array, given: bool, floor: float | None) -> Scale:
    """How to read the confidences (n,) of all joints of a recording, 0 or NaN where the detector reported none.

    given: whether the file has confidences. floor: the user's, on the scale from 0 to 1.
    """
    reported = confidence[np.isfinite(confidence) & (confidence > 0)]
    if not given:
        return Scale(floor=floor or 0.0, note="no confidences are given: every joint counts as seen, with 1")
    if not len(reported):
        return Scale()
    if np.isin(confidence, (0, 1, 2)).all() and (confidence == 2).any():
        return Scale(flags=True, note=f"COCO's flags are read as confidence: seen 1, hidden {HIDDEN:g}")
    surest = float(np.quantile(reported, _SUREST))
    divide, note = 1.0, None
    if surest > _PERCENT and reported.max() <= 100:
        divide, note = 100.0, "confidences are read as percentages"
    elif surest > _ABOVE_ONE:
        divide, note = surest, f"confidences go up to {reported.max():.3g}: {surest:.3g} is read as 1"
    if floor is None:
        complete = len(reported) > (1 - _SILENT) * len(confidence)
        floor = missed_confidence() * min(surest / divide, 1.0) if complete else _THRESHOLD
    return Scale(divide, floor, note=note)


def note_of_floor(scale: Scale, dropped: int, joints: int, asked: bool) -> str | None:
    """In words how many joints the floor removed; None for none."""
    if not dropped:
        return None
    why = "as --confidence-floor asks" if asked else "--confidence-floor says otherwise"
    return f"{dropped:,} of {joints:,} joints are below confidence {scale.floor:.2g} and count as missing ({why})"


def counted_below(scale: Scale, confidence: Array, dropped: Counter[str]) -> int:
    """How many joints the floor removes, which is also counted in `dropped`."""
    if scale.flags:
        return 0
    count = int(((confidence > 0) & (confidence / scale.divide < scale.floor)).sum())
    if count:
        dropped["joints below the confidence floor"] += count
    return count
