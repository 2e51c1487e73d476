"""A corpus on disk: parts, each a Zarr v3 group whose shards count once their receipt is there.

corpus.json                     the parts, in order, and the schema's version
parts/<name>/part.json          what the part is made of: recipe, clips, props, sources and licences
parts/<name>/<array>/...        a Zarr array each; one Zarr shard is one task
parts/<name>/receipts/...       a file a shard, written last: size and SHA-256 of every file of the shard
motion/<key>/                   the frames that samples were drawn from (see bank.py)
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import zarr
from numpy.typing import NDArray

from pipelines import layout
from pipelines.disk import (
    canonical,
    read_json,
    read_sealed,
    sealed,
    sha256_file,
    sha256_of,
    write_atomically,
)
from pipelines.schema import LABELS, VERSION, Label
from synth.errors import InputError

_METADATA = "metadata"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,80}")
_AGAIN = "run the same `posemill generate` again to repair it"


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
        names = set(self.facts["arrays"])
        return tuple(row for row in LABELS if row.name in names)

    @cached_property
    def group(self) -> zarr.Group:
        """The Zarr group, to read from. Raises InputError where its metadata is missing or broken."""
        try:
            return zarr.open_group(str(self.folder), mode="r")
        except layout.BROKEN as error:
            raise InputError(
                f"is no Zarr group ({_first_line(error)})", where=str(self.folder), remedy=_AGAIN
            ) from error

    def array(self, name: str) -> zarr.Array[Any]:
        """One array, to read from. Raises InputError where it is missing or broken."""
        try:
            found = self.group[name]
        except layout.BROKEN as error:
            raise InputError(
                f"array '{name}' cannot be opened ({_first_line(error)})",
                where=str(self.folder),
                remedy=_AGAIN,
            ) from error
        if not isinstance(found, zarr.Array):
            raise InputError(f"'{name}' is no array", where=str(self.folder), remedy=_AGAIN)
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
            layout.write(self.folder, label, shard, start, arrays[label.name])
        files = {name: list(sha256_file(path)) for name, path in self.files_of(shard).items()}
        self._sign(shard, {"shard": shard, "samples": stop - start, "files": files})

    def _sign(self, shard: int | str, content: dict[str, Any]) -> None:
        write_atomically(self.receipt_path(shard), sealed({**content, "identity": self.identity}))

    def lay_out(self, place: int) -> None:
        """Write the part's description and Zarr's metadata, then their receipt; shards stay as they are.

        place: the part's number in the corpus, from which a lost index can be written anew.
        """
        for path in layout.leftovers(self.folder, self.labels):
            path.unlink(missing_ok=True)
        write_atomically(self.folder / "part.json", canonical(self.facts))
        layout.lay_out(self.folder, self.labels, self.facts["sizes"], self.samples, self.per_shard)
        files = {str(p.relative_to(self.folder)): list(sha256_file(p)) for p in self._metadata_files()}
        self._sign(_METADATA, {"files": files, "place": place})

    def _metadata_files(self) -> list[Path]:
        arrays = [self.folder / label.name / "zarr.json" for label in self.labels]
        return [self.folder / "part.json", self.folder / "zarr.json", *arrays]

    def has_receipt(self, shard: int) -> bool:
        return self.receipt_path(shard).exists()

    def check_shard(self, shard: int) -> list[Fault]:
        """What of a shard is not as its receipt says; an empty list for a good shard."""
        receipt, problem = self._receipt(shard)
        if receipt is None:
            return [Fault(self.name, shard, "receipt", problem)]
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
        receipt, problem = self._receipt(_METADATA)
        if receipt is None:
            return [Fault(self.name, None, "metadata receipt", problem), *strays]
        faults = []
        for path in self._metadata_files():
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
            content = read_sealed(path, _AGAIN)
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


@dataclass(frozen=True)
class Corpus:
    """A folder of parts."""

    folder: Path

    @property
    def index(self) -> Path:
        return self.folder / "corpus.json"

    def part_names(self) -> list[str]:
        """The parts in order. Raises InputError where `corpus.json` is missing or broken, or of another version."""
        content = read_sealed(self.index, "give the folder of a corpus, or run `posemill generate` again")
        if content.get("format") != "posemill":
            raise InputError(
                "is not a corpus' index", where=str(self.index), remedy="give the folder of a corpus"
            )
        if content.get("schema") != VERSION:
            raise InputError(
                f"has schema version {content.get('schema')!r}, and this posemill reads {VERSION}",
                where=str(self.index),
                remedy="use the posemill that wrote it",
            )
        return [str(name) for name in content["parts"]]

    def part(self, name: str) -> Part:
        """A part by name. Raises InputError where there is none or its description is broken."""
        path = self._folder_of(name) / "part.json"
        facts = read_json(path, _AGAIN)
        needed = {
            "name": str,
            "kind": str,
            "identity": str,
            "samples": int,
            "samples_per_shard": int,
            "arrays": list,
            "sizes": dict,
        }
        if (
            not isinstance(facts, dict)
            or any(not isinstance(facts.get(k), t) for k, t in needed.items())
            or facts["name"] != name
        ):
            raise InputError("does not describe a part", where=str(path), remedy=_AGAIN)
        if facts["samples"] < 1 or facts["samples_per_shard"] < 1:
            raise InputError("describes a part of no samples", where=str(path), remedy=_AGAIN)
        return Part(path.parent, facts)

    def parts(self) -> list[Part]:
        return [self.part(name) for name in self.part_names()]

    def is_one(self) -> bool:
        """Whether the folder holds a corpus, be it one with a broken index."""
        try:
            read_sealed(self.index, _AGAIN)
        except InputError:
            return bool(self._found())
        return True

    def mend_index(self) -> list[str]:
        """Write the index if it is missing or broken; returns the parts in order.

        Raises InputError where the corpus is of another version.
        """
        try:
            read_sealed(self.index, _AGAIN)
        except InputError:
            self._write_index(self._found())
        for path in self.folder.glob("corpus.json.*.partial"):
            path.unlink(missing_ok=True)
        return self.part_names()

    def create_part(self, facts: dict[str, Any]) -> Part:
        """Lay a part out and list it, or open it if it is there; broken metadata is written anew.

        Raises InputError where a part of that name was made otherwise.
        """
        part = Part(self._folder_of(facts["name"]), facts)
        self.refuse_other(part.name, facts["made_of"], part.identity)
        names = self.mend_index()
        place = names.index(part.name) if part.name in names else len(names)
        if part.check_metadata() or (part.folder / "part.json").read_bytes() != canonical(facts):
            part.lay_out(place)
        if place == len(names):
            self._write_index([*names, part.name])
        return part

    def refuse_other(self, name: str, made_of: dict[str, Any], identity: str | None = None) -> None:
        """Raise InputError where a part of that name was made of something else.

        Without an identity, which needs all that a part is made of, `made_of` is compared as far as it goes.
        """
        before, known = self.identity_of(name)
        differing = _differences(known, made_of)
        if differing if identity is None else before not in (None, identity):
            what = "; ".join(differing[:3]) or "its motion, body or version differs"
            raise InputError(
                f"part '{name}' was made otherwise ({what})",
                where=str(self._folder_of(name)),
                remedy="parts do not change once made: choose another `name`, with another `seed` for other "
                "samples, or another corpus folder",
            )

    def identity_of(self, name: str) -> tuple[str | None, dict[str, Any]]:
        """The identity of a part, or None where there is none, and all that it is made of as its description says;
        where that is broken, the identity is the receipt's."""
        folder = self._folder_of(name)
        try:
            facts = read_json(folder / "part.json", _AGAIN)
            if sha256_of(canonical(facts["made_of"])) == facts["identity"]:
                return facts["identity"], facts["made_of"]
        except (InputError, KeyError, TypeError):
            pass  # broken: the receipt knows
        receipt = self._metadata_receipt(name)
        return receipt.get("identity"), {}

    def _metadata_receipt(self, name: str) -> dict[str, Any]:
        try:
            return read_sealed(self._folder_of(name) / "receipts" / f"{_METADATA}.json", _AGAIN)
        except InputError:
            return {}  # a part has none before it is laid out; a broken one is written anew

    def _folder_of(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise InputError(
                f"no part is called '{name}'", where=str(self.folder), remedy="see `posemill info`"
            )
        return self.folder / "parts" / name

    def _found(self) -> list[str]:
        """The parts that lie in the folder, in the order in which they were made as far as can be told."""
        names = {path.parent.name for path in (self.folder / "parts").glob("*/part.json")} | {
            path.parent.parent.name for path in (self.folder / "parts").glob(f"*/receipts/{_METADATA}.json")
        }
        return sorted(
            (name for name in names if _NAME.fullmatch(name)),
            key=lambda name: (self._metadata_receipt(name).get("place", len(names)), name),
        )

    def _write_index(self, names: list[str]) -> None:
        write_atomically(self.index, sealed({"format": "posemill", "schema": VERSION, "parts": names}))


def _differences(before: dict[str, Any], now: dict[str, Any], prefix: str = "") -> list[str]:
    """What of `now` was otherwise before, field by field; fields that `before` does not have are left out."""
    found = []
    for key, value in now.items():
        there = before.get(key, value)
        if isinstance(value, dict) and isinstance(there, dict):
            found += _differences(there, value, f"{prefix}{key}.")
        elif there != value:
            found.append(f"{prefix}{key} was {there!r:.40}, now {value!r:.40}")
    return found
