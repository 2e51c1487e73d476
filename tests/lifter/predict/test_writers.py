"""Files for other programs hold what was lifted: TRC, BVH, JSON, arrays, and the angles."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest

from lifter.data.joints import JOINTS3D
from lifter.predict.bvh import SKELETON, bvh_text
from lifter.predict.lifted import Lifted, angles_of
from lifter.predict.optics import Optics, settled, up_of, upright
from lifter.predict.recording import Figure, Frame, Recording
from lifter.predict.tables import json_bytes, npz_bytes
from lifter.predict.tracks import rows_of
from lifter.predict.trc import trc_text
from synth.motion.formats.bvh import decode_bvh, parse_bvh
from tests.lifter.predict.people import SIZE, Array, seen, standing

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
    recording = decode_bvh(parse_bvh(path), 0.01)
    places = dict(zip(recording.skeleton.names, np.swapaxes(recording.positions(), 0, 1), strict=True))
    neck = recording.skeleton.index("Neck")
    places["top"] = places["Neck"] + recording.rotations[:, neck] @ recording.skeleton.ends["Neck"]
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


def test_trc_is_as_opensim_wants_it() -> None:
    places = np.arange(12.0).reshape(2, 2, 3) / 1000
    places[1, 0] = np.nan
    lines = trc_text("poses.trc", ("nose", "neck"), places, 50.0, 3).split("\n")
    assert lines[0] == "PathFileType\t4\t(X/Y/Z)\tposes.trc"
    assert lines[1] == (
        "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame\tOrigNumFrames"
    )
    assert lines[2] == "50\t50\t2\t2\tmm\t50\t4\t2"
    assert lines[3] == "Frame#\tTime\tnose\t\t\tneck\t\t"
    assert lines[4] == "\t\tX1\tY1\tZ1\tX2\tY2\tZ2"
    assert lines[5] == ""
    assert lines[6] == "4\t0.060000\t0.0000\t1.0000\t2.0000\t3.0000\t4.0000\t5.0000"
    assert lines[7] == "5\t0.080000\t\t\t\t9.0000\t10.0000\t11.0000"
    assert lines[8:] == [""]


def known(frames: int = 3, people: int = 1, missing: tuple[int, ...] = ()) -> Lifted:
    """People who stand and face the camera, 3 m away, beside each other; rows in `missing` were not lifted."""
    joints = standing()
    seen_at = [seen(joints, (0.8 * p, 0.0, 3.0)) for p in range(people)]
    frames_of = [
        Frame(f"frame {t}", [Figure(points, f"person {p + 1}", SIZE) for p, points in enumerate(seen_at)])
        for t in range(frames)
    ]
    recording = Recording("a test", frames_of, rate=10.0)
    rows = rows_of(recording)
    intrinsics, size, camera = settled(rows, recording, Optics(intrinsics=(1000, 1000, 500, 500)))
    up, up_from = up_of(Optics())
    n = len(rows.frame)
    each, sigma = np.tile(joints, (n, 1, 1)), np.full((n, 20), 0.03)
    root = np.stack([0.8 * rows.person, np.zeros(n), np.full(n, 3.0)], 1)
    for values in (each, sigma, root):
        values[list(missing)] = np.nan
    names, angles, spread = angles_of(each, sigma, up)
    reasons = tuple("2 joints detected, 4 are needed" if row in missing else "" for row in range(n))
    return Lifted(
        recording, rows, each, sigma, root, reasons, intrinsics, size, camera, up, up_from, names, angles, spread,
        10.0, "known",
    )  # fmt: skip


def test_json_and_arrays_hold_the_same() -> None:
    lifted = known(3, 2, missing=(4,))
    content = json.loads(json_bytes(lifted))
    with np.load(io.BytesIO(npz_bytes(lifted)), allow_pickle=False) as arrays:
        told = arrays["lifted"]
        assert told.tolist() == [row["lifted"] for row in content["rows"]] == [True] * 4 + [False, True]
        for key in ("joints", "sigma", "root"):
            found = np.array([row[key] for row in content["rows"] if row["lifted"]], np.float64)
            assert np.allclose(found, arrays[key][told], atol=1e-4)
        assert np.isnan(arrays["joints"][4]).all()
    bad = content["rows"][4]
    assert (bad["joints"], bad["angles"], bad["reason"]) == (None, None, "2 joints detected, 4 are needed")
    assert content["joint_names"] == list(JOINTS3D)
    assert content["rows"][0]["angles"]["left elbow flexion"] > 90
    assert content["rows"][0]["intrinsics"] == [1000, 1000, 500, 500]


def test_angles_and_how_far_uncertainty_moves_them() -> None:
    joints = np.tile(standing(), (2, 1, 1))
    sigma = np.stack([np.full(20, 0.001), np.full(20, 0.03)])
    up = up_of(Optics())[0]
    names, angles, spread = angles_of(joints, sigma, up)
    assert angles[0, names.index("trunk inclination")] == pytest.approx(0, abs=1e-6)
    assert (
        angles[0, names.index("right elbow flexion")] < 30 < 90 < angles[0, names.index("left elbow flexion")]
    )
    assert (spread[1] > 5 * spread[0]).all()
    # the trunk's line of 0.47 m between two ends that are off by 30 mm each along each axis
    assert spread[1, names.index("trunk inclination")] == pytest.approx(np.degrees(2 * 0.03 / 0.47), rel=0.3)
    tilted = up_of(Optics(tilt=20))[0]
    assert angles_of(joints, sigma, tilted)[1][0, 0] == pytest.approx(20)
    assert angles_of(joints[:0], sigma[:0], up)[1].shape == (0, len(names))


def test_a_person_is_timed_from_their_first_frame_to_their_last() -> None:
    lifted = known(5, 1, missing=(0, 2))
    frames, rows = lifted.timed(np.arange(5))
    assert frames.tolist() == [1, 2, 3, 4]
    assert rows.tolist() == [1, -1, 3, 4]
    assert (lifted.joints[rows[0]] @ upright(lifted.up).T)[JOINTS3D.index("head_top"), 1] > 0.7
