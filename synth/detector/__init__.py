"""What a 2D detector would have reported of a sample: pixel error, confidence and the error's type."""

from synth.detector.detector import INPUTS, DetectionError, Detector
from synth.detector.spec import DetectorSpec

__all__ = ["INPUTS", "DetectionError", "Detector", "DetectorSpec"]
