"""A person whose joints are known, as seen by a camera, and files of them in the formats that `predict` reads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image

from benchmarks import keypoint_formats
from benchmarks.keypoint_formats import BETWEEN
from lifter.data.joints import JOINTS3D
from lifter.models.baseline import Baseline, BaselineConfig
from lifter.models.lifter import Lifter, save_lifter
from lifter.models.posemill import Posemill, PosemillConfig
from lifter.predict.layouts import LAYOUTS
from synth.body.skeleton import COCO_17

Array = NDArray[np.float64]
K, SIZE = keypoint_formats.K, keypoint_formats.SIZE
# facing the camera with the left forearm raised: metres from the mid-hip, x right in the picture, y down, z away
_HALF = {
    "hip": (0.12, 0, 0),
    "knee": (0.13, 0.42, -0.02),
    "ankle": (0.13, 0.84, 0.03),
    "shoulder": (0.18, -0.5, 0),
}
_MIDDLE = {"pelvis": (0, -0.05, 0), "neck": (0, -0.52, 0), "head_top": (0, -0.8, 0), "nose": (0, -0.65, -0.1)}
_SIDED = {"eye": (0.03, -0.68, -0.08), "ear": (0.08, -0.66, 0.0)}
_ARMS = {
    "left_elbow": (0.22, -0.2, 0), "left_wrist": (0.3, -0.42, -0.1),
    "right_elbow": (-0.22, -0.2, 0), "right_wrist": (-0.24, 0.05, -0.05),
}  # fmt: skip


def standing() -> Array:
    """(20, 3) a person who faces the camera."""
    places: dict[str, Any] = {**_MIDDLE, **_ARMS}
    for part, (x, y, z) in {**_HALF, **_SIDED}.items():
        places[f"left_{part}"], places[f"right_{part}"] = (x, y, z), (-x, y, z)
    return np.array([places[name] for name in JOINTS3D], np.float64)


def seen(joints: Array, root: tuple[float, float, float] = (0.0, 0.0, 3.0), confidence: float = 0.9) -> Array:
    """(17, 3) keypoints of joints (20, 3) around a root."""
    there = joints[: len(COCO_17)] + np.array(root)
    pixels = there[:, :2] / there[:, 2:] * 1000 + 500
    return np.concatenate([pixels, np.full((17, 1), confidence)], 1)


def written_as(points: Array, layout: str) -> Array:
    """(k, 3) joints of a layout, of keypoints (17, 3): what lies between two of them in the middle, and what cannot be
    known 0 0 0, but of h36m17 the head's own at the nose and the trunk's in its middle."""
    rows = keypoint_formats.written_as(points, layout)
    if layout == "h36m17":
        for row, name in enumerate(LAYOUTS[layout]):
            if name not in COCO_17 and name not in BETWEEN:
                rows[row] = points[0] if name == "head" else points[[5, 6, 11, 12]].mean(0)
    return rows


def openpose(people: list[Array], layout: str = "body25", **more: Any) -> dict[str, Any]:
    """A frame of keypoints (17, 3) each as OpenPose writes it."""
    written = [
        {"person_id": [-1], "pose_keypoints_2d": written_as(points, layout).ravel().tolist(), **more}
        for points in people
    ]
    return {"version": 1.3, "people": written}


def write_openpose(path: Path, people: list[Array], layout: str = "body25") -> Path:
    path.write_text(json.dumps(openpose(people, layout)))
    return path


def photo(path: Path, size: tuple[int, int] = SIZE, **tags: Any) -> Path:
    """A photo of nothing, with EXIF tags."""
    picture = Image.new("RGB", size, (90, 120, 90))
    exif = Image.Exif()
    for name, value in tags.items():
        if name == "Orientation":
            exif[ExifTags.Base.Orientation] = value
        else:
            exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base[name]] = value
    picture.save(path, exif=exif)
    return path


def tiny_model(path: Path) -> Path:
    """The file of a small lifter that has learnt nothing."""
    import torch

    torch.manual_seed(0)
    model = Baseline(BaselineConfig(width=8, blocks=1))
    save_lifter(path, Lifter(model, np.full((20, 4), 0.05)))
    return path


def windows_model(path: Path) -> Lifter:
    """A small lifter that reads three frames, drawn so that all matter, and its file."""
    import torch

    torch.manual_seed(0)
    config = {"token": 8, "layers": 1, "heads": 2, "width": 16, "blocks": 1, "frames": 3, "time": 8}
    model = Posemill(PosemillConfig.model_validate(config))
    torch.nn.init.normal_(model.time.wide.weight)
    torch.nn.init.normal_(model.joints.weight, std=0.2)
    lifter = Lifter(model, np.full((20, 4), 0.05))
    save_lifter(path, lifter)
    return lifter
