"""What a 2D detector would have reported of a sample: COCO-17 with pixel error, confidence and the error's type.

Taxonomy of Ronchi and Perona, 'Benchmarking and error diagnosis in multi-instance pose estimation', 2017: good,
jitter (near), inversion (the twin on the other side), swap (another person's joint, or another of the person's
own), miss (far off, or nothing reported). `spec.py` documents the parameters, `shares.py` how they are conditioned
on what the sample shows, `latent.py` what errors have in common within a limb and in time, `outcomes.py` what is
reported, `mechanisms.py` what other packages change of it. Detections are a function of the stored labels, the seed
and the parameters: the same labels with another detector need no other corpus.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth.core.randomness import Draws
from synth.detector.mechanisms import apply
from synth.detector.outcomes import report_all, shares_all
from synth.detector.parameters import Keys, Tables, keys_of, tables_of
from synth.detector.spec import DetectorSpec

__all__ = ["INPUTS", "DetectionError", "Detector", "DetectorSpec"]


class DetectionError(IntEnum):
    """The codes of the `detection_error` label."""

    GOOD = 0
    JITTER = 1
    INVERSION = 2
    SWAP = 3
    MISS = 4


# labels that detections are made from, with the types they are stored in, so that what is computed before they
# are stored and after is the same to the bit
INPUTS: dict[str, type[np.generic]] = {
    "scene": np.int64,
    "step": np.int32,
    "joints_image": np.float32,
    "joints_camera": np.float32,
    "visibility": np.uint8,
    "hidden_by": np.int8,
    "image_size": np.int32,
    "box": np.float32,
    "prop": np.int16,
    "prop_rotation": np.float32,
    "prop_translation": np.float32,
    "rotation": np.float32,
    "translation": np.float32,
    "intrinsics": np.float32,
}


@dataclass(frozen=True)
class Detector:
    """A detector with its seed; centres (P, 3) are the middles of the part's props in their own frames."""

    spec: DetectorSpec
    draws: Draws
    centres: NDArray[np.float64]

    @cached_property
    def _tables(self) -> Tables:
        return tables_of(self.spec)

    @cached_property
    def _keys(self) -> Keys:
        return keys_of(self.draws)

    def detect(self, labels: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
        """`detection` (n, 17, 3) float32, x, y in pixels and confidence, 0 0 0 where nothing is reported, and
        `detection_error` (n, 17) uint8, codes of `DetectionError`, of n samples with the labels in `INPUTS`."""
        given = {name: _stored(labels, name) for name in INPUTS}
        n = len(given["scene"])
        detection, error = np.empty((n, 17, 3), np.float32), np.empty((n, 17), np.uint8)
        centres = np.asarray(self.centres, np.float64)
        inputs = (self._tables, self._keys, *given.values(), centres, detection, error)
        report_all(*inputs)
        detection, error = apply(self.spec.mechanisms, detection, error, given, self.draws.seed)
        return {"detection": detection, "detection_error": error}

    def shares(self, labels: Mapping[str, NDArray[Any]]) -> NDArray[np.float64]:
        """(n, 17, 6) how likely each joint is good, jitters, inverts, swaps, is missed and reported far off, is missed
        and not reported: what `detect` draws from, mechanisms aside. A mixture's displacements count as good."""
        names = ("scene", "joints_image", "visibility", "image_size", "box")
        out = np.empty((len(labels["scene"]), 17, 6))
        inputs = (self._tables, self._keys, *(_stored(labels, name) for name in names), out)
        shares_all(*inputs)
        return out


def _stored(labels: Mapping[str, NDArray[Any]], name: str) -> NDArray[Any]:
    return np.ascontiguousarray(labels[name], dtype=INPUTS[name])
