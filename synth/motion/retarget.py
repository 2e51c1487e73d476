"""From any recorded skeleton to SMPL's 24 joints, keeping the directions of the limbs.

For a mapped joint G_smpl(t) = G_source(t) A, with A constant. For a limb A lays SMPL's rest bone along the
source's, so its direction is exact in every frame and its twist is the source's. The trunk, head and hands
take over turns only: where a format hangs its joints (BVH files of CMU's recordings hang shoulders and neck
one thorax too low) then does not matter.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from synth.body.rotations import FORWARD, SMPL_TO_WORLD, local_poses
from synth.body.skeleton import SMPL_24, SMPL_PARENT, SMPL_PARENTS, SMPL_REST_OFFSET
from synth.motion.mapping import LIMBS, Link, Mapping
from synth.motion.recording import Recording

Floats = NDArray[np.float64]


# Below the first bend, in degrees, an elbow's plane does not determine the twist of its arm; above the second it
# does.
_PLANE_SEEN = (8.0, 30.0)


def retarget(recording: Recording, mapping: Mapping) -> tuple[Floats, Floats]:
    """SMPL poses (T, 24, 3), axis-angle, and places of the pelvis (T, 3) in a Z-up world, metres.

    Lengths are scaled so that the source's legs are as long as SMPL's, which keeps its feet where they stood.
    Frames that are not finite come out as NaN.
    """
    to_smpl = _rest_axes(mapping).T
    to_world = SMPL_TO_WORLD @ to_smpl
    finite = np.asarray(
        np.isfinite(recording.rotations).all(axis=(1, 2, 3)) & np.isfinite(recording.root).all(axis=1)
    )
    frames = len(finite)
    turns = np.empty((frames, len(SMPL_24), 3, 3))
    turns[:] = np.eye(3)
    for j, name in enumerate(SMPL_24):
        link, parent = mapping.links.get(name), SMPL_PARENT[name]
        if link is not None:
            source = recording.rotations[finite, recording.skeleton.index(link.joint)]
            turns[finite, j] = to_world @ source @ _alignment(name, link, recording, mapping)
        elif name in mapping.still and parent == "pelvis":
            turns[finite, j] = _standing(turns[finite, 0])
        elif parent is not None:
            turns[finite, j] = turns[finite, SMPL_PARENTS[j]]
    good = turns[finite]
    if mapping.arm_twist == "elbow":
        for side in ("left", "right"):
            _twist_by_elbow(good, side)
    for side in ("left", "right"):
        if f"{side}_wrist" in mapping.links:
            _share_forearm_twist(good, side)
    poses, pelvis = np.full((frames, len(SMPL_24), 3), np.nan), np.full((frames, 3), np.nan)
    poses[finite] = local_poses(good)
    pelvis[finite] = _pelvis(recording, mapping, finite, good[:, 0], to_world)
    return poses, pelvis


def between(start: Floats, end: Floats) -> Floats:
    """(..., 3, 3): the smallest rotation that takes each direction `start` (..., 3) to `end` (..., 3)."""
    a = start / np.linalg.norm(start, axis=-1, keepdims=True)
    b = end / np.linalg.norm(end, axis=-1, keepdims=True)
    axis = np.cross(a, b)
    sine = np.linalg.norm(axis, axis=-1, keepdims=True)
    aside = np.cross(a, np.where(np.abs(a[..., :1]) < 0.9, [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]))
    axis = np.where(sine > 1e-9, axis, aside)
    axis = axis / np.linalg.norm(axis, axis=-1, keepdims=True)
    angle = np.arctan2(sine, np.sum(a * b, axis=-1, keepdims=True))
    return Rotation.from_rotvec((axis * angle).reshape(-1, 3)).as_matrix().reshape(*axis.shape[:-1], 3, 3)


def bone(name: str) -> Floats:
    """(3,) direction of a limb of SMPL at rest, from the joint to the next."""
    offset = np.array(SMPL_REST_OFFSET[LIMBS[name]])
    return offset / np.linalg.norm(offset)


def _rest_axes(mapping: Mapping) -> Floats:
    """(3, 3): SMPL's rest axes to those of the source's file, by which way both look."""
    return np.stack([np.cross(mapping.up, mapping.forward), mapping.up, mapping.forward], axis=1)


def _alignment(name: str, link: Link, recording: Recording, mapping: Mapping) -> Floats:
    """A of this joint: SMPL's rest axes to the source's, in which the bone lies along the source's bone."""
    axes = _rest_axes(mapping)
    if link.align == "rotation":
        return axes
    along = _source_bone(name, link, recording, mapping)
    if along is None:
        return axes
    own = axes @ bone(name)
    twist = Rotation.from_rotvec(np.radians(link.twist) * along / np.linalg.norm(along)).as_matrix()
    return twist @ between(own, along) @ axes


