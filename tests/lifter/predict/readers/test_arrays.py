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
        ({"keypoints_2d": np.zeros((4, 14, 3))}, "14 joints without joint_names"),
        ({"keypoints_2d": np.zeros((4, 17, 5))}, r"keypoints_2d is float64 \(4, 17, 5\)"),
        ({"keypoints_2d": np.array(5.0)}, "keypoints_2d is"),
        ({"keypoints_2d": np.array([object()])}, "pickled objects, which are never loaded"),
        ({"intrinsics": np.zeros((2, 3, 3))}, "intrinsics is"),
        ({"group": np.zeros((4, 2))}, "group is"),
        ({"joint_names": np.array([f"tail {n}" for n in range(17)])}, "names only 0 of COCO's 17 joints"),
        ({"distortion": np.full((4, 4), 0.1)}, "may be of several models"),
        ({"distortion": np.full((4, 5), 0.1), "intrinsics": None}, "cannot be used without intrinsics"),
        ({"distortion": np.array(["a"])}, "not \\(n, 5\\)"),
    ],
)
def test_wrong_arrays_are_refused(tmp_path: Path, changes: dict[str, Any], what: str) -> None:
    with pytest.raises(InputError, match=what):
        read_input(arrays(tmp_path / "a.npz", **changes), ReadOptions(), tmp_path)


def test_joints_go_by_name(tmp_path: Path) -> None:
    keypoints = np.stack([seen(standing())[::-1]] * 4)
    path = arrays(tmp_path / "a.npz", keypoints_2d=keypoints, joint_names=np.array(COCO_17[::-1]))
    found = read_input(path, ReadOptions(), tmp_path).frames[0].detections[0]
    assert np.allclose(found.keypoints, seen(standing()))


def test_pairs_one_camera_for_all_and_whole_floats(tmp_path: Path) -> None:
    path = arrays(
        tmp_path / "a.npz", keypoints_2d=np.stack([seen(standing())[:, :2]] * 4), intrinsics=K,
        image_size=np.array([1000, 1000]), frame=np.array([3.0, 3, 4, 4]),
    )  # fmt: skip
    recording = read_input(path, ReadOptions(), tmp_path)
    found = recording.frames[1].detections[0]
    assert (found.keypoints[:, 2] == 1).all()
    assert found.intrinsics is not None
    assert found.size == (1000, 1000)
    assert "no confidences are given: every joint counts as seen, with 1" in recording.notes


def test_other_names_and_confidences_beside_the_points(tmp_path: Path) -> None:
    """As RTMPose's users save (t, people, k, 2) with scores, and OpenCV's their camera."""
    points = np.array([[seen(standing(), (x, 0.0, 3.0)) for x in (-1.0, 1.0)]] * 3)
    path = tmp_path / "a.npz"
    camera = {"camera_matrix": K, "dist_coeffs": np.full((1, 5), 0.1), "fps": np.array([25.0])}
    np.savez(path, keypoints=points[..., :2], scores=points[..., 2], **camera)
    recording = read_input(path, ReadOptions(), tmp_path)
    assert [frame.number for frame in recording.frames] == [0, 1, 2]
    assert recording.rate == 25.0
    for found, expected in zip(recording.frames[2].detections, points[2], strict=True):
        assert np.allclose(found.keypoints, expected)
        assert found.intrinsics is not None
        assert found.lens is not None
    np.savez(path, keypoints=points[..., :2], scores=points[..., :5, 2])
    with pytest.raises(InputError, match="scores are float64"):
        read_input(path, ReadOptions(), tmp_path)
    np.savez(path, keypoints=points, frame=np.arange(6))
    with pytest.raises(InputError, match="has people and frames"):
        read_input(path, ReadOptions(), tmp_path)


