"""Where a camera has to stand, and which way to look, for a person to fill the picture as the random draw asks.

A draw that would put the camera under the floor, above the ceiling or into the person, or the person partly
out of a picture that is to hold it whole, is drawn again, a bounded number of times. Where nothing fits (a
wide lens at chest height in front of a crouching person), the camera keeps its height and steps back until the
person is in the picture, at whatever elevation and size that makes.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from synth.body.skeleton import COCO_17, joint_index
from synth.core.randomness import unit
from synth.scene.lens import bend, fold_of_first_term

Array = NDArray[np.float64]

ATTEMPTS = 48
_COLUMNS = 5
_NEAREST = 0.35  # metres between the camera's plane and the closest point: an arm's length from the lens
_MARGIN = 0.97  # share of the picture that one who is to be seen whole may take
_CUT_SIZE = (1.0, 1.7)  # height, in heights of the picture, of one whom its edge is to cut
_STEPS_BACK = 64
_SKIN = 0.94  # height of a person over that of the spheres below, median
# What spans a person's outline, as spheres: (joint, metres from it to the skin). Measured on the coarse open
# body over random shapes and the shipped motion: of the people framed by these, 3 in 1000 have a vertex outside.
_COCO_RADIUS = {
    "nose": 0.04, "eye": 0.04, "ear": 0.10, "shoulder": 0.08, "elbow": 0.06, "wrist": 0.05, "hip": 0.13,
    "knee": 0.08, "ankle": 0.06,
}  # fmt: skip
_SPHERES = [(f"coco_{name}", _COCO_RADIUS[name.split("_")[-1]]) for name in COCO_17] + [
    ("left_hand", 0.05), ("right_hand", 0.05), ("left_big_toe", 0.05), ("right_big_toe", 0.05),
    ("left_heel", 0.04), ("right_heel", 0.04), ("head_top", 0.07), ("spine2", 0.18),
    ("spine3", 0.17), ("pelvis", 0.16), ("left_hand", 0.04), ("right_hand", 0.04),
]  # fmt: skip
# the last two are the finger tips: beyond the hand by this many times the way from the wrist
_REACH = 1.1
_JOINTS = np.array([joint_index(name) for name, _ in _SPHERES])
_WRISTS = [joint_index("left_wrist"), joint_index("right_wrist")]
_RADII = np.array([radius for _, radius in _SPHERES])
COUNTED = np.array([name.startswith("coco_") for name, _ in _SPHERES])


def outline(joints: Array) -> Array:
    """(..., K, 3) centres of the spheres that span people of joints (..., 48, 3); `COUNTED` (K,) are COCO's."""
    points = joints[..., _JOINTS, :]
    tips = points[..., -2:, :]
    tips += _REACH * (tips - joints[..., _WRISTS, :])
    return points


def first_term(barrel: Array, focal: Array, width: int, height: int) -> Array:
    """OpenCV's k1 of a lens that moves a corner of the picture inward by the share `barrel`."""
    return _first_term(barrel, focal, width, height)


@njit(cache=True, nogil=True)
def _first_term(barrel, focal, width, height):  # type: ignore[no-untyped-def]
    return -barrel * focal * focal / (0.25 * (width * width + height * height))


@njit(cache=True, nogil=True)
def solve(  # type: ignore[no-untyped-def]
    key, ids, points, counted, roll, centre, barrel, cut, azimuth, sine, log_focal, fill, heights, width,
    height, intrinsics, rotation, translation,
):  # fmt: skip
    """Write intrinsics (n, 3, 3), rotation (n, 3, 3) and translation (n, 3) of n cameras.

    points (n, k, 3) the outlines to hold, of which counted (k,) are COCO's; roll (n,) and azimuth (n,)
    radians; centre (n, 2) of the picture, off its middle by this share of the width; barrel (n,); cut (n,)
    whether the edge is to cut the person; sine of the elevation, log_focal, fill and heights (n, 2) bounds.
    """
    u = np.empty(_COLUMNS)
    local = np.empty((points.shape[1], 3))
    for i in range(points.shape[0]):
        K = intrinsics[i]
        K[0, 2], K[1, 2], K[2, 2] = (0.5 + centre[i, 0]) * width, 0.5 * height + centre[i, 1] * width, 1.0
        middle = _middle(points[i])
        found = False
        for attempt in range(ATTEMPTS):
            for column in range(_COLUMNS):
                u[column] = unit(key, ids[i], attempt * _COLUMNS + column)
            found = _try(
                points[i], middle, local, counted, u, roll[i], barrel[i], cut[i], azimuth[i], sine[i],
                log_focal[i], fill[i], heights[i], width, height, K, rotation[i], translation[i],
            )  # fmt: skip
            if found:
                break
        if not found:
            _step_back(
                points[i], middle, local, counted, u, roll[i], barrel[i], azimuth[i], log_focal[i], fill[i],
                heights[i], width, height, K, rotation[i], translation[i],
            )  # fmt: skip


