"""What hides each joint, and where the props that may do so stand."""

from __future__ import annotations

import numpy as np
from numba import njit

from synth.body.skeleton import JOINTS
from synth.label.batch import Batch, Labels
from synth.scene.holding import frame_of
from synth.scene.placement import band_of
from synth.scene.props.contact import meet_prop
from synth.scene.visibility import COCO_ROWS, NO_PROP, SKIN_DEPTH, Visibility, classify


def occlusion(batch: Batch) -> Labels:
    """Visibility by rays with the prop that hides each joint, the props' places, and the counts `hidden` and `band`."""
    scenes, seen = batch.scenes, batch.scenes.seen
    s, frames = seen.camera.shape[:2]
    n, most = s * frames, scenes.placements.number.shape[1]
    joints_world = scenes.people.joints[scenes.moment]
    visibility = np.empty((n, len(JOINTS)), np.uint8)
    hidden_by = np.empty((n, len(JOINTS)), np.int8)
    rotation, translation = np.zeros((n, most, 3, 3)), np.zeros((n, most, 3))
    placed = scenes.placements
    there = np.ones((s, frames, most), np.bool_) if placed.there is None else placed.there
    _fill(
        scenes.stock.arrays, *placed[:4], there, joints_world, seen.camera, seen.outside, seen.body_depth,
        SKIN_DEPTH, scenes.viewpoints.position, rotation, translation, visibility, hidden_by,
    )  # fmt: skip
    states = visibility[:, COCO_ROWS]
    return {
        "visibility": visibility,
        "hidden_by": hidden_by,
        "hidden": (states != Visibility.SEEN).sum(1).astype(np.uint8),
        "band": band_of((states == Visibility.PROP).sum(1)).astype(np.uint8),
        "prop": np.where(there, placed.number[:, None], np.int16(NO_PROP)).reshape(n, most),
        "prop_rotation": rotation,
        "prop_translation": translation,
    }


@njit(cache=True, nogil=True)
def _fill(  # type: ignore[no-untyped-def]
    stock, number, grip, angle, position, there, joints, joints_camera, outside, body_depth, skin_depth, cameras,
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
                if number[i, p] == NO_PROP or not there[i, f, p]:
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
