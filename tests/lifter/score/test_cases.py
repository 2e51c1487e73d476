"""Benchmark files: what is read, and what is refused with its reason."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from lifter.data.joints import JOINTS3D
from lifter.score.cases import read_benchmark, view_directions
from synth.body.skeleton import COCO_17, JOINTS, joint_index
from synth.core.errors import InputError
from synth.label.pose_space import view_angles
from synth.label.pose_space import view_directions as of_corpus
from tests.lifter.cases import people, standing, write_benchmark


def test_a_benchmark_is_read(tmp_path: Path) -> None:
    cases = people(8)
    found = read_benchmark(write_benchmark(tmp_path / "yard.npz", cases))
    assert (found.name, len(found), found.mean_of) == ("yard", 8, "groups")
    assert found.truth[:, :17] == pytest.approx(cases.truth[:, :17], abs=1e-6)
    assert np.isnan(found.truth[:, 17:]).all()
    assert np.isnan(found.up).all()
    assert sorted(set(found.group)) == ["g0", "g1", "g2", "g3"]
    part = found.take(found.group == "g1")
    assert len(part) == 2
    assert len(part.truth) == 2


def test_what_knows_only_the_upper_body_is_read(tmp_path: Path) -> None:
    cases = people(4)
    cases.truth[:, 11:] = np.nan
    found = read_benchmark(write_benchmark(tmp_path / "half.npz", cases))
    assert np.isfinite(found.truth[:, 5:11]).all()
    assert np.isnan(found.truth[:, 11:]).all()


def test_a_known_up_is_taken(tmp_path: Path) -> None:
    cases = people(4)
    found = read_benchmark(write_benchmark(tmp_path / "up.npz", cases, up=cases.up))
    assert found.up == pytest.approx(cases.up)


@pytest.mark.parametrize(
    ("instead", "said"),
    [
        ({"keypoints_2d": None}, "has no 'keypoints_2d'"),
        ({"joint_names": np.array(COCO_17[::-1])}, "'joint_names' are not COCO's 17"),
        ({"joint_names": np.array(COCO_17[:12])}, "'joint_names' are not COCO's 17"),
        ({"joints_3d": np.zeros((8, 12, 3))}, "'joints_3d' is float64 of shape (8, 12, 3)"),
        ({"joints_3d": np.full((8, 17, 3), np.nan)}, "knows no joint"),
        ({"joints_3d": np.full((8, 17, 3), np.inf)}, "joints at infinity"),
        ({"keypoints_2d": np.full((8, 17, 3), np.nan)}, "not finite in 8 rows, the first of them 0"),
        ({"intrinsics": np.zeros((8, 3, 3))}, "not above 0"),
        ({"image_size": np.full((8, 2), "big")}, "not numbers"),
        ({"group": np.array(["a"])}, "'group' is of shape (1,)"),
        ({"up": np.zeros(3)}, "'up' is of shape (3,)"),
        ({"group": np.array([{}] * 8, dtype=object)}, "pickled objects"),
    ],
)
def test_another_layout_is_refused(tmp_path: Path, instead: dict[str, object], said: str) -> None:
    path = write_benchmark(tmp_path / "odd.npz", people(8), **instead)
    with pytest.raises(InputError) as caught:
        read_benchmark(path)
    assert said in str(caught.value)
    assert str(path) in str(caught.value)


def test_what_is_no_npz_is_refused(tmp_path: Path) -> None:
    whole = write_benchmark(tmp_path / "whole.npz", people(8)).read_bytes()
    for content in (b"", b"not a zip", whole[: len(whole) // 2], os.urandom(1000)):
        path = tmp_path / "broken.npz"
        path.write_bytes(content)
        with pytest.raises(InputError):
            read_benchmark(path)
    np.save(tmp_path / "single.npy", np.zeros(3))
    for name in ("single.npy", "absent.npz", "."):
        with pytest.raises(InputError):
            read_benchmark(tmp_path / name)


def test_nobody_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nobody"):
        read_benchmark(write_benchmark(tmp_path / "none.npz", people(8).take(np.zeros(8, bool))))


def test_views_of_somebody_who_stands() -> None:
    """The camera goes round: before the face, at the left side, behind; then above."""
    truth = standing()[None]
    none = np.full((1, 3), np.nan)
    middle = truth.mean(1, keepdims=True)
    for degrees in (0, 90, 180, -90):
        c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
        # the person turns so that the camera comes to stand at that side of them
        turn = np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])
        for up in (none, np.array([[0.0, -1.0, 0.0]])):
            azimuth, _ = view_directions((truth - middle) @ turn.T + middle, up)
            assert (azimuth[0] - degrees + 180) % 360 - 180 == pytest.approx(0, abs=4)
    tilt = np.array([[1, 0, 0], [0, 0, -1], [0, 1, 0]])
    assert view_directions((truth - middle) @ tilt.T + [0, 0, 4], none)[1] == pytest.approx([90], abs=8)


def test_views_are_those_of_the_corpus() -> None:
    rng = np.random.default_rng(0)
    world = np.zeros((50, len(JOINTS), 3))
    for row, name in enumerate(JOINTS3D):
        own = standing()[row] * [1, -1, -1] + [0, 1, 4]
        placed = np.array([own[2], own[0], own[1]]) + rng.normal(0, 0.1, (50, 3))
        world[:, joint_index(name if name in ("pelvis", "neck", "head_top") else f"coco_{name}")] = placed
    for name in ("left_hip", "right_hip", "left_shoulder", "right_shoulder"):
        world[:, joint_index(name)] = world[:, joint_index(f"coco_{name}")]
    for name, side in (("pelvis", "hip"), ("neck", "shoulder")):  # where the lifter's measure has them
        world[:, joint_index(name)] = (
            world[:, joint_index(f"left_{side}")] + world[:, joint_index(f"right_{side}")]
        ) / 2
    world += [3.0, 4.0, 0.0]
    turn = np.linalg.qr(rng.normal(size=(50, 3, 3)))[0]
    turn *= np.linalg.det(turn)[:, None, None]
    move = rng.normal(0, 5, (50, 3))
    camera = np.einsum("nab,njb->nja", turn, world) + move[:, None]
    rows = [joint_index(n if n in ("pelvis", "neck", "head_top") else f"coco_{n}") for n in JOINTS3D]
    azimuth, elevation = view_directions(camera[:, rows], turn[:, :, 2])
    expected = view_angles(of_corpus(world, turn, move))
    # the corpus weighs its two sides as they are, not as a sum: nearly the same
    assert np.abs((azimuth - expected[0] + 180) % 360 - 180).max() < 3
    assert elevation == pytest.approx(expected[1], abs=1e-4)


def test_the_shipped_benchmark_is_read(shared: Path) -> None:
    found = read_benchmark(shared / "benchmarks" / "pose2sim.npz")
    assert len(found) == 400
    assert sorted(set(found.group)) == ["cam1", "cam2", "cam3", "cam4"]


def test_numbered_frames_are_sequences(tmp_path: Path) -> None:
    arrays = {
        "keypoints_2d": np.ones((10, 17, 3)), "joints_3d": np.ones((10, 17, 3)),
        "intrinsics": np.tile(np.eye(3), (10, 1, 1)), "image_size": np.full((10, 2), 100),
        "group": np.repeat(["a", "b"], 5), "joint_names": np.array(COCO_17),
    }  # fmt: skip
    step = np.tile(np.arange(5), 2)
    path = tmp_path / "yard.npz"
    np.savez(path, **arrays, frame=step)
    found = read_benchmark(path).take(np.arange(3, 7))
    assert found.sequence is not None
    assert found.frame is not None
    assert found.sequence.tolist() == ["a", "a", "b", "b"]
    assert found.frame.tolist() == [3, 4, 0, 1]
    np.savez(path, **arrays, frame=step // 2)  # two people in a frame: who is who?
    assert read_benchmark(path).sequence is None
    np.savez(path, **arrays)
    assert read_benchmark(path).frame is None
