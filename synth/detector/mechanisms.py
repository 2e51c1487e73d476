"""Mechanisms of error that other packages add: each changes the detections that the model has made.

A mechanism is a function of an entry point of `posemill.detector_mechanisms`, named in a detector's parameters:

    detector:
      model: posefix
      mechanisms:
        frozen: {share: 0.1}

It is called as `(detection, error, labels, draws, parameters)` and returns the detections and errors as it leaves
them. The next mechanism takes those. None comes with the project.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth.core.randomness import Draws
from synth.core.registry import Registry

Labels = Mapping[str, NDArray[Any]]


@dataclass(frozen=True)
class MechanismDraws(Draws):
    """The random values of one mechanism: no other mechanism's are the same, whatever they are called."""

    mechanism: str = ""

    def key(self, name: str) -> np.uint64:
        return super().key(f"detection.mechanism.{self.mechanism}.{name}")

    def lasting(self, name: str, labels: Labels, columns: int = 17) -> NDArray[np.float64]:
        """(n, columns) uniform in [0, 1), the same in every frame of a scene."""
        return self.uniform(name, labels["scene"], columns)

    def fresh(self, name: str, labels: Labels, columns: int = 17) -> NDArray[np.float64]:
        """(n, columns) uniform in [0, 1), new in every frame of a scene."""
        out = np.empty((len(labels["scene"]), columns))
        for step in np.unique(labels["step"]).tolist():
            rows = labels["step"] == step
            out[rows] = self.uniform(f"{name}/{step}", labels["scene"][rows], columns)
        return out


Detections = tuple[NDArray[np.float32], NDArray[np.uint8]]
# detection (n, 17, 3): x, y in pixels and confidence, 0 0 0 where nothing is reported; error (n, 17): codes of
# `DetectionError`; labels: those in `INPUTS`; the parameters as the document gives them
Mechanism = Callable[
    [NDArray[np.float32], NDArray[np.uint8], Labels, MechanismDraws, Mapping[str, Any]], Detections
]
MECHANISMS: Registry[Mechanism] = Registry("detector mechanism", "posemill.detector_mechanisms", {})


def apply(
    mechanisms: Mapping[str, Mapping[str, Any]],
    detection: NDArray[np.float32],
    error: NDArray[np.uint8],
    labels: Labels,
    seed: int,
) -> Detections:
    """Detections and errors after each of the mechanisms in turn.

    mechanisms: parameters by name. Raises InputError for a name that there is not, ValueError where a mechanism returns
    arrays of other shapes.
    """
    for name, parameters in mechanisms.items():
        changed, codes = MECHANISMS.get(name)(
            detection, error, labels, MechanismDraws(seed, name), parameters
        )
        if changed.shape != detection.shape or codes.shape != error.shape:
            raise ValueError(
                f"mechanism '{name}' returns arrays of shapes {changed.shape} and {codes.shape}, not "
                f"{detection.shape} and {error.shape}"
            )
        detection = np.ascontiguousarray(changed, np.float32)
        error = np.ascontiguousarray(codes, np.uint8)
    return detection, error
