"""Does it pay to train on what a detector would have seen? One small lifter, four kinds of 2D, a real recording.

    python -m lifter.studies.noise_study CORPUS BENCHMARK.npz [--pairs 120000] [--epochs 6] [--seeds 3] [--json]
        [--out FOLDER]

The same small network of 'baseline' is trained on the same pairs with clean projections, with Gaussian noise, and
with the detections of the posefix and motionbert models, which are computed from the stored labels. It is scored on
a benchmark file (real detections and 3D): MPJPE with the mid-hip at the origin and PA-MPJPE over the 12 body joints,
in mm, a mean per group of the benchmark and the mean of the groups; the same with one limb's detections taken away
in every frame; and MPJPE on held-out pairs with posefix detections. It shows a difference; it is not the best lifter.
With --out, FOLDER gets noise.json: the sizes, every row, and the means over the seeds.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from lifter.data.augment import Pool, to_batch
from lifter.data.joints import BODY, JOINTS3D, rooted, truth_of
from lifter.data.views import straightened
from lifter.models.baseline import Baseline, BaselineConfig
from lifter.models.calibration import DETECTED
from lifter.models.lifter import Lifter
from lifter.score.cases import Cases, read_benchmark
from lifter.score.metrics import mpjpe, pa_mpjpe
from lifter.score.tables import readable
from lifter.studies.script import Report, no_report, run, to_stderr
from lifter.train.schedule import key, scheduler
from pipelines.corpus.corpus import Corpus, Part
from pipelines.generate.detections import detector_of, read_inputs
from synth.core.disk import write_atomically
from synth.core.randomness import Draws
from synth.detector.check import picture_sizes
from synth.detector.detector import DetectorSpec
from synth.detector.parameters import LIMB, LIMBS
from synth.scene.visibility import COCO_ROWS, Visibility

Array = NDArray[np.float64]
Floats = NDArray[np.float32]

NOISES = ("clean", "gaussian", "posefix", "motionbert")
GAUSSIAN = 0.01  # standard deviation in half the box's longer side: near the middle of MotionBERT's joints
COLUMNS = {
    "mpjpe": "MPJPE",
    "pa_mpjpe": "PA-MPJPE",
    "limb_missing": "MPJPE, a limb missing",
    "held_out": "MPJPE, held out",
}
_NETWORK = BaselineConfig(width=256, blocks=2, dropout=0.0)
_BATCH, _RATE, _WARM_UP = 512, 2e-3, 0.1


def keypoints_of(part: Part, labels: dict[str, NDArray[Any]], noise: str, seed: int) -> Array:
    """(n, 17, 3) the 2D of one kind of noise, as the lens bends it; clean and Gaussian know all joints in the picture,
    with confidence 1."""
    truth = labels["joints_image"][:, COCO_ROWS].astype(np.float64)
    if noise in ("posefix", "motionbert"):
        detector = detector_of(part, DetectorSpec.model_validate(noise), seed)
        assert detector is not None
        return detector.detect(labels)["detection"].astype(np.float64)
    if noise == "gaussian":
        half = picture_sizes(labels)[1][:, None, None]
        # keyed by the row's scene and step, as every draw is
        ids = labels["scene"] * (1 + int(labels["step"].max())) + labels["step"]
        truth = truth + GAUSSIAN * half * Draws(seed).normal("study.gaussian", ids, 34).reshape(-1, 17, 2)
    known = labels["visibility"][:, COCO_ROWS] != Visibility.OUTSIDE
    return np.concatenate([np.where(known[..., None], truth, 0.0), known[..., None]], -1)


def train(keypoints: Floats, intrinsics: Array, truth: Floats, epochs: int, seed: int) -> Lifter:
    """A lifter trained on (n, 17, 3) detections by K (n, 3, 3) and joints (n, 20, 3) in the camera's frame."""
    torch.manual_seed(key(seed, "model"))
    model = Baseline(_NETWORK)
    pool = Pool.from_detections(keypoints, intrinsics, truth)
    optimizer = torch.optim.AdamW(model.parameters(), lr=_RATE)
    each = len(pool) // _BATCH
    rates = scheduler(optimizer, 0, epochs * each, _RATE, _WARM_UP)
    for _ in range(epochs):
        order = torch.randperm(len(pool))
        for number in range(each):
            loss = model.losses(to_batch(pool[order[number * _BATCH : (number + 1) * _BATCH]]))["loss"]
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            rates.step()
    return Lifter(model, np.ones((len(JOINTS3D), len(DETECTED) + 1)))


def score(lifter: Lifter, keypoints: Floats, cases: Cases) -> dict[str, Any]:
    """MPJPE and PA-MPJPE in mm over the body joints of what a lifter makes of cases seen as keypoints (n, 17, 3)."""
    joints = lifter.lift(keypoints, cases.intrinsics).joints[:, BODY]
    truth = rooted(cases.truth)[:, BODY]
    each = np.stack([measure(joints, truth) for measure in (mpjpe, pa_mpjpe)])
    groups = {
        str(name): np.nanmean(each[:, cases.group == name], 1).tolist() for name in np.unique(cases.group)
    }
    plain, moved = np.mean(list(groups.values()), axis=0)
    return {"mpjpe": float(plain), "pa_mpjpe": float(moved), "groups": groups}


