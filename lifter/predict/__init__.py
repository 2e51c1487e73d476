"""Prediction: 2D from a file, a photo or a video, lifted and written for people and for other programs.

`inputs` finds the format of a path and reads it by one of `readers`; `tracks` follows people, `camera` finds the
intrinsics and which way is up, `run` lifts, and `results`, `trc`, `bvh`, `overlay` and `webpage` write.
"""

from lifter.predict.run import predict

__all__ = ["predict"]