@njit(cache=True, nogil=True)
def _try(  # type: ignore[no-untyped-def]
    points, middle, local, counted, u, roll, barrel, cut, azimuth, sine, log_focal, fill, heights, width,
    height, K, R, t,
):  # fmt: skip
    """Fill K, R, t from one row of uniforms; False where no camera can stand there."""
    sin_elevation = sine[0] + (sine[1] - sine[0]) * u[0]
    focal = np.exp(log_focal[0] + (log_focal[1] - log_focal[0]) * u[1])  # log focal falls as the view widens
    low, high = _CUT_SIZE if cut else (fill[0], fill[1])
    _level_axes(azimuth, sin_elevation, R)
    _to_axes(points, middle, R, local)
    distance = _distance(local, focal, low + (high - low) * u[2], width, height, cut)
    if not heights[0] <= middle[2] + distance * sin_elevation <= heights[1]:
        return False
    K[0, 0] = K[1, 1] = focal
    turn = _aim(local, distance, K, roll, u[3] - 0.5, u[4] - 0.5, width, height, cut)
    if not _framed(local, counted, turn, distance, K, barrel, fill, width, height, cut):
        return False
    _stand(middle, distance, turn, R, t)
    return True


@njit(cache=True, nogil=True)
def _step_back(  # type: ignore[no-untyped-def]
    points, middle, local, counted, u, roll, barrel, azimuth, log_focal, fill, heights, width, height, K, R, t
):  # fmt: skip
    """Fill K, R, t for a camera at a height it may have, as near as holds the whole person."""
    rise = heights[0] + (heights[1] - heights[0]) * u[0] - middle[2]
    K[0, 0] = K[1, 1] = np.exp(log_focal[0] + (log_focal[1] - log_focal[0]) * u[1])
    distance = max(2 * _NEAREST, abs(rise) / 0.98)
    anything = np.array([0.0, fill[1]])
    for _ in range(_STEPS_BACK):
        _level_axes(azimuth, rise / distance, R)
        _to_axes(points, middle, R, local)
        turn = _aim(local, distance, K, roll, 0.0, 0.0, width, height, False)
        if _framed(local, counted, turn, distance, K, barrel, anything, width, height, False):
            break
        distance *= 1.1
    _stand(middle, distance, turn, R, t)


@njit(cache=True, nogil=True)
def _stand(middle, distance, turn, R, t):  # type: ignore[no-untyped-def]
    """Turn the level axes R away by `turn` and write the translation of the camera that stands there."""
    position = middle - distance * R[2]
    R[:] = turn @ R
    t[:] = -(R @ position)


@njit(cache=True, nogil=True)
def _aim(local, distance, K, roll, aside, below, width, height, cut):  # type: ignore[no-untyped-def]
    """The rotation that brings the middle of the person's box where there is room for it, or, where the
    person is to be cut, anywhere near; aside and below are in [-0.5, 0.5)."""
    low_x, high_x, low_y, high_y = _extent(local, distance)
    focal = K[0, 0]
    room_x = 0.6 * width if cut else max(0.0, _MARGIN * width - (high_x - low_x) * focal)
    room_y = 0.8 * height if cut else max(0.0, _MARGIN * height - (high_y - low_y) * focal)
    x, y = 0.5 * (low_x + high_x), 0.5 * (low_y + high_y)
    target_x = (0.5 * width + aside * room_x - K[0, 2]) / focal
    target_y = (0.5 * height + below * room_y - K[1, 2]) / focal
    return _between(x, y, target_x, target_y) @ _about(x, y, 1.0, np.cos(roll), np.sin(roll))


@njit(cache=True, nogil=True)
def _middle(points):  # type: ignore[no-untyped-def]
    """(3,) centre of the points' bounding box."""
    middle = np.empty(3)
    for k in range(3):
        low = high = points[0, k]
        for i in range(1, points.shape[0]):
            low, high = min(low, points[i, k]), max(high, points[i, k])
        middle[k] = 0.5 * (low + high)
    return middle


@njit(cache=True, nogil=True)
def _level_axes(azimuth, sin_elevation, axes):  # type: ignore[no-untyped-def]
    """Rows right, down, forward of a camera with a level horizon that looks back along its direction."""
    c, s = np.cos(azimuth), np.sin(azimuth)
    level = np.sqrt(1 - sin_elevation * sin_elevation)
    axes[0, 0], axes[0, 1], axes[0, 2] = -s, c, 0.0
    axes[1, 0], axes[1, 1], axes[1, 2] = c * sin_elevation, s * sin_elevation, -level
    axes[2, 0], axes[2, 1], axes[2, 2] = -c * level, -s * level, -sin_elevation


@njit(cache=True, nogil=True)
def _to_axes(points, middle, axes, local):  # type: ignore[no-untyped-def]
    for i in range(points.shape[0]):
        x, y, z = points[i, 0] - middle[0], points[i, 1] - middle[1], points[i, 2] - middle[2]
        for k in range(3):
            local[i, k] = axes[k, 0] * x + axes[k, 1] * y + axes[k, 2] * z


