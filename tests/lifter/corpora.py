"""A small corpus of the stick figures of `models.made`, with what lifters read of one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from lifter.data.joints import JOINTS3D
from pipelines.corpus.corpus import Corpus, Part
from pipelines.corpus.schema import LABELS
from synth.body.skeleton import COCO_17, JOINTS
from synth.core.disk import canonical, sha256_of
from tests.lifter.models import made

_NEEDED = ("detection", "detection_error", "joints_camera", "intrinsics", "distortion", "image_size", "rotation",
           "visibility", "band", "clip", "scene", "step", "sample")  # fmt: skip
SUBJECTS = ("01", "02", "03", "04", "05")
CLIPS = [
    {"name": f"cmu/{s}/{s}_{a}", "dataset": "CMU", "subject": s, "recording": f"{s}_{a}", "frames": 100}
    for s in SUBJECTS for a in ("01", "02")
]  # fmt: skip


def people(
    folder: Path,
    samples: int = 400,
    *,
    name: str = "a",
    detector: bool = True,
    seed: int = 0,
    per_shard: int = 128,
    track: int = 1,
) -> Part:
    """A part of `samples` people, whose clips come in turn; every tenth has only three detected joints. With `track`,
    so many samples are one who moves."""
    arrays = [
        label.name
        for label in LABELS
        if label.name in _NEEDED and (detector or not label.name.startswith("detection"))
    ]
    made_of = {"name": name, "samples": samples, "seed": seed}
    part = Corpus(folder).create_part(
        {
            "name": name, "kind": "pairs", "samples": samples, "samples_per_shard": per_shard, "track": track,
            "rate": 30.0, "schema": 1, "joints": list(JOINTS), "arrays": arrays, "made_of": made_of,
            "identity": sha256_of(canonical(made_of)), "sizes": {"shape": 10, "props": 3}, "clips": CLIPS,
            "recordings": [], "licences": [], "recipe": {"seed": seed},
        }
    )  # fmt: skip
    labels = _labels(samples, seed, track)
    for shard in range(part.shards):
        rows = slice(*part.rows(shard))
        part.write_shard(
            shard, {label.name: labels[label.name][rows].astype(label.dtype) for label in part.labels}
        )
    return part


def _labels(n: int, seed: int, track: int) -> dict[str, Any]:
    given = (
        made.samples(n, seed, noise=2.0) if track == 1 else made.moving(n // track, track, seed, noise=2.0)
    )
    joints = np.full((n, len(JOINTS), 3), 1.0, np.float32)
    for row, name in enumerate(JOINTS3D):
        joints[:, JOINTS.index(f"coco_{name}" if name in COCO_17 else name)] = given.truth[:, row]
    detection = given.keypoints.copy()
    detection[::10, 3:] = 0
    rows = np.arange(n)
    return {
        "sample": rows, "scene": rows // track, "step": rows % track, "clip": rows // track % len(CLIPS),
        "joints_camera": joints, "detection": detection, "detection_error": np.zeros((n, 17)),
        "intrinsics": given.intrinsics, "distortion": np.zeros((n, 5)), "image_size": given.image_size,
        "band": rows % 4,
        "rotation": np.tile([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]], (n, 1, 1)),
        "visibility": np.zeros((n, len(JOINTS))),
    }  # fmt: skip
