"""What several tests of motion need: a small recording in each format, and how limbs point."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from synth.body.loading import load_body
from synth.body.rotations import SMPL_TO_WORLD
from synth.body.skeleton import SMPL_24, SMPL_REST_OFFSET
from synth.motion.clip import Clip
from synth.motion.formats.asf_amc import read_amc
from synth.motion.formats.bvh import decode_bvh, parse_bvh
from synth.motion.mapping import LIMBS, Mapping, fitting_mapping
from synth.motion.recording import Recording

ARMS_AND_LEGS = {name: child for name, child in LIMBS.items() if not name.endswith("ankle")}
BVH_OF: dict[str, str] = {
    "pelvis": "Hips",
    "left_hip": "LeftUpLeg",
    "left_knee": "LeftLeg",
    "left_ankle": "LeftFoot",
    "left_foot": "LeftToeBase",
    "right_hip": "RightUpLeg",
    "right_knee": "RightLeg",
    "right_ankle": "RightFoot",
    "right_foot": "RightToeBase",
    "spine1": "LowerBack",
    "spine2": "Spine",
    "spine3": "Spine1",
    "neck": "Neck",
    "head": "Head",
    "left_collar": "LeftShoulder",
    "left_shoulder": "LeftArm",
    "left_elbow": "LeftForeArm",
    "left_wrist": "LeftFingerBase",
    "right_collar": "RightShoulder",
    "right_shoulder": "RightArm",
    "right_elbow": "RightForeArm",
    "right_wrist": "RightFingerBase",
}


def recording_of(path: Path) -> tuple[Recording, Mapping]:
    """A BVH or AMC file as recorded, and the mapping that fits it."""
    if path.suffix == ".amc":
        recording = read_amc(path)
        return recording, fitting_mapping(None, recording.skeleton, str(path))
    file = parse_bvh(path)
    mapping = fitting_mapping(None, file.skeleton, str(path))
    return decode_bvh(file, mapping.fixed_order), mapping


def source_directions(recording: Recording, mapping: Mapping) -> dict[str, NDArray[np.float64]]:
    """(T, 3) unit vectors in the Z-up world along the arms and legs that the source has."""
    places = recording.positions()
    axes = np.stack([np.cross(mapping.up, mapping.forward), mapping.up, mapping.forward], axis=1)
    found = {}
    for name, child in ARMS_AND_LEGS.items():
        if name not in mapping.links:
            continue
        joint = mapping.links[name].joint
        start = places[:, recording.skeleton.index(joint)]
        if child in mapping.links:
            end = places[:, recording.skeleton.index(mapping.links[child].joint)]
        else:
            tip = recording.skeleton.tip(joint)
            assert tip is not None
            end = start + recording.rotations[:, recording.skeleton.index(joint)] @ tip
        along = (end - start) @ axes @ SMPL_TO_WORLD.T
        found[name] = along / np.linalg.norm(along, axis=1, keepdims=True)
    return found


def clip_directions(clip: Clip) -> dict[str, NDArray[np.float64]]:
    """(T, 3) unit vectors along the arms and legs of the shipped body."""
    joints = load_body().proxy().posed(clip.poses, trans=clip.trans).joints
    found = {}
    for name, child in ARMS_AND_LEGS.items():
        along = joints[:, SMPL_24.index(child)] - joints[:, SMPL_24.index(name)]
        found[name] = along / np.linalg.norm(along, axis=1, keepdims=True)
    return found


def degrees_between(first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.float64]:
    """(T,) angles between unit vectors, exact also where they are small."""
    return np.degrees(2.0 * np.arcsin(np.clip(np.linalg.norm(first - second, axis=-1) / 2.0, 0.0, 1.0)))


def bvh_text(values: NDArray[np.float64], *, frame_time: float = 1 / 60, positions: bool = False) -> str:
    """A BVH file with SMPL's own rest skeleton under the joint names of CMU's, in metres times 17.716535.

    values (T, 6 + 3 * 21), or (T, 6 + 6 * 21) with `positions`, in the order of the joints.
    """
    unit = 1.0 / 0.0564444
    lines = ["HIERARCHY"]

    def joint(name: str, depth: int) -> None:
        pad = "  " * depth
        lines.append(f"{pad}{'ROOT' if name == 'pelvis' else 'JOINT'} {BVH_OF[name]}")
        offset = np.zeros(3) if name == "pelvis" else np.array(SMPL_REST_OFFSET[name]) * unit
        lines.extend([f"{pad}{{", f"{pad}  OFFSET {offset[0]:.6f} {offset[1]:.6f} {offset[2]:.6f}"])
        moves = "Xposition Yposition Zposition " if name == "pelvis" or positions else ""
        lines.append(f"{pad}  CHANNELS {6 if moves else 3} {moves}Zrotation Yrotation Xrotation")
        children = [child for child in BVH_OF if _parent(child) == name]
        for child in children:
            joint(child, depth + 1)
        if not children:
            lines.extend([f"{pad}  End Site", f"{pad}  {{", f"{pad}    OFFSET 0 0 1", f"{pad}  }}"])
        lines.append(f"{pad}}}")

    joint("pelvis", 0)
    lines.extend(["MOTION", f"Frames: {len(values)}", f"Frame Time: {frame_time:.9f}"])
    lines.extend(" ".join(f"{value:.6f}" for value in row) for row in values)
    return "\n".join(lines) + "\n"


def _parent(name: str) -> str | None:
    from synth.body.skeleton import SMPL_PARENT

    return SMPL_PARENT[name]


def channel_order() -> list[str]:
    """The SMPL joints in the order in which `bvh_text` writes their channels."""
    order: list[str] = []

    def visit(name: str) -> None:
        order.append(name)
        for child in BVH_OF:
            if _parent(child) == name:
                visit(child)

    visit("pelvis")
    return order


ASF = """\
# a man of three bones
:version 1.10
:name test
:units
  mass 1.0
  length 0.45
  angle deg