@njit(cache=True, nogil=True)
def _distance(local, focal, share, width, height, cut):  # type: ignore[no-untyped-def]
    """Distance at which the person takes `share` of the height, and no more than fits the width."""
    nearest = 0.0
    for i in range(local.shape[0]):
        nearest = min(nearest, local[i, 2])
    least = _NEAREST - nearest
    distance = max(least, 1.8 * focal / (share * height))
    for _ in range(4):
        low_x, high_x, low_y, high_y = _extent(local, distance)
        scale = _SKIN * (high_y - low_y) * focal / (share * height)
        if not cut:
            scale = max(scale, (high_x - low_x) * focal / (0.95 * width))
        distance = max(least, distance * scale)
    return distance


@njit(cache=True, nogil=True)
def _extent(local, distance):  # type: ignore[no-untyped-def]
    """Image-plane box (x low, x high, y low, y high) of the outline seen from `distance`."""
    low_x = low_y = np.inf
    high_x = high_y = -np.inf
    for i in range(local.shape[0]):
        inverse = 1.0 / max(1e-3, local[i, 2] + distance)
        x, y, r = local[i, 0] * inverse, local[i, 1] * inverse, _RADII[i % len(_RADII)] * inverse
        low_x, high_x = min(low_x, x - r), max(high_x, x + r)
        low_y, high_y = min(low_y, y - r), max(high_y, y + r)
    return low_x, high_x, low_y, high_y


@njit(cache=True, nogil=True)
def _about(x, y, z, c, s):  # type: ignore[no-untyped-def]
    """Rodrigues' formula: the rotation about the axis (x, y, z) by the angle of cosine c and sine s."""
    inverse = 1.0 / np.sqrt(x * x + y * y + z * z)
    x, y, z, v = x * inverse, y * inverse, z * inverse, 1.0 - c
    turn = np.empty((3, 3))
    turn[0, 0], turn[0, 1], turn[0, 2] = c + x * x * v, x * y * v - z * s, x * z * v + y * s
    turn[1, 0], turn[1, 1], turn[1, 2] = x * y * v + z * s, c + y * y * v, y * z * v - x * s
    turn[2, 0], turn[2, 1], turn[2, 2] = x * z * v - y * s, y * z * v + x * s, c + z * z * v
    return turn


@njit(cache=True, nogil=True)
def _between(x0, y0, x1, y1):  # type: ignore[no-untyped-def]
    """The smallest rotation that takes the ray of one image-plane point to that of another."""
    x, y, z = y0 - y1, x1 - x0, x0 * y1 - y0 * x1  # cross product of (x0, y0, 1) and (x1, y1, 1)
    area = np.sqrt(x * x + y * y + z * z)
    if area < 1e-12:
        return np.eye(3)
    scale = 1.0 / np.sqrt((x0 * x0 + y0 * y0 + 1.0) * (x1 * x1 + y1 * y1 + 1.0))
    return _about(x, y, z, (x0 * x1 + y0 * y1 + 1.0) * scale, area * scale)


@njit(cache=True, nogil=True)
def _framed(  # type: ignore[no-untyped-def]
    local, counted, turn, distance, K, barrel, fill, width, height, cut
):  # fmt: skip
    """Whether the picture holds the whole person at a size within `fill`; or, for one to be cut, at least half
    of COCO's joints but not all of the outline."""
    focal = K[0, 0]
    k1 = _first_term(barrel, focal, width, height)
    limit = fold_of_first_term(k1)
    lens = np.array([k1, 0.0, 0.0, 0.0, 0.0])
    inside = wanted = everything = 0
    low_u = low_v = np.inf
    high_u = high_v = -np.inf
    for i in range(local.shape[0]):
        x, y, z = local[i, 0], local[i, 1], local[i, 2] + distance
        depth = turn[2, 0] * x + turn[2, 1] * y + turn[2, 2] * z
        held = depth > _NEAREST - 0.05
        if held:
            right = (turn[0, 0] * x + turn[0, 1] * y + turn[0, 2] * z) / depth
            down = (turn[1, 0] * x + turn[1, 1] * y + turn[1, 2] * z) / depth
            r = _RADII[i % len(_RADII)] * focal / depth
            r_u, r_v = r * np.sqrt(1.0 + right * right), r * np.sqrt(1.0 + down * down)
            if k1 != 0:
                right, down = bend(right, down, lens, limit)
            u, v = focal * right + K[0, 2], focal * down + K[1, 2]
            low_u, high_u = min(low_u, u - r_u), max(high_u, u + r_u)
            low_v, high_v = min(low_v, v - r_v), max(high_v, v + r_v)
            held = 0 <= u < width and 0 <= v < height
        if not held and not cut:
            return False
        everything += held
        wanted += counted[i]
        inside += held and counted[i]
    if cut:
        return 2 * inside >= wanted and everything < local.shape[0]
    if low_u < 0 or high_u > width or low_v < 0 or high_v > height:
        return False
    tall, wide = _SKIN * (high_v - low_v) / height, (high_u - low_u) / width
    return tall <= fill[1] and (tall >= fill[0] or wide > 0.85)
