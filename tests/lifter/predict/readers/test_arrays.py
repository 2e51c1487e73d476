"""Arrays in the benchmarks' layout."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lifter.predict.inputs import read_input
from lifter.predict.readers.format import ReadOptions
from synth.body.skeleton import COCO_17
from synth.core.errors import InputError
from tests.lifter.predict.people import K, seen, standing


def arrays(path: Path, **changes: Any) -> Path:
    content: dict[str, Any] = {
        "keypoints_2d": np.stack([seen(standing())] * 4).astype(np.float32),
        "intrinsics": np.tile(K, (4, 1, 1)), "image_size": np.full((4, 2), 1000, np.int32),
        "group": np.array(["cam1", "cam2"] * 2), "frame": np.array([3, 3, 4, 4]),
    }  # fmt: skip
    np.savez(path, **{key: value for key, value in (content | changes).items() if value is not None})
    return path


def test_arrays(tmp_path: Path) -> None:
    recording = read_input(arrays(tmp_path / "a.npz"), ReadOptions(), tmp_path)
    assert [frame.label for frame in recording.frames] == ["frame 3", "frame 4"]
    figure = recording.frames[1].detections[1]
    assert (figure.name, figure.size) == ("cam2", (1000, 1000))
    assert figure.intrinsics is not None
    assert np.array_equal(figure.intrinsics, K)
    plain = read_input(
        arrays(tmp_path / "b.npz", group=None, frame=None, intrinsics=None), ReadOptions(), tmp_path
    )
    assert len(plain.frames) == 4
    assert plain.frames[0].detections[0].name is None


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"keypoints_2d": None}, "has no keypoints_2d"),
        ({"keypoints_2d": np.zeros((4, 14, 3))}, r"keypoints_2d is float64 \(4, 14, 3\)"),
        ({"keypoints_2d": np.array(5.0)}, "keypoints_2d is"),
        ({"keypoints_2d": np.array([object()])}, "pickled objects, which are never loaded"),
        ({"intrinsics": np.zeros((2, 3, 3))}, "intrinsics is"),
        ({"group": np.zeros((4, 2))}, "group is"),
        ({"joint_names": np.array(COCO_17[::-1])}, "not COCO's 17"),
    ],
)
def test_wrong_arrays_are_refused(tmp_path: Path, changes: dict[str, Any], what: str) -> None:
    with pytest.raises(InputError, match=what):
        read_input(arrays(tmp_path / "a.npz", **changes), ReadOptions(), tmp_path)


def test_a_cut_archive_is_refused(tmp_path: Path) -> None:
    path = arrays(tmp_path / "a.npz")
    path.write_bytes(path.read_bytes()[:-300])
    with pytest.raises(InputError, match="damaged"):
        read_input(path, ReadOptions(), tmp_path)
