"""Whether the pose in which all channels are 0 is a person who stands, and which way that person looks.

Many rigs rest in a T pose, others with arms that hang, others in nothing that a body could do, since their
joints have axes of their own. Only a figure that stands upright and is the same on both sides says how trunk
and head are turned when a person stands straight; what it says is compared with the keys of the mapping.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from synth.core.errors import InputError
from synth.motion.figure import TRUNK, Figure
from synth.motion.geometry import angle_between, frame, unit
from synth.motion.mapping import Mapping

Floats = NDArray[np.float64]

# Degrees. Rigs of standing people keep to a third of these; a random pose of all joints breaks one of them.
_LINES_APART = 10.0  # the lines of the hips and shoulders
_SIDES_APART = 20.0  # a limb and the mirror image of its twin
_LEGS_FROM_DOWN = 35.0
_TRUNK_FROM_UP = 60.0  # a bone of the trunk; SMPL's neck leans 38 degrees
_TRUNK_ASIDE = 15.0
_TO_AXIS = 20.0  # how far up and left may be from an axis of the file to be meant as that axis


def rest_axes(rest: Figure) -> Floats | None:
    """(3, 3): columns are left, up and forward of the figure at rest, in the file's axes; None for no figure.

    Axes of the file themselves where those are near.
    """
    found = rest.trunk()
    if found is None or not _stands(rest, found[0]):
        return None
    left, up, _ = found[0].T
    upright = rest.upright()
    # some rigs hang the shoulders, some the head, far forward of what bears them
    ups = [up] if upright is None else [up, upright[0]]
    return frame(
        _snapped(left), _snapped(min(ups, key=lambda each: angle_between(each, _nearest_axis(each))))
    )


def check_keys(mapping: Mapping, axes: Floats, rest: Figure, world_up: Floats, where: str) -> None:
    """Raise InputError where `up` or `forward` of a mapping contradicts the figure at rest, with these axes.

    `up` may also be meant as the world's.
    """
    if mapping.up is None or mapping.forward is None:
        return
    left, up, forward = axes.T
    if angle_between(mapping.up, up) > 45.0 and angle_between(mapping.up, world_up) > 45.0:
        way = (
            f"legs point along {axis_name(-up)}"
            if "left_hip" in rest.places
            else f"head is at {axis_name(up)}"
        )
        raise InputError(
            f"mapping '{mapping.name}' says up: {axis_name(mapping.up)}, but with all channels 0 the {way}",
            where=where,
            remedy=f"is it up: {axis_name(up)}?",
        )
    if angle_between(mapping.up, up) < 45.0 and angle_between(mapping.forward, forward) > 60.0:
        toes = [rest.bone(f"{side}_ankle") for side in ("left", "right")]
        ahead = sum(float(toe[0] @ mapping.forward) for toe in toes if toe is not None)
        said = f"mapping '{mapping.name}' says forward: {axis_name(mapping.forward)}"
        if ahead > 0:
            raise InputError(
                f"{said}, as the toes do, but then the left hip is on the right",
                where=where,
                remedy="exchange left and right in joints",
            )
        raise InputError(
            f"{said}, but with all channels 0 the left hip is at {axis_name(left)}, so the face is to "
            f"{axis_name(forward)}",
            where=where,
            remedy=f"is it forward: {axis_name(forward)}?",
        )


def check_sides(frames: Figure, where: str) -> None:
    """Raise InputError where knees and toes, in the frames, show that left is not left.

    Knees bend so that the lower leg goes back, and toes point ahead; ahead is where the left hip lies to the
    left. Few bent knees say nothing.
    """
    hips, shoulders = frames.line("hip"), frames.line("shoulder")
    if hips is None:
        return
    if shoulders is not None and np.nanmedian(np.sum(hips * shoulders, axis=1)) < -0.5:
        raise InputError(
            "the left shoulder is over the right hip",
            where=where,
            remedy="exchange left and right of the legs or of the arms in the mapping's joints",
        )
    votes, said = [], []
    for side in ("left", "right"):
        thigh, shin = frames.bone(f"{side}_hip"), frames.bone(f"{side}_knee")
        if thigh is None or shin is None:
            continue
        crossed = np.cross(thigh, shin)
        bent = np.linalg.norm(crossed, axis=1) > np.sin(np.radians(20.0))
        if bent.mean() > 0.03:
            votes.append(float(np.mean(np.sum(unit(crossed[bent]) * hips[bent], axis=1))))
            said.append("knees bend forwards")
        toe, trunk = frames.bone(f"{side}_ankle"), frames.trunk()
        if toe is not None and trunk is not None:
            ahead = np.cross(hips, -shin)
            votes.append(float(np.nanmean(np.sum(toe * unit(ahead), axis=1))))
            said.append("toes point back")
    if votes and np.mean(votes) < -0.4 and max(votes) < 0.0:
        raise InputError(
            f"the {' and '.join(dict.fromkeys(said))}: left and right are exchanged",
            where=where,
            remedy="exchange them in the mapping's joints; or is the recording mirrored?",
        )


def axis_name(direction: Floats) -> str:
    """The axis nearest to a direction, such as '-z'."""
    axis = int(np.argmax(np.abs(direction)))
    return ("-" if direction[axis] < 0 else "") + "xyz"[axis]


def _stands(rest: Figure, axes: Floats) -> bool:
    left, up, _ = axes.T
    for joint in ("hip", "shoulder"):
        line = rest.line(joint)
        if line is not None and not angle_between(line[0], left) < _LINES_APART:
            return False
    chain = [rest.places[name][0] for name in TRUNK if name in rest.places]
    steps = [step for step in np.diff(chain, axis=0) if np.linalg.norm(step) > 1e-4 * rest.size]
    for step in unit(np.array(steps)) if steps else ():
        if angle_between(step, up) > _TRUNK_FROM_UP or abs(step @ left) > np.sin(np.radians(_TRUNK_ASIDE)):
            return False
    for limb in ("hip", "knee", "shoulder", "elbow"):
        own, twin = rest.bone(f"left_{limb}"), rest.bone(f"right_{limb}")
        if own is None or twin is None:
            continue
        mirrored = twin[0] - 2.0 * (twin[0] @ left) * left
        if angle_between(own[0], mirrored) > _SIDES_APART:
            return False
        if limb in ("hip", "knee") and angle_between(own[0] + mirrored, -up) > _LEGS_FROM_DOWN:
            return False
    return True


def _nearest_axis(direction: Floats) -> Floats:
    axis = np.zeros(3)
    most = int(np.argmax(np.abs(direction)))
    axis[most] = np.sign(direction[most])
    return axis


def _snapped(direction: Floats) -> Floats:
    axis = _nearest_axis(direction)
    return axis if angle_between(axis, direction) < _TO_AXIS else direction
