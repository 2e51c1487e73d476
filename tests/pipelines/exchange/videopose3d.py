"""What VideoPose3D asks of the files of one's own videos, written anew from its run.py and common/custom_dataset.py.

`python run.py -d DATASET -k KEYPOINTS` with a DATASET that begins with 'custom' reads
data/data_2d_DATASET_KEYPOINTS.npz, and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Loaded:
    """Normalized points (T, 17, 2) of each video, as a model gets them, and the twins that augmentation swaps."""

    videos: dict[str, NDArray[Any]]
    left: list[int]
    right: list[int]


def load_custom(folder: Path, dataset: str, keypoints: str) -> Loaded:
    """Read a file as `run.py` does; fails where it would."""
    assert dataset.startswith("custom")
    file = np.load(folder / f"data_2d_{dataset}_{keypoints}.npz", allow_pickle=True)
    metadata, positions = file["metadata"].item(), file["positions_2d"].item()
    # the data set: a subject for every video, with one action and one camera
    cameras = {name: [(size["w"], size["h"])] for name, size in metadata["video_metadata"].items()}
    actions = dict.fromkeys(metadata["video_metadata"], ("custom",))
    for subject in actions:
        assert subject in positions, f"subject {subject} is missing from the 2D detections"
        for action in actions[subject]:
            assert action in positions[subject], (
                f"action {action} of {subject} is missing from the 2D detections"
            )
    # every view is normalized by its camera's width, in place
    for subject in positions:
        for action in positions[subject]:
            for view, points in enumerate(positions[subject][action]):
                width, height = cameras[subject][view]
                points[..., :2] = points[..., :2] / width * 2 - np.array([1, height / width])
    # subjects and actions are chosen by options that are split at commas
    videos = {}
    for subject in ",".join(positions).split(","):
        for action in positions[subject]:
            views = positions[subject][action]
            assert len(cameras[subject]) == len(views), "camera count mismatch"
            (videos[subject],) = views
    left, right = metadata["keypoints_symmetry"]
    return Loaded(videos, list(left), list(right))
