"""The furniture of scenes: what tasks put there, what it hides, and what is in its way."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from synth.scene.holding import ON_FLOOR, frame_of
from synth.scene.props.contact import any_inside, meet_prop, props_overlap
from synth.scene.visibility import COCO_ROWS

Array = NDArray[np.float64]
CAMERA_MARGIN = 0.15  # metres kept free between a camera and a prop's solids


class Fixed(NamedTuple):
    """Furniture of n scenes, at most K pieces each, as in `Placements`: what is there whatever is drawn."""

    number: NDArray[np.int16]
    grip: NDArray[np.int8]
    angle: Array
    position: Array
    there: NDArray[np.bool_]

    def picked(self, rows: NDArray[np.integer]) -> Fixed:
        """The furniture of some scenes, one scene any number of times."""
        return Fixed(
            self.number[rows], self.grip[rows], self.angle[rows], self.position[rows], self.there[rows]
        )


@njit(cache=True, nogil=True)
def count_hidden(nearest, unseen, either=False):  # type: ignore[no-untyped-def]
    """How many of COCO's joints a prop hides that are not unseen already; with `either`, how many a prop hides
    or are unseen."""
    total = 0
    for row in COCO_ROWS:
        behind = nearest[row] < 1
        total += (behind or unseen[row]) if either else (behind and not unseen[row])
    return total


@njit(cache=True, nogil=True)
def meet_fixed(  # type: ignore[no-untyped-def]
    stock, number, grip, angle, position, there, joints, camera, nearest, owner
):  # fmt: skip
    """Furniture (K,) of one frame into nearest (48,) and owner (48,), as `meet_prop` does with a prop."""
    rotation, translation = np.empty((3, 3)), np.empty(3)
    for k in range(len(number)):
        if number[k] >= 0 and there[k]:
            frame_of(grip[k], angle[k], position[k], joints, rotation, translation)
            meet_prop(stock, number[k], rotation, translation, camera, joints, COCO_ROWS, k, nearest, owner)


@njit(cache=True, nogil=True)
def blocked(  # type: ignore[no-untyped-def]
    stock, number, grip, angle, position, there, joints, moment, cameras, outside, most, out
):  # fmt: skip
    """Write into out (n,) whether a camera is inside of a scene's furniture, or that hides more than `most` of COCO's
    joints from it in the middle frame; the rest as in `Fixed` and `place_props`."""
    middle = joints.shape[1] // 2
    rotation, translation = np.empty((3, 3)), np.empty(3)
    nearest, owner = np.empty(joints.shape[2]), np.empty(joints.shape[2], np.int8)
    for i in range(len(number)):
        here, seen_there = joints[moment[i], middle], there[i, middle]
        nearest[:], out[i] = np.inf, False
        for k in range(number.shape[1]):
            if number[i, k] < 0 or not seen_there[k]:
                continue
            frame_of(grip[i, k], angle[i, k], position[i, k], here, rotation, translation)
            first, last = stock.solid_start[number[i, k]], stock.solid_start[number[i, k] + 1]
            low, high = stock.bounds[number[i, k]]
            out[i] |= any_inside(
                stock.boxes[first:last], low, high, rotation, translation, cameras[i].reshape(1, 3), CAMERA_MARGIN
            )  # fmt: skip
        meet_fixed(
            stock, number[i], grip[i], angle[i], position[i], seen_there, here, cameras[i], nearest, owner
        )  # fmt: skip
        out[i] |= count_hidden(nearest, outside[i]) > most


@njit(cache=True, nogil=True)
def in_furniture(stock, number, R, T, fixed, scene, joints):  # type: ignore[no-untyped-def]
    """Whether a solid of a prop placed by R and T is in a piece of a scene's furniture, in any of the frames of joints
    (F, 48, 3) in which that is there."""
    rotation, translation = np.empty((3, 3)), np.empty(3)
    for k in range(fixed.number.shape[1]):
        piece, grip = fixed.number[scene, k], fixed.grip[scene, k]
        if piece < 0:
            continue
        for f in range(joints.shape[0]):
            if not fixed.there[scene, f, k]:
                continue
            angle, position = fixed.angle[scene, k], fixed.position[scene, k]
            frame_of(grip, angle, position, joints[f], rotation, translation)
            if props_overlap(stock, number, R, T, piece, rotation, translation):
                return True
            if grip == ON_FLOOR:  # it stands as it did
                break
    return False