:root
  order TX TY TZ RX RY RZ
  axis XYZ
  position 0 0 0
  orientation 0 0 0
:bonedata
  begin
    id 1
    name upper
    direction 0 -1 0
    length 4.5
    axis 0 0 20 XYZ
    dof rx ry rz
    limits (-160.0 20.0)
           (-70.0 70.0)
           (-60.0 70.0)
  end
  begin
    id 2
    name lower
    direction 0 -1 0
    length 9.0
    axis 0 0 20 XYZ
    dof rx
  end
  begin
    id 3
    name tip
    direction 0 0 1
    length 1.0
    axis 0 0 0 XYZ
  end
:hierarchy
  begin
    root upper
    upper lower
    lower tip
  end
"""


def amc_text(frames: NDArray[np.float64]) -> str:
    """An AMC file for `ASF`: frames (T, 10), the root's six values, three of the upper bone, one of the lower."""
    lines = ["#!OML:ASF", ":FULLY-SPECIFIED", ":DEGREES"]
    for number, row in enumerate(frames, 1):
        words = [repr(float(value)) for value in row]
        lines += [
            str(number),
            f"root {' '.join(words[:6])}",
            f"upper {' '.join(words[6:9])}",
            f"lower {words[9]}",
        ]
    return "\n".join(lines) + "\n"


def amass_arrays(frames: int = 60, rate: float = 60.0) -> dict[str, NDArray[np.generic]]:
    """An SMPL-H motion of somebody who shifts about a little."""
    time = np.arange(frames) / rate
    poses = np.zeros((frames, 156), np.float32)
    poses[:, :3] = (np.pi / 2, 0, 0)
    for joint in range(1, 22):
        poses[:, 3 * joint] = 0.05 * np.sin(2 * np.pi * time + joint)
    return {
        "poses": poses,
        "trans": np.zeros((frames, 3), np.float32),
        "betas": np.zeros(16, np.float32),
        "gender": np.array("neutral"),
        "mocap_framerate": np.float64(rate),
        "dmpls": np.zeros((frames, 8), np.float32),
    }
