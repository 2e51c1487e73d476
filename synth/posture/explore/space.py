"""The space of work postures, in cells: how the body is carried, where each hand is, how the trunk and head are held.

A posture lies in two cells of one table, one for each hand, so that a cell says of a hand where it is while the body
does what. `AXES` is the table: every axis with its bands, and the edges between them where bands are of a number. For
the right hand left and right are mirrored: 'toward' is toward the hand's own side. Angles are those of
`synth.risk.angles`, limits those that ISO 11226:2000 and EN 1005-4:2005 part working postures at, where they give one.

Which cells a body can reach is in synth/assets/space/reachable.npz, made by synth/assets/build/build_space.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth.core.errors import InputError
from synth.core.npz import read_npz
from synth.risk.angles import SIDES, ErgonomicAngles
from synth.risk.from_joints import angles_from_joints, points
from synth.risk.stance import stance_of
from synth.risk.vectors import cross, dot, unit

Array = NDArray[np.float64]
Cells = NDArray[np.int32]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Axis:
    """One axis of the space. bands: their names, in order of the number that they part at `edges`, in `unit`."""

    name: str
    bands: tuple[str, ...]
    sentence: str
    edges: tuple[float, ...] = ()
    unit: str = ""


AXES: tuple[Axis, ...] = (
    Axis(
        "stance",
        ("standing", "stepping", "squatting", "half_kneeling", "kneeling", "sitting", "lying"),
        "How the body is carried. Stepping: one foot over half a shank above the other, as on a ladder. Squatting: "
        "both knees bent over 90 degrees. Lying: the trunk nearly level and the pelvis as low. Walking is standing "
        "or stepping, frame by frame.",
    ),
    Axis(
        "height",
        ("low", "middle", "high"),
        "The wrist above its own shoulder: below the elbow of a hanging arm, up to the shoulder, over it.",
        (-0.5, 0.0),
        "arm lengths",
    ),
    Axis("reach", ("near", "far"), "From the shoulder to the wrist.", (0.75,), "arm lengths"),
    Axis(
        "direction",
        ("across", "ahead", "aside"),
        "From the shoulder to the wrist, seen from above, against where the shoulders face; outward is positive. A "
        "wrist nearly under or over its shoulder is ahead.",
        (-10.0, 60.0),
        "degrees",
    ),
    Axis(
        "inclination",
        ("upright", "bent", "deep"),
        "The trunk against the vertical, forward or backward.",
        (20.0, 60.0),
        "degrees",
    ),
    Axis("twist", ("away", "square", "toward"), "Shoulders against hips.", (-10.0, 10.0), "degrees"),
    Axis("bend", ("away", "straight", "toward"), "The trunk to the side.", (-10.0, 10.0), "degrees"),
    Axis("gaze", ("up", "level", "down"), "The head against the vertical.", (-10.0, 25.0), "degrees"),
)
SHAPE: tuple[int, ...] = tuple(len(axis.bands) for axis in AXES)
SIZE = prod(SHAPE)  # cells of a hand
UNKNOWN = -1
STEP_UP = 0.5  # of the shank's length: how much higher the other foot is in stepping
SQUAT = 90.0  # degrees of both knees
LYING_TRUNK, LYING_PELVIS = (
    60.0,
    0.5,
)  # degrees; thigh lengths of the pelvis over the lowest of knees and ankles
UNDER_SHOULDER = 0.3  # arm lengths: a wrist no further from the plumb line has no direction
_FILE = Path(str(resources.files("synth"))) / "assets" / "space" / "reachable.npz"


def axis(name: str) -> int:
    """The place of an axis in `AXES`; ValueError where there is none of that name."""
    return [each.name for each in AXES].index(name)


def cell_of(**bands: str) -> int:
    """The number of the cell with a band on every axis, all given by name; ValueError for an unknown band."""
    for each in AXES:
        if bands[each.name] not in each.bands:
            raise ValueError(f"there is no {each.name} '{bands[each.name]}', only {', '.join(each.bands)}")
    return int(np.ravel_multi_index([each.bands.index(bands[each.name]) for each in AXES], SHAPE))


def bands_of(cell: int) -> dict[str, str]:
    """The band on every axis of a cell, by name."""
    places = np.unravel_index(cell, SHAPE)
    return {each.name: each.bands[int(place)] for each, place in zip(AXES, places, strict=True)}


def cells(joints: NDArray[Any], angles: ErgonomicAngles | None = None) -> Cells:
    """(n, 2) the cells of the left and the right hand of postures with joints (n, 48, 3), metres, Z up.

    Joints that are not known may be NaN, as those of the skin where only SMPL's are; UNKNOWN where too few are known.
    angles: those of the postures, measured from the joints unless given.
    """
    found = angles or angles_from_joints(joints)
    at = points(np.asarray(joints, np.float64))
    shoulder, elbow, wrist = at["shoulder"], at["elbow"], at["wrist"]
    arm = _length(elbow - shoulder) + _length(wrist - elbow)
    away = (wrist - shoulder) / np.maximum(arm, 1e-9)[..., None]
    out = np.array([1.0, -1.0])  # whether the body's left is outward: left, right hand
    values = {
        "height": away[..., 2],
        "reach": _length(away),
        "direction": _direction(away, shoulder[:, 0] - shoulder[:, 1]),
        "inclination": np.abs(found.trunk_flexion)[:, None],
        "twist": found.trunk_twist[:, None] * out,
        "bend": found.trunk_side_bend[:, None] * out,
        "gaze": found.head_inclination[:, None],
    }
    bands = [np.broadcast_to(_stances(joints, at, found)[:, None], arm.shape)]
    known = np.isfinite(found.knee_flexion).all(axis=1, keepdims=True)
    for each in AXES[1:]:
        value = np.broadcast_to(values[each.name], arm.shape)
        known = known & np.isfinite(value)
        bands.append(np.digitize(np.nan_to_num(value), each.edges))
    return np.where(known, np.ravel_multi_index(bands, SHAPE), UNKNOWN).astype(np.int32)


def _direction(away: Array, left: Array) -> Array:
    """(n, 2) degrees outward from where the shoulders face, of (n, 2, 3); left (n, 3): from right to left shoulder."""
    up = np.array([0.0, 0.0, 1.0])
    level = unit(left * [1.0, 1.0, 0.0])
    forward = cross(level, np.broadcast_to(up, level.shape))
    outward = dot(away, level[:, None]) * np.array([1.0, -1.0])
    degrees = np.degrees(np.arctan2(outward, dot(away, forward[:, None])))
    return np.where(_length(away * [1.0, 1.0, 0.0]) < UNDER_SHOULDER, 0.0, degrees)


def _stances(joints: NDArray[Any], at: dict[str, Array], angles: ErgonomicAngles) -> Cells:
    """(n,) the place of each posture's stance among the bands."""
    stance = stance_of(joints)
    hip, knee, ankle = (at[name][..., 2] for name in ("hip", "knee", "ankle"))
    shank = _length(at["ankle"] - at["knee"]).mean(axis=1)
    thigh = _length(at["knee"] - at["hip"]).mean(axis=1)
    lowest = np.minimum(knee.min(axis=1), ankle.min(axis=1))
    level = np.abs(angles.trunk_flexion) > LYING_TRUNK
    kinds = {
        "lying": level & (hip.mean(axis=1) - lowest < LYING_PELVIS * thigh),
        "kneeling": stance.kneeling.all(axis=1),
        "half_kneeling": stance.kneeling.any(axis=1),
        "sitting": stance.sitting,
        "squatting": (angles.knee_flexion > SQUAT).all(axis=1),
        "stepping": np.abs(ankle[:, 0] - ankle[:, 1]) > STEP_UP * shank,
    }
    names = AXES[0].bands
    found = np.select(list(kinds.values()), [names.index(name) for name in kinds], names.index("standing"))
    return found.astype(np.int32)


