"""One part of a corpus: a Zarr group that knows, shard by shard, whether it is as it was written."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import zarr
from numpy.typing import NDArray

from pipelines.corpus import layout
from pipelines.corpus.schema import Label, every_label
from synth.core.disk import canonical, read_sealed, sealed, sha256_file, write_atomically
from synth.core.errors import InputError

METADATA = "metadata"  # the receipt of part.json and Zarr's metadata, which belong to no shard
AGAIN = "run the same `posemill generate` again to repair it"


@dataclass(frozen=True)
class Fault:
    """Something of a corpus that is not as it was written."""

    part: str
    shard: int | None
    array: str
    problem: str

    def __str__(self) -> str:
        shard = "" if self.shard is None else f" shard {self.shard}"
        return f"part {self.part}{shard}: {self.array}: {self.problem}"


@dataclass(frozen=True)
class Part:
    """One part, opened from its `part.json`."""

    folder: Path
    facts: dict[str, Any]

    @property
    def name(self) -> str:
        return str(self.facts["name"])

    @property
    def kind(self) -> str:
        return str(self.facts["kind"])

    @property
    def identity(self) -> str:
        """A checksum of everything that the part's samples depend on."""
        return str(self.facts["identity"])

    @property
    def samples(self) -> int:
        return int(self.facts["samples"])

    @property
    def per_shard(self) -> int:
        return int(self.facts["samples_per_shard"])

    @property
    def shards(self) -> int:
        return -(-self.samples // self.per_shard)

    @cached_property
    def labels(self) -> tuple[Label, ...]:
        """The rows of its arrays; of a package that is not installed, as much as Zarr's metadata says."""
        names = set(self.facts["arrays"])
        known = tuple(row for row in every_label() if row.name in names)
        foreign = sorted(names - {row.name for row in known})
        return known + tuple(layout.label_of(name, self.array(name)) for name in foreign)

    @cached_property
    def group(self) -> zarr.Group:
        """The Zarr group, to read from. Raises InputError where its metadata is missing or broken."""
        try:
            return zarr.open_group(str(self.folder), mode="r")
        except layout.BROKEN as error:
            raise InputError(
                f"is not a Zarr group ({_first_line(error)})", where=str(self.folder), remedy=AGAIN
            ) from error

    def array(self, name: str) -> zarr.Array[Any]:
        """One array, to read from. Raises InputError where it is missing or broken."""
        try:
            found = self.group[name]
        except layout.BROKEN as error:
            raise InputError(
                f"array '{name}' cannot be opened ({_first_line(error)})",
                where=str(self.folder),
                remedy=AGAIN,
            ) from error
        if not isinstance(found, zarr.Array):
            raise InputError(f"'{name}' is not an array", where=str(self.folder), remedy=AGAIN)
        return found

    def rows(self, shard: int) -> tuple[int, int]:
        """First sample of a shard and one past its last."""
        return shard * self.per_shard, min((shard + 1) * self.per_shard, self.samples)

    def read(self, name: str, start: int, stop: int) -> NDArray[Any]:
        """Samples start to stop - 1 of an array, in memory."""
        return np.asarray(self.array(name)[start:stop])

    def receipt_path(self, shard: int | str) -> Path:
        if isinstance(shard, str):
            return self.folder / "receipts" / f"{shard}.json"
        return self.folder / "receipts" / f"{shard // 1000:06d}" / f"{shard:09d}.json"

    def files_of(self, shard: int) -> dict[str, Path]:
        """The file of each array that a shard has."""
        return {label.name: layout.shard_file(self.folder, label, shard) for label in self.labels}

    def write_shard(self, shard: int, arrays: dict[str, NDArray[Any]]) -> None:
        """Write all arrays of a shard in place of what is there of it, then its receipt.

        Raises ValueError where the arrays are not those of the schema, or not of this shard's length.
        """
        start, stop = self.rows(shard)
        if set(arrays) != {label.name for label in self.labels}:
            raise ValueError(f"a shard has the arrays {[x.name for x in self.labels]}, not {list(arrays)}")
        for name, values in arrays.items():
            if len(values) != stop - start:
                raise ValueError(f"{name} has {len(values)} rows for {stop - start} samples of shard {shard}")
        self.receipt_path(shard).unlink(missing_ok=True)
        for label in self.labels:
            layout.write(self.folder, label, self._open_to_write[label.name], shard, arrays[label.name])
        files = {name: list(sha256_file(path)) for name, path in self.files_of(shard).items()}
        self._sign(shard, {"shard": shard, "samples": stop - start, "files": files})

    @cached_property
    def _open_to_write(self) -> dict[str, zarr.Array[Any]]:
        try:
            return {label.name: layout.open_to_write(self.folder, label) for label in self.labels}
        except layout.BROKEN as error:
            raise InputError(
                f"has an array that cannot be opened ({_first_line(error)})",
                where=str(self.folder),
                remedy=AGAIN,
            ) from error

    def _sign(self, shard: int | str, content: dict[str, Any]) -> None:
        write_atomically(self.receipt_path(shard), sealed({**content, "identity": self.identity}))

    def forget_partial_shard(self) -> None:
        """Remove the receipt of the last finished shard if it has fewer samples than now: the part has grown since.

        Only the last can: all others are full.
        """
        done = finished_shards(self)
        if done and self._samples_of(done[-1]) != len(range(*self.rows(done[-1]))):
            self.receipt_path(done[-1]).unlink(missing_ok=True)

    def samples_with_receipts(self) -> int:
        """One past the last sample of the shards that have a receipt, also of shards past the part's end."""
        done = finished_shards(self, beyond=True)
        return done[-1] * self.per_shard + self._samples_of(done[-1]) if done else 0

    def _samples_of(self, shard: int) -> int:
        """How many samples a receipt says its shard has; 0 where it is broken."""
        receipt, _ = self._receipt(shard)
        return 0 if receipt is None else int(receipt["samples"])

    def lay_out(self, place: int) -> None:
        """Write the part's description and Zarr's metadata, then their receipt; shards stay as they are.

        place: the part's number in the corpus, from which a lost index can be written anew.
        """
        for path in layout.leftovers(self.folder, self.labels):
            path.unlink(missing_ok=True)
        write_atomically(self.folder / "part.json", canonical(self.facts))
        layout.lay_out(self.folder, self.labels, self.facts["sizes"], self.samples, self.per_shard)
        files = {str(p.relative_to(self.folder)): list(sha256_file(p)) for p in self.metadata_files()}
        self._sign(METADATA, {"files": files, "place": place})

    def metadata_files(self) -> list[Path]:
        """What the metadata receipt lists: the part's description and Zarr's."""
        arrays = [self.folder / label.name / "zarr.json" for label in self.labels]
        return [self.folder / "part.json", self.folder / "zarr.json", *arrays]

    def has_receipt(self, shard: int) -> bool:
        return self.receipt_path(shard).exists()

    def check_shard(self, shard: int) -> list[Fault]:
        """What of a shard is not as its receipt says; an empty list for a good shard."""
        receipt, problem = self._receipt(shard)
        if receipt is None:
            return [Fault(self.name, shard, "receipt", problem)]
        start, stop = self.rows(shard)
        if receipt["samples"] != stop - start:
            return [
                Fault(self.name, shard, "receipt", f"is of {receipt['samples']} samples, not {stop - start}")
            ]
        faults = []
        for label in self.labels:
            path = layout.shard_file(self.folder, label, shard)
            wrong = _compare(path, receipt["files"].get(label.name))
            if not wrong and label.shape:  # then the file has a folder of its own
                strays = sorted(set(os.listdir(path.parent)) - {path.name})
                wrong = f"a stray file lies beside it ('{strays[0]}')" if strays else ""
            if wrong:
                faults.append(Fault(self.name, shard, label.name, wrong))
        return faults

    def check_metadata(self) -> list[Fault]:
        """What of `part.json` and Zarr's metadata is not as it was written, and what was left half-written."""
        strays = [
            Fault(self.name, None, str(path.relative_to(self.folder)), "left half-written by a run that was stopped")
            for path in layout.leftovers(self.folder, self.labels)
        ]  # fmt: skip
        receipt, problem = self._receipt(METADATA)
        if receipt is None:
            return [Fault(self.name, None, "metadata receipt", problem), *strays]
        faults = []
        for path in self.metadata_files():
            name = str(path.relative_to(self.folder))
            wrong = _compare(path, receipt["files"].get(name))
            if wrong:
                faults.append(Fault(self.name, None, name, wrong))
        return faults + strays

    def _receipt(self, shard: int | str) -> tuple[dict[str, Any] | None, str]:
        path = self.receipt_path(shard)
        if not path.exists():
            return None, "missing: the shard was never finished" if isinstance(shard, int) else "missing"
        try:
            content = read_sealed(path, AGAIN)
        except InputError as error:
            return None, error.what
        if content.get("identity") != self.identity:
            return None, "is of another recipe, seed, motion or version"
        return content, ""


def _first_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0][:160]


def _compare(path: Path, wanted: Any) -> str:
    """What is wrong with a file, or nothing; `wanted` are its size and SHA-256."""
    if wanted is None:
        return "not in the receipt"
    try:
        size, digest = sha256_file(path)
    except OSError as error:
        return f"the file cannot be read ({error.strerror})"
    if size != wanted[0]:
        return f"the file has {size} bytes, not {wanted[0]}"
    return "" if digest == wanted[1] else "the bytes have changed (SHA-256 differs)"


def finished_shards(part: Part, beyond: bool = False) -> list[int]:
    """The shards that have a receipt, in order; with `beyond`, also those past the part's end."""
    found = []
    for folder, _, files in os.walk(part.folder / "receipts"):
        if folder != str(part.folder / "receipts"):
            found += [int(file[:-5]) for file in files if file.endswith(".json") and file[:-5].isdigit()]
    return sorted(shard for shard in found if beyond or shard < part.shards)