def test_people_before_frames(tmp_path: Path) -> None:
    """(people, t, k, 3): frame to frame people move less than they are apart."""
    ways = [[(x + 0.01 * t, 0.0, 3.0) for t in range(5)] for x in (-1.0, 1.0)]
    people_first = np.array([[seen(standing(), place) for place in way] for way in ways])
    for array, said in ((people_first, True), (np.swapaxes(people_first, 0, 1), False)):
        np.save(tmp_path / "a.npy", array)
        recording = read_input(tmp_path / "a.npy", ReadOptions(), tmp_path)
        assert len(recording.frames) == 5
        assert np.allclose(recording.frames[4].detections[1].keypoints, people_first[1, 4])
        assert any("people before frames" in note for note in recording.notes) is said


@pytest.mark.parametrize(
    ("distortion", "model", "fisheye"),
    [(np.full((4, 5), 0.1), None, False), (np.full(5, 0.1), "opencv", False),
     (np.full((4, 1, 4), 0.1), "fisheye", True)],
)  # fmt: skip
def test_lenses(tmp_path: Path, distortion: Any, model: str | None, fisheye: bool) -> None:
    named = None if model is None else np.array(model)
    path = arrays(tmp_path / "a.npz", distortion=distortion, distortion_model=named)
    lens = read_input(path, ReadOptions(), tmp_path).frames[1].detections[1].lens
    assert lens is not None
    assert lens.fisheye is fisheye
    assert lens.coefficients.tolist() == [0.1] * (4 if fisheye else 5)


def test_what_predict_wrote_keeps_its_frames_rate_and_confidences(tmp_path: Path) -> None:
    points = np.stack([seen(standing())] * 4)
    points[:, 9, 2] = 0.02
    path = arrays(
        tmp_path / "a.npz", keypoints_2d=points, format=np.array("posemill poses 1"), frame_count=np.array(7),
        rate=np.array(12.5),
    )  # fmt: skip
    recording = read_input(path, ReadOptions(), tmp_path)
    assert [frame.number for frame in recording.frames] == list(range(7))
    assert [len(frame.detections) for frame in recording.frames] == [0, 0, 0, 2, 2, 0, 0]
    assert recording.rate == 12.5
    assert recording.frames[3].detections[0].keypoints[9, 2] == 0.02


@pytest.mark.parametrize(
    ("shape", "frames", "people"), [((5, 17), 5, 1), ((5, 2, 17), 5, 2), ((1, 5, 17), 5, 1), ((1, 17), 1, 1)]
)
@pytest.mark.parametrize("width", [2, 3])
def test_npy(tmp_path: Path, shape: tuple[int, ...], frames: int, people: int, width: int) -> None:
    np.save(tmp_path / "a.npy", np.broadcast_to(seen(standing())[:, :width], (*shape, width)))
    recording = read_input(tmp_path / "a.npy", ReadOptions(), tmp_path)
    assert [len(frame.detections) for frame in recording.frames] == [people] * frames
    found = recording.frames[-1].detections[-1].keypoints
    assert np.allclose(found[:, :2], seen(standing())[:, :2])
    assert np.allclose(found[:, 2], 0.9 if width == 3 else 1.0)


@pytest.mark.parametrize("array", [np.array([{}], object), np.zeros((3, 4)), np.zeros((3, 17, 3), complex)])
def test_other_npy_are_refused(tmp_path: Path, array: Any) -> None:
    np.save(tmp_path / "a.npy", array)
    with pytest.raises(InputError, match=r"give an \.npy of"):
        read_input(tmp_path / "a.npy", ReadOptions(), tmp_path)
    (tmp_path / "a.npy").write_bytes(b"text")
    with pytest.raises(InputError, match=r"not an \.npy of numbers"):
        read_input(tmp_path / "a.npy", ReadOptions(), tmp_path)


def test_a_cut_archive_is_refused(tmp_path: Path) -> None:
    path = arrays(tmp_path / "a.npz")
    path.write_bytes(path.read_bytes()[:-300])
    with pytest.raises(InputError, match="damaged"):
        read_input(path, ReadOptions(), tmp_path)
