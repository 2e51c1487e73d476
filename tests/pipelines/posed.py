"""Corpora of plausible people without generating them: a skeleton, random limbs and cameras, labels that agree."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from pipelines.corpus.corpus import Corpus, Part
from pipelines.corpus.schema import LABELS
from synth.body.skeleton import JOINTS, SMPL_24, SMPL_PARENTS, joint_index, smpl_rest_joints

ARRAYS = (
    "sample", "clip", "clip_frame", "gender", "betas", "pose", "trans", "joints_world", "joints_camera", "joints_image",
    "visibility", "hidden", "band", "box", "intrinsics", "rotation", "translation", "distortion", "image_size",
)  # fmt: skip
_NEAREST = {  # points of the surface, each on the joint that carries it
    "nose": "head", "eye": "head", "ear": "head", "head_top": "head", "toe": "foot", "heel": "ankle",
}  # fmt: skip
Arrays = dict[str, NDArray[Any]]


def clip(subject: str, recording: str) -> dict[str, Any]:
    """A row of a part's table of clips."""
    return {
        "name": f"cmu/{subject}/{recording}", "dataset": "CMU", "subject": subject, "recording": recording,
        "licence": "free", "path": f"cmu/{subject}/{recording}.amc", "frames": 100, "source": 0, "sha256": "",
    }  # fmt: skip


def posed_rows(
    turns: NDArray[np.float64], rng: np.random.Generator, clips: NDArray[Any], first: int = 0
) -> Arrays:
    """All arrays of people whose joints are turned by `turns` (n, 24, 3) axis-angle; cameras around them."""
    n = len(turns)
    world = _joints(turns) @ _yaw(rng.uniform(0, 2 * np.pi, n)).swapaxes(1, 2)
    world[..., :2] += rng.uniform(-3, 3, (n, 1, 2))
    world[..., 2] -= world[..., 2].min(axis=1, keepdims=True)
    azimuth, rise, far = rng.uniform(0, 2 * np.pi, n), rng.uniform(-0.2, 1.0, n), rng.uniform(2, 6, n)
    centre = world[:, 0]
    flat = np.cos(rise) * far
    position = centre + np.stack([flat * np.cos(azimuth), flat * np.sin(azimuth), far * np.sin(rise)], axis=1)
    rotation, translation = _look(position, centre)
    camera = world @ rotation.swapaxes(1, 2) + translation[:, None]
    image = 300 * camera[..., :2] / camera[..., 2:] + 128
    hidden = rng.integers(0, 12, n)
    return {
        "sample": first + np.arange(n), "clip": clips, "clip_frame": np.arange(n), "gender": rng.integers(0, 3, n),
        "betas": rng.normal(size=(n, 10)), "pose": turns, "trans": centre.copy(),
        "joints_world": world, "joints_camera": camera, "joints_image": image,
        "visibility": (np.arange(48) >= 41 - hidden[:, None]).astype(np.uint8), "hidden": hidden,
        "band": np.digitize(hidden, [1, 5, 9]),
        "box": np.concatenate([image.min(axis=1), image.max(axis=1)], axis=1),
        "intrinsics": np.tile([[300.0, 0, 128], [0, 300, 128], [0, 0, 1]], (n, 1, 1)),
        "rotation": rotation, "translation": translation, "distortion": np.zeros((n, 5)),
        "image_size": np.full((n, 2), 256),
    }  # fmt: skip


def random_turns(n: int, rng: np.random.Generator, spread: float = 0.5) -> NDArray[np.float64]:
    """(n, 24, 3) rotations of joints; the root stands upright."""
    turns = rng.normal(0, spread, (n, len(SMPL_24), 3))
    turns[:, 0] = 0
    return turns


def posed_part(
    folder: Path,
    name: str,
    rows: Arrays | Callable[[int, int], Arrays],
    clips: list[dict[str, Any]],
    samples: int | None = None,
    per_shard: int = 64,
    kind: str = "pairs",
    arrays: tuple[str, ...] = ARRAYS,
) -> Part:
    """Write a part of given rows, or of rows(first, stop) a shard at a time."""
    corpus = Corpus(folder)
    folder.mkdir(parents=True, exist_ok=True)
    count = samples or len(rows["sample"])  # type: ignore[index]
    part = corpus.create_part(
        {
            "name": name, "kind": kind, "samples": count, "samples_per_shard": min(per_shard, count),
            "track": 1, "rate": 30.0, "schema": 1, "joints": list(JOINTS), "identity": f"{name} {count}",
            "made_of": {"name": name, "samples": count},
            "arrays": [row.name for row in LABELS if row.name in arrays], "clips": clips, "recordings": [],
            "sizes": {"shape": 10, "props": 3, "height": 256, "width": 256}, "recipe": {"seed": 0},
            "licences": [{"what": "motion: CMU", "terms": "free"}], "bank": "none",
        }
    )  # fmt: skip
    for shard in range(part.shards):
        first, stop = part.rows(shard)
        made = (
            rows(first, stop) if callable(rows) else {key: value[first:stop] for key, value in rows.items()}
        )
        part.write_shard(shard, {row.name: made[row.name].astype(row.dtype) for row in part.labels})
    return part


def _joints(turns: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, 48, 3) joints, metres, Z up, facing +x, of SMPL's skeleton with turned joints."""
    n = len(turns)
    rest = smpl_rest_joints()
    local = Rotation.from_rotvec(turns.reshape(-1, 3)).as_matrix().reshape(n, -1, 3, 3)
    whole = np.empty_like(local)
    place = np.empty((n, len(SMPL_24), 3))
    for joint, parent in enumerate(SMPL_PARENTS):
        if parent < 0:
            whole[:, joint], place[:, joint] = local[:, joint], 0.0
        else:
            whole[:, joint] = whole[:, parent] @ local[:, joint]
            place[:, joint] = place[:, parent] + whole[:, parent] @ (rest[joint] - rest[parent])
    up = np.array([[0.0, 0, 1], [1, 0, 0], [0, 1, 0]])  # x left, y up, z ahead to x ahead, y left, z up
    joints = np.empty((n, len(JOINTS), 3))
    for row, name in enumerate(JOINTS):
        joints[:, row] = place[:, joint_index(_carrier(name))] @ up.T
        if name not in SMPL_24:
            joints[:, row, 2] += 0.01
    return joints


def _carrier(name: str) -> str:
    bare = name.removeprefix("coco_")
    if bare in SMPL_24:
        return bare
    part = next(carrier for end, carrier in _NEAREST.items() if bare.endswith(end))
    return part if part == "head" else f"{bare.split('_')[0]}_{part}"


def _yaw(angle: NDArray[np.float64]) -> NDArray[np.float64]:
    return Rotation.from_euler("z", angle[:, None]).as_matrix()


def _look(position: NDArray[np.float64], target: NDArray[np.float64]) -> tuple[NDArray[Any], NDArray[Any]]:
    """World-to-camera rotations and translations of level cameras."""
    ahead = target - position
    ahead /= np.linalg.norm(ahead, axis=1, keepdims=True)
    right = np.cross(ahead, [0.0, 0, 1])
    right /= np.linalg.norm(right, axis=1, keepdims=True)
    rotation = np.stack([right, np.cross(ahead, right), ahead], axis=1)
    return rotation, -np.einsum("nij,nj->ni", rotation, position)
