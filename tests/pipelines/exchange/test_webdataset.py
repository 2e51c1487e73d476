"""The WebDataset export as webdataset reads it."""

from __future__ import annotations

import json
import tarfile
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from pipelines.exchange.export import export
from synth.body.skeleton import JOINTS
from tests.pipelines.exchange.conftest import IMAGES, PAIRS
from tests.pipelines.fakes import CLIPS, SIZE, fake_part, fake_rows


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
        "all-pictures-000000.tar", "all-pairs-000000.tar", "all-pairs-000001.tar", "all.json",
    ]  # fmt: skip
    assert [path.read_bytes() for path in one.files] == [path.read_bytes() for path in two.files]


def test_a_tars_samples_all_have_the_same_keys(corpus: Path, tmp_path: Path) -> None:
    done = export("webdataset", corpus, tmp_path)
    assert done.notes == [
        "samples of part pictures also have 'jpg', those of other parts do not: read its tars apart"
    ]
    for path in done.files[:-1]:
        with tarfile.open(path) as tar:
            names = [name.split(".", 1) for name in tar.getnames()]
        keys: dict[str, list[str]] = {}
        for sample, key in names:
            keys.setdefault(sample, []).append(key)
        assert len({tuple(own) for own in keys.values()}) == 1
    listed = json.loads(done.files[-1].read_text())["parts"]
    assert [(row["part"], row["samples"], row["files"]) for row in listed] == [
        ("pictures", IMAGES, ["all-pictures-000000.tar"]), ("pairs", PAIRS, ["all-pairs-000000.tar"]),
    ]  # fmt: skip
    assert set(listed[0]["keys"]) - set(listed[1]["keys"]) == {"jpg"}


def test_pictures_are_read_as_webdatasets_documentation_shows(corpus: Path, tmp_path: Path) -> None:
    wds = pytest.importorskip("webdataset")
    export("webdataset", corpus, tmp_path)
    tars = sorted(str(path) for path in tmp_path.glob("all-pictures-*.tar"))
    data = wds.WebDataset(tars, shardshuffle=False).decode("rgb8").to_tuple("jpg", "joints_camera.npy")
    read = list(data)
    assert len(read) == IMAGES
    expected = fake_rows(np.arange(IMAGES))["joints_camera"]
    for row, (picture, joints) in enumerate(read):
        assert picture.shape == (SIZE, SIZE, 3)
        assert abs(int(picture.mean()) - row) <= 2  # a grey of the row's number
        assert np.allclose(joints, expected[row])


def test_parts_that_differ_in_case_have_files_of_their_own(tmp_path: Path) -> None:
    fake_part(tmp_path / "c", "P", 3, 3)
    fake_part(tmp_path / "c", "p", 3, 3)
    done = export("webdataset", tmp_path / "c", tmp_path / "out")
    assert [path.name for path in done.files] == ["all-P-000000.tar", "all-p_-000000.tar", "all.json"]


def test_an_interrupted_export_leaves_nothing(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(content: object) -> bytes:
        raise KeyboardInterrupt

    monkeypatch.setattr("pipelines.exchange.webdataset.canonical", interrupted)
    with pytest.raises(KeyboardInterrupt):
        export("webdataset", corpus, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []
