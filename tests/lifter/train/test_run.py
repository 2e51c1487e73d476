"""Training end to end on a small corpus: that it learns, resumes exactly, and refuses what cannot be."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("tensorboard")

from lifter.data.augment import to_batch  # noqa: E402
from lifter.data.batch import TensorBatch  # noqa: E402
from lifter.data.samples import Splits  # noqa: E402
from lifter.models import checkpoint  # noqa: E402
from lifter.models.lifter import load_lifter  # noqa: E402
from lifter.train import run  # noqa: E402
from lifter.train.recipe import TrainSpec  # noqa: E402
from lifter.train.run import STATE, train  # noqa: E402
from lifter.train.source import facts_of  # noqa: E402
from synth.core.errors import InputError  # noqa: E402
from tests.lifter.corpora import people  # noqa: E402
from tests.lifter.models import made  # noqa: E402
from tests.lifter.models.test_posemill import SMALL  # noqa: E402

ROOT = Path(__file__).resolve().parents[3]
CONFIG: dict[str, dict[str, Any]] = {
    "baseline": {"width": 64, "blocks": 1},
    "matching": {"prepare_samples": 100, "cells": 4, "probes": 4},
    "adversarial": {"width": 64, "blocks": 1, "judge_width": 16},
    "lcr": {"width": 64, "blocks": 1, "anchors": 8, "regressors": 16},
    "posemill": SMALL,
}


def recipe(model: str = "baseline", **changes: Any) -> TrainSpec:
    return TrainSpec.model_validate(
        {
            "model": model, "config": CONFIG[model], "pairs": 2000, "val_pairs": 60, "epochs": 4, "batch": 16,
            "rate": 3e-3, **changes,
        }
    )  # fmt: skip


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    people(folder, 800)
    return folder


def rows(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / "log.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("model", list(CONFIG))
def test_every_method_trains_and_answers(corpus: Path, tmp_path: Path, model: str) -> None:
    lifter = train(corpus, tmp_path, recipe(model))
    log = rows(tmp_path)
    losses = [row["losses"]["loss"] for row in log if "losses" in row]
    vals = [row["val"]["whole"]["mpjpe"] for row in log if "val" in row]
    if model != "matching":
        assert np.mean(losses[-5:]) < 0.85 * np.mean(losses[:5])
        assert vals[-1] < 0.97 * vals[0]
    assert {"upper body", "no ankles", "a side missing", "random joints"} <= set(lifter.facts["val"])
    assert lifter.facts["val"]["whole"]["mpjpe"] == pytest.approx(min(vals))
    assert lifter.facts["recipe"]["model"] == model
    assert lifter.facts["corpus"] == facts_of(corpus, recipe(model))
    given = made.samples(20, seed=9)
    assert np.isfinite(load_lifter(tmp_path).lift(given.keypoints, given.intrinsics).joints).all()
    assert (tmp_path / "curves.png").read_bytes().startswith(b"\x89PNG")
    assert list((tmp_path / "tensorboard").glob("events*"))


def test_seeds_say_it_all(corpus: Path, tmp_path: Path) -> None:
    one, same, other = (
        train(corpus, tmp_path / name, recipe(seed=seed, epochs=1)).model.state_dict()
        for name, seed in (("one", 1), ("same", 1), ("other", 2))
    )
    assert all(torch.equal(one[name], same[name]) for name in one)
    assert any(not torch.equal(one[name], other[name]) for name in one)


def test_a_killed_training_resumes_to_the_bit(corpus: Path, tmp_path: Path) -> None:
    spec = recipe("posemill", epochs=3, keep_every=0, config={**SMALL, "dropout": 0.1})
    whole = train(corpus, tmp_path / "whole", spec)
    killed = tmp_path / "killed"
    (tmp_path / "recipe.json").write_text(spec.model_dump_json())
    code = (
        "import sys, torch; from pathlib import Path; torch.set_num_threads(int(sys.argv[4]))\n"
        "from lifter.train.recipe import TrainSpec; from lifter.train.run import train\n"
        "train(Path(sys.argv[1]), Path(sys.argv[2]), TrainSpec.model_validate_json(Path(sys.argv[3]).read_text()))"
    )
    command = [sys.executable, "-c", code, str(corpus), str(killed), str(tmp_path / "recipe.json"),
               str(torch.get_num_threads())]  # fmt: skip
    process = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 120
    each = 0
    while time.monotonic() < deadline and process.poll() is None:
        if (killed / "state.pt").exists():
            step = checkpoint.read(killed / "state.pt", STATE)["progress"]["step"]
            each = max(each, step)
            if step > 35:  # within the second epoch
                break
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert process.stderr is not None
    assert 30 < each < 90, process.stderr.read().decode()
    state = checkpoint.read(killed / "state.pt", STATE)
    assert not state["finished"]
    resumed = train(corpus, killed, spec)
    one, two = whole.model.state_dict(), resumed.model.state_dict()
    assert all(torch.equal(one[name], two[name]) for name in one)
    assert (whole.factors == resumed.factors).all()

    def without_times(out: Path) -> list[dict[str, Any]]:
        return [{key: value for key, value in row.items() if key != "seconds"} for row in rows(out)]

    assert without_times(tmp_path / "whole") == without_times(killed)
    assert not list(killed.glob("*.partial"))


def test_a_finished_training_is_left_alone(corpus: Path, tmp_path: Path) -> None:
    train(corpus, tmp_path, recipe(epochs=1))
    before = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    train(corpus, tmp_path, recipe(epochs=1))
    assert {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == before
    with pytest.raises(InputError, match=r"another recipe \(epochs was 1, now 2\)"):
        train(corpus, tmp_path, recipe(epochs=2))
    (tmp_path / "state.pt").unlink()
    with pytest.raises(InputError, match="holds a model but no training"):
        train(corpus, tmp_path, recipe(epochs=1))


def test_another_corpus_or_a_broken_state_is_refused(corpus: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    train(corpus, out, recipe(epochs=1))
    people(tmp_path / "other", 800, seed=1)
    with pytest.raises(InputError, match="on another corpus"):
        train(tmp_path / "other", out, recipe(epochs=1))
    people(tmp_path / "grown", 800)
    train(tmp_path / "grown", tmp_path / "more", recipe(epochs=1))
    people(tmp_path / "grown", 100, name="b", seed=2)
    with pytest.raises(InputError, match=r"this one before it changed \(parts\)"):
        train(tmp_path / "grown", tmp_path / "more", recipe(epochs=1))
    (out / "state.pt").write_bytes((out / "state.pt").read_bytes()[:300])
    with pytest.raises(InputError, match="truncated"):
        train(corpus, out, recipe(epochs=1))


def test_corpora_that_cannot_be_learnt_from(corpus: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="fewer than a batch of 5000"):
        train(corpus, tmp_path / "out", recipe(batch=5000))
    people(tmp_path / "bare", 40, detector=False)
    with pytest.raises(InputError, match="has no detections"):
        train(tmp_path / "bare", tmp_path / "out", recipe())
    with pytest.raises(InputError, match=r"corpus\.json: is missing"):
        train(tmp_path / "none", tmp_path / "out", recipe())
    with pytest.raises(InputError, match="has no selection 'best'"):
        train(corpus, tmp_path / "out", recipe(selection="best"))
    with pytest.raises(InputError, match="no sample is of the subject 'CMU/77'"):
        train(corpus, tmp_path / "out", recipe(splits=Splits(hold_out={"val": ["CMU/77"]})))
    part = people(tmp_path / "empty", 20)
    part.receipt_path(0).unlink()
    with pytest.raises(InputError, match="has no finished samples yet"):
        train(tmp_path / "empty", tmp_path / "out", recipe())
    assert not (tmp_path / "out" / "model.pt").exists()


def test_a_loss_that_diverges_is_reported(corpus: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="lower `rate`"):
        train(
            corpus, tmp_path, recipe(rate=1.0, decay=10.0, config={"width": 64, "blocks": 1, "dropout": 0.99})
        )


def test_devices_and_precision(corpus: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no device 'abacus'"):
        train(corpus, tmp_path / "no", recipe(), device="abacus")
    train(corpus, tmp_path, recipe("posemill", epochs=2, precision="bfloat16"), device="cpu")
    vals = [row["val"]["whole"]["mpjpe"] for row in rows(tmp_path) if "val" in row]
    assert vals[1] < vals[0]


@pytest.mark.parametrize("kind", ["corpus", "file"])
def test_samples_without_3d_take_part(corpus: Path, tmp_path: Path, kind: str) -> None:
    path = corpus
    if kind == "file":
        from synth.body.skeleton import COCO_17

        given = made.samples(50, seed=3)
        path = tmp_path / "free.npz"
        np.savez(
            path, keypoints_2d=given.keypoints, joints_3d=given.truth[:, :17], intrinsics=given.intrinsics,
            image_size=given.image_size, group=np.repeat("a", 50), frame=np.arange(50), joint_names=np.array(COCO_17),
        )  # fmt: skip
    spec = recipe("adversarial", epochs=1, unlabelled={"path": str(path), "share": 0.25})
    train(corpus, tmp_path / "out", spec)
    losses = [row["losses"] for row in rows(tmp_path / "out") if "losses" in row]
    assert losses[-1]["reprojection"] > 0
    with pytest.raises(InputError, match=r"none\.npz"):
        train(corpus, tmp_path / "no", recipe("adversarial", unlabelled={"path": str(tmp_path / "none.npz")}))


def test_two_processes_train_one_model(corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "recipe.json").write_text(recipe(epochs=2, batch=32).model_dump_json())
    code = (
        "import sys, torch; from pathlib import Path; torch.set_num_threads(1)\n"
        "from lifter.train.recipe import TrainSpec; from lifter.train.run import train\n"
        "train(Path(sys.argv[1]), Path(sys.argv[2]), TrainSpec.model_validate_json(Path(sys.argv[3]).read_text()))"
    )
    command = [sys.executable, "-c", code, str(corpus), str(tmp_path / "out"), str(tmp_path / "recipe.json")]
    env = {**os.environ, "PYTHONPATH": str(ROOT), "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(_free_port()),
           "WORLD_SIZE": "2"}  # fmt: skip
    started = [subprocess.Popen(command, env={**env, "RANK": str(r), "LOCAL_RANK": str(r)}, stderr=subprocess.PIPE)
               for r in range(2)]  # fmt: skip
    for process in started:
        _, said = process.communicate(timeout=120)
        assert process.returncode == 0, said.decode()
    vals = [row["val"]["whole"]["mpjpe"] for row in rows(tmp_path / "out") if "val" in row]
    assert len(vals) == 2
    assert vals[1] < vals[0]


def _free_port() -> int:
    import socket

    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


OVER_TIME = {**SMALL, "frames": 3, "time": 16}


@pytest.fixture(scope="module")
def tracks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tracks")
    people(folder, 800, track=8)
    return folder


def test_windows_over_time_are_trained_on(tracks: Path, tmp_path: Path) -> None:
    lifter = train(tracks, tmp_path, recipe("posemill", config=OVER_TIME, epochs=3, pairs=500))
    assert lifter.model.frames == 3
    assert lifter.facts["train_samples"] <= 500
    losses = [row["losses"]["loss"] for row in rows(tmp_path) if "losses" in row]
    assert np.mean(losses[-5:]) < 0.85 * np.mean(losses[:5])
    assert {"whole", "upper body", "a frame alone", "no detections in the frame"} <= set(lifter.facts["val"])
    given = made.moving(2, 4, seed=9)
    given.keypoints[1] = 0
    poses = load_lifter(tmp_path).lift(given.keypoints, given.intrinsics, sequence=given.scene)
    assert np.isfinite(poses.joints).all()


def test_windows_and_samples_without_3d(
    tracks: Path, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batches: list[TensorBatch] = []

    def recorded(*given: Any) -> TensorBatch:
        batches.append(to_batch(*given))
        return batches[-1]

    monkeypatch.setattr(run, "to_batch", recorded)
    spec = recipe(
        "posemill", config=OVER_TIME, epochs=1, pairs=100, unlabelled={"path": str(corpus), "share": 0.25},
        augment={"missing": 0, "unsure": 0},
    )  # fmt: skip
    train(tracks, tmp_path, spec)
    assert len(batches) == rows(tmp_path)[-1]["seen"] / 16
    for batch in batches:
        known = batch.truth.isfinite().all(-1).any(1)
        assert known.tolist() == [True] * 12 + [False] * 4
        detected = (batch.confidence > 0).any(2)
        assert detected[12:].tolist() == [[False, True, False]] * 4  # nothing is known before or after them
        assert batch.points.shape == (16, 3, 17, 2)
    assert (torch.stack([(batch.confidence[:12] > 0).any(2) for batch in batches])[..., [0, 2]]).any()


def test_windows_need_tracks(corpus: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"has no tracks.*config\.frames=1") as caught:
        train(corpus, tmp_path, recipe("posemill", config=OVER_TIME))
    assert "\n" not in str(caught.value)
