"""Tiny corpora written as `generate` writes them, with numbers in place of scenes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.corpus.corpus import Corpus, Part
from pipelines.corpus.schema import LABELS
from pipelines.generate.shard import encode
from synth.body.skeleton import JOINTS
from synth.core.disk import canonical, sha256_of

PAIR_ARRAYS = ("sample", "scene", "step", "clip", "clip_frame", "joints_world", "joints_camera", "joints_image",
               "visibility", "box", "intrinsics", "rotation", "translation", "distortion", "image_size")  # fmt: skip
SIZE = 32
CLIPS = [
    {"name": f"cmu/{s}/{s}_{a}", "dataset": "CMU", "subject": s, "recording": f"{s}_{a}", "licence": "free",
     "path": f"cmu/{s}/{s}_{a}.amc", "frames": 100}
    for s in ("01", "02") for a in ("01", "02")
]  # fmt: skip


def fake_part(
    folder: Path,
    name: str,
    samples: int,
    per_shard: int,
    *,
    shards: range | None = None,
    images: bool = False,
    detector: bool = False,
    track: int = 1,
) -> Part:
    """A part whose joints are of row r: camera frame (r + j, r, 5); the shards in `shards` (all) are finished."""
    corpus = Corpus(folder)
    arrays = (
        PAIR_ARRAYS
        + (("image", "instance", "depth") if images else ())
        + (("detection",) if detector else ())
    )
    made_of = {"name": name, "samples": samples}
    part = corpus.create_part(
        {
            "name": name, "kind": "images" if images else "pairs", "samples": samples,
            "samples_per_shard": per_shard, "track": track, "rate": 30.0, "schema": 1, "joints": list(JOINTS),
            "arrays": [row.name for row in LABELS if row.name in arrays], "made_of": made_of,
            "identity": sha256_of(canonical(made_of)),
            "sizes": {"shape": 10, "props": 3, "height": SIZE, "width": SIZE}, "clips": CLIPS, "recordings": [],
            "licences": [{"what": "motion: CMU", "terms": "free"}, {"what": "body: open", "terms": "CC0-1.0"}],
            "recipe": {"seed": 0},
        }
    )  # fmt: skip
    for shard in shards if shards is not None else range(part.shards):
        write_fake_shard(part, shard)
    return part


def write_fake_shard(part: Part, shard: int) -> None:
    rows = np.arange(*part.rows(shard))
    made = fake_rows(rows, part.facts["track"])
    part.write_shard(
        shard, {label.name: made[label.name].astype(made_as(label.dtype)) for label in part.labels}
    )


def made_as(dtype: str) -> Any:
    return object if dtype == "variable_length_bytes" else dtype


def fake_rows(rows: NDArray[np.int64], track: int = 1) -> dict[str, NDArray[Any]]:
    """All arrays of a fake part's rows."""
    n, joints = len(rows), np.arange(len(JOINTS))
    camera = np.stack(np.broadcast_arrays(rows[:, None] + joints, rows[:, None], 5.0), axis=2)
    mask = np.zeros((n, SIZE, SIZE), np.uint8)
    mask[:, 4:20, 8:16] = 1
    return {
        "sample": rows, "scene": rows // track, "step": rows % track,
        "clip": rows // track % len(CLIPS), "clip_frame": rows % 100,
        "joints_world": camera, "joints_camera": camera, "joints_image": camera[..., :2] / 5 + 16,
        "visibility": (rows[:, None] + joints) % 4, "box": np.tile([-4.0, 2.0, 20.0, 40.0], (n, 1)),
        "intrinsics": np.tile([[1.0, 0, 16], [0, 1, 16], [0, 0, 1]], (n, 1, 1)),
        "rotation": np.tile(np.eye(3), (n, 1, 1)), "translation": np.zeros((n, 3)),
        "distortion": np.zeros((n, 5)), "image_size": np.full((n, 2), SIZE),
        "detection": np.concatenate([camera[:, :17, :2], np.full((n, 17, 1), 0.5)], axis=2),
        "image": _pictures(rows), "instance": mask, "depth": mask.astype(np.uint16) * 1000,
    }  # fmt: skip


def _pictures(rows: NDArray[np.int64]) -> NDArray[Any]:
    """Flat grey JPEGs, as bright as their row."""
    out = np.empty(len(rows), object)
    for i, row in enumerate(rows):
        out[i] = encode(np.full((SIZE, SIZE, 3), row % 256, np.uint8), 92)
    return out
