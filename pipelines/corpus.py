"""A corpus on disk: parts, each a Zarr v3 group whose shards count once their receipt is there.

corpus.json                     the parts, in order, and the schema's version
parts/<name>/part.json          what the part is made of: recipe, clips, props, sources and licences
parts/<name>/<array>/...        a Zarr array each; one Zarr shard is one task
parts/<name>/receipts/...       a file a shard, written last: size and SHA-256 of every file of the shard
motion/<key>/                   the frames that samples were drawn from (see bank.py)
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import zarr
import zarr.errors
from numpy.typing import NDArray
from zarr.codecs import ZstdCodec

from pipelines.disk import canonical, read_json, sha256_file, sha256_of, write_atomically
from pipelines.schema import LABELS, VERSION, Label, bytes_per_sample
from synth.errors import InputError

_CHUNK_BYTES = 1 << 20  # aimed size of a Zarr chunk before compression: what one read takes at least
_JPEG_BYTES = 1 << 14
_METADATA = "metadata"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,80}")
# variable-length bytes have no ratified Zarr specification yet; zarr-python says so at each use
warnings.filterwarnings("ignore", category=zarr.errors.UnstableSpecificationWarning)


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
        """The Zarr group. Raises InputError where its metadata is missing or broken."""
        try:
            return zarr.open_group(str(self.folder), mode="r+")
        except (OSError, ValueError, KeyError, zarr.errors.BaseZarrError) as error:
            raise InputError(
                f"is no Zarr group ({_first_line(error)})", where=str(self.folder), remedy=_AGAIN
            ) from error

    def array(self, name: str) -> zarr.Array[Any]:
        """One array. Raises InputError where it is missing or broken."""
        try:
            found = self.group[name]
        except (OSError, ValueError, KeyError, zarr.errors.BaseZarrError) as error:
            raise InputError(
                f"array '{name}' cannot be opened ({_first_line(error)})",
                where=str(self.folder),
                remedy=_AGAIN,
            ) from error
        assert isinstance(found, zarr.Array)
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
        return {
            label.name: self.folder / label.name / "c" / "/".join([str(shard)] + ["0"] * len(label.shape))
            for label in self.labels
        }

    def write_shard(self, shard: int, arrays: dict[str, NDArray[Any]]) -> None:
        """Write all arrays of a shard, whole shards only, then its receipt.

        Raises ValueError where the arrays are not those of the schema, or not of this shard's length.
        """
        start, stop = self.rows(shard)
        if set(arrays) != {label.name for label in self.labels}:
            raise ValueError(f"a shard has the arrays {[x.name for x in self.labels]}, not {list(arrays)}")
        for name, path in self.files_of(shard).items():
            for stale in path.parent.glob(f"{path.name}.*.partial"):
                stale.unlink(missing_ok=True)
            values = arrays[name]
            if len(values) != stop - start:
                raise ValueError(f"{name} has {len(values)} rows for {stop - start} samples of shard {shard}")
            with zarr.config.set({"array.write_empty_chunks": True}):
                self.array(name)[start:stop] = values
        files = {name: list(sha256_file(path)) for name, path in self.files_of(shard).items()}
        self._sign(shard, {"shard": shard, "samples": stop - start, "files": files})

    def _sign(self, shard: int | str, content: dict[str, Any]) -> None:
        signed = {**content, "receipt": sha256_of(canonical(content))}
        write_atomically(self.receipt_path(shard), canonical(signed))

    def sign_metadata(self) -> None:
        """Write the receipt of the part's own description and of Zarr's."""
        files = {str(p.relative_to(self.folder)): list(sha256_file(p)) for p in self._metadata_files()}
        self._sign(_METADATA, {"files": files})

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
        for name, path in self.files_of(shard).items():
            wanted = receipt["files"].get(name)
            wrong = _compare(path, wanted)
            if wrong:
                faults.append(Fault(self.name, shard, name, wrong))
        return faults

    def check_metadata(self) -> list[Fault]:
        """What of `part.json` and Zarr's metadata is not as it was written."""
        receipt, problem = self._receipt(_METADATA)
        if receipt is None:
            return [Fault(self.name, None, "metadata receipt", problem)]
        faults = []
        for path in self._metadata_files():
            name = str(path.relative_to(self.folder))
            wrong = _compare(path, receipt["files"].get(name))
            if wrong:
                faults.append(Fault(self.name, None, name, wrong))
        return faults

    def _receipt(self, shard: int | str) -> tuple[dict[str, Any] | None, str]:
        path = self.receipt_path(shard)
        if not path.exists():
            return None, "missing: the shard was never finished" if isinstance(shard, int) else "missing"
        try:
            content = read_json(path, _AGAIN)
            signature = content.pop("receipt")
            if signature != sha256_of(canonical(content)) or not isinstance(content["files"], dict):
                return None, "changed since it was written"
        except (InputError, KeyError, AttributeError, TypeError):
            return None, "cannot be read"
        return content, ""


_AGAIN = "run the same `posemill generate` again to repair it"


def _first_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0][:160]


