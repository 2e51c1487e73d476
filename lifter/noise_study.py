"""Does it pay to train on what a detector would have seen? One small lifter, four kinds of 2D, a real recording.

    python -m lifter.noise_study CORPUS BENCHMARK.npz [--pairs 120000] [--epochs 6] [--seeds 3] [--json]

The same network is trained on the same pairs with clean projections, with Gaussian noise, and with the detections
of the posefix and motionbert models, which are made anew from the stored labels. It is scored on a benchmark file
(real detections and 3D): MPJPE with the mid-hip at the origin and PA-MPJPE over the 12 body joints, in mm, a mean
per group of the benchmark and the mean of the groups; the same with one limb's detections taken away in every
frame; and MPJPE on held-out pairs with posefix detections. A stand-in that shows a difference, not the best lifter.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.corpus import Corpus, Part
from pipelines.detections import detector_of, read_inputs
from synth.body.skeleton import COCO_17
from synth.draw import Draws
from synth.errors import InputError
from synth.label.detection import DetectorSpec
from synth.label.detection.check import picture_sizes
from synth.label.detection.tables import LIMB, LIMBS
from synth.label.visibility import COCO_ROWS, Visibility

try:
    import torch
    from torch import nn
except ImportError as error:
    raise InputError(
        "PyTorch is not installed", where="lifter.noise_study", remedy="install posemill's extra 'lifter'"
    ) from error

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
BODY = np.array(
    [COCO_17.index(name) for name in COCO_17 if name.split("_")[-1] not in ("nose", "eye", "ear")]
)
HIPS = np.array([COCO_17.index("left_hip"), COCO_17.index("right_hip")])
_WIDTH, _BLOCKS, _BATCH, _RATE = 256, 2, 512, 2e-3


@dataclass(frozen=True)
class Views:
    """2D as a lifter takes it: inputs (n, 51) of rays and confidence, and turn (n, 3, 3), which takes the camera's
    frame to the one that looks at the person, in which the lifter works."""

    inputs: Floats
    turn: Array


def views_of(keypoints: Array, intrinsics: Array, distortion: Array | None = None) -> Views:
    """Rays of (n, 17, 3) pixels and confidence, 0 where missing: seen from a camera turned toward the mid-hip (the
    middle of what there is, without hips), from there, over their largest extent."""
    there = keypoints[..., 2] > 0
    focal, centre = intrinsics[:, None, [0, 1], [0, 1]], intrinsics[:, None, :2, 2]
    plane = (keypoints[..., :2] - centre) / focal
    if distortion is not None:
        plane = straightened(plane, distortion)
    rays = np.concatenate([plane, np.ones_like(plane[..., :1])], -1)
    hips = there[:, HIPS].sum(1) > 0
    roots = np.where(hips[:, None], there & np.isin(np.arange(17), HIPS), there).astype(np.float64)
    root = np.einsum("nj,njk->nk", roots / np.maximum(1, roots.sum(1, keepdims=True)), rays)
    root[:, 2] = 1.0
    turn = _looking_at(root)
    turned = np.einsum("nab,njb->nja", turn, rays)
    flat = turned[..., :2] / np.maximum(turned[..., 2:], 0.1)
    flat = np.where(there[..., None], flat, 0.0)
    flat = flat / np.maximum(1e-3, np.abs(flat).max((1, 2)))[:, None, None]
    inputs = np.concatenate([flat, keypoints[..., 2:]], -1).reshape(len(flat), -1)
    return Views(inputs.astype(np.float32), turn)


def straightened(bent: Array, distortion: Array) -> Array:
    """(n, 17, 2) image-plane coordinates without the lens' (n, 5) distortion, by OpenCV's fixed-point iteration.

    As `synth.scene.camera.undistort`, but over many lenses at once and to no more than detections need.
    """
    k1, k2, p1, p2, k3 = (distortion[:, None, k] for k in range(5))
    plane = bent
    for _ in range(12):
        x, y = plane[..., 0], plane[..., 1]
        r2 = np.minimum(x * x + y * y, 4.0)
        radial = np.maximum(1 + r2 * (k1 + r2 * (k2 + r2 * k3)), 0.3)
        aside = np.stack([2 * p1 * x * y + p2 * (r2 + 2 * x * x), p1 * (r2 + 2 * y * y) + 2 * p2 * x * y], -1)
        plane = (bent - aside) / radial[..., None]
    return plane


def _looking_at(root: Array) -> Array:
    """(n, 3, 3) rotations that bring (n, 3) directions onto z and keep x as level as it was."""
    z = root / np.linalg.norm(root, axis=1, keepdims=True)
    x = np.cross(np.array([0.0, 1.0, 0.0]), z)
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    return np.stack([x, np.cross(z, x), z], axis=1)


def keypoints_of(part: Part, labels: dict[str, NDArray[Any]], noise: str, seed: int) -> Array:
    """(n, 17, 3) the 2D of one kind of noise; clean and Gaussian know all joints in the picture, with confidence 1."""
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


class Lifter(nn.Module):
    """A residual network from 17 rays and confidences to 12 joints, metres from the mid-hip.

    After Martinez et al., 'A simple yet effective baseline for 3D human pose estimation', 2017.
    """

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(51, _WIDTH)
        self.blocks = nn.ModuleList(
            nn.Sequential(
                nn.Linear(_WIDTH, _WIDTH), nn.BatchNorm1d(_WIDTH), nn.ReLU(),
                nn.Linear(_WIDTH, _WIDTH), nn.BatchNorm1d(_WIDTH), nn.ReLU(),
            )
            for _ in range(_BLOCKS)
        )  # fmt: skip
        self.last = nn.Linear(_WIDTH, 36)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        hidden = torch.relu(self.first(inputs))
        for block in self.blocks:
            hidden = hidden + block(hidden)
        joints: torch.Tensor = self.last(hidden).view(-1, 12, 3)
        return joints


def train(inputs: Floats, targets: Floats, epochs: int, seed: int) -> Lifter:
    """A lifter trained on (n, 51) inputs and (n, 12, 3) targets."""
    torch.manual_seed(seed)
    lifter = Lifter()
    x, y = torch.from_numpy(inputs), torch.from_numpy(targets)
    optimizer = torch.optim.AdamW(lifter.parameters(), lr=_RATE)
    steps = epochs * (len(x) // _BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, _RATE, total_steps=max(1, steps))
    lifter.train()
    for _ in range(epochs):
        order = torch.randperm(len(x))
        for start in range(0, len(x) - _BATCH + 1, _BATCH):
            rows = order[start : start + _BATCH]
            loss = (lifter(x[rows]) - y[rows]).norm(dim=-1).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    return lifter.eval()


def predict(lifter: Lifter, views: Views) -> Array:
    """(n, 12, 3) joints in the camera's frame, metres from the mid-hip."""
    with torch.no_grad():
        joints = lifter(torch.from_numpy(views.inputs)).numpy().astype(np.float64)
    joints = np.einsum("nab,nja->njb", views.turn, joints)
    middle = joints[:, np.searchsorted(BODY, HIPS)].mean(1, keepdims=True)
    return joints - middle


