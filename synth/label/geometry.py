"""Everything geometry knows of a batch of scenes: the labels that samples with and without pixels share."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from synth.body.skeleton import JOINTS
from synth.scene.placement import band_of, frame_of
from synth.scene.props.contact import meet_prop
from synth.scene.scenes import Scenes
from synth.scene.visibility import COCO_ROWS, NO_PROP, SKIN_DEPTH, Visibility, classify

Labels = dict[str, NDArray[Any]]


def label(scenes: Scenes) -> Labels:
    """The labels of s scenes over F frames as arrays of s * F rows, the frames of a scene in sequence.

    Names, units and frames of reference are those of `pipelines/corpus/schema.py`.
    """
    people, cameras, seen, moment = scenes.people, scenes.viewpoints, scenes.seen, scenes.moment
    s, frames = seen.camera.shape[:2]
    n, most = s * frames, scenes.placements.number.shape[1]
    joints_world = people.joints[moment].reshape(n, len(JOINTS), 3)
    visibility = np.empty((n, len(JOINTS)), np.uint8)
    hidden_by = np.empty((n, len(JOINTS)), np.int8)
    rotation, translation = np.zeros((n, most, 3, 3)), np.zeros((n, most, 3))
    _label_all(
        scenes.stock.arrays, *scenes.placements, joints_world.reshape(s, frames, -1, 3), seen.camera,
        seen.outside, seen.body_depth, SKIN_DEPTH, cameras.position, rotation, translation, visibility, hidden_by,
    )  # fmt: skip

    def per_frame(array: NDArray[Any]) -> NDArray[Any]:
        return np.repeat(array, frames, axis=0)

    image = seen.image.reshape(n, -1, 2)
    return {
        "gender": per_frame(people.gender[moment]),
        "betas": per_frame(people.betas[moment]),
        "pose": people.poses[moment].reshape(n, 24, 3),
        "trans": people.trans[moment].reshape(n, 3),
        "joints_world": joints_world,
        "joints_camera": seen.camera.reshape(n, -1, 3),
        "joints_image": image,
        "visibility": visibility,
        "hidden_by": hidden_by,
        "hidden": (visibility[:, COCO_ROWS] != Visibility.SEEN).sum(1).astype(np.uint8),
        "band": band_of((visibility[:, COCO_ROWS] == Visibility.PROP).sum(1)).astype(np.uint8),
        "box": _box(image),
        "intrinsics": per_frame(cameras.intrinsics),
        "rotation": per_frame(cameras.rotation),
        "translation": per_frame(cameras.translation),
        "distortion": per_frame(cameras.distortion),
        "image_size": np.tile(np.array([cameras.width, cameras.height], np.int32), (n, 1)),
        "prop": per_frame(scenes.placements.number),
        "prop_rotation": rotation,
        "prop_translation": translation,
    }


def _box(image: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, 4) left, top, right and bottom of the joints in the picture's plane; NaN joints do not count."""
    low = np.where(np.isnan(image), np.inf, image).min(1)
    high = np.where(np.isnan(image), -np.inf, image).max(1)
    return np.concatenate([low, high], axis=1)


@njit(cache=True, nogil=True)
def _label_all(  # type: ignore[no-untyped-def]
    stock, number, grip, angle, position, joints, joints_camera, outside, body_depth, skin_depth, cameras,
    rotation, translation, visibility, hidden_by,
):  # fmt: skip
    frames, count = joints.shape[1], joints.shape[2]
    rows = np.arange(count)
    nearest, owner = np.empty(count), np.empty(count, np.int8)
    for i in range(joints.shape[0]):
        for f in range(frames):
            row = i * frames + f
            nearest[:], owner[:] = np.inf, NO_PROP
            for p in range(number.shape[1]):
                if number[i, p] == NO_PROP:
                    continue
                R, T = rotation[row, p], translation[row, p]
                frame_of(grip[i, p], angle[i, p], position[i, p], joints[i, f], R, T)
                meet_prop(stock, number[i, p], R, T, cameras[i], joints[i, f], rows, p, nearest, owner)
            for j in range(count):
                depth = joints_camera[i, f, j, 2]
                code = classify(
                    outside[i, f, j], depth, skin_depth[j], body_depth[i, f, j], nearest[j] * depth
                )
                visibility[row, j] = code
                hidden_by[row, j] = owner[j] if code == 2 else NO_PROP
