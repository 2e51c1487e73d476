from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import simplejpeg
import yaml
import zarr

from pipelines.corpus.corpus import Corpus
from pipelines.corpus.schema import LABELS
from pipelines.corpus.selection import write_selection
from pipelines.exchange.coco import run_lengths
from pipelines.exchange.export import export
from synth.body.skeleton import COCO_17, JOINTS, joint_index, joint_map
from synth.core.errors import InputError
from tests.pipelines.fakes import CLIPS, PAIR_ARRAYS, SIZE, fake_part, fake_rows

IMAGES, PAIRS = 20, 30


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    fake_part(folder, "pictures", IMAGES, 8, images=True)
    fake_part(folder, "pairs", PAIRS, 16)
    part, row = np.repeat([0, 1], [5, 10]), np.concatenate([np.arange(5) * 3, np.arange(10)])
    dropped: dict[str, Any] = {f"dropped_{k}": [] for k in ("part", "row", "reason", "twin_part", "twin_row")}
    arrays = {"part": part, "row": row, "weight": np.ones(15), "split": row % 2, **dropped}
    write_selection(Corpus(folder), "some", {"reasons": []}, arrays)
    return folder


@pytest.fixture(scope="module")
def tracks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tracks")
    fake_part(folder, "t", 40, 10, track=5)
    return folder


def test_coco_loads_in_pycocotools(corpus: Path, tmp_path: Path) -> None:
    pycocotools = pytest.importorskip("pycocotools.coco")
    done = export("coco", corpus, tmp_path / "coco")
    assert done.samples == IMAGES
    assert done.notes == [f"part pairs is left out: {PAIRS} samples without 'image'"]
    coco = pycocotools.COCO(str(done.files[0]))
    (person,) = coco.loadCats(coco.getCatIds())
    assert person["keypoints"] == list(COCO_17)
    assert len(coco.getImgIds()) == len(coco.getAnnIds()) == IMAGES
    expected = fake_rows(np.arange(IMAGES))
    for number, image in coco.imgs.items():
        jpeg = (tmp_path / "coco" / "images" / image["file_name"]).read_bytes()
        assert simplejpeg.decode_jpeg_header(jpeg)[:2] == (image["height"], image["width"]) == (SIZE, SIZE)
        (annotation,) = coco.loadAnns(coco.getAnnIds(imgIds=[number]))
        points = np.array(annotation["keypoints"]).reshape(17, 3)
        for j, name in enumerate(COCO_17):
            joint = joint_index(f"coco_{name}")
            state = expected["visibility"][number - 1, joint]
            assert points[j, 2] == {0: 2, 1: 1, 2: 1, 3: 0}[int(state)]
            place = expected["joints_image"][number - 1, joint] if state != 3 else (0, 0)
            assert points[j, :2] == pytest.approx(place, abs=0.006)
        assert annotation["num_keypoints"] == (points[:, 2] > 0).sum()
        assert annotation["bbox"] == [8, 4, 8, 16]
        assert annotation["area"] == 128
        assert annotation["iscrowd"] == 0
        assert np.array_equal(coco.annToMask(annotation), expected["instance"][number - 1])


def test_coco_scores_its_own_truth_perfectly(corpus: Path, tmp_path: Path) -> None:
    pycocotools = pytest.importorskip("pycocotools.coco")
    from pycocotools.cocoeval import COCOeval

    truth = pycocotools.COCO(str(export("coco", corpus, tmp_path / "coco").files[0]))
    found = [
        {"image_id": a["image_id"], "category_id": 1, "keypoints": a["keypoints"], "score": 1.0}
        for a in truth.dataset["annotations"]
    ]
    scores = COCOeval(truth, truth.loadRes(found), "keypoints")
    scores.evaluate()
    scores.accumulate()
    scores.summarize()
    assert scores.stats[0] == pytest.approx(1.0)


def test_run_lengths_go_down_columns() -> None:
    mask = np.array([[0, 1, 1], [0, 1, 0]], bool)
    assert run_lengths(mask) == [2, 3, 1]
    assert run_lengths(~mask) == [0, 2, 3, 1]
    assert run_lengths(np.zeros((2, 2), bool)) == [4]


