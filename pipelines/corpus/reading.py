"""A corpus as numpy: joints by name, labels by name, decoded pictures and masks of its finished samples.

corpus = pipelines.open("corpus", selection="train-set", split="train")
len(corpus), corpus.labels
corpus.joints("left_wrist", frame="camera")     (n, 3) metres
corpus.joints(set="h36m17", frame="image")      (n, 17, 2) pixels
corpus["visibility"][:100]                      (100, 48) codes; their words: corpus.words("visibility")
corpus.picture(0), corpus.mask(0)               (H, W, 3) uint8 RGB, (H, W) bool
for sample in corpus[-10:]: sample["pose"]      the last ten samples, as dictionaries
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from operator import index
from os import PathLike
from pathlib import Path
from typing import Any, SupportsIndex, overload

import numpy as np
import simplejpeg
from numpy.typing import NDArray

from pipelines.corpus.corpus import Part, open_corpus
from pipelines.corpus.joint_sets import JointSet
from pipelines.corpus.runs import RowReader, open_runs
from pipelines.corpus.schema import row_of
from synth.body.skeleton import JOINT_SETS, JOINTS
from synth.core.errors import InputError

FRAMES = ("camera", "world", "image")
_BLOCK = 64  # samples that iteration reads at once; they may have pictures
_PERSON = 1  # of `instance`
Array = NDArray[Any]


def open_samples(
    path: str | PathLike[str],
    *,
    part: str | None = None,
    selection: str | None = None,
    split: str | None = None,
) -> Samples:
    """See `pipelines.open`."""
    folder = Path(path)
    open_corpus(folder)
    runs = open_runs(folder, selection=selection, split=split, parts=None if part is None else (part,))
    rows = [runs.rows(run) for run in range(len(runs))]
    numbers = np.repeat(runs.part, [len(each) for each in rows]).astype(np.int64)
    weight = np.ones(runs.samples, np.float32) if runs.weight is None else runs.weight
    row = np.concatenate(rows or [np.zeros(0, np.int64)]).astype(np.int64)
    return Samples(folder, runs.parts, numbers, row, weight)


@dataclass(frozen=True, repr=False)
class Samples:
    """n samples: number (n,) of each one's part among `parts`, its row (n,) there, its weight (n,) in a selection."""

    folder: Path
    parts: tuple[Part, ...]
    number: NDArray[np.int64]
    row: NDArray[np.int64]
    weight: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.row)

    def __repr__(self) -> str:
        names = ", ".join(part.name for part in self.parts)
        return f"<{len(self):,} samples of {self.folder} (parts: {names})>"

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Names of the labels that any part has."""
        return tuple(dict.fromkeys(label.name for part in self.parts for label in part.labels))

    def words(self, name: str) -> dict[int, str]:
        """What the codes of a label mean, such as of `visibility`; empty for labels that are not codes."""
        return dict(row_of(name).codes)

    def where(self, i: SupportsIndex) -> tuple[str, int]:
        """The part and the row in it of a sample. Negative numbers count from the end."""
        at = self._at(i)
        return self.parts[self.number[at]].name, int(self.row[at])

    @overload
    def __getitem__(self, key: str) -> Column: ...
    @overload
    def __getitem__(self, key: slice) -> Samples: ...
    @overload
    def __getitem__(self, key: SupportsIndex) -> dict[str, Any]: ...
    def __getitem__(self, key: str | slice | SupportsIndex) -> Column | Samples | dict[str, Any]:
        """A label by its name, some samples by a slice, or one sample as a dictionary of its labels.

        Raises InputError for a label that there is not, IndexError for a sample that there is not.
        """
        if isinstance(key, str):
            self._known(key)
            return Column(self, key)
        if isinstance(key, slice):
            return Samples(self.folder, self.parts, self.number[key], self.row[key], self.weight[key])
        at = self._at(key)
        return next(iter(self[at : at + 1]))

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Every sample as a dictionary of the labels that its part has; pictures are decoded."""
        for start in range(0, len(self), _BLOCK):
            block = np.arange(start, min(start + _BLOCK, len(self)))
            for number in dict.fromkeys(self.number[block].tolist()):
                rows = block[self.number[block] == number]
                arrays = {label.name: self._read(label.name, rows) for label in self.parts[number].labels}
                for i in range(len(rows)):
                    yield {name: values[i] for name, values in arrays.items()}

    def joints(self, name: str | None = None, *, set: str | None = None, frame: str = "camera") -> Array:
        """Joints of every sample, float32: metres in the 'camera' or the 'world' frame, pixels in the 'image'.

        name: one of `JOINTS`, for (n, 3) or (n, 2). set: a joint set such as 'h36m17' or 'coco17', for (n, joints, 3)
        or (n, joints, 2). Neither: all of `JOINTS`. NaN where a joint has no place. Raises InputError, with the names
        there are, for an unknown one.
        """
        _one_of(frame, FRAMES, "frame")
        if name is not None and set is not None:
            raise InputError(
                "are both given", where="name and set", remedy="ask for one joint or for one set"
            )
        pick: Callable[[Array], Array] | None = None
        if name is not None:
            joint = JOINTS.index(_one_of(name, JOINTS, "joint"))
            pick = lambda values: values[:, joint]  # noqa: E731
        elif set is not None:
            pick = JointSet(_one_of(set, tuple(JOINT_SETS), "joint set")).apply
        label = f"joints_{frame}"
        self._known(label)
        return self._read(label, np.arange(len(self)), pick)

    def picture(self, i: SupportsIndex) -> NDArray[np.uint8]:
        """(H, W, 3) uint8, RGB. Raises InputError where the sample has no picture."""
        return self._one("image", i)

    def mask(self, i: SupportsIndex) -> NDArray[np.bool_]:
        """(H, W) bool: the person's visible pixels. Raises InputError where the sample has none."""
        return np.asarray(self._one("instance", i) == _PERSON)

    def _one(self, name: str, i: SupportsIndex) -> Array:
        self._known(name)
        return np.asarray(self._read(name, np.array([self._at(i)]))[0])

    def _at(self, i: SupportsIndex) -> int:
        at = index(i)
        if not -len(self) <= at < len(self):
            raise IndexError(f"there is no sample {at}: there are {len(self):,}")
        return at % len(self)

    def _known(self, name: str) -> None:
        _one_of(name, self.labels, "label", str(self.folder))

    def _read(
        self, name: str, samples: NDArray[np.int64], pick: Callable[[Array], Array] | None = None
    ) -> Array:
        """A label of samples (m,), in any order: read shard by shard, of each what `pick` takes of (k, ...) values."""
        shard = np.array([part.per_shard for part in self.parts], np.int64)[self.number[samples]]
        order = np.lexsort((self.row[samples], self.number[samples]))
        group = np.stack([self.number[samples], self.row[samples] // shard])[:, order]
        edges = np.flatnonzero((np.diff(group) != 0).any(axis=0)) + 1
        reader, pieces = RowReader(), []
        for places in np.split(order, edges) if len(order) else []:
            part = self.parts[self.number[samples[places[0]]]]
            if name not in {label.name for label in part.labels}:
                raise InputError(
                    f"part '{part.name}' has no '{name}'",
                    where=str(self.folder),
                    remedy="open the parts that have it, with part=",
                )
            values = reader.read(part, name, self.row[samples[places]])
            values = _decoded(values) if name == "image" else values
            pieces.append(values if pick is None else pick(values))
        if not pieces:
            row = row_of(name)
            return np.zeros(0, object if row.dtype == "variable_length_bytes" else row.dtype)
        out = np.empty((len(order), *pieces[0].shape[1:]), pieces[0].dtype)
        out[order] = np.concatenate(pieces)
        return out


@dataclass(frozen=True)
class Column:
    """One label of samples, read when rows of it are asked for; a picture is decoded."""

    samples: Samples
    name: str

    def __len__(self) -> int:
        return len(self.samples)

    def __getitem__(self, rows: Any) -> Any:
        """Values of one sample, or (m, ...) of a slice, of numbers or of a mask of samples, as numpy."""
        if isinstance(rows, SupportsIndex) and not isinstance(rows, np.ndarray):
            return self.samples._one(self.name, rows)[()]
        return self.samples._read(self.name, np.arange(len(self))[rows])

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        return np.asarray(self[:], dtype=dtype)


def _decoded(images: Array) -> NDArray[np.uint8]:
    """(m, H, W, 3) RGB of JPEGs."""
    return np.stack([simplejpeg.decode_jpeg(bytes(jpeg), "RGB") for jpeg in images])


def _one_of(name: str, names: tuple[str, ...], kind: str, where: str = "") -> str:
    if name not in names:
        raise InputError(
            f"there is no {kind} '{name}'", where=where or kind, remedy=f"choose one of {', '.join(names)}"
        )
    return name