def _compare(path: Path, wanted: Any) -> str:
    """What is wrong with a file, or nothing."""
    if not isinstance(wanted, list) or len(wanted) != 2:
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
        """The parts in order. Raises InputError where `corpus.json` is missing, broken or points elsewhere."""
        content = read_json(self.index, "give the folder of a corpus, or run `posemill generate` again")
        if not isinstance(content, dict) or content.get("format") != "posemill":
            raise InputError(
                "is not a corpus' index", where=str(self.index), remedy="give the folder of a corpus"
            )
        if content.get("schema") != VERSION:
            raise InputError(
                f"has schema version {content.get('schema')!r}, and this posemill reads {VERSION}",
                where=str(self.index),
                remedy="use the posemill that wrote it",
            )
        names = content.get("parts")
        if not isinstance(names, list) or not all(isinstance(n, str) and _NAME.fullmatch(n) for n in names):
            raise InputError(
                "names parts that cannot be: a name has letters, digits, - and _ only",
                where=str(self.index),
                remedy=_AGAIN,
            )
        return names

    def part(self, name: str) -> Part:
        """A part by name. Raises InputError where there is none or its description is broken."""
        folder = self.folder / "parts" / name
        facts = read_json(folder / "part.json", _AGAIN)
        needed = {
            "name": str,
            "kind": str,
            "samples": int,
            "samples_per_shard": int,
            "arrays": list,
            "sizes": dict,
        }
        if not isinstance(facts, dict) or any(not isinstance(facts.get(k), t) for k, t in needed.items()):
            raise InputError("does not describe a part", where=str(folder / "part.json"), remedy=_AGAIN)
        if facts["samples"] < 1 or facts["samples_per_shard"] < 1:
            raise InputError("describes a part of no samples", where=str(folder / "part.json"), remedy=_AGAIN)
        return Part(folder, facts)

    def parts(self) -> list[Part]:
        return [self.part(name) for name in self.part_names()]

    def add(self, name: str) -> None:
        """Put a part at the end of the index, unless it is there already; mend a broken index."""
        try:
            names = self.part_names()
        except InputError:
            places = self.folder / "parts"
            found = sorted(p.parent.name for p in places.glob("*/part.json")) if places.exists() else []
            names = [n for n in found if _NAME.fullmatch(n)]
        if name not in names:
            names = [*names, name]
        write_atomically(self.index, canonical({"format": "posemill", "schema": VERSION, "parts": names}))

    def create_part(self, facts: dict[str, Any]) -> Part:
        """Lay a part out, or open it if it is there with the same facts; broken metadata is written anew.

        Raises InputError where a part of that name was made otherwise.
        """
        part = Part(self.folder / "parts" / facts["name"], facts)
        path = part.folder / "part.json"
        if path.exists():
            try:
                there = read_json(path, _AGAIN)
            except InputError:
                there = facts  # broken: written anew below
            if isinstance(there, dict) and there.get("identity") not in (None, facts["identity"]):
                raise InputError(
                    f"part '{part.name}' was made from another recipe, seed, motion or version",
                    where=str(part.folder),
                    remedy="choose another `name` in the recipe, or another corpus folder",
                )
        if part.check_metadata() or read_json(path, _AGAIN) != facts:
            write_atomically(path, canonical(facts))
            _lay_out(part)
            part.sign_metadata()
        return part


def _lay_out(part: Part) -> None:
    """Write Zarr's metadata: chunks and shards never straddle, since a Zarr shard is a task's shard."""
    group = zarr.open_group(str(part.folder), mode="a") if _readable(part.folder) else _new_group(part.folder)
    for label in part.labels:
        shape = label.sized(part.facts["sizes"])
        per_sample = bytes_per_sample(label, part.facts["sizes"]) or _JPEG_BYTES
        chunk = _divisor(part.per_shard, max(1, _CHUNK_BYTES // per_sample))
        # noise-like floats and JPEGs shrink by less than a tenth: not worth a third of the time to write
        shrinks = label.dtype.startswith(("int", "uint"))
        metadata = part.folder / label.name / "zarr.json"
        metadata.unlink(missing_ok=True)
        group.create_array(
            label.name,
            shape=(part.samples, *shape),
            chunks=(chunk, *shape),
            shards=(part.per_shard, *shape),
            dtype=label.dtype,
            compressors=ZstdCodec(level=1) if shrinks else None,
            attributes={"unit": label.unit, "frame": label.frame, "about": label.sentence},
        )


def _readable(folder: Path) -> bool:
    try:
        zarr.open_group(str(folder), mode="r")
    except (OSError, ValueError, KeyError, zarr.errors.BaseZarrError):
        return False
    return True


def _new_group(folder: Path) -> zarr.Group:
    (folder / "zarr.json").unlink(missing_ok=True)
    return zarr.open_group(str(folder), mode="a")


def _divisor(n: int, most: int) -> int:
    """The largest divisor of n that is no more than `most`."""
    return next(d for d in range(min(n, max(1, most)), 0, -1) if n % d == 0)


def faults_of(part: Part) -> Iterator[Fault]:
    """Everything of a part that is not as it was written, shard by shard."""
    yield from part.check_metadata()
    for shard in range(part.shards):
        yield from part.check_shard(shard)