def aligned(joints: Array, truth: Array) -> Array:
    """(k, 3) joints moved, turned and scaled onto the truth: Umeyama, 'Least-squares estimation', 1991."""
    a, b = joints - joints.mean(0), truth - truth.mean(0)
    u, s, v = np.linalg.svd(a.T @ b)
    sign = np.array([1.0, 1.0, np.sign(np.linalg.det(u @ v))])
    scale = (s * sign).sum() / max(1e-12, (a**2).sum())
    return scale * a @ (u * sign) @ v + truth.mean(0)


def score(joints: Array, truth: Array, group: NDArray[Any]) -> dict[str, Any]:
    """MPJPE and PA-MPJPE in mm of (n, 12, 3) joints, both from the mid-hip; NaN truth does not count."""
    known: NDArray[np.bool_] = np.isfinite(truth.sum(-1))
    plain, moved = np.full(len(joints), np.nan), np.full(len(joints), np.nan)
    for n in range(len(joints)):
        k = known[n]
        if k.sum() >= 3:
            plain[n] = np.linalg.norm(joints[n, k] - truth[n, k], axis=1).mean()
            moved[n] = np.linalg.norm(aligned(joints[n, k], truth[n, k]) - truth[n, k], axis=1).mean()
    names = np.unique(group)
    per_group = {
        str(name): [float(1000 * np.nanmean(each[group == name])) for each in (plain, moved)]
        for name in names
    }
    mpjpe, pa = np.mean(list(per_group.values()), axis=0)
    return {"mpjpe": float(mpjpe), "pa_mpjpe": float(pa), "groups": per_group}


@dataclass(frozen=True)
class Benchmark:
    keypoints: Array
    intrinsics: Array
    truth: Array
    group: NDArray[Any]


def read_benchmark(path: Path) -> Benchmark:
    """A benchmark file; its truth is moved to the mid-hip. Raises InputError for what is not one."""
    try:
        with np.load(path, allow_pickle=False) as file:
            keypoints, joints = file["keypoints_2d"].astype(np.float64), file["joints_3d"].astype(np.float64)
            intrinsics, group = file["intrinsics"].astype(np.float64), file["group"]
    except (OSError, ValueError, KeyError) as error:
        raise InputError(
            f"is no benchmark ({error})", where=str(path), remedy="give an .npz in the benchmarks' layout"
        ) from error
    truth = joints[:, BODY] - joints[:, HIPS].mean(1, keepdims=True)
    return Benchmark(keypoints, intrinsics, truth, group)


