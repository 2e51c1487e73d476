"""From any recorded skeleton to SMPL's 24 joints, by where its joints are and how its bones point.

Neither the pose that a rig rests in nor the axes of its joints enter (`neutral` says how). In every frame
limbs point exactly as recorded, the hips lie on the recorded line and so do the shoulders: pelvis and chest
are turned by the little that lines differ where a rig hangs its joints elsewhere than SMPL does. Which way is
up in the recording's world, and how long its unit is, is found from the person (`upright`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synth.body.rotations import FORWARD, SMPL_TO_WORLD, UP, local_poses
from synth.body.skeleton import SMPL_24, SMPL_PARENT, SMPL_PARENTS, SMPL_REST_OFFSET
from synth.motion.figure import SIDES, Figure, posed, smpl_figure, unposed
from synth.motion.geometry import about, between, turn_angle, twist_about
from synth.motion.mapping import LIMBS, Mapping
from synth.motion.neutral import Neutral, bone
from synth.motion.recording import Recording
from synth.motion.rest_pose import check_keys, check_sides, rest_axes
from synth.motion.self_check import CHECKS, mismatch, shown_by
from synth.motion.travel import note, travel_ratio, with_travel
from synth.motion.upright import AXES, STATURE, UNITS, Up, find_up, guess_unit, stature

Floats = NDArray[np.float64]

# Below the first bend, in degrees, an elbow's plane does not determine its arm's twist; above the second it
# does.
_PLANE_SEEN = (8.0, 30.0)
# Degrees between the rest pose as stated and as seen, from which on the seen one is believed
_SAME_AXES = 30.0
_MOST_FRAMES = 2000  # that a rig is learnt from, evenly over the recording


@dataclass(frozen=True, eq=False)
class Retargeted:
    """T frames of SMPL motion in a Z-up world.

    poses (T, 24, 3), axis-angle; pelvis (T, 3), metres; NaN in frames that are not finite. mismatch: see
    `self_check.mismatch`. stretch: see `clip.Clip`. notes: what a user has to know of how it was read.
    """

    poses: Floats
    pelvis: Floats
    mismatch: NDArray[np.float32]
    stretch: Floats | None
    notes: tuple[str, ...]


def retarget(
    recording: Recording,
    mapping: Mapping,
    where: str = "the recording",
    *,
    units: str | None = None,
    up: str | None = None,
) -> Retargeted:
    """A recording as SMPL motion. Lengths are scaled so that its legs are as long as SMPL's.

    That keeps its feet where they stood. units: 'm', 'cm', 'mm' or 'in', if the recording's are known; up: the
    axis that is up in its world, such as 'z' or '-y'; both are found if not given. Raises InputError where
    the mapping contradicts the recording.
    """
    finite = recording.finite()
    rows = np.flatnonzero(finite)
    poses, pelvis = np.full((len(finite), len(SMPL_24), 3), np.nan), np.full((len(finite), 3), np.nan)
    if not len(rows):
        return Retargeted(poses, pelvis, np.zeros((len(finite), len(CHECKS)), np.float32), None, ())
    pelvis_joint = mapping.links["pelvis"].joint
    figure, of_travel = posed(recording, mapping, rows), tuple[str, ...]()
    ratio = travel_ratio(figure, recording.rate)
    if ratio != 1.0:
        recording, of_travel = with_travel(recording, pelvis_joint, ratio), (note(ratio),)
        figure = posed(recording, mapping, rows)
    known = posed(recording, mapping, rows[:: -(-len(rows) // _MOST_FRAMES)])
    rig = _learn(known, unposed(recording, mapping), mapping, where, up)
    whole = figure.turned(rig.to_world)
    turns = _turns(whole, rig.neutral, mapping)
    metres, of_unit = _metres(known, mapping, units)
    scale = _to_smpl(known) or metres
    base = whole.base() * scale
    poses[finite] = local_poses(turns)
    pelvis[finite] = _pelvis(whole, base, turns[:, 0])
    off = np.zeros((len(finite), len(CHECKS)), np.float32)
    off[finite] = mismatch(poses[finite].astype(np.float32), pelvis[finite], shown_by(whole, base))
    limbs = [link.joint for link in mapping.links.values()]
    stretch = recording.stretch(pelvis_joint, limbs)
    return Retargeted(poses, pelvis, off, stretch, (*rig.notes, *of_unit, *of_travel))


@dataclass(frozen=True, eq=False)
class _Rig:
    """What was learnt of a rig: its neutral, and the file's axes to a Z-up world."""

    neutral: Neutral
    to_world: Floats
    notes: tuple[str, ...]


