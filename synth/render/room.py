"""The room behind the meshes: floor, walls and ceiling along each free pixel's ray."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from synth.scene.background import Background
from synth.scene.camera import Camera
from synth.scene.light import Light

Array = NDArray[np.float64]
Floats = NDArray[np.float32]

CLEARANCE = 0.5  # metres between the camera and a wall, which is pushed out for it
JOINT = 0.004  # metres: half the width of the joint between two tiles
JOINT_SHADE = 0.72  # brightness of a joint against its tile
CORNER = 0.6  # metres from a wall within which the floor darkens a little


class Room(NamedTuple):
    """A background lit and turned for the kernel, which works in the room's frame: centred, walls along x, y.

    turn (3, 3) world to room; rays (3, 3) camera to room; eye (3,) the camera; size (6,): half length, half
    width, height, dado height, tile, the angle of a pixel; colours (8, 3) in the picture: the floor in
    ambient light, what the directed light adds, the ceiling, the dado relative to its wall, the walls at -x,
    +x, -y, +y.
    """

    turn: Array
    rays: Array
    eye: Array
    size: Array
    colours: Array


def room_of(background: Background, light: Light, camera: Camera) -> Room:
    """The background as `camera` sees it under `light`."""
    c, s = np.cos(background.yaw), np.sin(background.yaw)
    turn = np.array([[c, s, 0.0], [-s, c, 0.0], [0.0, 0.0, 1.0]])
    eye = turn @ (camera.position - np.array([*background.centre, 0.0]))
    half = np.maximum(background.half, np.abs(eye[:2]) + CLEARANCE)
    height = max(float(background.height), eye[2] + CLEARANCE)
    size = [*half, height, background.dado_height, background.tile, 1 / camera.intrinsics[1, 1]]
    sun, white = turn @ light.direction, light.colour * light.intensity
    # the far side of a wall that faces away from the light is lit by the room
    lit = [max(0.15, float(-sign * sun[axis])) for axis in (0, 1) for sign in (-1, 1)]
    colours = [
        background.floor * light.ambient,
        background.floor * white * light.direction[2],
        background.ceiling * (light.ambient + 0.35),
        background.dado / np.maximum(background.wall, 0.05),
        *(background.wall * (light.ambient + 0.2 + 0.5 * white * share) for share in lit),
    ]
    return Room(turn, turn @ camera.rotation.T, eye, np.array(size), np.array(colours))


@njit(cache=True, nogil=True, error_model="numpy")
def _shadow_at(shadow: Floats, x: float, y: float, place: Array) -> float:
    """How much of the directed light reaches a point of the floor, bilinear; 1 outside the map."""
    u, v = (x - place[0]) / place[2] - 0.5, (y - place[1]) / place[2] - 0.5
    if u < 0 or v < 0 or u >= shadow.shape[1] - 1 or v >= shadow.shape[0] - 1:
        return 1.0
    column, row = int(u), int(v)
    fx, fy = u - column, v - row
    upper = (1 - fx) * shadow[row, column] + fx * shadow[row, column + 1]
    lower = (1 - fx) * shadow[row + 1, column] + fx * shadow[row + 1, column + 1]
    return (1 - fy) * upper + fy * lower


@njit(cache=True, nogil=True, error_model="numpy")
def _tiles(x: float, y: float, tile: float, footprint: float) -> float:
    """Brightness of the floor's joints, blurred over the pixel's footprint (metres)."""
    off_x, off_y = x / tile, y / tile
    off = tile * min(abs(off_x - np.floor(off_x + 0.5)), abs(off_y - np.floor(off_y + 0.5)))
    per_footprint = 1 / footprint
    cover = min(1.0, max(0.0, (JOINT - off) * per_footprint + 0.5))
    return 1 - (1 - JOINT_SHADE) * cover * min(1.0, 2 * JOINT * per_footprint)


@njit(cache=True, nogil=True, error_model="numpy")
def backdrop(
    owner: NDArray[np.int32],
    rays: Floats,
    to_room: Array,
    eye: Array,
    size: Array,
    colours: Array,
    shadow: Floats,
    place: Array,
    image: NDArray[np.uint8],
) -> None:
    """Paint the pixels whose owner (H, W) is negative.

    shadow (h, w) holds the share of the directed light that reaches the floor; place (3,): the map's least x
    and y and its cell in the room, metres.
    """
    height, width = owner.shape
    for row in range(height):
        for column in range(width):
            if owner[row, column] >= 0:
                continue
            rx, ry = np.float64(rays[row, column, 0]), np.float64(rays[row, column, 1])
            dx = to_room[0, 0] * rx + to_room[0, 1] * ry + to_room[0, 2]
            dy = to_room[1, 0] * rx + to_room[1, 1] * ry + to_room[1, 2]
            dz = to_room[2, 0] * rx + to_room[2, 1] * ry + to_room[2, 2]
            # how far the ray runs to the wall it will meet along each axis
            tx = ((size[0] if dx > 0 else -size[0]) - eye[0]) / dx if dx != 0 else 1e9
            ty = ((size[1] if dy > 0 else -size[1]) - eye[1]) / dy if dy != 0 else 1e9
            tz = ((size[2] if dz > 0 else 0.0) - eye[2]) / dz if dz != 0 else 1e9
            t = min(tx, ty, tz)
            x, y = eye[0] + t * dx, eye[1] + t * dy
            if t == tz and dz > 0:
                for channel in range(3):
                    image[row, column, channel] = np.uint8(min(255.0 * colours[2, channel] + 0.5, 255.0))
                continue
            if t == tz:
                shade = min(1.0, 0.85 + 0.15 * min(size[0] - abs(x), size[1] - abs(y)) / CORNER)
                if size[4] > 0:
                    # a pixel's width at this distance, stretched along the floor
                    footprint = t * size[5] * (dx * dx + dy * dy + dz * dz) / max(-dz, 0.05)
                    shade *= _tiles(x, y, size[4], footprint)
                sun = _shadow_at(shadow, x, y, place)
                for channel in range(3):
                    lit = colours[0, channel] * (0.6 + 0.4 * sun) + sun * colours[1, channel]
                    image[row, column, channel] = np.uint8(min(255.0 * shade * lit + 0.5, 255.0))
                continue
            wall = (4 if dx < 0 else 5) if tx < ty else (6 if dy < 0 else 7)
            z = eye[2] + t * dz
            shade = min(1.0, 0.88 + 0.12 * min(z, size[2] - z) / CORNER)
            for channel in range(3):
                lit = colours[wall, channel] * shade
                if z < size[3]:
                    lit *= colours[3, channel]
                image[row, column, channel] = np.uint8(min(255.0 * lit + 0.5, 255.0))
