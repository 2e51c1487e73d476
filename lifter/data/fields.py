"""What a loader gives of a sample: labels of the schema, joints turned into a joint set by name, pictures decoded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import simplejpeg
from numpy.typing import NDArray

from pipelines.corpus.corpus import Part
from pipelines.corpus.joint_sets import JointSet
from pipelines.corpus.runs import RowReader
from pipelines.corpus.schema import Label, bytes_per_sample, every_label
from synth.body.skeleton import JOINTS, joint_map
from synth.core.errors import InputError

PAIR = ("joints_image", "joints_camera", "intrinsics", "visibility")
ORIGIN = "origin"
Arrays = dict[str, NDArray[Any]]
_JPEG_BYTES = 24 << 10  # what a picture of 256 x 256 takes in a buffer, about
_TABLE = {label.name: label for label in every_label()}


@dataclass(frozen=True)
class Fields:
    """Which labels, by their names in the schema, and in which joint set (None: all of JOINTS) those that have joints.

    `origin` is not a label of the schema: (2,) int64, the number of the sample's part among the corpus' parts and its
    row there.
    Where a joint of the set is the mean of two, so are its label's values, and of codes the larger is taken: hidden
    before seen, outside before hidden (see pipelines/corpus/joint_sets.py).
    """

    names: tuple[str, ...] = PAIR
    joint_set: str | None = "coco17"

    def __post_init__(self) -> None:
        unknown = [name for name in self.names if name not in _TABLE and name != ORIGIN]
        if unknown:
            raise ValueError(f"'{unknown[0]}' is not a label; there are: {', '.join([*_TABLE, ORIGIN])}")
        if not self.names:
            raise ValueError("no fields are asked for")
        if self.joint_set is not None:
            joint_map(self.joint_set)

    @property
    def labels(self) -> tuple[Label, ...]:
        return tuple(_TABLE[name] for name in self.names if name != ORIGIN)

    def check(self, parts: Sequence[Part]) -> None:
        """Raises InputError where a part lacks a field, or parts have it in different sizes."""
        sizes: dict[str, tuple[int, ...]] = {}
        for part in parts:
            has = {label.name for label in part.labels}
            missing = [label.name for label in self.labels if label.name not in has]
            if missing:
                raise InputError(
                    f"has no '{missing[0]}'",
                    where=str(part.folder),
                    remedy="ask for other fields, or name the parts to read",
                )
            for label in self.labels:
                shape = label.sized(part.facts["sizes"])
                if label.name == "image":
                    shape = (int(part.facts["sizes"]["height"]), int(part.facts["sizes"]["width"]), 3)
                if sizes.setdefault(label.name, shape) != shape:
                    raise InputError(
                        f"has '{label.name}' of shape {shape}, and the parts before it of {sizes[label.name]}",
                        where=str(part.folder),
                        remedy="read these parts apart",
                    )

    def bytes_per_sample(self, part: Part) -> int:
        """What a sample takes in a buffer, about."""
        sizes = part.facts["sizes"]
        jpeg = _JPEG_BYTES * sizes.get("height", 256) * sizes.get("width", 256) // 256**2
        return sum(bytes_per_sample(label, sizes) or jpeg for label in self.labels) or 16

    @cached_property
    def _joints(self) -> JointSet | None:
        return None if self.joint_set is None else JointSet(self.joint_set)

    def read(self, reader: RowReader, part: Part, number: int, rows: NDArray[np.int64]) -> Arrays:
        """These rows (ascending) of a part, with pictures still as JPEG."""
        found: Arrays = {}
        for name in self.names:
            if name == ORIGIN:
                found[name] = np.stack([np.full(len(rows), number), rows], axis=1)
                continue
            values = reader.read(part, name, rows)
            if self._joints is not None and _TABLE[name].shape[:1] == (len(JOINTS),):
                values = self._joints.apply(values)
            found[name] = values
        return found

    def finish(self, arrays: Arrays) -> Arrays:
        """A batch with its pictures decoded, (n, height, width, 3) uint8 RGB, and types that torch computes with."""
        done = {}
        for name, values in arrays.items():
            if name == "image":
                done[name] = decode(values)
            else:
                done[name] = values.astype(np.int32) if values.dtype == np.uint16 else values
        return done


def decode(jpegs: Sequence[bytes] | NDArray[Any]) -> NDArray[np.uint8]:
    """(n,) JPEGs of one size as (n, height, width, 3) uint8. Raises InputError where one is damaged."""
    out = None
    for row, jpeg in enumerate(jpegs):
        try:
            if out is None:
                height, width, _, _ = simplejpeg.decode_jpeg_header(jpeg)
                out = np.empty((len(jpegs), height, width, 3), np.uint8)
            simplejpeg.decode_jpeg(jpeg, "RGB", buffer=out[row])
        except ValueError as error:
            raise InputError(
                f"a picture cannot be decoded ({error})",
                where="corpus",
                remedy="run `posemill verify` to see what is broken",
            ) from error
    assert out is not None
    return out


def widest(parts: Sequence[Part], fields: Fields, default: int, bytes_wanted: int) -> int:
    """How many samples a buffer of some bytes holds, but no more than `default`."""
    widest_part = max((fields.bytes_per_sample(part) for part in parts), default=16)
    return max(1, min(default, bytes_wanted // widest_part))
