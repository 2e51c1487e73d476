"""People and pretended lifters for the tests of what scores them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from lifter.data.joints import JOINTS3D
from lifter.score.cases import Cases
from synth.body.skeleton import COCO_17

# x to the person's left, y up, z ahead, metres from the floor; somebody who stands with hanging arms
STANDING = {
    "nose": (0, 1.6, 0.12), "eye": (0.03, 1.63, 0.1), "ear": (0.08, 1.62, 0.02), "shoulder": (0.18, 1.42, 0),
    "elbow": (0.22, 1.12, 0), "wrist": (0.24, 0.87, 0.03), "hip": (0.1, 0.95, 0), "knee": (0.11, 0.5, 0.02),
    "ankle": (0.11, 0.08, -0.02), "pelvis": (0, 0.95, 0), "neck": (0, 1.45, -0.02), "head_top": (0, 1.78, 0),
}  # fmt: skip


def standing() -> np.ndarray:
    """(20, 3) metres, in a camera's frame 4 m before the face of somebody who stands: x is their left, y down."""
    places = []
    for name in JOINTS3D:
        x, y, z = STANDING[name.removeprefix("left_").removeprefix("right_")]
        places.append((-x if name.startswith("right_") else x, 1.0 - y, 4.0 - z))
    return np.array(places)


def people(count: int, groups: int = 4, seed: int = 0) -> Cases:
    """Somebody who stands, with 5 cm of noise, and projections that a camera of 1000 pixels focal length sees."""
    rng = np.random.default_rng(seed)
    truth = standing() + rng.normal(0, 0.05, (count, 20, 3))
    pixels = 1000 * truth[:, :17, :2] / truth[:, :17, 2:] + 500
    keypoints = np.concatenate([pixels, np.full((count, 17, 1), 0.9)], -1).astype(np.float32)
    camera = np.tile(np.array([[1000.0, 0, 500], [0, 1000, 500], [0, 0, 1]]), (count, 1, 1))
    group = np.array([f"g{row * groups // count}" for row in range(count)])
    up = np.tile([0.0, -1.0, 0.0], (count, 1))
    return Cases("people", keypoints, camera, np.full((count, 2), 1000), truth, group, up)


@dataclass
class Answer:
    """What a lifter's `lift` gives."""

    joints: np.ndarray
    sigma: np.ndarray
    root: np.ndarray
    predicted: np.ndarray


def answer(joints: np.ndarray, sigma: float = 0.05) -> Answer:
    """Joints (n, 20, 3) in the camera's frame as a lifter that predicts everybody would give them."""
    hips = joints[:, [JOINTS3D.index("left_hip"), JOINTS3D.index("right_hip")]].mean(1)
    return Answer(joints - hips[:, None], np.full(joints.shape[:2], sigma), hips, np.ones(len(joints), bool))


def noisy(cases: Cases, size: float, seed: int = 0) -> Answer:
    """Joints with noise of `size` metres along each axis, and a sigma that says so."""
    return answer(cases.truth + np.random.default_rng(seed).normal(0, size, cases.truth.shape), size)


def corpus_like(count: int, groups: int = 4) -> Cases:
    """`people` with what a corpus knows of them: visibility, bands and the kinds of 2D errors."""
    rng = np.random.default_rng(0)
    visibility = rng.integers(0, 4, (count, 17))
    errors, band = rng.integers(0, 5, (count, 17)), rng.integers(0, 4, count)
    return replace(
        people(count, groups), mean_of="samples", band=band, visibility=visibility, detection_error=errors,
        grouped_by="recording",
    )  # fmt: skip


def write_benchmark(path: Path, cases: Cases, **instead: object) -> Path:
    """The cases as a benchmark file, or with some of its arrays another or (None) left out."""
    arrays: dict[str, object] = {
        "keypoints_2d": cases.keypoints,
        "joints_3d": cases.truth[:, :17].astype(np.float32),
        "intrinsics": cases.intrinsics,
        "image_size": cases.image_size.astype(np.int32),
        "group": cases.group,
        "frame": np.arange(len(cases)),
        "joint_names": np.array(COCO_17),
        "source": np.array("a test"),
        "licence": np.array("none"),
    }
    kept = {key: value for key, value in (arrays | instead).items() if value is not None}
    np.savez(path, **kept)  # type: ignore[arg-type]
    return path
