"""What a lifter is trained on: the samples read, and the corpus' identity and checksums, which tell of changes."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np

from lifter.data.augment import Pool
from lifter.data.samples import LEAST, Samples, read_samples, read_tracks
from lifter.data.windows import Windows, windows_of
from lifter.score.cases import read_benchmark
from lifter.train.recipe import TrainSpec
from pipelines.corpus.corpus import Corpus
from pipelines.corpus.part import METADATA, finished_shards
from pipelines.corpus.selection import folder_of
from synth.core.disk import sha256_file
from synth.core.errors import InputError
from synth.core.progress import Progress

_PLACES = ("folder", "file")  # what facts say for people to read


def read_split(folder: Path, spec: TrainSpec, split: str, progress: Progress) -> Samples:
    """The usable samples of a split that a recipe asks for, at most as many as it wants.

    The seed draws which; those for validation are the same for all seeds. Of whole tracks for a method that reads
    several frames.
    """
    train = split == "train"
    read = read_samples if spec.frames == 1 else read_tracks
    return read(
        folder,
        selection=spec.selection,
        split=split,
        splits=spec.splits,
        parts=spec.parts,
        bands=spec.bands,
        limit=spec.pairs if train else spec.val_pairs,
        seed=spec.seed if train else spec.splits.seed,
        usable=True,
        progress=progress,
    )


def windows_in(samples: Samples, folder: Path, frames: int) -> Windows:
    """The window around each sample. Raises InputError where no sample has one before or after it."""
    windows = windows_of(samples.track, samples.step, frames)
    if not (windows.there.sum(1) > 1).any():
        raise InputError(
            f"has no tracks, of which windows of {frames} frames could be taken",
            where=str(folder),
            remedy="generate it with `tracks`, as manifests/tracks.yaml has them, or set config.frames=1",
        )
    return windows


def read_unlabelled(spec: TrainSpec, progress: Progress) -> Pool | None:
    """The samples of which only the 2D is used, None where a recipe names none. Raises InputError for too few."""
    if spec.unlabelled is None:
        return None
    path = Path(spec.unlabelled.path)
    if path.is_dir():
        samples = read_samples(path, limit=spec.pairs, seed=spec.seed, progress=progress)
        keypoints, intrinsics = samples.keypoints, samples.intrinsics
    else:
        cases = read_benchmark(path)
        keypoints, intrinsics = cases.keypoints, cases.intrinsics.astype(np.float32)
    enough = (keypoints[..., 2] > 0).sum(1) >= LEAST
    if not enough.any():
        raise InputError(
            f"has no person with {LEAST} detected joints",
            where=str(path),
            remedy="give other `unlabelled` samples",
        )
    return Pool.from_detections(keypoints[enough], intrinsics[enough])


def facts_of(folder: Path, spec: TrainSpec) -> dict[str, Any]:
    """Identity and checksums of all that a training reads: what changes them changes what is learnt.

    Of a part: 'receipts', the checksum of the receipt of its metadata, and 'shards', that of the receipts of all its
    finished shards. Raises InputError where there is no such corpus.
    """
    corpus = Corpus(folder)
    found: dict[str, Any] = {"folder": folder.resolve().name, "parts": _parts(corpus, spec.parts)}
    if spec.selection is not None:
        chosen = folder_of(corpus, spec.selection) / "selection.npz"
        if chosen.is_file():
            found["selection"] = {"name": spec.selection, "sha256": sha256_file(chosen)[1]}
    if spec.unlabelled is not None:
        path = Path(spec.unlabelled.path)
        if path.is_dir():
            found["unlabelled"] = {"folder": path.resolve().name, "parts": _parts(Corpus(path), None)}
        elif path.is_file():
            found["unlabelled"] = {"file": path.name, "sha256": sha256_file(path)[1]}
    return found


def _parts(corpus: Corpus, names: list[str] | None) -> list[dict[str, Any]]:
    parts = [part for part in corpus.parts() if names is None or part.name in names]
    return [
        {
            "name": part.name,
            "identity": part.identity,
            "samples": part.samples,
            "receipts": _checksum([part.receipt_path(METADATA)]),
            "shards": _checksum([part.receipt_path(shard) for shard in finished_shards(part)]),
        }
        for part in parts
    ]


def _checksum(receipts: list[Path]) -> str:
    """One SHA-256 of some receipts, which hold the SHA-256 of every file that they are for."""
    digest = hashlib.sha256()
    for path in receipts:
        digest.update(f"{path.name} {sha256_file(path)[1]}\n".encode())
    return digest.hexdigest()


def difference(recorded: Any, now: Any, place: str = "") -> str | None:
    """Where two results of `facts_of` differ, such as "parts.0.shards"; None where what was recorded still holds.

    Only what was recorded is compared, so what earlier versions did not record is not asked for. Names of folders
    and files do not count: the same content at another place is the same.
    """
    if isinstance(recorded, dict) and isinstance(now, dict):
        names = [name for name in recorded if name not in _PLACES]
        differences = (difference(recorded[name], now.get(name), f"{place}.{name}") for name in names)
    elif isinstance(recorded, list) and isinstance(now, list) and len(recorded) == len(now):
        pairs = enumerate(zip(recorded, now, strict=True))
        differences = (difference(one, other, f"{place}.{number}") for number, (one, other) in pairs)
    else:
        return None if recorded == now else place.removeprefix(".")
    return next((each for each in differences if each is not None), None)