def _length(a: Array) -> Array:
    return np.sqrt(dot(a, a))


def possible() -> Flags:
    """(SIZE,) the cells that no rule of anatomy excludes; what a solver reaches may be fewer.

    Who lies has the trunk level. With the trunk bent over 60 degrees nobody looks up but who lies: it takes over 70
    degrees of neck extension, of which a healthy neck has 60 (American Academy of Orthopaedic Surgeons, 'Joint motion',
    1965).
    """
    stance, inclination, gaze = (
        np.indices(SHAPE)[axis(name)] for name in ("stance", "inclination", "gaze")
    )  # fmt: skip
    lying = stance == AXES[0].bands.index("lying")
    deep = inclination == AXES[axis("inclination")].bands.index("deep")
    up = gaze == AXES[axis("gaze")].bands.index("up")
    return np.asarray(np.where(lying, deep, ~(deep & up))).ravel()


@cache
def reachable() -> Flags:
    """(len(SIDES), SIZE) the cells that count as reachable, from the file that ships; not to be changed.

    Raises InputError where the file is of another table.
    """
    arrays = read_npz(_FILE)
    found = np.unpackbits(arrays["reachable"], axis=1, count=SIZE).astype(bool)
    if tuple(arrays["shape"]) != SHAPE or found.shape != (len(SIDES), SIZE):
        raise InputError(
            "is of another table of cells", where=str(_FILE), remedy="run synth/assets/build/build_space.py"
        )
    found.setflags(write=False)
    return found
