"""Queries a second and recall of the exemplar index of 'matching' with a million exemplars, on one core.

Exemplars are a corpus' training poses, seen from where their cameras stood and then from others drawn around them
until there are enough; without a corpus, stick figures with limbs bent at random, which are harder to tell apart
than real motion. Queries are other people's noisy 2D, a fifth of whose joints are missing. Each is answered one by
one. Recall is how often the exemplar found is the one that brute force finds, and how often it is nearly as near.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from benchmarks.bench import Bench, Facts, one_core, peak_memory
from benchmarks.loader import one_thread
from lifter.data.joints import HIPS, JOINTS3D
from lifter.data.samples import Splits, read_samples
from lifter.models.matching import MatchingConfig, exemplars_of
from lifter.models.nearest import Floats, Index, build, index_of
from synth.body.skeleton import COCO_17
from synth.core.errors import InputError

_SEEN, _MISSING, _NOISE = len(COCO_17), 0.2, 0.02
_NEARLY = 1.05  # times the least distance


def projected(truth: NDArray[Any], count: int, rng: np.random.Generator) -> Floats:
    """(count, 17, 2) tangents of people (n, 20, 3) in their cameras' frame: as they are, then turned about the
    vertical and tilted, at other distances."""
    joints, root = exemplars_of(truth.astype(np.float32))
    if not len(joints):
        raise InputError("no sample knows its 3D", where="posemill bench index", remedy="give another corpus")
    found = []
    for start in range(0, count, 100_000):
        rows = np.arange(start, min(start + 100_000, count))
        of = rows % len(joints)
        angles = np.stack([rng.uniform(-0.5, 0.5, len(rows)), rng.uniform(-np.pi, np.pi, len(rows))], 1)
        angles[rows < len(joints)] = 0
        turn = Rotation.from_euler("xy", angles).as_matrix().astype(np.float32)
        away = root[of] * np.where(rows < len(joints), 1, rng.uniform(0.8, 1.5, len(rows)))[:, None]
        moved = joints[of, :_SEEN] @ turn.swapaxes(1, 2) + away.astype(np.float32)[:, None]
        found.append(moved[..., :2] / np.maximum(moved[..., 2:], 0.2))
    return np.asarray(np.concatenate(found), np.float32)


def queries_of(points: Floats, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Points (n, 17, 2) as a detector might give them, and weights (n, 17), 0 for what is missing."""
    size = np.ptp(points, axis=1).max(1)[:, None, None]
    weight = rng.uniform(0.3, 1.0, points.shape[:2]) * (rng.random(points.shape[:2]) > _MISSING)
    noisy = points + _NOISE * size * rng.normal(size=points.shape)
    return noisy.astype(np.float32), weight.astype(np.float32)


