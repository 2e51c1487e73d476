"""What `posemill predict` writes is read back through the command line: BVH as motion, .npz with its frames."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from lifter.data.joints import JOINTS3D
from pipelines.commands.main import app
from synth.body.rotations import world_turns
from synth.motion import read
from synth.motion.figure import smpl_figure
from tests.lifter.predict.people import Array, seen, standing, write_openpose
from tests.pipelines.conftest import CliRunner, Result

BONES = [
    (f"{side}_{start}", f"{side}_{end}")
    for side in ("left", "right")
    for start, end in (("hip", "knee"), ("knee", "ankle"), ("shoulder", "elbow"), ("elbow", "wrist"))
]
NUMBERS = [*range(10, 30), *range(33, 60)]  # three frames are missing


def posemill(*arguments: object) -> Result:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.stderr
    return result


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The predictions for a person who moves the left arm and steps aside."""
    frames, out = tmp_path_factory.mktemp("frames"), tmp_path_factory.mktemp("out")
    for number in NUMBERS:
        pose = standing()
        pose[JOINTS3D.index("left_wrist"), 1] += 0.1 * np.sin(number / 8)
        pose[JOINTS3D.index("left_elbow"), 2] += 0.05 * np.cos(number / 9)
        write_openpose(frames / f"a_{number:012d}_keypoints.json", [seen(pose, (0.004 * number, 0.0, 3.0))])
    posemill("predict", "default", frames, out, "--image-size", 1000, 1000, "--rate", 25)
    return out


def limbs_of_motion(path: Path) -> Array:
    """(T, 8, 3) unit vectors along the limbs, as the recording is read without a mapping."""
    clip = read(path)
    places = smpl_figure(world_turns(clip.poses.astype(float)), clip.trans.astype(float)).places
    along = np.stack([places[end] - places[start] for start, end in BONES], axis=1)
    return np.asarray(along / np.linalg.norm(along, axis=2, keepdims=True))


def limbs_of_arrays(path: Path) -> tuple[Array, Array]:
    """The same of poses.npz in the camera's frame, and the camera's up (3,)."""
    with np.load(path) as arrays:
        joints, up = arrays["joints"].astype(float), arrays["up"][0].astype(float)
    along = np.stack(
        [joints[:, JOINTS3D.index(end)] - joints[:, JOINTS3D.index(start)] for start, end in BONES], axis=1
    )
    return along / np.linalg.norm(along, axis=2, keepdims=True), up


def require_same_limbs(out: Path, frames: Array) -> None:
    """Limbs within 1 degree by one turn of the world for all frames, which takes up to Z. frames: of the BVH."""
    found = limbs_of_motion(out / "poses.bvh")[frames]
    wanted, up = limbs_of_arrays(out / "poses.npz")
    turn, _ = Rotation.align_vectors(found.reshape(-1, 3), wanted.reshape(-1, 3))
    cosine = (turn.apply(wanted.reshape(-1, 3)) * found.reshape(-1, 3)).sum(axis=1)
    assert np.degrees(np.arccos(np.clip(cosine, -1, 1))).max() < 1
    assert turn.apply(up)[2] > np.cos(np.radians(1))


def test_the_bvh_is_motion_without_a_mapping(out: Path) -> None:
    (found,) = json.loads(posemill("mocap", "check", out / "poses.bvh", "--json").stdout)
    assert (found["rate"], found["frames"]) == (25, 50)
    assert found["kept"] > 0.9 * found["frames"]
    require_same_limbs(out, np.array(NUMBERS) - NUMBERS[0])


def test_the_arrays_come_back_with_their_frames(out: Path, tmp_path: Path) -> None:
    posemill("predict", "default", out / "poses.npz", tmp_path / "again")
    with np.load(out / "poses.npz") as first, np.load(tmp_path / "again" / "poses.npz") as again:
        assert first["frame"].tolist() == again["frame"].tolist()
        assert (first["rate"], first["frame_count"]) == (again["rate"], again["frame_count"])
        assert np.allclose(first["joints"], again["joints"], atol=1e-4)
        assert np.allclose(first["keypoints_2d"], again["keypoints_2d"], atol=1e-4)


def test_own_bvh_as_motion(shared: Path, tmp_path: Path) -> None:
    frames = shared / "cases" / "own_bvh_as_motion" / "frames"
    if not frames.is_dir():
        pytest.skip("needs the inputs of ../shared/cases, which are not here")
    posemill("predict", "default", frames, tmp_path, "--image-size", 1024, 1024, "--rate", 30)
    (found,) = json.loads(posemill("mocap", "check", tmp_path / "poses.bvh", "--json").stdout)
    assert (found["rate"], found["frames"], found["kept"]) == (30, 30, 30)
    require_same_limbs(tmp_path, np.arange(30))
    posemill("predict", "default", tmp_path / "poses.npz", tmp_path / "again")
    with np.load(tmp_path / "again" / "poses.npz") as again:
        assert again["frame"].tolist() == list(range(30))
        assert again["rate"] == 30