def _learn(known: Figure, rest: Figure, mapping: Mapping, where: str, up: str | None) -> _Rig:
    check_sides(known, where)
    axes = rest_axes(rest)
    stated = _stated_axes(mapping)
    expected = mapping.up if mapping.up is not None else UP if axes is None else axes[:, 1]
    found = Up(AXES[up], expected, sure=True) if up else _find_up(known, expected)
    notes = [note for note in (None if up else found.note,) if note]
    if axes is not None:
        check_keys(mapping, axes, rest, found.up, where)
        if stated is not None and turn_angle(stated.T @ axes) < _SAME_AXES:
            axes = stated
        facing = axes
    else:
        facing = stated if stated is not None else np.eye(3)
        if rest.trunk() is None:
            axes = stated
        else:
            notes.append(
                "with all channels 0 this rig is not a person who stands: how trunk, head and hands are "
                "turned is taken from the frames"
            )
    to_world = SMPL_TO_WORLD @ facing.T @ between(found.up, facing[:, 1])
    neutral = Neutral(known, rest, axes, mapping)
    if neutral.lost_twist:
        sides = " and ".join(neutral.lost_twist)
        notes.append(f"how the {sides} upper arm is twisted was not recorded: the elbow's plane gives it")
    return _Rig(neutral, to_world, tuple(notes))


def _stated_axes(mapping: Mapping) -> Floats | None:
    """(3, 3): left, up and forward of the rest pose as the mapping states them."""
    if mapping.up is None or mapping.forward is None:
        return None
    return np.stack([np.cross(mapping.up, mapping.forward), mapping.up, mapping.forward], axis=1)


def _find_up(known: Figure, expected: Floats) -> Up:
    places = np.stack(list(known.places.values()), axis=1)
    return find_up(known.upright(), places, expected)


def _turns(figure: Figure, neutral: Neutral, mapping: Mapping) -> Floats:
    """(T, 24, 3, 3): SMPL's joints turned as the source's, limbs along its bones, in the figure's world."""
    frames = len(figure.places["pelvis"])
    turns = np.tile(np.eye(3), (frames, len(SMPL_24), 1, 1))
    for j, name in enumerate(SMPL_24):
        parent = SMPL_PARENT[name]
        if name in neutral.turns:
            turns[:, j] = figure.turns[name] @ neutral.turns[name]
        elif parent == "pelvis" and name in mapping.still and name.endswith("hip"):
            turns[:, j] = _standing(turns[:, 0])
        elif parent is not None:
            turns[:, j] = turns[:, SMPL_PARENTS[j]]
        laid = name in LIMBS and name in mapping.links and mapping.links[name].align == "bone"
        along = figure.bone(name) if laid else None
        if along is not None:
            turns[:, j] = between(turns[:, j] @ bone(name), along) @ turns[:, j]
        if name == "pelvis":
            _onto_line(turns, figure.line("hip"), "hip", ("pelvis",))
        elif name == "right_collar":
            _onto_line(turns, figure.line("shoulder"), "shoulder", ("spine3", "left_collar", "right_collar"))
    for side in SIDES:
        if mapping.arm_twist == "elbow" or side in neutral.lost_twist:
            _twist_by_elbow(turns, side)
            for name in (f"{side}_wrist", f"{side}_hand"):
                if name not in mapping.links:
                    turns[:, SMPL_24.index(name)] = turns[:, SMPL_PARENTS[SMPL_24.index(name)]]
        if f"{side}_wrist" in mapping.links:
            _share_forearm_twist(turns, side)
    return turns


def _onto_line(turns: Floats, line: Floats | None, joint: str, moved: tuple[str, ...]) -> None:
    """Turn joints, in place, by as little as lays SMPL's line of the hips or shoulders on the recorded one."""
    if line is None:
        return
    own = smpl_figure(turns, np.zeros((len(turns), 3))).line(joint)
    assert own is not None
    step = between(own, line)
    for name in moved:
        turns[:, SMPL_24.index(name)] = step @ turns[:, SMPL_24.index(name)]


def _standing(pelvis: Floats) -> Floats:
    """(T, 3, 3): upright, facing where the pelvis (T, 3, 3) faces."""
    facing = pelvis @ FORWARD
    angle = np.arctan2(facing[:, 0], -facing[:, 1])
    return about(np.array([0.0, 0.0, 1.0]), angle) @ SMPL_TO_WORLD