def stick_figures(count: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """(count, 20, 3) people of one build in their camera's frame, 4 m away, limbs bent at random."""
    rest = np.array([_REST[name] for name in JOINTS3D], np.float32)
    joints = np.repeat(rest[None], count, 0)
    for limb in _LIMBS:
        for top in range(len(limb) - 1):
            bend = Rotation.from_rotvec(rng.normal(0, 0.6, (count, 3))).as_matrix().astype(np.float32)
            about, moving = (
                joints[:, JOINTS3D.index(limb[top]), None],
                [JOINTS3D.index(n) for n in limb[top + 1 :]],
            )
            joints[:, moving] = about + (joints[:, moving] - about) @ bend.swapaxes(1, 2)
    facing = Rotation.from_rotvec(rng.uniform(0, 2 * np.pi, (count, 1)) * (0, 1, 0)).as_matrix()
    joints = joints @ facing.astype(np.float32).swapaxes(1, 2)
    joints = joints - joints[:, HIPS].mean(1, keepdims=True) + np.array([0, 0, 4], np.float32)
    return np.asarray(joints, np.float32)


def measure(
    corpus: Path | None = None,
    exemplars: int = 1_000_000,
    cells: int = MatchingConfig().cells,
    asked: int = 500,
    probes: Sequence[int] = (8, 16, 32, MatchingConfig().probes, 96, 192),
    seed: int = 0,
) -> Facts:
    """Seconds to build an index, its bytes, and for each number of probed cells queries a second and recall.

    Raises InputError for a corpus without training or validation people."""
    rng = np.random.default_rng(seed)
    if corpus is None:
        poses, others = stick_figures(min(exemplars, 200_000), rng), stick_figures(asked, rng)
    else:
        poses = read_samples(corpus, split="train", splits=Splits(), usable=True).truth
        others = read_samples(corpus, split="val", splits=Splits(), usable=True, limit=asked, seed=seed).truth
    points, weight = queries_of(projected(others, asked, rng), rng)
    kept = projected(poses, exemplars, rng)
    with one_core(), one_thread():
        start = time.perf_counter()
        order, starts = build(kept, cells, seed)
        index = index_of(kept[order], starts)
        seconds = time.perf_counter() - start
        del kept, order
        index.find(points[:1], weight[:1], probes=1)  # compiles
        start = time.perf_counter()
        exact, least = index.find(points, weight)
        brute = len(points) / (time.perf_counter() - start)
        rows = [_probed(index, points, weight, exact[:, 0], least[:, 0], count) for count in probes]
    return {
        "exemplars": exemplars,
        "of_poses": len(poses),
        "cells": len(index.starts) - 1,
        "queries": len(points),
        "build_seconds": round(seconds, 1),
        "index_bytes": index.bytes,
        "process_bytes": peak_memory(),
        "brute_force_per_second": round(brute, 1),
        "probes": rows,
    }


def _probed(
    index: Index, points: Floats, weight: Floats, exact: NDArray[np.int64], least: Floats, count: int
) -> Facts:
    start = time.perf_counter()
    found = [index.find(points[n : n + 1], weight[n : n + 1], probes=count) for n in range(len(points))]
    seconds = time.perf_counter() - start
    rows, far = (np.concatenate(each)[:, 0] for each in zip(*found, strict=True))
    return {
        "probes": count,
        "per_second": round(len(points) / seconds, 1),
        "recall": float((rows == exact).mean()),
        "nearly": float((far <= _NEARLY * least + 1e-6).mean()),
    }


def describe(facts: Facts) -> list[str]:
    """The figures as lines of text."""
    lines = [
        f"{facts['exemplars']:,} exemplars of {facts['of_poses']:,} poses in {facts['cells']:,} cells, built in "
        f"{facts['build_seconds']:g} s; {facts['index_bytes'] / 1e6:,.0f} MB, the process "
        f"{facts['process_bytes'] / 1e6:,.0f} MB at most",
        f"one core, {facts['queries']:,} queries: brute force answers {facts['brute_force_per_second']:,.0f} a second",
        f"{'cells probed':>14}{'a second':>12}{'recall':>10}{f'within {100 * (_NEARLY - 1):.0f}%':>12}",
    ]
    return lines + [
        f"{row['probes']:>14}{row['per_second']:>12,.0f}{row['recall']:>10.1%}{row['nearly']:>12.1%}"
        for row in facts["probes"]
    ]


_REST = {
    "nose": (0, -0.62, -0.1), "left_eye": (0.03, -0.65, -0.09), "right_eye": (-0.03, -0.65, -0.09),
    "left_ear": (0.07, -0.63, 0), "right_ear": (-0.07, -0.63, 0), "left_shoulder": (0.18, -0.45, 0),
    "right_shoulder": (-0.18, -0.45, 0), "left_elbow": (0.22, -0.17, 0), "right_elbow": (-0.22, -0.17, 0),
    "left_wrist": (0.24, 0.08, 0), "right_wrist": (-0.24, 0.08, 0), "left_hip": (0.1, 0, 0),
    "right_hip": (-0.1, 0, 0), "left_knee": (0.11, 0.42, 0), "right_knee": (-0.11, 0.42, 0),
    "left_ankle": (0.12, 0.82, 0), "right_ankle": (-0.12, 0.82, 0), "pelvis": (0, -0.05, 0), "neck": (0, -0.5, 0),
    "head_top": (0, -0.8, 0),
}  # fmt: skip
_LIMBS = tuple(
    tuple(f"{side}_{joint}" for joint in chain)
    for side in ("left", "right")
    for chain in (("shoulder", "elbow", "wrist"), ("hip", "knee", "ankle"))
)


BENCH = Bench(__doc__, measure, describe, reads_corpus=True)
