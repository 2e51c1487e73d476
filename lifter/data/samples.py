"""Samples of a corpus as lifters learn from them and are measured on them, held in memory.

A million take about 0.7 GB. A selection says which people are for training, validation and test; without one,
subjects are assigned by a hash, so that nobody is in two of the splits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from lifter.data.fields import ORIGIN
from lifter.data.joints import HIPS, truth_of
from lifter.data.loader import CorpusDataset
from lifter.data.views import straightened
from pipelines.corpus.corpus import Corpus
from pipelines.corpus.selection import SPLITS
from pipelines.curate.rules import SplitSpec
from pipelines.curate.splits import assign, groups_of
from synth.core.errors import InputError
from synth.core.progress import NoProgress, Progress
from synth.core.spec import Share, Spec
from synth.scene.props.stock import BANDS
from synth.scene.visibility import COCO_ROWS

LEAST = 4  # detected joints that a prediction needs
FIELDS = (
    "detection", "detection_error", "joints_camera", "intrinsics", "distortion", "image_size", "rotation",
    "visibility", "band", "clip", "scene", "step", ORIGIN,
)  # fmt: skip
_BATCH = 8192


class Splits(Spec):
    """How people are split into training, validation and test where no selection does it."""

    by: Literal["subject", "recording"] = "subject"
    shares: dict[str, Share] = Field(default={"train": 0.8, "val": 0.1, "test": 0.1})
    hold_out: dict[str, list[str]] = Field(default={}, description="groups, such as CMU/01, by split")
    seed: int = Field(0, ge=0, description="apart from the training's, so that seeds share a test split")


@dataclass(frozen=True)
class Samples:
    """n samples.

    keypoints (n, 17, 3) float32 pixels without lens distortion and confidence, 0 0 0 where missing; intrinsics
    (n, 3, 3) float32; image_size (n, 2) int32; truth (n, 20, 3) float32 metres in the camera's frame, not moved to
    the root, NaN where unknown; visibility, detection_error (n, 17) uint8 and band (n,) uint8 as in the schema; up
    (n, 3) float32 the world's up in the camera's frame; origin (n, 2) int64 number of the part and row; clip (n,)
    int32 row of the part's table of clips; scene (n,) int64 and step (n,) int32 place the sample in its track.
    """

    keypoints: NDArray[np.float32]
    intrinsics: NDArray[np.float32]
    image_size: NDArray[np.int32]
    truth: NDArray[np.float32]
    visibility: NDArray[np.uint8]
    detection_error: NDArray[np.uint8]
    band: NDArray[np.uint8]
    up: NDArray[np.float32]
    origin: NDArray[np.int64]
    clip: NDArray[np.int32]
    scene: NDArray[np.int64]
    step: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.keypoints)

    @property
    def track(self) -> NDArray[np.int64]:
        """(n,) numbers of the tracks: samples of a scene of a part, whose `step` orders them."""
        pairs = np.stack([self.origin[:, 0], self.scene], 1)
        return np.unique(pairs, axis=0, return_inverse=True)[1].reshape(len(self)).astype(np.int64)

    def __getitem__(self, rows: Any) -> Samples:
        """Some of them, by numbers, a mask or a slice."""
        return Samples(*(getattr(self, field.name)[rows] for field in fields(self)))

    @property
    def usable(self) -> NDArray[np.bool_]:
        """(n,) bool: which a lifter can learn from: enough joints detected, and the root known and in front."""
        enough = (self.keypoints[..., 2] > 0).sum(1) >= LEAST
        root = self.truth[:, HIPS].mean(1)
        return enough & np.isfinite(root).all(1) & (np.nan_to_num(root[:, 2]) > 0.1)

    @staticmethod
    def joined(pieces: list[Samples]) -> Samples:
        return Samples(
            *(np.concatenate([getattr(p, field.name) for p in pieces]) for field in fields(Samples))
        )


def read_samples(
    folder: str | Path,
    *,
    selection: str | None = None,
    split: str | None = None,
    splits: Splits | None = None,
    parts: list[str] | None = None,
    bands: Sequence[str] | None = None,
    limit: int | None = None,
    seed: int = 0,
    usable: bool = False,
    progress: Progress | None = None,
) -> Samples:
    """The samples of a split (None: all), in the corpus' order; the split of a selection, else of `splits`.

    With `bands`, only samples of which props hide as many joints, names of the stock's BANDS; with `limit`, that
    many drawn at random by the seed; with `usable`, only those. `progress` shows how many are read. Raises
    InputError where the corpus has no detections or the split no samples.
    """
    corpus = Corpus(Path(folder))
    check_detections(corpus, parts)
    data = CorpusDataset(
        folder,
        FIELDS,
        joint_set=None,
        batch=_BATCH,
        selection=selection,
        split=split if selection is not None else None,
        parts=parts,
        shuffle=limit is not None,
        seed=seed,
        rank=(0, 1),
    )
    wanted = None if selection is not None or split is None else clips_of(data, split, splits or Splits())
    total = data.runs.samples if limit is None else min(limit, data.runs.samples)
    shown = progress or NoProgress()
    shown.begin(f"Reading {split or 'samples'}", total, "samples")
    pieces: list[Samples] = []
    count = done = 0
    for batch in data:
        piece = _from_labels({name: tensor.numpy() for name, tensor in batch.items()})
        read = len(piece)
        if wanted is not None:
            piece = piece[wanted[piece.origin[:, 0], piece.clip]]
        if bands is not None:
            piece = piece[np.isin(piece.band, [list(BANDS).index(name) for name in bands])]
        if usable:
            piece = piece[piece.usable]
        room = len(piece) if limit is None else min(len(piece), limit - count)
        pieces.append(piece[:room])
        count += room
        step = read if limit is None else room
        shown.advance(step)
        done += step
        if limit is not None and count >= limit:
            break
    if done < total:
        shown.advance(total - done)
    if not count:
        raise InputError(
            f"has no {'usable ' if usable else ''}samples" + (f" of the split '{split}'" if split else ""),
            where=str(folder),
            remedy="choose other `splits`, or curate a selection",
        )
    found = Samples.joined(pieces)
    return found[np.lexsort((found.origin[:, 1], found.origin[:, 0]))]


def read_tracks(folder: str | Path, *, limit: int, seed: int = 0, **how: Any) -> Samples:
    """As `read_samples`, but whole tracks are drawn by the seed, until `limit` samples are reached or the next track
    would go beyond; there is always at least one."""
    found = read_samples(folder, seed=seed, **how)
    track = found.track
    counts = np.bincount(track)
    order = np.random.default_rng(seed).permutation(len(counts))
    fits = np.cumsum(counts[order]) <= limit
    fits[0] = True
    return found[np.isin(track, order[fits])]


def check_detections(corpus: Corpus, parts: list[str] | None = None) -> None:
    """Raises InputError where a part has no detections."""
    for name in corpus.part_names() if parts is None else parts:
        part = corpus.part(name)
        if "detection" not in part.facts["arrays"]:
            raise InputError(
                "has no detections, which a lifter reads",
                where=str(part.folder),
                remedy="generate a part whose recipe names a `detector`, or name the parts to use",
            )


def groups(
    folder: str | Path, samples: Samples, by: str = "recording", parts: list[str] | None = None
) -> NDArray[Any]:
    """(n,) the recording or subject of each sample, such as CMU/01/01_03; `parts` as the samples were read with."""
    opened = [part for part in Corpus(Path(folder)).parts() if parts is None or part.name in parts]
    names = [np.array(groups_of(part, by)) for part in opened]
    found = np.empty(len(samples), object)
    for number, own in enumerate(names):
        rows = samples.origin[:, 0] == number
        found[rows] = own[samples.clip[rows]]
    return found.astype(str)


def clips_of(data: CorpusDataset, split: str, splits: Splits) -> NDArray[np.bool_]:
    """(parts, clips) whether a clip is in the split. Groups are as large as their clips, whatever was drawn."""
    if split not in SPLITS:
        raise InputError("is not a split", where=f"split '{split}'", remedy=f"use {', '.join(SPLITS)}")
    opened = data.runs.parts
    named = [groups_of(part, splits.by) for part in opened]
    sizes: dict[str, int] = {}
    for part, names in zip(opened, named, strict=True):
        for name, clip in zip(names, part.facts["clips"], strict=True):
            sizes[name] = sizes.get(name, 0) + int(clip.get("frames", 1))
    spec = SplitSpec(by=splits.by, shares=splits.shares, hold_out=splits.hold_out)
    goes = assign(sizes, spec, splits.seed)
    wanted = np.zeros((len(named), max(map(len, named))), bool)
    for number, names in enumerate(named):
        wanted[number, : len(names)] = [goes[name] == split for name in names]
    return wanted


def _from_labels(labels: dict[str, NDArray[Any]]) -> Samples:
    """Samples from a batch of a corpus' labels, with the lens' distortion taken out of the detections."""
    keypoints = labels["detection"].astype(np.float32)
    keypoints[..., :2] = straightened(keypoints[..., :2], labels["intrinsics"], labels["distortion"])
    keypoints[keypoints[..., 2] <= 0] = 0.0
    return Samples(
        keypoints=keypoints,
        intrinsics=labels["intrinsics"],
        image_size=labels["image_size"],
        truth=truth_of(labels["joints_camera"]).astype(np.float32),
        visibility=labels["visibility"][:, COCO_ROWS],
        detection_error=labels["detection_error"],
        band=labels["band"],
        up=labels["rotation"][:, :, 2].copy(),
        origin=labels[ORIGIN],
        clip=labels["clip"],
        scene=labels["scene"],
        step=labels["step"],
    )
