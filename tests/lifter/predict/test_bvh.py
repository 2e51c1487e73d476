"""BVH puts joints where they are, through the project's own reader."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lifter.data.joints import JOINTS3D
from lifter.predict.bvh import SKELETON, bvh_text
from synth.motion.formats.bvh import decode_bvh, parse_bvh
from tests.lifter.predict.people import Array, standing

PLACES = {
    "LeftUpLeg": "left_hip", "LeftLeg": "left_knee", "LeftFoot": "left_ankle", "RightUpLeg": "right_hip",
    "RightLeg": "right_knee", "RightFoot": "right_ankle", "Neck": "neck", "LeftArm": "left_shoulder",
    "LeftForeArm": "left_elbow", "LeftHand": "left_wrist", "RightArm": "right_shoulder",
    "RightForeArm": "right_elbow", "RightHand": "right_wrist",
}  # fmt: skip


def moving(frames: int, seed: int = 0, stretch: float = 0.0) -> Array:
    """(t, 20, 3) poses, Y up, whose bones point anywhere and keep their lengths, but for a share of `stretch`."""
    rng = np.random.default_rng(seed)
    joints = np.zeros((frames, len(JOINTS3D), 3))
    rest = standing()
    for bone in SKELETON:
        if bone.aim is None or bone.aim == "right_hip":
            continue
        start = 0.0 if bone.start == "hips" else joints[:, JOINTS3D.index(bone.start)]
        base = rest[JOINTS3D.index(bone.start)] if bone.start != "hips" else np.zeros(3)
        length = float(np.linalg.norm(rest[JOINTS3D.index(bone.aim)] - base))
        way = np.cumsum(rng.normal(0, 0.3, (frames, 3)), 0) + rng.normal(0, 1, 3)
        way /= np.linalg.norm(way, axis=1, keepdims=True)
        wide = length * (1 + stretch * rng.uniform(-1, 1, (frames, 1)))
        joints[:, JOINTS3D.index(bone.aim)] = start + wide * way
        if bone.aim == "left_hip":
            joints[:, JOINTS3D.index("right_hip")] = -joints[:, JOINTS3D.index("left_hip")]
    return joints


def read_back(tmp_path: Path, text: str) -> tuple[dict[str, Array], float]:
    path = tmp_path / "a.bvh"
    path.write_text(text)
    recording = decode_bvh(parse_bvh(path))
    metres = 0.01 * np.swapaxes(recording.positions(), 0, 1)
    places = dict(zip(recording.skeleton.names, metres, strict=True))
    neck = recording.skeleton.index("Neck")
    places["top"] = places["Neck"] + 0.01 * recording.rotations[:, neck] @ recording.skeleton.ends["Neck"]
    return places, recording.rate


def test_bvh_puts_joints_where_they_are(tmp_path: Path) -> None:
    joints, root = moving(40), np.random.default_rng(1).normal(0, 2, (40, 3))
    places, rate = read_back(tmp_path, bvh_text(joints, root, 25.0))
    assert rate == pytest.approx(25.0)
    assert np.allclose(places["Hips"], root, atol=1e-5)
    for name, joint in {**PLACES, "top": "head_top"}.items():
        assert np.allclose(places[name], joints[:, JOINTS3D.index(joint)] + root, atol=1e-5), name


def test_bvh_keeps_directions_where_bones_change_length(tmp_path: Path) -> None:
    joints = moving(30, stretch=0.1)
    places, _ = read_back(tmp_path, bvh_text(joints, np.zeros((30, 3)), 30.0))
    for start, end in (("LeftArm", "LeftForeArm"), ("RightLeg", "RightFoot")):
        truth = joints[:, JOINTS3D.index(PLACES[end])] - joints[:, JOINTS3D.index(PLACES[start])]
        told = places[end] - places[start]
        cosine = (truth * told).sum(1) / np.linalg.norm(truth, axis=1) / np.linalg.norm(told, axis=1)
        assert cosine.min() > 1 - 1e-9
        assert np.ptp(np.linalg.norm(told, axis=1)) < 1e-6


def test_bvh_of_a_body_turned_against_its_rest(tmp_path: Path) -> None:
    joints = standing()[None] * [1, 1, -1]  # upside down: every bone opposite to a standing body's
    places, _ = read_back(tmp_path, bvh_text(np.repeat(joints, 2, 0), np.zeros((2, 3)), 30.0))
    for name, joint in PLACES.items():
        assert np.allclose(places[name][0], joints[0, JOINTS3D.index(joint)], atol=1e-5), name


def test_bvh_fills_frames_that_are_not_known(tmp_path: Path) -> None:
    joints = moving(6)
    joints[[0, 3]] = np.nan
    places, _ = read_back(tmp_path, bvh_text(joints, np.full((6, 3), np.nan), 30.0))
    assert np.allclose(places["LeftHand"][0], joints[1, JOINTS3D.index("left_wrist")], atol=1e-5)
    assert np.isfinite(places["LeftHand"]).all()
    with pytest.raises(ValueError, match="no frame"):
        bvh_text(np.full((2, 20, 3), np.nan), np.zeros((2, 3)), 30.0)
