"""Where the person and the camera are, and where the camera sees the joints."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from synth.label.batch import Batch, Labels


def person(batch: Batch) -> Labels:
    """The body's parameters and its joints in the world."""
    people, moment = batch.scenes.people, batch.scenes.moment
    n = len(moment) * batch.frames
    return {
        "gender": batch.per_frame(people.gender[moment]),
        "betas": batch.per_frame(people.betas[moment]),
        "pose": people.poses[moment].reshape(n, 24, 3),
        "trans": people.trans[moment].reshape(n, 3),
        "joints_world": people.joints[moment].reshape(n, -1, 3),
    }


def projection(batch: Batch) -> Labels:
    """The joints in the camera's frame and in the picture, and the box around them."""
    seen = batch.scenes.seen
    n = len(batch.scenes.ids) * batch.frames
    image = seen.image.reshape(n, -1, 2)
    return {"joints_camera": seen.camera.reshape(n, -1, 3), "joints_image": image, "box": _box(image)}


def camera(batch: Batch) -> Labels:
    """Intrinsics, extrinsics and lens."""
    cameras = batch.scenes.viewpoints
    n = len(batch.scenes.ids) * batch.frames
    return {
        "intrinsics": batch.per_frame(cameras.intrinsics),
        "rotation": batch.per_frame(cameras.rotation),
        "translation": batch.per_frame(cameras.translation),
        "distortion": batch.per_frame(cameras.distortion),
        "image_size": np.tile(np.array([cameras.width, cameras.height], np.int32), (n, 1)),
    }


def _box(image: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, 4) left, top, right and bottom of the joints in the picture's plane; NaN joints do not count."""
    low = np.where(np.isnan(image), np.inf, image).min(1)
    high = np.where(np.isnan(image), -np.inf, image).max(1)
    return np.concatenate([low, high], axis=1)