def without_a_limb(keypoints: Floats) -> Floats:
    """(n, 17, 3) detections without those of an arm or a leg, each in a quarter of the rows."""
    keypoints = keypoints.copy()
    limbs = np.array([LIMBS.index(name) for name in LIMBS if name != "face"])
    keypoints[limbs[np.arange(len(keypoints)) % len(limbs), None] == LIMB] = 0.0
    return keypoints


def study(
    part: Part,
    benchmark: Cases,
    pairs: int,
    epochs: int,
    seeds: int,
    report: Report = no_report,
) -> list[dict[str, Any]]:
    """A row per kind of noise and seed: scores on the benchmark, and on held-out pairs with posefix detections."""
    held = min(5000, part.samples // 10)
    count = min(pairs + held, part.samples)
    labels = read_inputs(part, 0, count)
    intrinsics = labels["intrinsics"].astype(np.float64)
    distortion = part.read("distortion", 0, count)
    truth = truth_of(labels["joints_camera"]).astype(np.float32)

    def seen(noise: str, seed: int) -> Floats:
        bent = keypoints_of(part, labels, noise, seed)
        straight = straightened(bent[..., :2], intrinsics, distortion)
        return (np.concatenate([straight, bent[..., 2:]], -1) * (bent[..., 2:] > 0)).astype(np.float32)

    last = np.arange(count - held, count)
    own = _held_out(seen("posefix", 10**6)[last], intrinsics[last], truth[last], labels["image_size"][last])
    rows = []
    for noise in NOISES:
        for seed in range(seeds):
            started = time.perf_counter()
            keypoints = seen(noise, seed)
            usable = np.isfinite(truth).all((1, 2)) & (keypoints[..., 2].max(1) > 0)
            chosen = np.flatnonzero(usable[: count - held])
            lifter = train(keypoints[chosen], intrinsics[chosen], truth[chosen], epochs, seed)
            plain = noise in ("clean", "gaussian")  # these know no confidence, only whether a joint is there
            found = {
                "noise": noise,
                "seed": seed,
                **score(lifter, _with_confidence(benchmark.keypoints, plain), benchmark),
            }
            less = _with_confidence(without_a_limb(benchmark.keypoints), plain)
            found["limb_missing"] = score(lifter, less, benchmark)["mpjpe"]
            found["held_out"] = score(lifter, _with_confidence(own.keypoints, plain), own)["mpjpe"]
            found["seconds"] = time.perf_counter() - started
            rows.append(found)
            report(
                f"{noise} {seed}: "
                + ", ".join(f"{what} {found[column]:.1f}" for column, what in COLUMNS.items())
                + f" mm, {found['seconds']:.0f} s"
            )
    return rows


def _held_out(keypoints: Floats, intrinsics: Array, truth: Floats, image_size: NDArray[Any]) -> Cases:
    n = len(keypoints)
    unknown_up = np.full((n, 3), np.nan)
    return Cases(
        "held out",
        keypoints,
        intrinsics,
        image_size,
        truth.astype(np.float64),
        np.repeat("all", n),
        unknown_up,
    )


def _with_confidence(keypoints: Floats, plain: bool) -> Floats:
    """Keypoints with their confidence, or, plain, 1 wherever there is one."""
    return np.concatenate([keypoints[..., :2], keypoints[..., 2:] > 0], -1) if plain else keypoints


def table(rows: list[dict[str, Any]]) -> list[str]:
    """The study as lines of text: means over the seeds in mm, and each seed."""
    lines = [f"{'trained on':<12}" + "".join(f"{what:<30}" for what in COLUMNS.values())]
    for noise in NOISES:
        line = f"{noise:<12}"
        for column in COLUMNS:
            values = [row[column] for row in rows if row["noise"] == noise]
            cell = f"{np.mean(values):.1f} ({', '.join(f'{value:.1f}' for value in values)})"
            line += f"{cell:<30}"
        lines.append(line)
    return lines


def facts_of(rows: list[dict[str, Any]], benchmark: str, sizes: dict[str, int]) -> dict[str, Any]:
    """The study as JSON takes it: its rows, and of every noise the means over the seeds and each seed's figure, mm."""
    means: dict[str, Any] = {}
    for noise in NOISES:
        own = [row for row in rows if row["noise"] == noise]
        means[noise] = {
            column: {"mean": float(np.mean(values)), "of_seeds": values}
            for column in COLUMNS
            if (values := [float(row[column]) for row in own])
        }
    return {"format": "posemill-noise", "benchmark": benchmark, "sizes": sizes, "means": means, "rows": rows}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m lifter.studies.noise_study", description=__doc__.split("\n")[0]
    )
    parser.add_argument("corpus", type=Path)
    parser.add_argument("benchmark", type=Path)
    parser.add_argument("--part", help="of the corpus; the last unless given")
    parser.add_argument("--pairs", type=int, default=120_000)
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--out", type=Path, help="folder for noise.json")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    torch.set_num_threads(1)  # so small a network gains nothing from more, and loses where cores are shared
    corpus = Corpus(given.corpus)
    part = corpus.part(given.part) if given.part else corpus.parts()[-1]
    benchmark = read_benchmark(given.benchmark)
    rows = study(part, benchmark, given.pairs, given.epochs, given.seeds, to_stderr)
    if given.out is not None:
        sizes = {name: getattr(given, name) for name in ("pairs", "epochs", "seeds")}
        write_atomically(given.out / "noise.json", readable(facts_of(rows, benchmark.name, sizes)))
    print(json.dumps(rows) if given.json else "\n".join(table(rows)))
    return 0


if __name__ == "__main__":
    run(main)