def without_a_limb(benchmark: Benchmark) -> Array:
    """The benchmark's (n, 17, 3) detections without those of an arm or a leg, each in a quarter of the frames."""
    keypoints = benchmark.keypoints.copy()
    limbs = [LIMBS.index(name) for name in LIMBS if name != "face"]
    taken = np.array(limbs)[np.arange(len(keypoints)) % len(limbs)]
    keypoints[taken[:, None] == LIMB] = 0.0
    return keypoints


def study(
    part: Part,
    benchmark: Benchmark,
    pairs: int,
    epochs: int,
    seeds: int,
    tell: Callable[[str], None] = lambda line: None,
) -> list[dict[str, Any]]:
    """A row per kind of noise and seed: scores on the benchmark, and on held-out pairs with posefix detections."""
    held = min(5000, part.samples // 10)
    count = min(pairs + held, part.samples)
    labels = read_inputs(part, 0, count)
    intrinsics = labels["intrinsics"].astype(np.float64)
    distortion = part.read("distortion", 0, count).astype(np.float64)
    joints = labels["joints_camera"][:, COCO_ROWS].astype(np.float64)
    targets = joints[:, BODY] - joints[:, HIPS].mean(1, keepdims=True)
    rows = []
    hard = views_of(keypoints_of(part, labels, "posefix", 10**6), intrinsics, distortion)
    for noise in NOISES:
        for seed in range(seeds):
            started = time.perf_counter()
            views = views_of(keypoints_of(part, labels, noise, seed), intrinsics, distortion)
            turned: Floats = np.einsum("nab,njb->nja", views.turn, targets).astype(np.float32)
            usable: NDArray[np.bool_] = np.isfinite(turned).all((1, 2)) & (views.inputs[:, 2::3].max(1) > 0)
            rows_in = np.flatnonzero(usable[: count - held])
            lifter = train(views.inputs[rows_in], turned[rows_in], epochs, seed)
            plain = noise in ("clean", "gaussian")  # these know no confidence, only whether a joint is there

            def scored(seen: Views, truth: Array, group: Any, lifter: Lifter = lifter) -> dict[str, Any]:
                return score(predict(lifter, seen), truth, group)

            real = views_of(_confidence(benchmark.keypoints, plain), benchmark.intrinsics)
            less = views_of(_confidence(without_a_limb(benchmark), plain), benchmark.intrinsics)
            last = slice(count - held, count)
            own = Views(_flat_confidence(hard.inputs[last], plain), hard.turn[last])
            found = {"noise": noise, "seed": seed, **scored(real, benchmark.truth, benchmark.group)}
            found["limb_missing"] = scored(less, benchmark.truth, benchmark.group)["mpjpe"]
            found["held_out"] = scored(own, targets[last], np.zeros(held, int))["mpjpe"]
            found["seconds"] = time.perf_counter() - started
            rows.append(found)
            tell(
                f"{noise} {seed}: "
                + ", ".join(f"{what} {found[key]:.1f}" for key, what in COLUMNS.items())
                + f" mm, {found['seconds']:.0f} s"
            )
    return rows


def _confidence(keypoints: Array, plain: bool) -> Array:
    return np.concatenate([keypoints[..., :2], keypoints[..., 2:] > 0], -1) if plain else keypoints


def _flat_confidence(inputs: Floats, plain: bool) -> Floats:
    inputs = inputs.copy()
    if plain:
        inputs[:, 2::3] = inputs[:, 2::3] > 0
    return inputs


def table(rows: list[dict[str, Any]]) -> list[str]:
    """The study as lines of text: means over the seeds in mm, and each seed."""
    lines = [f"{'trained on':<12}" + "".join(f"{what:<30}" for what in COLUMNS.values())]
    for noise in NOISES:
        line = f"{noise:<12}"
        for key in COLUMNS:
            values = [row[key] for row in rows if row["noise"] == noise]
            cell = f"{np.mean(values):.1f} ({', '.join(f'{value:.1f}' for value in values)})"
            line += f"{cell:<30}"
        lines.append(line)
    return lines


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m lifter.noise_study", description=__doc__.split("\n")[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("benchmark", type=Path)
    parser.add_argument("--part", help="of the corpus; the last unless given")
    parser.add_argument("--pairs", type=int, default=120_000)
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    torch.set_num_threads(1)  # so small a network gains nothing from more, and loses where cores are shared
    corpus = Corpus(given.corpus)
    part = corpus.part(given.part) if given.part else corpus.parts()[-1]
    tell = (lambda line: None) if given.json else (lambda line: print(line, flush=True))
    rows = study(part, read_benchmark(given.benchmark), given.pairs, given.epochs, given.seeds, tell)
    print(json.dumps(rows) if given.json else "\n".join(table(rows)))
    return 0


if __name__ == "__main__":
    try:
        raise SystemExit(main())
    except InputError as error:
        print(error, file=sys.stderr)
        raise SystemExit(2) from None
