"""Where props stand, by rejection: nothing in the body or the camera, and as many joints hidden as wanted."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from synth.body.skeleton import joint_index
from synth.core.randomness import Draws, gauss, unit
from synth.scene.furnishing import CAMERA_MARGIN, Fixed, count_hidden, in_furniture, meet_fixed
from synth.scene.holding import IN_BOTH, IN_LEFT, IN_RIGHT, ON_FLOOR, frame_of
from synth.scene.props.contact import any_inside, meet_prop, meets_bounds
from synth.scene.props.stock import BANDS, PropStock
from synth.scene.visibility import COCO_ROWS, NO_PROP

Array = NDArray[np.float64]

ATTEMPTS = 24
_LEAST_SEEN = 2  # of COCO's joints, however many are to be hidden
_SLIDES = 6  # steps aside that a prop takes where it hides too much
BAND_EDGES = np.array(list(BANDS.values()), dtype=np.int64)
_COLUMNS = 16  # random numbers of one prop in one attempt
_MARGIN = 0.015  # metres kept free between a prop's solids and the coarse body
_ARM = 0.12  # metres between a prop that occludes and the joint it stands before
# the smallest prop that may occlude for each band, as a share of the stock in order of size
_LEAST_SIZE = np.array([0.0, 0.0, 0.15, 0.3])
_BOTH_HANDS = (0.12, 0.75)  # metres between the hands for a box to be carried in them
_LEFT_HAND, _RIGHT_HAND = joint_index("left_hand"), joint_index("right_hand")


class Placements(NamedTuple):
    """Props of n scenes, at most P each: number (n, P) in the stock or -1; grip (n, P) what holds them;
    angle (n, P) radians, of the turn about the vertical (standing) or about the hand (held); position
    (n, P, 3) metres, of those that stand, else 0. `frame_of` makes a rotation and a translation of these.
    there (n, F, P): in which frames each is there; None: in all."""

    number: NDArray[np.int16]
    grip: NDArray[np.int8]
    angle: Array
    position: Array
    there: NDArray[np.bool_] | None = None


def band_of(hidden: NDArray[np.integer]) -> NDArray[np.int64]:
    """The band (an index into `BANDS`) of a number of COCO joints that props hide."""
    return np.searchsorted(BAND_EDGES[:, 0], hidden, side="right") - 1


def place_props(
    draws: Draws,
    ids: NDArray[np.int64],
    stock: PropStock,
    joints: Array,
    vertices: NDArray[np.float32],
    moment: NDArray[np.int64],
    cameras: Array,
    outside: NDArray[np.bool_],
    unseen: NDArray[np.bool_],
    band_weights: tuple[float, ...],
    tasked: NDArray[np.bool_] | None = None,
    furniture: Fixed | None = None,
) -> Placements:
    """Props of n scenes: furniture first, then those that are drawn.

    joints (m, F, 48, 3) and vertices (m, F, V, 3) of the people in the world over F frames, of whom moment
    (n,) says each scene's; the middle frame decides what is hidden. cameras (n, 3) where they stand;
    outside (n, 48) joints outside the picture in the middle frame, unseen (n, 48) those and the ones that
    the person's own body hides. Bands are drawn by their weights, in the order of `BANDS`. In the hands of who does a
    task (tasked, (n,)) is nothing but what the task puts there; what is drawn stays clear of furniture.
    """
    n, most = len(ids), max(1, stock.spec.count[1])
    out = Placements(
        np.full((n, most), NO_PROP, np.int16),
        np.zeros((n, most), np.int8),
        np.zeros((n, most)),
        np.zeros((n, most, 3)),
    )
    low, high = stock.spec.count
    counts = low + draws.integers("props.count", ids, high - low + 1)[:, 0]
    held = draws.uniform("props.held", ids)[:, 0] < stock.spec.held
    if tasked is not None:
        held &= ~tasked
    band = draw_bands(draws, ids, band_weights)
    _place_all(
        draws.key("props.place"), np.asarray(ids), stock.arrays, stock.spec.hanging, counts, held, band,
        joints, vertices, moment, cameras, outside, unseen, furniture, *out[:4],
    )  # fmt: skip
    if furniture is None:
        return out
    drawn_there = np.ones((n, joints.shape[1], most), np.bool_)
    return Placements(
        np.concatenate([furniture.number, out.number], 1), np.concatenate([furniture.grip, out.grip], 1),
        np.concatenate([furniture.angle, out.angle], 1), np.concatenate([furniture.position, out.position], 1),
        np.concatenate([furniture.there, drawn_there], 2),
    )  # fmt: skip


def draw_bands(draws: Draws, ids: NDArray[np.int64], weights: tuple[float, ...]) -> NDArray[np.int64]:
    """(n,) the band of each scene, an index into `BANDS`, that its props are to bring about."""
    return draws.choice("props.band", ids, weights)


@njit(cache=True, nogil=True)
def _place_all(  # type: ignore[no-untyped-def]
    key, ids, stock, hanging, counts, held, bands, all_joints, vertices, moment, cameras, outside, unseen,
    fixed, number, grip, angle, position,
):  # fmt: skip
    middle = all_joints.shape[1] // 2
    nearest, owner = np.empty(all_joints.shape[2]), np.empty(all_joints.shape[2], np.int8)
    for i in range(len(ids)):
        joints = all_joints[moment[i], middle]
        nearest[:] = np.inf
        already = 0
        if fixed is not None:
            meet_fixed(
                stock, fixed.number[i], fixed.grip[i], fixed.angle[i], fixed.position[i], fixed.there[i, middle],
                joints, cameras[i], nearest, owner,
            )  # fmt: skip
            already = count_hidden(nearest, outside[i])
        attempt = 0
        for p in range(counts[i]):
            wanted = BAND_EDGES[bands[i]]
            occludes = bands[i] > 0 and p == (1 if held[i] and counts[i] > 1 else 0)
            attempt = _place_one(
                key, ids[i], attempt, stock, hanging, held[i] and p == 0, occludes, bands[i], wanted,
                joints, all_joints[moment[i]], vertices[moment[i]], cameras[i], outside[i],
                unseen[i], nearest, p, already,
                fixed, i,
                number[i], grip[i], angle[i], position[i],
            )  # fmt: skip


@njit(cache=True, nogil=True)
def _place_one(  # type: ignore[no-untyped-def]
    key, identity, attempt, stock, hanging, held, occludes, band, wanted, joints, every, vertices, camera,
    outside, unseen, nearest, p, already, fixed, scene, number, grip, angle, position,
):  # fmt: skip
    """Place prop p of a scene, or leave it out; returns the number of the next attempt.

    The one that `occludes` is to bring the hidden joints into the wanted band, or as near to it as a try
    gets; the others only must not carry them past it, nor past those that furniture hides `already`. joints (48, 3)
    are the middle frame's of every (F, 48, 3); fixed: the furniture of all scenes, or None.
    """
    rotation, translation, spot = np.empty((3, 3)), np.empty(3), np.empty(3)
    met, best = np.empty_like(nearest), nearest.copy()
    owner = np.empty(len(nearest), np.int8)
    least_seen = min(_LEAST_SEEN, len(COCO_ROWS) - count_hidden(nearest, unseen, True))
    closest = max(0, wanted[0] - count_hidden(nearest, outside))
    occludes = occludes and closest > 0
    for _ in range(ATTEMPTS if occludes else 4):
        column = attempt * _COLUMNS
        attempt += 1
        u = unit(key, identity, column)
        turn = 2 * np.pi * unit(key, identity, column + 1)
        spot[:] = 0.0
        if held:
            candidate = _pick(stock.held_share, u)
            how = _choose_grip(key, identity, column, stock, candidate, joints)
            turn = 0.6 * gauss(key, identity, column + 2)
        else:
            least = _LEAST_SIZE[band] if occludes else 0.0
            candidate = _pick(stock.standing_share, least + (1 - least) * u)
            how = ON_FLOOR
            if not _choose_place(
                key, identity, column, stock, candidate, turn, hanging, occludes, joints, camera, outside, spot
            ):  # fmt: skip
                continue
        frame_of(how, turn, spot, joints, rotation, translation)
        if occludes and wanted[0] - closest >= _most(
            stock, candidate, rotation, translation, camera, joints, nearest, outside
        ):
            continue
        step = 0.12 if unit(key, identity, column + 10) < 0.5 else -0.12
        for _ in range(_SLIDES if occludes and not held else 1):
            met[:] = nearest
            meet_prop(stock, candidate, rotation, translation, camera, joints, COCO_ROWS, p, met, owner)
            count = count_hidden(met, outside)
            too_many = (
                count > max(wanted[1], already)
                or len(COCO_ROWS) - count_hidden(met, unseen, True) < least_seen
            )
            if not too_many:
                break
            _slide(camera, joints, step, spot)
            translation[:] = spot
        miss = max(wanted[0] - count, 0)
        if too_many or (occludes and miss >= closest):
            continue
        if not _fits(stock, candidate, rotation, translation, how, turn, every, vertices, camera):
            continue
        if fixed is not None:  # noqa: SIM102 - alone, it is compiled away where no scene has furniture
            if in_furniture(stock, candidate, rotation, translation, fixed, scene, every):
                continue
        number[p], grip[p], angle[p], position[p] = candidate, how, turn, spot
        best[:] = met
        closest = miss
        if miss == 0 or not occludes:
            break
    nearest[:] = best
    return attempt


@njit(cache=True, nogil=True)
def _slide(camera, joints, step, spot):  # type: ignore[no-untyped-def]
    """Move a prop across the line from the camera to the pelvis, so that it hides less."""
    x, y = joints[0, 0] - camera[0], joints[0, 1] - camera[1]
    scale = step / np.sqrt(x * x + y * y + 1e-9)
    spot[0] -= scale * y
    spot[1] += scale * x


@njit(cache=True, nogil=True)
def _most(stock, number, R, T, camera, joints, nearest, outside):  # type: ignore[no-untyped-def]
    """The most COCO joints that can be hidden with this prop: those whose ray meets the box around it."""
    total = 0
    for row in COCO_ROWS:
        if not outside[row]:
            total += nearest[row] < 1 or meets_bounds(stock, number, R, T, camera, joints[row])
    return total


@njit(cache=True, nogil=True)
def _pick(share, u):  # type: ignore[no-untyped-def]
    return min(np.searchsorted(share, u, side="right"), len(share) - 1)


@njit(cache=True, nogil=True)
def _choose_grip(key, identity, column, stock, number, joints):  # type: ignore[no-untyped-def]
    apart = np.sqrt(np.sum((joints[_LEFT_HAND] - joints[_RIGHT_HAND]) ** 2))
    length, depth, _ = stock.bounds[number, 1] - stock.bounds[number, 0]
    fits = depth > 0.15 and abs(apart - length) < 0.25
    if fits and _BOTH_HANDS[0] < apart < _BOTH_HANDS[1]:
        return IN_BOTH
    return IN_LEFT if unit(key, identity, column + 1) < 0.35 else IN_RIGHT


@njit(cache=True, nogil=True)
def _choose_place(  # type: ignore[no-untyped-def]
    key, identity, column, stock, number, turn, hanging, occludes, joints, camera, outside, position
):  # fmt: skip
    """Write a position: before a joint in the picture where it is to occlude, else mostly anywhere near.

    False where the prop is too big to stand between the joint and the camera, or too low to hide it.
    """
    low, high = stock.bounds[number]
    position[2] = 0.0
    if not occludes and unit(key, identity, column + 2) >= 0.3:
        angle = 2 * np.pi * unit(key, identity, column + 3)
        radius = 0.6 + 1.9 * unit(key, identity, column + 4)
        position[0] = joints[0, 0] + radius * np.cos(angle)
        position[1] = joints[0, 1] + radius * np.sin(angle)
        return True
    target = int(unit(key, identity, column + 3) * len(COCO_ROWS))
    for _ in range(len(COCO_ROWS)):
        if not outside[COCO_ROWS[target]]:
            break
        target = (target + 1) % len(COCO_ROWS)
    joint = joints[COCO_ROWS[target]]
    x, y, z = camera[0] - joint[0], camera[1] - joint[1], camera[2] - joint[2]
    way = np.sqrt(x * x + y * y) + 1e-9
    # half of the prop's extent along the line of sight, and room for an arm
    along = abs(x * np.cos(turn) + y * np.sin(turn)) / way
    across = abs(y * np.cos(turn) - x * np.sin(turn)) / way
    room = high[0] * along + high[1] * across + _ARM
    u = unit(key, identity, column + 4)
    share = (room + (way - 2 * room) * 0.8 * u) / way
    stands = 2 * room < way and joint[2] + share * z < high[2] + 0.1
    may_hang = stock.hanging[number] and hanging > 0
    if may_hang and (not stands or unit(key, identity, column + 9) < hanging):
        share = 0.15 + 0.6 * u
        position[2] = max(0.0, joint[2] + share * z - 0.5 * (high[2] + low[2]))
    elif occludes and not stands:
        return False
    position[0] = joint[0] + share * x + 0.15 * gauss(key, identity, column + 5)
    position[1] = joint[1] + share * y + 0.15 * gauss(key, identity, column + 7)
    return True


@njit(cache=True, nogil=True)
def _fits(stock, number, R, T, grip, angle, joints, vertices, camera):  # type: ignore[no-untyped-def]
    """Whether no solid of the prop holds the camera or, unless it is held, a joint or vertex of the person, in
    any of the frames of joints (F, 48, 3) and vertices (F, V, 3). R and T are overwritten for a held prop."""
    boxes = stock.boxes[stock.solid_start[number] : stock.solid_start[number + 1]]
    low, high = stock.bounds[number]
    eye = camera.reshape(1, 3)
    if grip != ON_FLOOR:
        for f in range(joints.shape[0]):
            frame_of(grip, angle, T, joints[f], R, T)
            if any_inside(boxes, low, high, R, T, eye, CAMERA_MARGIN):
                return False
        return True
    if any_inside(boxes, low, high, R, T, eye, CAMERA_MARGIN):
        return False
    for f in range(joints.shape[0]):
        if any_inside(boxes, low, high, R, T, joints[f], _MARGIN):  # finds the deep collisions fast
            return False
    for f in range(vertices.shape[0]):
        if any_inside(boxes, low, high, R, T, vertices[f], _MARGIN):
            return False
    return True