def _source_bone(name: str, link: Link, recording: Recording, mapping: Mapping) -> Floats | None:
    """The source's rest vector from this joint to what moves SMPL's next joint, else to its bone's end."""
    skeleton, following = recording.skeleton, mapping.links.get(LIMBS[name])
    if following is not None:
        vector = skeleton.offsets[skeleton.path(link.joint, following.joint)].sum(axis=0)
        if np.linalg.norm(vector) > 1e-6:
            return vector
    return skeleton.tip(link.joint)


def _standing(pelvis: Floats) -> Floats:
    """(T, 3, 3): upright, facing where the pelvis (T, 3, 3) faces."""
    facing = pelvis @ FORWARD
    angle = np.arctan2(facing[:, 0], -facing[:, 1])
    return _about(np.array([0.0, 0.0, 1.0]), angle) @ SMPL_TO_WORLD


def _pelvis(
    recording: Recording, mapping: Mapping, finite: NDArray[np.bool_], turn: Floats, axes: Floats
) -> Floats:
    """(T, 3): SMPL's pelvis where its hips are in the middle of the source's, scaled by leg length."""
    links = mapping.links
    needed = [f"{side}_{joint}" for side in ("left", "right") for joint in ("hip", "knee", "ankle")]
    root = recording.root[finite] @ axes.T
    if not all(name in links for name in needed):
        return root
    skeleton = recording.skeleton

    def span(upper: str, lower: str) -> float:
        steps = skeleton.path(links[upper].joint, links[lower].joint)
        return float(np.linalg.norm(skeleton.offsets[steps].sum(axis=0)))

    def smpl(name: str) -> float:
        return float(np.linalg.norm(SMPL_REST_OFFSET[name]))

    length = sum(span(f"{s}_hip", f"{s}_knee") + span(f"{s}_knee", f"{s}_ankle") for s in ("left", "right"))
    wanted = sum(smpl(f"{s}_knee") + smpl(f"{s}_ankle") for s in ("left", "right"))
    scale = wanted / length if length > 1e-6 else 1.0
    places = recording.positions()[finite]
    hips = [skeleton.index(links[f"{side}_hip"].joint) for side in ("left", "right")]
    middle = places[:, hips].mean(axis=1) @ axes.T * scale
    own = np.mean([SMPL_REST_OFFSET["left_hip"], SMPL_REST_OFFSET["right_hip"]], axis=0)
    return middle - turn @ own


def _twist_about(turns: Floats, axis: Floats) -> Floats:
    """(T,) the angle by which rotations (T, 3, 3) turn about `axis` (3,), in (-pi, pi]."""
    quats = Rotation.from_matrix(turns).as_quat()
    angle = 2.0 * np.arctan2(quats[:, :3] @ axis, quats[:, 3])
    return (angle + np.pi) % (2.0 * np.pi) - np.pi


def _about(axis: Floats, angle: Floats) -> Floats:
    return Rotation.from_rotvec(angle[:, None] * axis).as_matrix()


def _share_forearm_twist(turns: Floats, side: str) -> None:
    """Give the elbow half of the wrist's turn about the forearm, in place.

    Skeletons turn the hand at one end of the forearm, people along the whole of it; a mesh with both joints
    would else be wrung at the wrist. The forearm's direction stays.
    """
    elbow, wrist = (SMPL_24.index(f"{side}_{name}") for name in ("elbow", "wrist"))
    along = bone(f"{side}_elbow")
    angle = _twist_about(np.swapaxes(turns[:, elbow], -1, -2) @ turns[:, wrist], along)
    turns[:, elbow] = turns[:, elbow] @ _about(along, angle / 2.0)


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
    turns[:, shoulder] = turns[:, shoulder] @ _about(upper, angle * share * share * (3.0 - 2.0 * share))
    turns[:, elbow] = between(turns[:, shoulder] @ lower, forearm) @ turns[:, shoulder]
    for name in ("wrist", "hand"):
        turns[:, SMPL_24.index(f"{side}_{name}")] = turns[:, elbow]
