"""A corpus on disk: parts, each a Zarr v3 group whose shards count once their receipt is there.

corpus.json                     the parts, in order, and the schema's version
parts/<name>/part.json          what the part is made of: recipe, clips, props, sources and licences
parts/<name>/<array>/...        a Zarr array each; one Zarr shard is one task
parts/<name>/receipts/...       a file a shard, written last: size and SHA-256 of every file of the shard
motion/<key>/                   the frames that samples were drawn from (see bank.py)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.corpus.part import AGAIN, METADATA, Fault, Part
from pipelines.corpus.schema import VERSION
from synth.core.disk import canonical, read_json, read_sealed, sealed, sha256_of, write_atomically
from synth.core.errors import InputError

__all__ = ["Corpus", "Fault", "Part"]

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,80}")


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
        facts = read_json(path, AGAIN)
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
            raise InputError("does not describe a part", where=str(path), remedy=AGAIN)
        if facts["samples"] < 1 or facts["samples_per_shard"] < 1:
            raise InputError("describes a part of no samples", where=str(path), remedy=AGAIN)
        return Part(path.parent, facts)

    def parts(self) -> list[Part]:
        return [self.part(name) for name in self.part_names()]

    def is_one(self) -> bool:
        """Whether the folder holds a corpus, be it one with a broken index."""
        try:
            read_sealed(self.index, AGAIN)
        except InputError:
            return bool(self._found())
        return True

    def mend_index(self) -> list[str]:
        """Write the index if it is missing or broken; returns the parts in order.

        Raises InputError where the corpus is of another version.
        """
        try:
            read_sealed(self.index, AGAIN)
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
            facts = read_json(folder / "part.json", AGAIN)
            if sha256_of(canonical(facts["made_of"])) == facts["identity"]:
                return facts["identity"], facts["made_of"]
        except (InputError, KeyError, TypeError):
            pass  # broken: the receipt knows
        receipt = self._metadata_receipt(name)
        return receipt.get("identity"), {}

    def _metadata_receipt(self, name: str) -> dict[str, Any]:
        try:
            return read_sealed(self._folder_of(name) / "receipts" / f"{METADATA}.json", AGAIN)
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
            path.parent.parent.name for path in (self.folder / "parts").glob(f"*/receipts/{METADATA}.json")
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


def open_corpus(folder: Path) -> Corpus:
    """The corpus in a folder, be it broken. Raises InputError where there is none."""
    corpus = Corpus(folder)
    if not corpus.is_one():
        what = "is no corpus" if folder.is_dir() else "there is no such folder"
        raise InputError(what, where=str(folder), remedy="give a folder that `posemill generate` made")
    return corpus
