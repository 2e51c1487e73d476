"""The COCO export as pycocotools loads and scores it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import simplejpeg
import zarr

from pipelines.exchange.coco import run_lengths
from pipelines.exchange.export import export
from synth.body.skeleton import COCO_17, joint_index
from synth.core.errors import InputError
from tests.pipelines.exchange.conftest import IMAGES, PAIRS
from tests.pipelines.fakes import SIZE, fake_part, fake_rows


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


def test_coco_of_pairs_is_refused(tracks: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no finished samples with box, image"):
        export("coco", tracks, tmp_path / "coco")
    assert not (tmp_path / "coco").exists()


def test_a_picture_has_the_licences_of_its_own_part(tmp_path: Path) -> None:
    fake_part(tmp_path / "c", "one", 1, 1, images=True)
    fake_part(tmp_path / "c", "two", 1, 1, images=True)
    content = json.loads(export("coco", tmp_path / "c", tmp_path / "out").files[0].read_text())
    assert [row["name"] for row in content["licenses"]] == ["body: open: CC0-1.0; motion: CMU: free"] * 2
    assert [image["license"] for image in content["images"]] == [1, 2]


def test_parts_that_differ_in_case_have_folders_of_their_own(tmp_path: Path) -> None:
    for name in ("P", "p", "con"):
        fake_part(tmp_path / "c", name, 1, 1, images=True)
    content = json.loads(export("coco", tmp_path / "c", tmp_path / "out").files[0].read_text())
    names = [image["file_name"] for image in content["images"]]
    assert names == ["P/000000000.jpg", "p_/000000000.jpg", "con_/000000000.jpg"]


def test_pictures_of_another_corpus_are_not_written_over(corpus: Path, tmp_path: Path) -> None:
    export("coco", corpus, tmp_path / "out", selection="some", split="train")
    export("coco", corpus, tmp_path / "out", selection="some", split="val")  # beside it, of the same pictures
    before = {path: path.read_bytes() for path in (tmp_path / "out").rglob("*.jpg")}
    other = tmp_path / "out" / "images" / "pictures" / "000000009.jpg"
    other.write_bytes(b"another corpus' picture")
    with pytest.raises(InputError, match="is there already, and is another picture"):
        export("coco", corpus, tmp_path / "out")
    after = {path: path.read_bytes() for path in (tmp_path / "out").rglob("*.jpg")}
    assert after == before | {other: b"another corpus' picture"}
    assert not (tmp_path / "out" / "annotations" / "person_keypoints_all.json").exists()
