"""The VideoPose3D export as VideoPose3D's own loader reads it, and as it comes back."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipelines.corpus.corpus import Corpus
from pipelines.corpus.selection import write_selection
from pipelines.exchange.export import export
from pipelines.exchange.importer import Origin, import_part
from pipelines.exchange.videopose import interpolated
from synth.body.skeleton import COCO_17, joint_map
from tests.pipelines import fakes
from tests.pipelines.exchange.conftest import IMAGES, PAIRS
from tests.pipelines.exchange.videopose3d import load_custom
from tests.pipelines.fakes import CLIPS, SIZE, fake_part, fake_rows


def positions_3d(path: Path) -> dict[str, Any]:
    found = np.load(path, allow_pickle=True)["positions_3d"].item()
    assert all(list(actions) == ["custom"] for actions in found.values())
    return {video: actions["custom"] for video, actions in found.items()}


def test_tracks_load_in_videopose3d(tracks: Path, tmp_path: Path) -> None:
    done = export("videopose", tracks, tmp_path)
    assert [path.name for path in done.files] == [
        "data_3d_custom_all.npz", "data_2d_custom_all_gt.npz", "cameras_custom_all.json",
    ]  # fmt: skip
    assert done.notes == []
    loaded = load_custom(tmp_path, "custom", "all_gt")
    assert len(loaded.videos) == 8
    assert (loaded.left, loaded.right) == ([4, 5, 6, 11, 12, 13], [1, 2, 3, 14, 15, 16])
    world = positions_3d(done.files[0])
    assert list(world) == list(loaded.videos)
    expected = np.einsum("ij,njk->nik", joint_map("h36m17"), fake_rows(np.arange(40))["joints_camera"])
    for video, points in loaded.videos.items():
        first = int(video.split("-")[-1])
        assert np.allclose(world[video], expected[first : first + 5])
        # pixels are x / 5 + 16 of a picture that is 32 wide: 0 is its middle, 1 its right edge
        assert np.allclose(points, world[video][..., :2] / 5 / (SIZE / 2), atol=1e-6)
        assert video.startswith(f"CMU-{CLIPS[first // 5 % 4]['subject']}-")


def test_the_dataset_may_be_named_by_the_title(tracks: Path, tmp_path: Path) -> None:
    export("videopose", tracks, tmp_path)
    assert len(load_custom(tmp_path, "custom_all", "gt").videos) == 8


def test_detections_load_with_gaps_filled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def with_gaps(rows: Any, track: int = 1) -> Any:
        made = fake_rows(rows, track)
        made["detection"][rows % 10 == 2, 5] = 0  # once within a track
        made["detection"][rows >= 5, 9] = 0  # never in the second track
        return made

    monkeypatch.setattr(fakes, "fake_rows", with_gaps)
    fake_part(tmp_path / "c", "t", 10, 10, track=5, detector=True)
    done = export("videopose", tmp_path / "c", tmp_path / "out")
    assert done.files[2].name == "data_2d_custom_all_detector.npz"
    assert done.notes == ["part t: 1 of 2 videos have joints that were never detected: NaN"]
    one, two = load_custom(tmp_path / "out", "custom", "all_detector").videos.values()
    # x of joint j in row r is r + j, of a picture that is 32 wide
    assert np.allclose(one[..., 0], (np.arange(5)[:, None] + np.arange(17)) / 16 - 1)
    assert np.isnan(two[:, 9]).all()
    assert np.isfinite(np.delete(two, 9, axis=1)).all()
    content = np.load(done.files[2], allow_pickle=True)
    assert content["metadata"].item()["layout_name"] == "coco"
    sure = [actions["custom"][0] for actions in content["confidence"].item().values()]
    assert sure[0][:, 5].tolist() == [0.5, 0.5, 0, 0.5, 0.5]
    assert sure[1][:, 9].tolist() == [0] * 5


def test_gaps_are_filled_linearly_and_constantly_at_the_ends() -> None:
    detection = np.zeros((5, 17, 3))
    detection[[1, 3], 0] = [[10, 100, 0.9], [30, 300, 0.7]]
    detection[2, 1] = [np.nan, 4, 0.5]
    points, sure = interpolated(detection)
    assert points[:, 0].tolist() == [[10, 100], [10, 100], [20, 200], [30, 300], [30, 300]]
    assert np.isnan(points[:, 1:]).all()
    assert sure[:, 0] == pytest.approx([0, 0.9, 0, 0.7, 0])
    assert not sure[:, 1:].any()


def test_single_frames_are_videos_of_one_frame_and_said(corpus: Path, tmp_path: Path) -> None:
    done = export("videopose", corpus, tmp_path)
    assert [len(points) for points in load_custom(tmp_path, "custom", "all_gt").videos.values()] == [1] * 50
    assert [len(joints) for joints in positions_3d(done.files[0]).values()] == [1] * 50
    assert done.samples == IMAGES + PAIRS
    assert done.notes == [
        f"part {name} is not video: {count} samples that do not follow each other in time are videos of one frame each"
        for name, count in (("pictures", IMAGES), ("pairs", PAIRS))
    ]


def test_a_part_without_detections_is_in_the_other_file_only(tmp_path: Path) -> None:
    fake_part(tmp_path / "c", "seen", 10, 10, track=5, detector=True)
    fake_part(tmp_path / "c", "unseen", 10, 10, track=5)
    done = export("videopose", tmp_path / "c", tmp_path / "out")
    assert done.notes == ["part unseen has no detections: its videos are in the _gt file only"]
    assert len(load_custom(tmp_path / "out", "custom", "all_gt").videos) == 4
    detected = load_custom(tmp_path / "out", "custom", "all_detector").videos
    assert len(detected) == 2
    assert all("-seen-" in video for video in detected)


def test_names_have_no_blanks_commas_or_slashes_and_are_distinct(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clips = [
        {"name": "x", "dataset": "Müller, Lab/2", "subject": subject, "recording": "walk 1\n", "licence": "free",
         "path": "x.bvh", "frames": 9}
        for subject in ("a b", "a_b", "a,b", "山")
    ]  # fmt: skip
    monkeypatch.setattr(fakes, "CLIPS", clips)
    fake_part(tmp_path / "c", "t", 20, 20, track=5)
    export("videopose", tmp_path / "c", tmp_path / "out")
    videos = load_custom(tmp_path / "out", "custom", "all_gt").videos
    assert list(videos) == [
        "Müller_Lab_2-a_b-walk_1-t-0", "Müller_Lab_2-a_b-walk_1-t-5", "Müller_Lab_2-a_b-walk_1-t-10",
        "Müller_Lab_2-山-walk_1-t-15",
    ]  # fmt: skip


def test_a_selection_cuts_tracks(tmp_path: Path) -> None:
    fake_part(tmp_path / "c", "t", 10, 10, track=5)
    row = np.array([0, 1, 3, 5, 6, 7])
    dropped: dict[str, Any] = {f"dropped_{k}": [] for k in ("part", "row", "reason", "twin_part", "twin_row")}
    arrays = {"part": row * 0, "row": row, "weight": np.ones(6), "split": row * 0, **dropped}
    write_selection(Corpus(tmp_path / "c"), "s", {"reasons": []}, arrays)
    done = export("videopose", tmp_path / "c", tmp_path / "out", selection="s")
    assert [len(joints) for joints in positions_3d(done.files[0]).values()] == [2, 1, 3]
    assert done.notes == ["part t: 1 of 3 videos have a single frame"]


def test_an_export_comes_back_with_its_subjects_and_confidence(tmp_path: Path) -> None:
    fake_part(tmp_path / "c", "t", 20, 10, track=5, detector=True)
    joints, _, detector, cameras = export("videopose", tmp_path / "c", tmp_path / "out").files
    origin = Origin((joints, detector, cameras), source="ours", licence="ours")
    back = import_part(origin, tmp_path / "d", "back")
    assert {clip["subject"] for clip in back.facts["clips"]} == {"CMU_01", "CMU_02"}
    assert [clip["recording"] for clip in back.facts["clips"]] == [
        "01_01 t 0",
        "01_02 t 5",
        "02_01 t 10",
        "02_02 t 15",
    ]
    there = Corpus(tmp_path / "c").part("t").read("detection", 0, 20)
    nose = COCO_17.index("nose")
    assert np.allclose(back.read("detection", 0, 20)[:, nose], there[:, nose], atol=1e-5)
    one = import_part(replace(origin, subjects=("CMU_01",)), tmp_path / "e", "back")
    assert one.samples == 10


def test_an_interrupted_export_leaves_nothing(
    tracks: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(content: Any) -> bytes:
        raise KeyboardInterrupt

    monkeypatch.setattr("pipelines.exchange.videopose.canonical", interrupted)
    with pytest.raises(KeyboardInterrupt):
        export("videopose", tracks, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []
    monkeypatch.undo()
    assert len(export("videopose", tracks, tmp_path / "out").files) == 3


@pytest.mark.parametrize(("name", "videos"), [("corpus", 50), ("tracks", 8)])
def test_the_shared_checks_are_passed(
    name: str, videos: int, request: pytest.FixtureRequest, shared: Path, tmp_path: Path
) -> None:
    export("videopose", request.getfixturevalue(name), tmp_path)
    check = shared / "cases" / "videopose_export_loads" / "check.py"
    done = subprocess.run([sys.executable, check, tmp_path], capture_output=True, text=True)
    # the fake people of the tracks move by more than a metre a frame; those of single frames have no steps
    lines = [line for line in done.stdout.splitlines() if "jumps" not in line]
    assert lines == [
        f"data_2d_custom_all_gt.npz 0 of {videos} videos have no positions, 0 of {videos} no size"
    ]
    assert (done.returncode == 0) == (name == "corpus")
