"""Prediction: 2D from a file, a photo or a video, lifted and written for people and for other programs.

`inputs` finds out what a path is and reads it (`openpose`, `coco`, `arrays`; `detector` for pixels), `tracks` makes
rows of it, `optics` settles the camera, `run` lifts, and `tables`, `trc`, `bvh`, `overlay` and `page` write.
"""

from lifter.predict.run import predict

__all__ = ["predict"]