def test_coco_without_masks_cuts_the_box(corpus: Path, tmp_path: Path) -> None:
    fake_part(tmp_path / "c", "p", 2, 2, images=True)
    zarr.open_array(str(tmp_path / "c" / "parts" / "p" / "instance"), mode="r+")[:] = 0
    done = export("coco", tmp_path / "c", tmp_path / "out")
    annotation = json.loads(done.files[0].read_text())["annotations"][0]
    assert annotation["bbox"] == [0, 2, 20, SIZE - 2]
    assert annotation["area"] == 20 * (SIZE - 2)
    assert annotation["segmentation"] == []


def test_exports_of_a_selection(corpus: Path, tmp_path: Path) -> None:
    done = export("coco", corpus, tmp_path, selection="some", split="train")
    assert done.samples == 3
    assert done.files[0].name == "person_keypoints_train.json"
    names = [image["file_name"] for image in json.loads(done.files[0].read_text())["images"]]
    assert names == [f"pictures/{row:09d}.jpg" for row in (0, 6, 12)]
    assert export("webdataset", corpus, tmp_path, selection="some").samples == 15
    with pytest.raises(InputError, match="is there already"):
        export("coco", corpus, tmp_path, selection="some", split="train")


def test_coco_of_pairs_is_refused(tracks: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no finished samples with box, image"):
        export("coco", tracks, tmp_path / "coco")
    assert not (tmp_path / "coco").exists()


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


def test_webdataset_reads_the_tars(corpus: Path, tmp_path: Path) -> None:
    wds = pytest.importorskip("webdataset")
    done = export("webdataset", corpus, tmp_path)
    tars = [str(path) for path in done.files if path.suffix == ".tar"]
    samples = list(wds.WebDataset(tars, shardshuffle=False).decode())
    assert Counter(sample["json"]["part"] for sample in samples) == {"pictures": IMAGES, "pairs": PAIRS}
    expected = fake_rows(np.arange(max(IMAGES, PAIRS)))
    for sample in samples:
        part, row = sample["json"]["part"], sample["json"]["row"]
        assert sample["__key__"] == f"{part}-{row:09d}"
        for name in ("joints_image", "joints_camera", "visibility", "intrinsics"):
            assert np.allclose(sample[f"{name}.npy"], expected[name][row])
        assert ("jpg" in sample) == (part == "pictures")
        assert sample["json"]["clip"] == CLIPS[row % 4]["name"]
    facts = json.loads((tmp_path / "all.json").read_text())
    assert facts["joints"] == list(JOINTS)
    assert facts["arrays"]["joints_camera"]["unit"] == "metres"


def test_webdataset_gives_the_same_bytes(corpus: Path, tmp_path: Path) -> None:
    from pipelines.exchange import webdataset
    from pipelines.exchange.export import Source

    one = webdataset.write(Source(corpus), tmp_path / "a", per_tar=20)
    two = webdataset.write(Source(corpus), tmp_path / "b", per_tar=20)
    assert [path.name for path in one.files] == [
        "all-000000.tar",
        "all-000001.tar",
        "all-000002.tar",
        "all.json",
    ]
    assert [path.read_bytes() for path in one.files] == [path.read_bytes() for path in two.files]


def test_card_is_a_header_and_the_schema(corpus: Path, tmp_path: Path) -> None:
    text = export("card", corpus, tmp_path, selection="some").files[0].read_text()
    _, head, body = text.split("---\n", 2)
    header = yaml.safe_load(head)
    assert header["license"] == "other"
    assert "motion: CMU: free" in header["license_details"]
    assert header["size_categories"] == ["n<1K"]
    for label in LABELS:
        if label.name in PAIR_ARRAYS:
            assert f"| `{label.name}` |" in body
    assert "| pictures | images | 5 | 20 |" in body
    assert "| body: open | CC0-1.0 |" in body
    assert "selection 'some'" in body


def test_nothing_finished_is_refused(tmp_path: Path) -> None:
    fake_part(tmp_path / "c", "p", 4, 4, shards=range(0))
    for layout in ("coco", "videopose", "webdataset", "card"):
        with pytest.raises(InputError, match="no finished samples"):
            export(layout, tmp_path / "c", tmp_path / "out")
