"""The formats of keypoints, one file a format; `lifter.predict.inputs` registers them by name."""
