"""`verify` names what is broken, `generate` repairs it, and geometry is checked as well as bytes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from pipelines.inspect.verify import wrong_labels
from synth.scene.camera import look_at
from synth.scene.lens import pixels
from tests.pipelines.conftest import Posemill


def faults(posemill: Posemill, corpus: Path) -> list[tuple[str, int | None, str]]:
    result = posemill("verify", corpus, "--json")
    found = json.loads(result.stdout)
    assert result.exit_code == (1 if found["faults"] else 0), result.stderr
    assert found["good"] == (not found["faults"])
    return [(fault["part"], fault["shard"], fault["array"]) for fault in found["faults"]]


def test_a_good_corpus_is_good(posemill: Posemill, made: Path) -> None:
    result = posemill("verify", made)
    assert result.exit_code == 0
    assert "6 shards with 50 samples" in result.stdout


def flip(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at % len(content)] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("at", [0, 7, 500, -1])
def test_any_flipped_byte_is_named_and_repaired(
    posemill: Posemill, recipe: Path, corpus: Path, at: int
) -> None:
    flip(corpus / "parts/small-pairs/pose/c/1/0/0", at)
    flip(corpus / "parts/small-images/image/c/2", at)
    named = [("small-images", 2, "image"), ("small-pairs", 1, "pose")]
    assert faults(posemill, corpus) == named
    repaired = posemill("generate", recipe, corpus, "--threads", "--json")
    assert json.loads(repaired.stdout)["parts"]["small-pairs"] == {"made": 0, "kept": 2, "repaired": 1}
    assert faults(posemill, corpus) == []


def test_a_truncated_file_and_a_lost_receipt_are_named(
    posemill: Posemill, recipe: Path, corpus: Path
) -> None:
    part = corpus / "parts/small-pairs"
    chunk = part / "betas/c/0/0"
    chunk.write_bytes(chunk.read_bytes()[:-10])
    (part / "receipts/000000/000000002.json").unlink()
    assert faults(posemill, corpus) == [("small-pairs", 2, "receipt"), ("small-pairs", 0, "betas")]
    assert posemill("generate", recipe, corpus, "--threads").exit_code == 0
    assert faults(posemill, corpus) == []


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("corpus.json", ("(index)", None, "corpus.json")),
        ("parts/small-pairs/part.json", ("small-pairs", None, "part.json")),
        ("parts/small-pairs/zarr.json", ("small-pairs", None, "zarr.json")),
        ("parts/small-pairs/pose/zarr.json", ("small-pairs", None, "pose/zarr.json")),
    ],
)
@pytest.mark.parametrize("how", ["deleted", "not JSON", "empty"])
def test_broken_metadata_is_named_and_repaired(
    posemill: Posemill,
    recipe: Path,
    corpus: Path,
    path: str,
    named: tuple[str, int | None, str],
    how: str,
) -> None:
    if how == "deleted":
        (corpus / path).unlink()
    else:
        (corpus / path).write_text("" if how == "empty" else "{]")
    assert named in faults(posemill, corpus)
    assert posemill("generate", recipe, corpus, "--threads").exit_code == 0
    assert faults(posemill, corpus) == []


def test_changed_motion_is_named_and_rebuilt(posemill: Posemill, recipe: Path, corpus: Path) -> None:
    (bank,) = (corpus / "motion").iterdir()
    flip(bank / "poses.npy", 5000)
    assert faults(posemill, corpus) == [("(motion)", None, f"{bank.name}/poses.npy")]
    assert posemill("generate", recipe, corpus, "--threads").exit_code == 0
    assert faults(posemill, corpus) == []


def test_many_unfinished_shards_are_one_fault(posemill: Posemill, corpus: Path) -> None:
    for receipt in (corpus / "parts/small-pairs/receipts/000000").iterdir():
        receipt.unlink()
    assert faults(posemill, corpus) == [("small-pairs", None, "receipts")]


def consistent_rows() -> dict[str, NDArray[Any]]:
    rng = np.random.default_rng(0)
    world = rng.normal(size=(3, 48, 3)) * 0.5
    rotation, translation = look_at((4.0, 1.0, 1.5), (0.0, 0.0, 0.0))
    camera = world @ rotation.T + translation
    intrinsics, distortion = np.array([[300.0, 0, 128], [0, 300, 120], [0, 0, 1]]), np.zeros(5)

    def each(array: NDArray[Any]) -> NDArray[Any]:
        return np.repeat(array[None], 3, axis=0).astype(np.float32)

    zeros = np.zeros((3, 2), np.float32)
    return {
        "joints_world": world.astype(np.float32), "joints_camera": camera.astype(np.float32),
        "joints_image": pixels(camera, intrinsics, distortion).astype(np.float32),
        "rotation": each(rotation), "translation": each(translation), "intrinsics": each(intrinsics),
        "distortion": each(distortion), "image_size": np.full((3, 2), 256, np.int32),
        "betas": zeros, "pose": zeros, "trans": zeros,
    }  # fmt: skip


def test_consistent_labels_pass() -> None:
    assert wrong_labels(consistent_rows()) == []


@pytest.mark.parametrize(
    ("array", "change", "named"),
    [
        ("joints_camera", lambda a: a[..., [0, 2, 1]], "joints_camera"),
        ("joints_image", lambda a: a + 0.2, "joints_image"),
        ("joints_image", lambda a: np.full_like(a, np.nan), "joints_image"),
        ("pose", lambda a: a * np.nan, "pose"),
    ],
)
def test_labels_in_a_wrong_frame_are_named(array: str, change: Any, named: str) -> None:
    rows = consistent_rows()
    rows[array] = change(rows[array])
    assert named in [name for name, _ in wrong_labels(rows)]


def test_stray_files_and_empty_folders_are_named(posemill: Posemill, corpus: Path) -> None:
    part = corpus / "parts/small-pairs"
    strays = ["notes.txt", "pose/c/9/0/0", "pose/old.json", "more/zarr.json", "receipts/000000/000000009.json",
              "receipts/readme", "sample/c/0.bak"]  # fmt: skip
    for name in strays:
        (part / name).parent.mkdir(parents=True, exist_ok=True)
        (part / name).write_text("x")
    (corpus / "parts/empty").mkdir()
    (corpus / "parts/list.txt").write_text("")
    (part / "pose/c/0/0/copy").write_text("x")  # named once, by the check of its shard
    assert set(faults(posemill, corpus)) == {
        *(("small-pairs", None, name) for name in strays),
        ("small-pairs", 0, "pose"), ("empty", None, "parts/empty"), ("list.txt", None, "parts/list.txt"),
    }  # fmt: skip
    assert "without a part.json" in posemill("verify", corpus).stdout


def test_what_a_stopped_run_left_is_not_stray(posemill: Posemill, corpus: Path) -> None:
    (corpus / "parts/small-pairs/receipts/000000/000000001.json").unlink()
    assert faults(posemill, corpus) == [("small-pairs", 1, "receipt")]