def _lengths(figure: Figure) -> dict[str, float]:
    """Of the limbs that a figure has, in its unit, by the joint at their far end; the median of all poses."""
    found = {}
    for name, far in LIMBS.items():
        if far in figure.places and name in figure.places and not name.endswith("ankle"):
            span = np.linalg.norm(figure.places[far] - figure.places[name], axis=1)
            found[far] = float(np.median(span))
    return found


def _to_smpl(figure: Figure) -> float | None:
    """What lengths are multiplied by to make the legs as long as SMPL's; None without whole legs."""
    lengths = {name: own for name, own in _lengths(figure).items() if name.endswith(("knee", "ankle"))}
    own = sum(lengths.values())
    if len(lengths) < 4 or own <= 0.0:
        return None
    return sum(float(np.linalg.norm(SMPL_REST_OFFSET[name])) for name in lengths) / own


def _metres(figure: Figure, mapping: Mapping, units: str | None) -> tuple[float, tuple[str, ...]]:
    """Metres to a unit of the recording, and what there is to say of it.

    By the option `units`, else by the mapping, else by the size of the person.
    """
    height = stature(_lengths(figure))
    stated = UNITS[units] if units else mapping.metres_per_unit
    if height is None:
        return (stated or 1.0), ()
    guess = guess_unit(height)
    if stated is not None:
        if not 0.5 * STATURE[0] <= height * stated <= 1.5 * STATURE[1]:
            better = f": is it {guess}?" if guess else ""
            return stated, (f"at {stated:g} m a unit the person is {height * stated:.3g} m tall{better}",)
        return stated, ()
    if guess is None:
        return 1.7 / height, (
            f"a person of {height:.3g} units: no usual unit; taken for 1.7 m, `units` of the source changes that",
        )
    return UNITS[guess], (
        f"the unit is taken as {guess}: the person is then {height * UNITS[guess]:.2f} m tall; "
        "`units` of the source changes that",
    )


def _pelvis(figure: Figure, base: Floats, turn: Floats) -> Floats:
    """(T, 3): SMPL's pelvis where its hips are in the middle of the source's, `base`."""
    if figure.middle("hip") is None:
        return base
    own = np.mean([SMPL_REST_OFFSET["left_hip"], SMPL_REST_OFFSET["right_hip"]], axis=0)
    return base - turn @ own


def _share_forearm_twist(turns: Floats, side: str) -> None:
    """Give the elbow half of the wrist's turn about the forearm, in place.

    Skeletons turn the hand at one end of the forearm, people along the whole of it; a mesh with both joints
    would else be wrung at the wrist. The forearm's direction stays.
    """
    elbow, wrist = (SMPL_24.index(f"{side}_{name}") for name in ("elbow", "wrist"))
    along = bone(f"{side}_elbow")
    angle = twist_about(np.swapaxes(turns[:, elbow], -1, -2) @ turns[:, wrist], along)
    turns[:, elbow] = turns[:, elbow] @ about(along, angle / 2.0)


def _twist_by_elbow(turns: Floats, side: str) -> None:
    """Twist the upper arm so that the elbow bends in the plane in which SMPL's elbow does, in place.

    SMPL's forearm, at rest in line with the upper arm, bends forward. Directions stay. A nearly straight arm
    shows no plane and keeps its twist.
    """
    shoulder, elbow = (SMPL_24.index(f"{side}_{name}") for name in ("shoulder", "elbow"))
    upper, lower = bone(f"{side}_shoulder"), bone(f"{side}_elbow")
    forearm = turns[:, elbow] @ lower
    seen = np.einsum("tji,tj->ti", turns[:, shoulder], forearm)
    front = FORWARD - upper * (FORWARD @ upper)
    front /= np.linalg.norm(front)
    angle = np.arctan2(seen @ np.cross(upper, front), seen @ front)
    bend = np.degrees(np.arccos(np.clip(seen @ upper, -1.0, 1.0)))
    share = np.clip((bend - _PLANE_SEEN[0]) / (_PLANE_SEEN[1] - _PLANE_SEEN[0]), 0.0, 1.0)
    turns[:, shoulder] = turns[:, shoulder] @ about(upper, angle * share * share * (3.0 - 2.0 * share))
    turns[:, elbow] = between(turns[:, shoulder] @ lower, forearm) @ turns[:, shoulder]
