"""The VideoPose3D export as VideoPose3D's own code reads it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from pipelines.corpus.corpus import Corpus
from pipelines.corpus.selection import write_selection
from pipelines.exchange.export import export
from synth.body.skeleton import joint_map
from tests.pipelines.exchange.conftest import IMAGES, PAIRS
from tests.pipelines.fakes import CLIPS, SIZE, fake_part, fake_rows


def test_videopose_layout_of_tracks(tracks: Path, tmp_path: Path) -> None:
    done = export("videopose", tracks, tmp_path)
    assert [path.name for path in done.files] == ["data_3d_all.npz", "data_2d_all_gt.npz", "cameras_all.json"]
    # as VideoPose3D's own code reads them
    joints = np.load(done.files[0], allow_pickle=True)["positions_3d"].item()
    points = np.load(done.files[1], allow_pickle=True)
    described, points = points["metadata"].item(), points["positions_2d"].item()
    assert described["num_joints"] == 17
    assert described["keypoints_symmetry"] == [[4, 5, 6, 11, 12, 13], [1, 2, 3, 14, 15, 16]]
    assert set(joints) == {"CMU 01", "CMU 02"}
    sequences = {(s, a): joints[s][a] for s in joints for a in joints[s]}
    assert len(sequences) == 8
    expected = np.einsum("ij,njk->nik", joint_map("h36m17"), fake_rows(np.arange(40))["joints_camera"])
    for (subject, action), world in sequences.items():
        scene = int(action.split()[-2])
        assert np.allclose(world, expected[scene * 5 : scene * 5 + 5])
        assert subject == f"CMU {CLIPS[scene % 4]['subject']}"
        (view,) = points[subject][action]
        assert view.shape == (5, 17, 2)
        assert np.allclose(view, world[..., :2] / 5 + 16)
        assert described["video_metadata"][f"{subject}/{action}"] == {"w": SIZE, "h": SIZE}


def test_videopose_layout_of_detections(tmp_path: Path) -> None:
    fake_part(tmp_path / "c", "t", 10, 10, track=5, detector=True)
    done = export("videopose", tmp_path / "c", tmp_path / "out")
    assert done.files[2].name == "data_2d_all_detector.npz"
    content = np.load(done.files[2], allow_pickle=True)
    assert content["metadata"].item()["layout_name"] == "coco"
    points = content["positions_2d"].item()["CMU 01"]
    assert [points[action][0].shape for action in points] == [(5, 17, 3), (5, 17, 3)]
    assert all((points[action][0][..., 2] == 0.5).all() for action in points)


def test_videopose_of_single_frames_goes_by_clip(corpus: Path, tmp_path: Path) -> None:
    done = export("videopose", corpus, tmp_path)
    assert len(done.files) == 2
    joints = np.load(done.files[0], allow_pickle=True)["positions_3d"].item()
    lengths = [len(sequence) for actions in joints.values() for sequence in actions.values()]
    assert sum(lengths) == IMAGES + PAIRS == done.samples
    assert len(lengths) == 8


def test_a_selection_cuts_tracks(tmp_path: Path) -> None:
    fake_part(tmp_path / "c", "t", 10, 10, track=5)
    row = np.array([0, 1, 3, 4, 6, 7])
    dropped: dict[str, Any] = {f"dropped_{k}": [] for k in ("part", "row", "reason", "twin_part", "twin_row")}
    arrays = {"part": row * 0, "row": row, "weight": np.ones(6), "split": row * 0, **dropped}
    write_selection(Corpus(tmp_path / "c"), "s", {"reasons": []}, arrays)
    done = export("videopose", tmp_path / "c", tmp_path / "out", selection="s")
    joints = np.load(done.files[0], allow_pickle=True)["positions_3d"].item()
    assert sorted(len(x) for actions in joints.values() for x in actions.values()) == [2, 2, 2]
